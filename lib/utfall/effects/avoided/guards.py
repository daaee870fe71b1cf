"""Guards: what else happened around the start of a measure that could look like its effect, or hide it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd

from utfall.effects.avoided.usage import NEAR, Usage
from utfall.effects.avoided.usage_words import UsageWords
from utfall.evidence import Check
from utfall.presentation.numbers import number, percent, period_name

HALF_YEAR = 6
"""Months on either side of a break whose medians are compared."""

PACK_STEP = 0.15
"""Price and packages a patient that jump by at least this much (log) in opposite directions in the same month are a
new pack size; no real change of either is mirrored by the other."""

MIRRORED = 0.5
"""The smaller of the two jumps is at least this share of the larger."""

PRICE_STEP = 0.05
"""Change in price (log) at the start that is no yearly adjustment, which is about three per cent."""

MIX_STEP = 0.10
"""Share of the need that moved between strata, from which the mix is another."""

VOLUME_STEP = 0.10
"""Change in need a month, against the same months before, from which the volume is another."""


class Status(StrEnum):
    """What a guard found."""

    CLEAR = "clear"
    MET = "met"
    RAISED = "raised"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Guard:
    """One thing besides the measure that could have moved the use.

    Parameters
    ----------
    key : str
        ``pack_size``, ``mix``, ``price``, ``stock`` or ``volume``.
    name : str
        What is guarded against, in Swedish.
    status : Status
        Clear; met, when it happened and the method deals with it; raised, when it happened and the method cannot;
        untested, when the data cannot tell.
    words : str
        What was found and what it means, in Swedish.
    """

    key: str
    name: str
    status: Status
    words: str

    @property
    def check(self) -> Check | None:
        """The guard as a check of the estimate; None when it could not be tested."""
        if self.status is Status.UNTESTED:
            return None
        return Check(self.name, self.status is not Status.RAISED, self.words.rstrip("."))


def look_out(usage: Usage, words: UsageWords) -> tuple[Guard, ...]:
    """Look for everything that could be taken for the measure, or hide it.

    Parameters
    ----------
    usage : Usage
        The use.
    words : UsageWords
        What the quantities are called.

    Returns
    -------
    tuple of Guard
        One each: pack size, mix, price, stock, volume.
    """
    new_size = _new_size(usage)
    return (
        _pack_size(usage, words, new_size),
        _mix(usage),
        _price(usage, words, new_size),
        _stock(usage, words),
        _volume(usage, words),
    )


def _new_size(usage: Usage) -> pd.Timestamp | None:
    """The month in which price and packages per patient (or dose) broke in opposite directions, if any."""
    per = _counted(usage)
    if per is None:
        return None
    packages, given, paid = usage.months["packages"], usage.months[per], _average_price(usage)
    price, use = _breaks(paid), _breaks((packages / given).where((packages > 0) & (given > 0)))
    sizes = pd.concat([price.abs(), use.abs()], axis=1)
    smaller, larger = sizes.min(axis=1), sizes.max(axis=1)
    mirrored = (price * use < 0) & (smaller >= PACK_STEP) & (smaller >= MIRRORED * larger)
    return _sharpest(paid, mirrored) if mirrored.any() else None


def _counted(usage: Usage) -> str | None:
    """What was given, in numbers that no pack size changes."""
    return next((column for column in ("doses", "patients") if column in usage.months.columns), None)


def _pack_size(usage: Usage, words: UsageWords, new_size: pd.Timestamp | None) -> Guard:
    name = f"Samma storlek på {words.resource}"
    if _counted(usage) is None:
        return Guard("pack_size", name, Status.UNTESTED, f"Utan antal {words.treated} kan storleken inte prövas.")
    if new_size is None:
        return Guard("pack_size", name, Status.CLEAR, "Pris och åtgång har inte bytt nivå åt var sitt håll.")
    found = f"Pris och åtgång bytte nivå åt var sitt håll i {period_name(new_size)}: det är en ny storlek"
    if usage.need_name == "need":
        return Guard("pack_size", name, Status.MET, f"{found}, och behovet räknas efter den storlek som gällde.")
    return Guard(
        "pack_size", name, Status.RAISED, f"{found}. Antalet {words.needs} följer den inte, så den liknar en effekt."
    )


def _mix(usage: Usage) -> Guard:
    name = "Samma mix av grupper"
    if not usage.strata:
        return Guard("mix", name, Status.UNTESTED, "Utan uppdelning på grupper kan en ändrad mix inte prövas.")
    need = usage.rows.assign(after=usage.rows["period"] >= usage.start)
    shares = need.pivot_table(index=list(usage.strata), columns="after", values="need", aggfunc="sum").fillna(0.0)
    shares = shares / shares.sum()
    moved = float((shares[True] - shares[False]).abs().sum() / 2)
    if moved < MIX_STEP:
        return Guard("mix", name, Status.CLEAR, f"{percent(moved)} av behovet har bytt grupp.")
    words = f"{percent(moved)} av behovet har bytt grupp; varje grupp jämförs med sin egen åtgång före starten."
    return Guard("mix", name, Status.MET, words)


def _price(usage: Usage, words: UsageWords, new_size: pd.Timestamp | None) -> Guard:
    name = "Ingen prisändring vid starten"
    if new_size is not None:
        return Guard("price", name, Status.UNTESTED, "Priset går inte att jämföra över en ändrad storlek.")
    paid = _average_price(usage)
    breaks, offset = _breaks(paid), pd.DateOffset(months=NEAR)
    near = breaks.notna() & (paid.index >= usage.start - offset) & (paid.index <= usage.start + offset)
    if not near.any():
        return Guard("price", name, Status.UNTESTED, "För få månader med pris omkring starten.")
    month = _sharpest(paid, near)
    moved = float(breaks[month])
    if abs(moved) < PRICE_STEP:
        return Guard("price", name, Status.CLEAR, f"Priset ändrades {_change(moved)}.")
    return Guard(
        "price",
        name,
        Status.MET,
        f"Priset per {words.one} ändrades {_change(moved)} i {period_name(month)}; det är en egen post i "
        "bryggan och räknas inte som åtgärdens effekt.",
    )


def _stock(usage: Usage, words: UsageWords) -> Guard:
    name = "Ingen lageruppbyggnad före starten"
    if np.isnan(usage.stock):
        return Guard("stock", name, Status.UNTESTED, "För få månader efter starten för att se om ett lager förbrukats.")
    if not usage.stock:
        return Guard("stock", name, Status.CLEAR, "Inköpen följer behovet omkring starten.")
    return Guard(
        "stock",
        name,
        Status.MET,
        f"Omkring {number(usage.stock)} {words.resource} mer än behovet köptes strax före starten, och färre strax "
        "efter: ett lager. De månaderna ingår inte i skattningen av åtgången.",
    )


def _volume(usage: Usage, words: UsageWords) -> Guard:
    name = "Samma volym per dag"
    volume = usage.months[_counted(usage) or "need"].dropna()
    latest = volume[volume.index >= usage.start].iloc[-2 * HALF_YEAR :]
    earlier = volume[volume.index < usage.start].iloc[-2 * HALF_YEAR :]
    same = earlier[np.isin(pd.DatetimeIndex(earlier.index).month, pd.DatetimeIndex(latest.index).month)]
    if same.empty or not (same.mean() > 0 and latest.mean() > 0):
        return Guard("volume", name, Status.UNTESTED, "Samma månader före starten saknas.")
    moved = float(np.log(latest.mean() / same.mean()))
    found = f"Volymen per månad ändrades {_change(moved)}"
    if abs(moved) < VOLUME_STEP:
        return Guard("volume", name, Status.CLEAR, f"{found}.")
    if usage.per_day is not None:
        return Guard("volume", name, Status.MET, f"{found}; volymen per dag ingår i skattningen.")
    return Guard(
        "volume",
        name,
        Status.RAISED,
        f"{found}, och fler {words.treated} per dag kan i sig minska åtgången. Antalet mottagningsdagar är inte känt: "
        "effekten gäller åtgärd och volym tillsammans.",
    )


def _average_price(usage: Usage) -> pd.Series:
    """Price at a fixed mix: the cost of each month's use beside what it costs at the first prices known."""
    rows = usage.rows
    first = rows.groupby(list(usage.strata))["price"].transform("first") if usage.strata else rows["price"].iloc[0]
    work = rows.assign(fixed=rows["packages"] * first).groupby("period")[["cost", "fixed"]].sum()
    ratio = work["cost"].where(work["cost"] > 0) / work["fixed"].where(work["fixed"] > 0)
    return ratio.reindex(usage.months.index)


def _breaks(values: pd.Series) -> pd.Series:
    """For each month, the median log of the half-year from it less that of the half-year before it."""
    values = pd.Series(np.log(values.to_numpy()), index=values.index)
    behind = values.rolling(HALF_YEAR, min_periods=NEAR).median().shift(1)
    ahead = values[::-1].rolling(HALF_YEAR, min_periods=NEAR).median()[::-1]
    return ahead - behind


def _sharpest(price: pd.Series, months: pd.Series) -> pd.Timestamp:
    """The one of some months in which the price changed most against the month before: medians alone leave it open."""
    changes = (price / price.ffill().shift(1) - 1).abs().where(months)
    return pd.Timestamp(changes.index[int(np.nan_to_num(changes.to_numpy(), nan=-1.0).argmax())])


def _change(log_change: float) -> str:
    return f"med {percent(float(np.expm1(log_change)), 0, signed=True)}"
