"""What an effect is estimated from, read and checked before anything is computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData, InvalidParameter

Array = NDArray[np.float64]

SEASONS = {"M": 12, "Q": 4, "Y": 1, "W": 52, "D": 7}
"""Periods a season, by how far apart the periods are."""

PER_YEAR = {"M": 12.0, "Q": 4.0, "Y": 1.0, "W": 52.18, "D": 365.25}
"""Periods a year, for growth."""

SPACING = {(28, 31): "M", (90, 92): "Q", (365, 366): "Y", (7, 7): "W", (1, 1): "D"}
"""Days between two dates, and how far apart the periods then are."""

FEWEST_BEFORE = 12
"""Periods before the start below which nothing is estimated: a season cannot be told from an effect."""

MOST_MISSING = 0.1
"""Share of the periods that may lack a figure; with more, the series is not one."""


ZERO_REMEDY = "Sum larger units; counts, which may be zero, are judged with counts=True."
"""What to do about a cost that is not positive."""


@dataclass(frozen=True, eq=False)
class Observed:
    """A series that is ready to be judged.

    Parameters
    ----------
    periods : pandas.PeriodIndex
        Every period from the first to the last, without gaps.
    before : int
        How many of them come before the start.
    cost : ndarray
        As given; NaN where it is missing.
    series : ndarray
        Logarithm of the cost, fixed in price and per volume where those are given; missing ones interpolated.
        Counts as they are.
    missing : tuple of int
        Positions of the periods that lack a figure.
    controls : pandas.DataFrame
        Logarithms of the comparison series, fixed in price; no columns when there are none.
    price, volume : ndarray or None
        Logarithms, where they are given.
    warnings : tuple of str
        Swedish sentences about what was left out.
    """

    periods: pd.PeriodIndex
    before: int
    cost: Array
    series: Array
    missing: tuple[int, ...]
    controls: pd.DataFrame
    price: Array | None
    volume: Array | None
    warnings: tuple[str, ...]

    @property
    def frequency(self) -> str:
        """How far apart the periods are: "M", "Q", "Y", "W" or "D"."""
        return _frequency(self.periods)

    @property
    def season(self) -> int:
        """Periods a season."""
        return SEASONS[self.frequency]

    @property
    def per_year(self) -> float:
        """Periods a year."""
        return PER_YEAR[self.frequency]

    @property
    def position(self) -> NDArray[np.int64]:
        """Where in the season each period lies."""
        ordinal = np.array([period.ordinal for period in self.periods], dtype=np.int64)
        return np.asarray(ordinal % self.season)

    @property
    def years(self) -> Array:
        """Years since the start."""
        return np.asarray((np.arange(len(self.periods)) - self.before) / self.per_year)


def read_observed(
    cost: pd.Series,
    start: Any,
    *,
    volume: pd.Series | None = None,
    controls: pd.DataFrame | None = None,
    price_index: pd.Series | None = None,
    counts: bool = False,
) -> Observed:
    """Read the series of a measure.

    Parameters
    ----------
    cost : pandas.Series
        Positive figures by period.
    start : str, date or Period
        First period with the measure.
    volume, price_index : pandas.Series, optional
        By the same periods.
    controls : pandas.DataFrame, optional
        One column a comparison series.
    counts : bool, default False
        The figures are counts: they may be zero, and stay as they are.

    Returns
    -------
    Observed

    Raises
    ------
    InvalidData
        When a series cannot be used; each fault names its period.
    InvalidParameter
        When the start lies outside the data, or too little comes before or after it.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=36, freq="M")
    >>> read_observed(pd.Series(range(100, 136), months), "2025-01").before
    24
    """
    given = _by_period(cost, "cost")
    periods = pd.period_range(given.index[0], given.index[-1])
    before = _before(start, periods)
    whole = given.reindex(periods)
    if counts:
        _refuse(whole[whole < 0], "cost", "is {value:g}.", "A count is not negative.")
    else:
        _refuse(whole[whole <= 0], "cost", "is {value:g}, so that a share of it cannot be told.", ZERO_REMEDY)
    adjusted, logs = (whole if counts else np.log(whole)), {}
    for name, other in (("volume", volume), ("price_index", price_index)):
        if other is not None:
            aligned = _by_period(other, name).reindex(periods)
            _refuse(aligned[aligned <= 0], name, "is {value:g}.", "It must be positive.")
            logs[name] = np.log(aligned)
            adjusted = adjusted + 0 * logs[name] if counts else adjusted - logs[name]
    if "price_index" in logs:
        lacking = logs["price_index"][logs["price_index"].isna()]
        _refuse(lacking, "price_index", "is missing.", "Extend the index with its forecast.")
    missing = np.flatnonzero(adjusted.isna())
    if len(missing) > MOST_MISSING * len(periods):
        _refuse(adjusted.iloc[missing], "cost", "is missing.", "Fill the gaps; at most a tenth may be missing.")
    if whole.min() == whole.max() or adjusted.min() == adjusted.max():
        raise InvalidData(
            [Fault("cost", None, "is the same in every period.", "A series that never moves cannot show an effect.")]
        )
    usable, warnings = _usable_controls(controls, periods, logs.get("price_index"))
    return Observed(
        periods=periods,
        before=before,
        cost=whole.to_numpy(),
        series=adjusted.interpolate(limit_direction="both").to_numpy(),
        missing=tuple(missing.tolist()),
        controls=usable,
        price=logs["price_index"].to_numpy() if "price_index" in logs else None,
        volume=logs["volume"].interpolate(limit_direction="both").to_numpy() if "volume" in logs else None,
        warnings=warnings,
    )


def _by_period(series: pd.Series, name: str) -> pd.Series:
    """Give a series its periods as index, in order."""
    if not isinstance(series, pd.Series):
        raise InvalidParameter(f"{name} is a {type(series).__name__}; give a Series with its periods as index.")
    known = pd.Series(_numbers(series, name), _period_index(series.index, name)).sort_index()
    if not known.notna().any():
        raise InvalidData([Fault(name, None, "has no figures.", "Give a series with figures.")])
    return known.loc[known.first_valid_index() : known.last_valid_index()]


def _period_index(index: pd.Index, name: str) -> pd.PeriodIndex:
    if isinstance(index, pd.DatetimeIndex):
        index = index.to_period(_spacing(index, name))
    if not isinstance(index, pd.PeriodIndex) or _frequency(index) not in SEASONS:
        raise InvalidParameter(f"{name} has no dates as index. Give a PeriodIndex or DatetimeIndex of equal spacing.")
    if index.has_duplicates:
        twice = index[index.duplicated()][0]
        raise InvalidData([Fault(name, None, f"has {twice} twice.", "Keep one figure a period.")])
    return index


def _numbers(values: pd.Series | pd.DataFrame, name: str) -> Array:
    try:
        numbers = values.to_numpy("float64", na_value=np.nan)
    except (TypeError, ValueError):
        raise InvalidData([Fault(name, None, "holds what is not a number.", "Give numbers only.")]) from None
    return np.where(np.isfinite(numbers), numbers, np.nan)


def _spacing(index: pd.DatetimeIndex, name: str) -> str:
    days = int(pd.Series(index).sort_values().diff().dt.days.median()) if len(index) > 1 else 0
    for (least, most), frequency in SPACING.items():
        if least <= days <= most:
            return frequency
    raise InvalidParameter(f"{name} has dates {days} days apart. Give days, weeks, months, quarters or years.")


def _frequency(index: pd.PeriodIndex) -> str:
    return str(index.freqstr).split("-")[0]


def _before(start: Any, periods: pd.PeriodIndex) -> int:
    try:
        first = start.asfreq(periods.freqstr) if isinstance(start, pd.Period) else pd.Period(start, periods.freqstr)
    except (ValueError, TypeError, AttributeError):
        raise InvalidParameter(f"start {start!r} is not a period. Write it as '2026-01'.") from None
    if not periods[0] < first <= periods[-1]:
        raise InvalidParameter(f"start {first} is outside the data, which cover {periods[0]} to {periods[-1]}.")
    before = int(np.flatnonzero(periods == first)[0])
    if before < FEWEST_BEFORE:
        raise InvalidParameter(
            f"Only {before} periods come before the start {first}; {FEWEST_BEFORE} are needed to tell an effect "
            "from a season."
        )
    return before


def _refuse(bad: pd.Series, name: str, what: str, remedy: str) -> None:
    if len(bad):
        raise InvalidData(
            [Fault(name, None, f"{period}: {name} {what.format(value=value)}", remedy) for period, value in bad.items()]
        )


def _usable_controls(
    controls: pd.DataFrame | None, periods: pd.PeriodIndex, price: pd.Series | None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Logarithms of the comparison series that can be used, and what is said of the others."""
    if controls is None or controls.shape[1] == 0:
        return pd.DataFrame(index=periods), ()
    if not isinstance(controls, pd.DataFrame):
        raise InvalidParameter(f"controls is a {type(controls).__name__}; give a DataFrame, one column a series.")
    index = _period_index(controls.index, "controls")
    known = pd.DataFrame(_numbers(controls, "controls"), index).reindex(periods).to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.log(known)
    whys = {
        "saknar månader": np.isnan(known).mean(axis=0) > MOST_MISSING,
        "har månader utan positivt belopp": (known <= 0).any(axis=0),
        "är lika stora varje månad": np.ptp(np.nan_to_num(known), axis=0) == 0,
    }
    names = np.array([str(name) for name in controls.columns])
    usable = np.ones(len(names), dtype=bool)
    warnings = []
    for why, holds in whys.items():
        if (usable & holds).any():
            warnings.append(f"Jämförelseserier som inte används för att de {why}: {', '.join(names[usable & holds])}.")
        usable &= ~holds
    fixed = logs[:, usable] if price is None else logs[:, usable] - price.to_numpy()[:, None]
    frame = pd.DataFrame(fixed, periods, names[usable])
    return (frame.interpolate(limit_direction="both") if np.isnan(fixed).any() else frame), tuple(warnings)
