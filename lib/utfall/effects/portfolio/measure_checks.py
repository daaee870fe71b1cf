"""What could have failed of a measure's estimate, and the grade that follows from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.effects.interrupted.estimate import ENOUGH_AFTER, ENOUGH_BEFORE, INSIDE
from utfall.effects.interrupted.placebo import MOST_STRAY
from utfall.effects.portfolio.block_estimates import BlockEstimate
from utfall.effects.portfolio.estimation import Claim
from utfall.evidence import Check, Grade
from utfall.presentation.numbers import percent
from utfall.presentation.words import plural

SUBSTANTIAL = 0.1
"""Share of a measure's amounts from which a series counts for its checks."""

MOSTLY = 0.5
"""Share of a measure's amounts that must be held against a comparison for the estimate to be graded so."""


def checks_of(claim: Claim, months: pd.DatetimeIndex) -> tuple[Check, ...]:
    """Check the estimate of a measure.

    Parameters
    ----------
    claim : Claim
        The measure.
    months : DatetimeIndex
        Every month of the ledger.

    Returns
    -------
    tuple of Check
        None when it was not estimated.
    """
    if claim.gains is None:
        return ()
    before = int(np.flatnonzero(claim.path)[0])
    after = int((claim.path > 0).sum())
    checks = [
        Check(f"Minst {ENOUGH_BEFORE} månader före effekten", before >= ENOUGH_BEFORE, f"{before}"),
        Check(f"Minst {ENOUGH_AFTER} månader med effekt", after >= ENOUGH_AFTER, f"{after}"),
    ]
    strays = [part.effects.strayed for part, size in _sized(claim) if part.effects and size >= SUBSTANTIAL]
    if strays:
        known = [stray for stray in strays if stray is not None]
        passed = len(known) == len(strays) and max(known) <= MOST_STRAY
        checks.append(Check("Påhittade startdatum i historien ger inga effekter", passed, placebo_words(claim)))
    for part, _ in _sized(claim):
        checks += [check for name, use in part.on_use.items() if name == claim.measures[0].id for check in use.checks]
    if claim.negative_control is not None:
        low, high = claim.negative_control
        checks.append(Check("Ingen effekt på det som åtgärden inte rör", low <= 0 <= high, control_words(claim)))
    return tuple(checks)


def grade_of(claim: Claim, checks: tuple[Check, ...]) -> Grade:
    """Grade an estimate.

    Parameters
    ----------
    claim : Claim
        The measure.
    checks : tuple of Check
        Its checks.

    Returns
    -------
    Grade
        B when most of it was held against a comparison (or counted use) and every check passed, C when its series
        stands alone, D when a check of it failed or it could not be estimated.
    """
    if claim.gains is None:
        return Grade.D
    on_use = [use for part, _ in _sized(claim) for use in part.on_use.values()]
    own = {check.name for use in on_use for check in use.checks}  # graded where the use was judged
    if any(use.grade is Grade.D for use in on_use) or not all(
        check.passed for check in checks if check.name not in own
    ):
        return Grade.D
    compared = sum(
        size
        for part, size in _sized(claim)
        if (part.effects is not None and part.effects.compared and not part.effects.affected)
        or any(use.grade is Grade.B for use in part.on_use.values())
    )
    return Grade.B if compared >= MOSTLY else Grade.C


def placebo_words(claim: Claim) -> str:
    """Say how pretended starts in the history went.

    Parameters
    ----------
    claim : Claim
        The measure.

    Returns
    -------
    str
        Swedish.
    """
    found = [value for part in claim.parts if part.effects is not None for value in part.effects.placebos]
    if found:
        outside = int(sum(abs(value) > INSIDE for value in found))
        return f"{plural(outside, 'effekt', 'effekter')} av {len(found)} prövade"
    uses = [use for part in claim.parts for use in part.on_use.values()]
    details = [check.detail for use in uses for check in use.checks if "där ingen finns" in check.name]
    return details[0] if details else "inte prövat: historien är för kort"


def control_words(claim: Claim) -> str:
    """Say what was found where the measure cannot have changed anything.

    Parameters
    ----------
    claim : Claim
        The measure.

    Returns
    -------
    str
        Swedish.
    """
    if claim.measures[0].negative_control is None:
        return "ingen är angiven"
    if claim.negative_control is None:
        return "kan inte prövas"
    low, high = (percent(float(np.expm1(end)), signed=True) for end in claim.negative_control)
    said = (
        "ingen effekt"
        if claim.negative_control[0] <= 0 <= claim.negative_control[1]
        else "en effekt, som inte borde finnas"
    )
    return f"{said} ({low} till {high})"


def _sized(claim: Claim) -> list[tuple[BlockEstimate, float]]:
    """The series of a measure, with their shares of its amounts."""
    sizes = [float(abs(part.block.nominal).sum()) for part in claim.parts]
    return [(part, size / sum(sizes)) for part, size in zip(claim.parts, sizes, strict=True)]
