"""Repeated deviations: a budget that is missed the same way year after year is no chance, however large the swings."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.rootcause.signal.usual_variation import KEYS, limit

FEWEST_YEARS = 3
"""Fewest earlier years with a budget for a deviation to be called repeated."""

THIS_YEAR_P = 0.05
"""This year must stray too: by more than chance would this seldom exceed."""


def repeated_deviations(spans: pd.DataFrame, variation: pd.DataFrame) -> pd.DataFrame:
    """Find series whose outcome misses the budget in the same direction every year.

    The mean of the earlier years' deviations, as shares of their budgets, strays by chance as a year does, over the
    root of their number. It must lie beyond that limit, every year must have the sign of this year, and this year must
    stray by itself, though not so far that it is a signal alone.

    Parameters
    ----------
    spans : DataFrame
        ``unit, line, year, actual, budget``: the same months of each year, SEK in result sign; the last year is judged.
    variation : DataFrame
        ``unit, line, sd, degrees``, from `utfall.rootcause.signal.usual_variation.usual_variation`.

    Returns
    -------
    DataFrame
        ``unit, line``, ``years`` (earlier years in a row, this one not counted) and ``share`` (their mean deviation
        over budget, negative when cost was higher); only repeated ones.

    Examples
    --------
    >>> rows = [("u", "care", year, -115.0 - year % 3, -100.0) for year in range(2020, 2027)]
    >>> spans = pd.DataFrame(rows, columns=["unit", "line", "year", "actual", "budget"])
    >>> variation = pd.DataFrame({"unit": ["u"], "line": ["care"], "sd": [6.0], "degrees": [14.0]})
    >>> repeated_deviations(spans, variation)["years"].tolist()
    [6]
    """
    judged = int(spans["year"].max())
    spans = spans.assign(
        share=((spans["actual"] - spans["budget"]) / spans["budget"].abs()).where(spans["budget"] != 0)
    )
    wide = spans.pivot_table(index=KEYS, columns="year", values="share", sort=False)
    empty = pd.DataFrame({"unit": [], "line": [], "years": [], "share": []}).astype({"unit": "str", "line": "str"})
    if judged not in wide or wide.shape[1] <= FEWEST_YEARS:
        return empty
    frame = variation.merge(wide[judged].rename("now").reset_index(), on=KEYS)
    budget = spans.loc[spans["year"] == judged, [*KEYS, "budget"]]
    frame = frame.merge(budget, on=KEYS)
    spread = frame["sd"] / frame["budget"].abs().where(frame["budget"] != 0)
    earlier = wide.drop(columns=judged).reindex(pd.MultiIndex.from_frame(frame[KEYS])).to_numpy()
    years = np.isfinite(earlier).sum(axis=1)
    with np.errstate(invalid="ignore"):
        same = (np.sign(earlier) == np.sign(frame["now"].to_numpy())[:, None]).sum(axis=1) == years
    mean = np.nansum(earlier, axis=1) / np.maximum(years, 1)
    alone = frame["now"].abs() > limit(spread, frame["degrees"], THIS_YEAR_P)
    together = np.abs(mean) * np.sqrt(years) > limit(spread, frame["degrees"])
    chosen = alone & together & same & (years >= FEWEST_YEARS)
    return frame.loc[chosen, KEYS].assign(years=years[chosen], share=mean[chosen]).reset_index(drop=True)
