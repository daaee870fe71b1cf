"""A panel of comparable series: one column a unit, checked before anything is weighed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from utfall.errors import InvalidParameter

FEWEST_BEFORE = 10
"""Periods before the start without which a mixture of donors can be made to fit anything."""

FEWEST_MONTHS_BEFORE = 18
"""The same for months: a year and a half, so that at least half of the calendar is seen twice."""

FEWEST_DONORS = 3
"""Donors without which no one can be left out and still be compared with the others."""

LONGEST_MONTH = pd.Timedelta(days=31)
"""Longest distance between periods that are months."""


@dataclass(frozen=True, eq=False)
class Panel:
    """Checked series.

    Parameters
    ----------
    treated : Series
        The treated unit's outcome, by period (timestamps, or whole numbers such as years).
    donors : DataFrame
        The donors that can be used, one column each, same periods.
    start : Timestamp or int
        First period with the measure, as in the index.
    left_out : dict of str to str
        Donors that are not used, with the reason in Swedish.
    """

    treated: pd.Series
    donors: pd.DataFrame
    start: Any
    left_out: dict[str, str]

    @property
    def position(self) -> int:
        """How many periods lie before the start."""
        return int((self.treated.index < self.start).sum())


def read_panel(panel: pd.DataFrame, treated: str, start: Any, exclude: Sequence[str]) -> Panel:
    """Check a panel and choose its donors.

    Parameters
    ----------
    panel, treated, start, exclude
        As in `synthetic_control`.

    Returns
    -------
    Panel

    Raises
    ------
    InvalidParameter
        When the treated series or the periods cannot be used, or too few donors or periods are left.

    Examples
    --------
    >>> years = pd.RangeIndex(1990, 2004)
    >>> frame = pd.DataFrame({name: np.sin(number + np.arange(14)) for number, name in enumerate("abcde")}, years)
    >>> frame.loc[1995, "e"] = np.nan
    >>> read_panel(frame, "a", 2001, []).left_out
    {'e': 'saknar värden'}
    """
    frame = _in_order(panel)
    unknown = [name for name in (treated, *exclude) if name not in frame.columns]
    if unknown:
        raise InvalidParameter(f"panel has no unit {unknown[0]!r}. Its units are {list(map(str, frame.columns))[:20]}.")
    begin = _as_index(start, frame.index)
    before = int((frame.index < begin).sum())
    if not 0 < before < len(frame):
        raise InvalidParameter(
            f"start {start!r} is outside the panel, {frame.index[0]} to {frame.index[-1]}: there must be periods "
            "before it and with it."
        )
    _require_regular(frame.index)
    needed = FEWEST_MONTHS_BEFORE if _is_monthly(frame.index) else FEWEST_BEFORE
    if before < needed:
        raise InvalidParameter(
            f"Only {before} periods before the start; at least {needed} are needed for the donors to be weighed. "
            "Choose a longer history."
        )
    own = frame[treated]
    if own.isna().any():
        raise InvalidParameter(f"{treated!r} has no value in {own.index[own.isna()][0]}: fill it in, or cut the panel.")
    if np.ptp(own.iloc[:before]) == 0:
        raise InvalidParameter(f"{treated!r} is the same in every period before the start: there is nothing to follow.")
    others = frame.drop(columns=treated)
    reasons = {name: "har själv en åtgärd" for name in exclude if name != treated}
    for name in others.columns.difference(list(reasons), sort=False):
        if others[name].isna().any():
            reasons[name] = "saknar värden"
        elif np.ptp(others[name].iloc[:before]) == 0:
            reasons[name] = "är lika varje period"
    donors = others.drop(columns=list(reasons))
    if donors.shape[1] < FEWEST_DONORS:
        raise InvalidParameter(
            f"Only {donors.shape[1]} of {others.shape[1]} donors can be used; at least {FEWEST_DONORS} are needed. "
            f"Left out: {reasons}."
        )
    return Panel(own, donors, begin, {str(name): why for name, why in reasons.items()})


def _in_order(panel: pd.DataFrame) -> pd.DataFrame:
    frame = panel.copy()
    if isinstance(frame.index, pd.PeriodIndex):
        frame.index = frame.index.to_timestamp()
    for what, labels in (("period", frame.index), ("unit", frame.columns)):
        if not labels.is_unique:
            raise InvalidParameter(f"panel has the {what} {labels[labels.duplicated()][0]!r} more than once.")
    if not isinstance(frame.index, pd.DatetimeIndex) and not pd.api.types.is_numeric_dtype(frame.index):
        raise InvalidParameter("panel must be indexed by dates, periods or whole numbers such as years.")
    try:
        frame = frame.astype("float64")
    except (ValueError, TypeError) as error:
        raise InvalidParameter(f"panel holds something that is no number: {error}.") from None
    return frame.replace([np.inf, -np.inf], np.nan).sort_index()


def _as_index(start: Any, index: pd.Index) -> Any:
    try:
        if isinstance(index, pd.DatetimeIndex):
            return start.to_timestamp() if isinstance(start, pd.Period) else pd.Timestamp(start)
        return int(start)
    except (ValueError, TypeError):
        raise InvalidParameter(f"start {start!r} is no period of the panel, such as {index[0]}.") from None


def _is_monthly(index: pd.Index) -> bool:
    return isinstance(index, pd.DatetimeIndex) and bool(np.diff(index).min() <= LONGEST_MONTH)


def _require_regular(index: pd.Index) -> None:
    """Check that no period is missing between the first and the last."""
    if isinstance(index, pd.DatetimeIndex) and _is_monthly(index):
        whole = pd.period_range(index[0], index[-1], freq="M")
        regular = index.to_period("M").equals(whole) or len(set(np.diff(index))) == 1
    elif isinstance(index, pd.DatetimeIndex):
        regular = np.diff(index).max() <= 1.5 * np.diff(index).min()
    else:
        regular = len(set(np.diff(index))) == 1
    if not regular:
        raise InvalidParameter("panel lacks periods between its first and last: add them, or cut the panel.")
