"""The use of something by month: read, checked, and held against the use before a measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import Fault, InvalidData, InvalidParameter

Floats = NDArray[np.float64]

FEWEST_BEFORE = 18
"""Usable months before the start without which there is no usual intensity to compare with: a year and a half, so
that at least half of the calendar is seen twice."""

REQUIRED = ("period", "price", "packages")
"""Columns that must be there, beside ``need`` or ``doses``."""

OPTIONAL = ("patients", "clinic_days")
"""Columns that tell more where they are there."""

WINDOW = 7
"""Months whose median a month is compared with."""

UNUSUAL = 5.0
"""A month this many standard deviations from the running median is no usual month: what was bought then was a
stock, a correction or a mistake, and is left out of the estimate (not of the ledger). Noise alone goes so far once
in a million months."""

NEAR = 3
"""Months on either side of the start in which a stock may be built up and lived off."""

STOCK_TOGETHER, STOCK_EACH = 4.5, 1.0
"""Standard deviations by which the purchases of those months exceed the need before the start and fall short of it
afterwards, taken together and each by itself, when it is a stock. Noise does so once in a few thousand measures, and
then costs no more than six months of data."""

SAME = 1e-9
"""Logarithms that differ by less are the same number."""

FEW = 2.0
"""Packages more or less that are never unusual, however even the months are otherwise."""

MEAN_SCALE = float(np.sqrt(np.pi / 2))
"""Mean absolute deviation of normal noise, turned into its standard deviation. The median would be zero where many
months are alike, as small counts are."""


@dataclass(frozen=True, eq=False)
class Usage:
    """Checked use, by stratum and by month.

    Parameters
    ----------
    rows : DataFrame
        ``period``, the strata's columns, ``price``, ``packages``, ``need``, perhaps ``patients`` and ``doses``, and
        ``cost`` (price × packages, positive).
    strata : tuple of str
        Columns that name a stratum.
    months : DataFrame
        By ``period``, without gaps: ``cost``, ``packages``, ``need``, perhaps ``patients``, ``doses``, ``clinic_days``
        (summed over strata); ``expected``: what the cost would be at actual price and need with the packages per need
        of before the start; ``log_intensity``: ln(cost ÷ expected), so its mean before the start is near zero;
        ``usable``: whether the month says something of the usual intensity. Missing where there is no row.
    per_day : ndarray or None
        Log of doses (or else need) per clinic day, each month; None where it is not known, or never varied before the
        start and so has taught nobody what it does.
    stock : float
        Packages bought up before the start and used after it, where that stands out; zero where it does not, missing
        where it cannot be told. The months it shows in are not usable then.
    before : float
        Packages per need before the start.
    start : Timestamp
        First month with the measure.
    need_name : {"need", "doses"}
        The column that ``need`` was read from.
    """

    rows: pd.DataFrame
    strata: tuple[str, ...]
    months: pd.DataFrame
    per_day: Floats | None
    stock: float
    before: float
    start: pd.Timestamp
    need_name: str

    @property
    def position(self) -> int:
        """How many months lie before the start."""
        return int((self.months.index < self.start).sum())

    @property
    def has_patients(self) -> bool:
        """Whether it is known how many were treated."""
        return "patients" in self.rows.columns


def read_usage(use: pd.DataFrame, start: Any, strata: str | Sequence[str] | None) -> Usage:
    """Check a frame of use and put it month by month.

    Parameters
    ----------
    use, start, strata
        As in `avoided_cost`.

    Returns
    -------
    Usage

    Raises
    ------
    InvalidParameter
        When a column is missing, the start is outside the data, or the history is too short or does not vary.
    InvalidData
        For every value that cannot be used, with its row.

    Examples
    --------
    >>> months = pd.period_range("2023-01", periods=30, freq="M")
    >>> use = pd.DataFrame({"period": months, "price": 10.0, "packages": np.arange(30) % 3 + 11, "need": 10})
    >>> usage = read_usage(use, "2025-01", None)
    >>> usage.position, usage.before
    (24, 1.2)
    """
    names = [strata] if isinstance(strata, str) else list(strata or [])
    begin = _month(start)
    need_name = "need" if "need" in use.columns else "doses"
    missing = [name for name in (*REQUIRED, need_name, *names) if name not in use.columns]
    if missing:
        wanted = "need (or doses)" if missing[0] == "doses" else missing[0]
        raise InvalidParameter(
            f"use has no column {wanted!r}: it needs period, price, packages and need (or doses), and may have "
            f"patients and clinic_days. Its columns are {list(map(str, use.columns))}."
        )
    if use.empty:
        raise InvalidParameter("use has no rows. Give one a month.")
    rows = _rows(use, need_name, names)
    months, ratio = _months(rows, names, begin)
    per_day = _per_day(months, begin)
    stock, disturbed = _stock(months, begin)
    months["usable"] &= ~months.index.isin(disturbed)
    _require_history(months, begin)
    return Usage(rows, tuple(names), months, per_day, stock, ratio, begin, need_name)


def _month(period: Any) -> pd.Timestamp:
    try:
        return pd.Period(period, freq="M").to_timestamp()
    except (ValueError, TypeError):
        raise InvalidParameter(f"{period!r} is not a month. Write it as '2024-03'.") from None


def _rows(use: pd.DataFrame, need_name: str, strata: list[str]) -> pd.DataFrame:
    """Rows with numbers, or every fault."""
    faults = []
    read: dict[str, object] = {}
    periods = []
    for number, value in enumerate(use["period"], start=1):
        try:
            periods.append(pd.NaT if pd.isna(value) else _month(value))
        except InvalidParameter:
            periods.append(pd.NaT)
        if periods[-1] is pd.NaT:
            faults.append(Fault("use", number, f"period is {value!r}, not a month.", "Write it as '2024-03'."))
    read["period"] = pd.DatetimeIndex(periods)
    for name in strata:
        read[name] = use[name].to_numpy()
        faults += [
            Fault("use", int(row) + 1, f"stratum {name!r} is missing.", "Fill it in.")
            for row in np.flatnonzero(use[name].isna())
        ]
    known = [name for name in ("doses", *OPTIONAL) if name in use.columns]
    bought = np.ones(len(use), dtype=bool)
    for name in dict.fromkeys(["packages", "price", need_name, *known]):
        values = pd.to_numeric(use[name], errors="coerce").to_numpy(dtype=float, na_value=np.nan)
        wrong = ~np.isfinite(values) | (values < 0)
        if name == "packages":
            bought = values > 0
        elif name == "price":
            wrong |= values == 0
        for row in np.flatnonzero(wrong & bought if name == "price" else wrong):
            found = use[name].iloc[row]
            what = "is missing." if pd.isna(found) else f"is {str(found)!r}; it must be a number, zero or more."
            faults.append(Fault("use", int(row) + 1, f"{name} {what}", "Fill it in, or leave the row out."))
        read[name] = values
    frame = pd.DataFrame(read)
    if not faults:
        faults = [
            Fault("use", int(row) + 1, "its month and stratum occur more than once.", "Sum the rows, or name strata.")
            for row in np.flatnonzero(frame.duplicated(["period", *strata]))
        ]
    if faults:
        raise InvalidData(sorted(faults, key=lambda fault: fault.row or 0))
    frame["need"] = frame[need_name]
    frame = frame.sort_values(["period", *strata], kind="stable", ignore_index=True)
    # Where nothing was bought there may be no price; the latest one says what a package would have cost.
    price = frame["price"].where(frame["price"] > 0)
    frame["price"] = price.groupby([frame[name] for name in strata]).transform(_carry) if strata else _carry(price)
    frame["cost"] = frame["price"] * frame["packages"]
    return frame


def _carry(price: pd.Series) -> pd.Series:
    return price.ffill().bfill().fillna(0.0)


def _months(rows: pd.DataFrame, strata: list[str], start: pd.Timestamp) -> tuple[pd.DataFrame, float]:
    """Sum the strata, each held against its own intensity before the start."""
    before = rows[rows["period"] < start]
    ratio = float(before["packages"].sum() / before["need"].sum()) if before["need"].sum() > 0 else np.nan
    own = pd.Series(ratio, index=rows.index)
    if strata and len(before):
        sums = before.groupby(strata)[["packages", "need"]].sum()
        known = (sums["packages"] / sums["need"])[(sums["need"] > 0) & (sums["packages"] > 0)].rename("own")
        # A stratum that is new has no intensity of its own before: the whole's stands in.
        own = rows.join(known, on=strata)["own"].fillna(ratio)
    work = rows.assign(expected=rows["price"] * rows["need"] * own)
    summed = ["cost", "packages", "need", "expected", *(name for name in ("patients", "doses") if name in rows.columns)]
    months = work.groupby("period")[summed].sum()
    if "clinic_days" in rows.columns:
        # Strata are treated on the same days: each row tells the clinic's days, not its own share of them.
        months["clinic_days"] = rows.groupby("period")["clinic_days"].max()
    months = months.reindex(pd.date_range(months.index.min(), months.index.max(), freq="MS", name="period"))
    positive = months["cost"].gt(0) & months["expected"].gt(0)
    if "clinic_days" in months.columns:
        positive &= months["clinic_days"].gt(0)
    months["log_intensity"] = np.log((months["cost"] / months["expected"]).where(positive))
    months["usable"] = positive & ~_unusual(months["log_intensity"], months["packages"])
    return months, ratio


def _per_day(months: pd.DataFrame, start: pd.Timestamp) -> Floats | None:
    if "clinic_days" not in months.columns:
        return None
    counted = months["doses" if "doses" in months.columns else "need"]
    ratio = (counted / months["clinic_days"]).where(months["usable"] & counted.gt(0))
    logs = np.log(ratio.to_numpy())
    before = logs[(months.index < start) & ratio.notna()]
    if not len(before) or np.ptp(before) < SAME:
        return None
    # What stands in a month that is not usable does not matter.
    return np.where(ratio.notna(), logs, before.mean())


def _unusual(values: pd.Series, packages: pd.Series) -> pd.Series:
    """Months far from their neighbours, measured by what is usual for the series."""
    # At the ends of the series nothing tells a stray month from a change that lasts, so none is left out there.
    off = (values - values.rolling(WINDOW, center=True).median()).abs()
    return (off > UNUSUAL * MEAN_SCALE * off.mean()) & (off * packages > FEW)


def _stock(months: pd.DataFrame, start: pd.Timestamp) -> tuple[float, pd.Index]:
    """Packages bought beyond the need just before the start, if as clearly too few were bought after it; and when."""
    y, nowhere = months["log_intensity"], months.index[:0]
    before, after = y[y.index < start].dropna(), y[y.index >= start].dropna()
    earlier, later = before.iloc[:-NEAR], after.iloc[NEAR:].iloc[:WINDOW]
    if len(earlier) < WINDOW or len(later) < NEAR:
        return np.nan, nowhere
    earlier = earlier[months["usable"].reindex(earlier.index)]
    usual = earlier.iloc[-WINDOW:]
    # Differences between months, so that a level which drifts over the years does not widen the limit.
    noise = MEAN_SCALE * earlier.diff().abs().mean() / np.sqrt(2)
    if not noise > 0:
        return np.nan, nowhere
    beyond, short = before.iloc[-NEAR:] - usual.mean(), later.mean() - after.iloc[:NEAR]
    above, below = (
        sides.sum() / (noise * np.sqrt(NEAR + NEAR**2 / len(others)))
        for sides, others in ((beyond, usual), (short, later))
    )
    if min(above, below) < STOCK_EACH or above + below < STOCK_TOGETHER:
        return 0.0, nowhere
    bought = float((months["packages"].reindex(beyond.index) * -np.expm1(-beyond)).sum())
    return bought, beyond.index[beyond > noise].union(short.index[short > noise])


def _require_history(months: pd.DataFrame, start: pd.Timestamp) -> None:
    if not months.index.min() < start <= months.index.max():
        raise InvalidParameter(
            f"start {start:%Y-%m} is outside the data, {months.index.min():%Y-%m} to {months.index.max():%Y-%m}: "
            "there must be months before it and with it."
        )
    before = months[(months.index < start) & months["usable"]]
    if len(before) < FEWEST_BEFORE:
        raise InvalidParameter(
            f"Only {len(before)} months before {start:%Y-%m} can be used; at least {FEWEST_BEFORE} are needed to know "
            "the usual intensity. Choose a longer history."
        )
    if not months.loc[months.index >= start, "usable"].any():
        raise InvalidParameter(f"No month from {start:%Y-%m} can be used: nothing was bought or needed in them.")
    if np.ptp(before["log_intensity"]) < SAME:
        raise InvalidParameter(
            f"The intensity is the same in every month before {start:%Y-%m}: a series without variation is calculated, "
            "not measured, and cannot tell noise from effect. Give counted packages and need."
        )
