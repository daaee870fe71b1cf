"""What is said of a measure, and when: judged once, in the month that was fixed beforehand.

Looking every month and claiming an effect as soon as an interval leaves out zero finds effects where there are none:
with twelve looks in far more than one measure in twenty. So a measure is *judged* in its register's month only. Before
and after, the figures are an ongoing estimate. One claim is allowed at any time: that the effect is beyond doubt, by a
bound that holds however often one looks.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

ERROR = 0.05
"""How often an effect may be claimed where there is none, over all looks together."""

TYPICAL = 0.1
"""Effect, as a share, at which the bound that holds at any time is tightest: what measures in health care give."""

TAIL = 0.025
"""Probability on either side of a 95 % interval."""

REACHED = "planen nådd"
BELOW_PLAN = "effekt, men planen inte nådd"
EFFECT_WITHOUT_PLAN = "effekt; någon plan finns inte"
EFFECT = "effekt; om planen nåtts kan inte avgöras"
WORSE = "försämring"
NOT_REACHED = "planen inte nådd; om någon effekt finns kan inte avgöras"
UNDECIDED = "kan inte avgöras"
ONGOING = "löpande: kan inte avgöras ännu"
CERTAIN = "löpande: effekt säkerställd"
CERTAINLY_WORSE = "löpande: försämring säkerställd"
IMPOSSIBLE = "kan inte skattas"

CLAIMS = (REACHED, BELOW_PLAN, EFFECT, EFFECT_WITHOUT_PLAN, CERTAIN)
"""Verdicts that say that a measure has had an effect."""


def verdict(draws: Array, plan: float | None, *, judged: bool, base: float) -> str:
    """Say what can be said.

    Parameters
    ----------
    draws : ndarray
        What the measure gives in a full year, SEK, + better.
    plan : float or None
        What it was to give; None when there is no plan.
    judged : bool
        Whether this is the month of judgement.
    base : float
        Amount it works on, a year.

    Returns
    -------
    str
        Swedish.

    Examples
    --------
    >>> draws = np.random.default_rng(1).normal(10.0, 1.0, 4000)
    >>> verdict(draws, 20.0, judged=True, base=100.0), verdict(draws - 9.0, 0.5, judged=True, base=100.0)
    ('effekt, men planen inte nådd', 'kan inte avgöras')
    """
    if not judged:
        share = draws / base
        if not beyond_doubt(float(share.mean()), float(share.std())):
            return ONGOING
        return CERTAIN if draws.mean() > 0 else CERTAINLY_WORSE
    low, high = np.quantile(draws, [TAIL, 1 - TAIL])
    if high < 0:
        return WORSE
    if low > 0:
        if plan is None:
            return EFFECT_WITHOUT_PLAN
        return REACHED if low >= plan else BELOW_PLAN if high < plan else EFFECT
    return NOT_REACHED if plan is not None and high < plan else UNDECIDED


def beyond_doubt(mean: float, sd: float) -> bool:
    """Whether an effect can be claimed at any look without the looks adding up to more errors than one.

    The mixture bound of Robbins (Ann. Math. Statist. 41, 1970; as a confidence sequence in Howard, Ramdas, McAuliffe
    and Sekhon, Ann. Statist. 49, 2021): the likelihood of the estimates, averaged over effects of usual size, against
    that of no effect. Where there is none, this ratio ever reaches 1/`ERROR` with a probability of at most `ERROR`.

    Parameters
    ----------
    mean, sd : float
        Effect as a share, and its standard deviation.

    Returns
    -------
    bool

    Examples
    --------
    >>> beyond_doubt(0.05, 0.02), beyond_doubt(0.08, 0.02)
    (False, True)
    """
    gained = (TYPICAL / sd) ** 2
    return bool((mean / sd) ** 2 * gained / (1 + gained) >= 2 * np.log(1 / ERROR) + np.log1p(gained))


def is_judged(judgement: str | None, month: pd.Timestamp) -> bool:
    """Whether a month is the one in which the measure is judged."""
    return judgement is not None and pd.Timestamp(judgement) == month
