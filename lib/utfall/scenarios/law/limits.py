"""How likely limits are to be broken: each year, for the first time, and at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.errors import InvalidParameter
from utfall.scenarios.law.measures import MEASURES, Values
from utfall.scenarios.simulation import Simulation

NO_VALUE = "måttet kan inte beräknas: det som det delas med är noll"
"""Why a probability is missing."""


class LimitRow(Protocol):
    """What is needed of a row of the register of limits."""

    @property
    def id(self) -> str:
        """Identifier."""

    @property
    def name(self) -> str:
        """Name in reports."""

    @property
    def measure(self) -> str:
        """A key of `MEASURES`."""

    @property
    def direction(self) -> Literal["at_least", "at_most"]:
        """Which side of the value is within the limit; the value itself is."""

    @property
    def value(self) -> float:
        """The limit: SEK, a share or days."""


def judge_limits(simulation: Simulation, limits: Iterable[LimitRow]) -> pd.DataFrame:
    """Say how likely each limit is to be broken.

    Parameters
    ----------
    simulation : Simulation
        Statements in every draw.
    limits : iterable of Limit
        Rows of the register; a value on the limit is within it.

    Returns
    -------
    DataFrame
        One row a limit and year, in that order: ``limit, name, measure, direction, value, year``; ``middle, lo-80,
        hi-80`` (the measure itself: median and interval); ``breaks`` (probability that it is broken that year),
        ``breaks_first`` (that it is broken then and not in an earlier simulated year), ``breaks_by`` (that it has been
        broken by then), ``breaks_ever`` (in any of the years, the same on every row); ``reason``, why figures are
        missing. `breaks_first` sums over the years to `breaks_ever`.

    Raises
    ------
    InvalidParameter
        For a measure that is not known.
    """
    rows: list[pd.DataFrame] = []
    computed: dict[str, Values] = {}
    for limit in limits:
        if limit.measure not in MEASURES:
            raise InvalidParameter(f"The limit {limit.id} is for {limit.measure!r}; use one of {', '.join(MEASURES)}.")
        if limit.measure not in computed:
            computed[limit.measure] = np.asarray(MEASURES[limit.measure].values(simulation), float)
        rows.append(_judge(limit, computed[limit.measure], simulation.years))
    return pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=COLUMNS)


def is_broken(values: Values, direction: Literal["at_least", "at_most"], limit: float) -> NDArray[np.bool_]:
    """Tell which values lie on the wrong side of a limit.

    Parameters
    ----------
    values : ndarray
        Values of a measure.
    direction : {"at_least", "at_most"}
        Which side is within the limit; the value itself is.
    limit : float
        The limit.

    Returns
    -------
    ndarray of bool

    Examples
    --------
    >>> is_broken(np.array([0.1, 0.2, 0.3]), "at_least", 0.2).tolist()
    [True, False, False]
    """
    return values < limit if direction == "at_least" else values > limit


COLUMNS = [
    *("limit", "name", "measure", "direction", "value", "year", "middle", "lo-80", "hi-80"),
    *("breaks", "breaks_first", "breaks_by", "breaks_ever", "reason"),
]
"""Columns of what `judge_limits` returns."""


def _judge(limit: LimitRow, values: Values, years: tuple[int, ...]) -> pd.DataFrame:
    frame = pd.DataFrame({"year": years})
    for name in ("name", "measure", "direction", "value"):
        frame[name] = getattr(limit, name)
    frame["limit"] = limit.id
    if not np.isfinite(values).all():
        return frame.assign(reason=NO_VALUE).reindex(columns=COLUMNS)
    broken = is_broken(values, limit.direction, limit.value)
    by_then = np.logical_or.accumulate(broken, axis=1)
    first = by_then.copy()
    first[:, 1:] &= ~by_then[:, :-1]
    frame["lo-80"], frame["middle"], frame["hi-80"] = np.quantile(values, (0.1, 0.5, 0.9), axis=0)
    frame["breaks"], frame["breaks_first"], frame["breaks_by"] = (one.mean(axis=0) for one in (broken, first, by_then))
    frame["breaks_ever"] = float(by_then[:, -1].mean())
    return frame.assign(reason="")[COLUMNS]
