"""What must hold to the öre in every draw: a simulation that fails is never shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from utfall.evidence import Check, require_identity
from utfall.presentation.numbers import number
from utfall.scenarios.result.statements import ORE
from utfall.scenarios.simulation import ASSETS, CASH_FLOW_ITEMS, FINANCING, INCOME_ITEMS, Ore, Simulation

LEDGER_GROUPS = {
    "external_income": ("external_income",),
    "external_costs": ("external_cost",),
    "depreciation": ("depreciation",),
}
"""Income items that the ledger holds, and the groups of its lines that sum to each."""


def identities(simulation: Simulation, line_groups: Mapping[str, str]) -> tuple[Check, ...]:
    """Check every sum of a simulation, in every draw and month, and stop when one does not hold.

    Parameters
    ----------
    simulation : Simulation
        The draws.
    line_groups : mapping of str to str
        Report line to its group, as in the register of accounts.

    Returns
    -------
    tuple of Check
        All passed; each says how many sums were compared.

    Raises
    ------
    IdentityFailed
        Names the identity, with the two sums farthest apart.
    """
    balance = simulation.balance
    result, cash_flow = simulation.result, _sum(simulation.cash_flow, CASH_FLOW_ITEMS)
    by_year = (simulation.draws, len(simulation.years), 12)
    checks = [
        _tied(
            "Tillgångar är eget kapital, avsättningar och skulder, varje månad",
            _sum(balance, ASSETS),
            _sum(balance, FINANCING),
        ),
        _tied("Likvida medel ändras med kassaflödet, varje månad", np.diff(balance["cash"], axis=1), cash_flow),
        _tied("Eget kapital ändras med resultatet, varje månad", np.diff(balance["equity"], axis=1), result),
        _tied(
            "Kassaflödet börjar med resultaträkningens resultat, varje månad", simulation.cash_flow["result"], result
        ),
        _tied(
            "Lånen ändras med upptagna och betalda lån, varje månad",
            np.diff(balance["long_term_liabilities"], axis=1),
            simulation.cash_flow["loans_drawn"] + simulation.cash_flow["loans_repaid"],
        ),
        _tied(
            "Månaderna summerar till åren",
            np.sum([simulation.yearly_income(item) for item in INCOME_ITEMS], axis=0),
            result.reshape(by_year).sum(axis=2),
        ),
        _tied(
            "Årens kassaflöde leder från ingående till utgående likvida medel",
            balance["cash"][:, :1] + np.cumsum(simulation.yearly_cash_flow("cash_change"), axis=1),
            simulation.closing("cash"),
        ),
    ]
    if simulation.divisions:
        checks += [
            _tied(
                f"Divisionernas rader summerar till {words}, varje år",
                _of_groups(simulation, line_groups, LEDGER_GROUPS[item]),
                simulation.yearly_income(item),
            )
            for item, words in (
                ("external_income", "huvudbokens intäkter"),
                ("external_costs", "huvudbokens kostnader"),
                ("depreciation", "huvudbokens avskrivningar"),
            )
        ]
    return tuple(checks)


def _of_groups(simulation: Simulation, line_groups: Mapping[str, str], groups: Sequence[str]) -> Ore:
    kept = [at for at, line in enumerate(simulation.lines) if line_groups.get(line) in groups]
    return simulation.net_cost[:, :, :, kept].sum(axis=(2, 3))


def _tied(name: str, left: Ore, right: Ore) -> Check:
    """Compare two arrays of öre exactly; the error names the two that are farthest apart."""
    apart = np.abs(left - right)
    at = int(apart.argmax())
    require_identity(name, float(left.flat[at]) / ORE, float(right.flat[at]) / ORE, tolerance=0.0)
    return Check(name, True, f"{number(apart.size)} jämförelser på öret")


def _sum(values: Mapping[str, Ore], items: Sequence[str]) -> Ore:
    return np.sum([values[item] for item in items], axis=0)
