"""What a scenario says nothing of though the opening has it: told, for it then counts as nothing."""

from __future__ import annotations

from utfall.scenarios.engine.assumptions import Assumptions
from utfall.scenarios.engine.start import LOANS, Start

PROVISION = "pension_provisions"
"""Item of the balance sheet for pensions."""


def unsaid(start: Start, assumptions: Assumptions) -> tuple[str, ...]:
    """Tell which balances of the opening a scenario assumes nothing of.

    Parameters
    ----------
    start : Start
        The opening.
    assumptions : Assumptions
        The scenario's.

    Returns
    -------
    tuple of str
        Swedish sentences.
    """
    said = set(assumptions.keys)
    lacking = []
    if start.balance[LOANS] and ("interest", "") not in said:
        lacking.append("Scenariot saknar antagande om ränta: lån utan egen ränta kostar inget.")
    if start.balance[PROVISION] and ("pension_indexation", "") not in said:
        lacking.append("Scenariot saknar antagande om pensionernas uppräkning: avsättningen räknas inte upp.")
    if start.items["tax_revenue"] and ("tax_base", "") not in said:
        lacking.append("Scenariot saknar antagande om skatteunderlaget: skatteintäkterna står stilla.")
    return tuple(lacking)
