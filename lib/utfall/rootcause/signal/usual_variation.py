"""Usual variation: how far a unit's year so far strays from what could be expected, by chance alone.

The months of a year are not independent: a unit that runs high in spring mostly runs high in autumn, so the usual
√months rule makes the limits far too narrow. Here whole spans (January to the month, year by year) are compared with
whole spans, and each unit's few years lean on all the region's units with the same kind of cost.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from utfall.region import Region

Floats = npt.NDArray[np.float64]

HISTORY_YEARS = 7
"""Years before the judged one that may tell of the usual variation."""

SIGNAL_P = 0.0005
"""A deviation is a signal when chance alone would exceed it this seldom: in a region of 2 500 series, about once."""

COMMON_CELLS = 8
"""Fewest units with a line in a year for their median growth to stand for what the whole region did."""

FEWEST_YEARS = 3
"""Fewest yearly changes of its own, or of its line, that a series needs to be judged."""

OUTLIER = 3.0
"""Yearly changes beyond this many of the line's standard deviations are real events, not chance: they count as this."""

MAD = 0.6745
"""Median absolute deviation of a normal variable with standard deviation one."""

PRIOR_FLOOR = 0.02
"""Smallest spread between series' variances that is told from none; gives at most about 100 degrees of freedom."""

KEYS = ["unit", "line"]


def usual_variation(spans: pd.DataFrame) -> pd.DataFrame:
    """Estimate how far each series' last span may stray from its expectation by chance.

    The yearly growth (logarithmic) of a series, less the median growth of its line in all units that year, is what
    was its own. Its variance is moderated: the series' own years and the typical variance of its line, weighted by how
    much variances differ between series (empirical Bayes). Part of a year's chance is undone the year after; so the
    variance around a known level is estimated by half that of two years' growth.

    Parameters
    ----------
    spans : DataFrame
        ``unit, line, year, actual``: sums of the same months of each year (SEK in result sign). The last year is the
        judged one, and only earlier years tell of chance.

    Returns
    -------
    DataFrame
        One row a ``unit, line``, in the order of appearance:

        - ``drift``: what the line's growth in the region adds to the year before (SEK in result sign);
        - ``sd``: standard deviation around what could be expected (SEK);
        - ``sd_change``: the same for a change from the year before;
        - ``degrees``: degrees of freedom of both;
        - ``years``: the yearly changes of its own they rest on.

        ``sd`` is missing where nothing can be said: no year before, or too short a history.

    References
    ----------
    Smyth, G. K. (2004). Linear models and empirical Bayes methods for assessing differential expression.
    Statistical Applications in Genetics and Molecular Biology 3(1), article 3.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> spans = pd.DataFrame([
    ...     (f"u{unit}", "drugs", year, -1e6 * np.exp(0.04 * (year - 2020) + rng.normal(0, 0.02)))
    ...     for unit in range(200) for year in range(2019, 2027)
    ... ], columns=["unit", "line", "year", "actual"])
    >>> share = usual_variation(spans)["sd"] / (1e6 * np.exp(0.2))
    >>> round(float(share.median()), 2)
    0.02
    """
    wide = spans.pivot_table(index=KEYS, columns="year", values="actual", aggfunc="sum", sort=False)
    judged = int(spans["year"].max())
    wide = wide.reindex(columns=range(int(spans["year"].min()), judged + 1)).fillna(0.0)
    lines = wide.index.get_level_values("line").to_numpy()
    growth, common = _own_growth(wide.to_numpy(), lines)
    before, before_common = wide.to_numpy()[:, -2] if wide.shape[1] > 1 else np.zeros(len(wide)), common
    own = growth[:, :-1]
    variance, degrees, years, shared = _moderate(own, lines)
    size = np.abs(before)
    known = (size > 0) & np.isfinite(variance)
    sd_change = np.where(known, np.sqrt(np.where(known, variance, 0.0)) * size, np.nan)
    frame = pd.DataFrame(
        {
            "drift": np.where(size > 0, before * np.expm1(before_common), np.nan),
            "sd": sd_change * np.sqrt(shared),
            "sd_change": sd_change,
            "degrees": np.where(known, degrees, np.nan),
            "years": years,
        },
        index=wide.index,
    )
    return frame.reset_index()


def span_history(region: Region, period: pd.Timestamp) -> pd.DataFrame:
    """Sum January to the month of `period`, year by year, for every unit and line of the region.

    Parameters
    ----------
    region : Region
        The region.
    period : Timestamp
        Last month of the judged span; its organisation is laid in.

    Returns
    -------
    DataFrame
        ``unit, line, year, actual, budget``.
    """
    since = max(region.first_period, pd.Timestamp(period.year - HISTORY_YEARS, 1, 1))
    if since.month > 1:  # a year that begins in the middle is not comparable
        since = pd.Timestamp(since.year + 1, 1, 1)
    rows = region.amounts([*KEYS, "period"], since=since, until=period, structure=period)
    rows = rows[rows["period"].dt.month <= period.month]
    rows = rows.assign(year=rows["period"].dt.year)
    return rows.groupby([*KEYS, "year"], sort=False)[["actual", "budget"]].sum().round(2).reset_index()


def exceeds(deviation: pd.Series, sd: pd.Series, degrees: pd.Series) -> pd.Series:
    """Whether deviations are larger than chance explains; missing where there is no variation to judge by.

    Parameters
    ----------
    deviation, sd : Series
        SEK.
    degrees : Series
        Degrees of freedom of `sd`.

    Returns
    -------
    Series of boolean

    Examples
    --------
    >>> exceeds(pd.Series([10.0, 1.0, 1.0]), pd.Series([1.0, 1.0, np.nan]), pd.Series([20.0, 20.0, np.nan])).tolist()
    [True, False, <NA>]
    """
    return (deviation.abs() > limit(sd, degrees)).astype("boolean").where(sd.notna())


def limit(sd: pd.Series, degrees: pd.Series, p: float = SIGNAL_P) -> pd.Series:
    """Half width of the band that chance leaves with probability `p`.

    Parameters
    ----------
    sd : Series
        SEK.
    degrees : Series
        Degrees of freedom of `sd`.
    p : float, default `SIGNAL_P`
        Probability to exceed it on either side.

    Returns
    -------
    Series
        SEK; missing where `sd` is.

    Examples
    --------
    >>> limit(pd.Series([1.0]), pd.Series([1e9])).round(3).tolist()  # the normal quantile
    [3.481]
    """
    return sd * special.stdtrit(degrees.to_numpy(dtype=float), 1 - p / 2)


def summed(frame: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Variation of sums of independent series: ``by``, ``sd`` and ``degrees`` (Welch and Satterthwaite).

    Parameters
    ----------
    frame : DataFrame
        `by`, ``sd`` and ``degrees``; series without a variation are passed over.
    by : list of str
        Columns to sum by.

    Returns
    -------
    DataFrame

    Examples
    --------
    >>> frame = pd.DataFrame({"line": ["a", "a"], "sd": [3.0, 4.0], "degrees": [10.0, 10.0]})
    >>> summed(frame, ["line"])["sd"].tolist()
    [5.0]
    """
    known = frame.dropna(subset=["sd", "degrees"])
    parts = known[by].assign(variance=known["sd"] ** 2, weight=known["sd"] ** 4 / known["degrees"])
    sums = parts.groupby(by, sort=False)[["variance", "weight"]].sum().reset_index()
    degrees = np.where(sums["weight"] > 0, sums["variance"] ** 2 / sums["weight"].where(sums["weight"] > 0, 1), np.inf)
    return sums[by].assign(sd=np.sqrt(sums["variance"]), degrees=degrees)


def _own_growth(amounts: Floats, lines: npt.NDArray[np.object_]) -> tuple[Floats, Floats]:
    """Give each series' yearly growth less its line's, shape (series, years − 1), and the line's in the last year."""
    same = (amounts[:, 1:] * amounts[:, :-1]) > 0
    logs = np.log(np.abs(np.where(amounts == 0, 1.0, amounts)))
    growth = np.where(same, np.diff(logs, axis=1), np.nan)
    last = np.zeros(len(amounts))
    for line in pd.unique(lines):
        rows = lines == line
        block = growth[rows]
        counted = np.isfinite(block).sum(axis=0)
        enough = counted >= COMMON_CELLS
        common = np.zeros(block.shape[1])
        if enough.any():
            common[enough] = np.nanmedian(block[:, enough], axis=0)
        # Too few units to tell what the region did: each series' own usual growth is taken out instead.
        alone = ~enough
        steady = _row_median(block[:, :-1])
        own = np.broadcast_to(steady[:, None], block.shape)
        growth[rows] = block - np.where(alone, own, common)
        if block.shape[1]:
            last[rows] = steady if alone[-1] else common[-1]
    return growth, last


def _row_median(block: Floats) -> Floats:
    known = np.isfinite(block).any(axis=1) if block.shape[1] else np.zeros(len(block), dtype=bool)
    medians = np.zeros(len(block))
    if known.any():
        medians[known] = np.nanmedian(block[known], axis=1)
    return medians


def _moderate(own: Floats, lines: npt.NDArray[np.object_]) -> tuple[Floats, Floats, npt.NDArray[np.int64], Floats]:
    """Variance of one year's growth with its degrees of freedom, the years it rests on, and the share that stays.

    The share that stays is the variance of two years' growth over twice that of one: ½ when chance is undone the year
    after, 1 when it never is.
    """
    variance = np.full(len(own), np.nan)
    degrees = np.full(len(own), np.nan)
    shared = np.ones(len(own))
    years = np.isfinite(own).sum(axis=1)
    logs: list[tuple[npt.NDArray[np.bool_], Floats, Floats]] = []
    for line in pd.unique(lines):
        rows = lines == line
        block = own[rows]
        scale = _spread(block)
        if scale == 0 or np.isfinite(block).sum() < FEWEST_YEARS:
            continue
        shared[rows] = _staying(block, scale)
        squares = np.clip(block, -OUTLIER * scale, OUTLIER * scale) ** 2
        with np.errstate(invalid="ignore"):
            own_variance = np.where(years[rows] > 0, np.nansum(squares, axis=1) / np.maximum(years[rows], 1), np.nan)
        logs.append((rows, own_variance, years[rows].astype(float)))
    if not logs:
        return variance, degrees, years, shared
    prior_degrees = _prior_degrees([(own, count) for _, own, count in logs])
    for rows, own_variance, count in logs:
        typical = _typical(own_variance, count, prior_degrees)
        moderated = (prior_degrees * typical + count * np.nan_to_num(own_variance)) / (prior_degrees + count)
        enough = (count >= FEWEST_YEARS) | (np.nansum(count) >= FEWEST_YEARS * COMMON_CELLS)
        variance[rows] = np.where(enough, moderated, np.nan)
        degrees[rows] = np.where(enough, prior_degrees + count, np.nan)
    return variance, degrees, years, shared


def _spread(values: Floats) -> float:
    finite = values[np.isfinite(values)]
    return float(np.median(np.abs(finite)) / MAD) if finite.size else 0.0


def _staying(block: Floats, scale: float) -> float:
    two = block[:, 1:] + block[:, :-1]
    if np.isfinite(two).sum() < FEWEST_YEARS * COMMON_CELLS:
        return 1.0
    return float(np.clip(_spread(two) ** 2 / (2 * scale**2), 0.5, 1.0))


def _prior_degrees(series: list[tuple[Floats, Floats]]) -> float:
    """How alike the variances of a line's series are, as degrees of freedom: the better the prior, the more."""
    spreads, chance, number = [], [], []
    for variance, count in series:
        known = (count >= FEWEST_YEARS) & (variance > 0)
        if known.sum() < COMMON_CELLS:
            continue
        logs = np.log(variance[known]) - special.digamma(count[known] / 2) + np.log(count[known] / 2)
        spreads.append((np.median(np.abs(logs - np.median(logs))) / MAD) ** 2)
        chance.append(special.polygamma(1, count[known] / 2).mean())
        number.append(known.sum())
    if not number:
        return float(FEWEST_YEARS)
    excess = float(np.average(np.array(spreads) - np.array(chance), weights=number))
    return 2 * _trigamma_inverse(max(excess, PRIOR_FLOOR))


def _typical(variance: Floats, count: Floats, prior_degrees: float) -> float:
    """Give the variance that is typical of a line: the prior's scale."""
    known = (count > 0) & (variance > 0)
    if not known.any():
        return float("nan")
    logs = np.log(variance[known]) - special.digamma(count[known] / 2) + np.log(count[known] / 2)
    return float(np.exp(np.median(logs) + np.log(prior_degrees / 2) - special.digamma(prior_degrees / 2)))


def _trigamma_inverse(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method on 1/trigamma, which is nearly straight (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        trigamma = float(special.polygamma(1, x))
        step = trigamma * (1 - trigamma / value) / float(special.polygamma(2, x))
        x += step
        if abs(step) < 1e-10 * x:
            break
    return x
