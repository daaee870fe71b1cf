"""Placebo in time: the same estimate where nothing happened must find nothing."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.effects.avoided.intensity import Bools, Floats, intensity_effect
from utfall.effects.avoided.usage import FEWEST_BEFORE, SAME, Usage

MOST_PLACEBOS = 3
"""Pretended starts, one after another before the real one."""

LONGEST, SHORTEST = 12, 3
"""Months a pretended measure is followed: as the real one, within these bounds."""

DRAWS = 2_000
"""Draws of each placebo; only the ends of its interval are needed."""

FALSE_ALARMS = 0.05
"""How often the placebos together may be outside their intervals by chance alone."""


def placebos(usage: Usage) -> pd.DataFrame:
    """Pretend that the measure began earlier, on months before it began.

    Parameters
    ----------
    usage : Usage
        The use.

    Returns
    -------
    DataFrame
        One row a pretended start: ``start``, ``end``, ``effect`` (mean log effect), ``lo``, ``hi`` and ``found``
        (whether an effect was found where there is none). The intervals are so wide that all of them together hold zero
        with 95 per cent. Empty when the history is too short.
    """
    y, usable = usage.months["log_intensity"].to_numpy(), usage.months["usable"].to_numpy()
    length = int(np.clip(len(y) - usage.position, SHORTEST, LONGEST))
    ends = [usage.position - number * length for number in range(MOST_PLACEBOS)]
    ends = [end for end in ends if end > length and _can_be_judged(y[:end], usable[:end], end - length)]
    tail = 50.0 * FALSE_ALARMS / max(1, len(ends))
    rows = []
    for end in ends:
        known = None if usage.per_day is None else usage.per_day[:end]
        effect = intensity_effect(y[:end], end - length, usable=usable[:end], covariate=known, draws=DRAWS)
        mean = effect.log_effect.mean(axis=1)
        lo, hi = np.percentile(mean, [tail, 100.0 - tail])
        months = usage.months.index[end - length : end]
        rows.append((months[0], months[-1], float(mean.mean()), float(lo), float(hi), bool(lo > 0 or hi < 0)))
    return pd.DataFrame(rows, columns=["start", "end", "effect", "lo", "hi", "found"])


def _can_be_judged(y: Floats, usable: Bools, start: int) -> bool:
    before = y[:start][usable[:start]]
    return len(before) >= FEWEST_BEFORE and bool(np.ptp(before) > SAME) and bool(usable[start:].any())
