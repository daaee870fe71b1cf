"""What has changed since an earlier month: assessments, amounts, units, failures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from utfall.publishing.index.figures import Figure
from utfall.publishing.index.units import Unit, Units, swedish_order
from utfall.publishing.status import MonthStatus, ReportStatus, State

MOVES_SHOWN = 5
"""Largest moves named in each direction."""


@dataclass(frozen=True)
class Move:
    """One unit's key figure then and now.

    Parameters
    ----------
    unit : Unit
        The unit, as it is now.
    before, now : Figure
        The figure in each month.
    """

    unit: Unit
    before: Figure
    now: Figure

    @property
    def size(self) -> float:
        """How much higher the figure is now; 0 where a value is missing."""
        if self.before.value is None or self.now.value is None:
            return 0.0
        return self.now.value - self.before.value


@dataclass(frozen=True)
class Changes:
    """What has changed since an earlier month.

    Parameters
    ----------
    since : str
        The earlier month, as ``YYYY-MM``.
    label : str
        The key figure that is compared; empty when the months have none in common.
    new_year : bool
        Whether a new year has begun: amounts since January are then not compared.
    whole : Move or None
        The move of the unit at the top.
    worse, better : tuple of Move
        Units whose assessment has changed, the largest move first.
    falls, rises : tuple of Move
        Largest moves among units with nothing under them, whose moves are in none of the others.
    added : tuple of Unit
        Units with a report now and none then.
    gone : tuple of Unit
        The other way round; as they were then.
    failed, mended : tuple of ReportStatus
        Reports that have failed now and had not then, and the other way round.
    """

    since: str
    label: str = ""
    new_year: bool = False
    whole: Move | None = None
    worse: tuple[Move, ...] = ()
    better: tuple[Move, ...] = ()
    falls: tuple[Move, ...] = ()
    rises: tuple[Move, ...] = ()
    added: tuple[Unit, ...] = ()
    gone: tuple[Unit, ...] = ()
    failed: tuple[ReportStatus, ...] = ()
    mended: tuple[ReportStatus, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to tell."""
        return not (
            self.worse
            or self.better
            or self.falls
            or self.rises
            or self.added
            or self.gone
            or self.failed
            or self.mended
        )


def changes_since(previous: MonthStatus, status: MonthStatus) -> Changes:
    """Compare a month's reports with an earlier month's.

    The key figure that is compared is the first one that is assessed as worse or better: the deviation since January.
    It begins anew each January, so it is compared within a year only, and only between figures that bear the same
    label in both months.

    Parameters
    ----------
    previous, status : MonthStatus
        The earlier month and this one.

    Returns
    -------
    Changes

    Examples
    --------
    >>> def month(period, value, word):
    ...     figures = {"deviation": {"label": "Avvikelse", "text": f"{value}", "value": value, "assessment": word}}
    ...     report = ReportStatus("a", "Rapport", "unit", "1", "A", state=State.OK, key_figures=figures)
    ...     return MonthStatus(period, "Rapport", False, "", {"a": report})
    >>> changes = changes_since(month("2026-08", 4.0, "bättre"), month("2026-09", -3.0, "sämre"))
    >>> [(move.unit.name, move.size) for move in changes.worse]
    [('A', -7.0)]
    """
    then, now = Units.of(previous), Units.of(status)
    name = _compared_figure(now)
    new_year = previous.period[:4] != status.period[:4]
    moves = [] if name is None or new_year else list(_moves(name, then, now))
    ends = [move for move in moves if move.unit.code not in now.below and move.unit is not now.top]
    ends.sort(key=lambda move: move.size)
    return Changes(
        since=previous.period,
        label=next((move.now.label for move in moves), ""),
        new_year=new_year,
        whole=next((move for move in moves if move.unit is now.top), None),
        worse=_largest_first(move for move in moves if move.now.rank < move.before.rank),
        better=_largest_first(move for move in moves if move.now.rank > move.before.rank),
        falls=tuple(move for move in ends[:MOVES_SHOWN] if move.size < 0),
        rises=tuple(move for move in ends[::-1][:MOVES_SHOWN] if move.size > 0),
        added=_only_in(now, then),
        gone=_only_in(then, now),
        failed=tuple(_of_state(status, State.FAILED, previous)),
        mended=tuple(
            status.reports[report.slug]
            for report in _of_state(previous, State.FAILED, status)
            if report.slug in status.reports and status.reports[report.slug].state is State.OK
        ),
    )


def _compared_figure(units: Units) -> str | None:
    return next(
        (name for unit in units.by_code.values() for name, figure in unit.figures.items() if figure.tone),
        None,
    )


def _moves(name: str, then: Units, now: Units) -> Iterable[Move]:
    for code, unit in now.by_code.items():
        earlier = then.by_code.get(code)
        before = earlier.figures.get(name) if earlier else None
        figure = unit.figures.get(name)
        if before and figure and before.label == figure.label:
            yield Move(unit, before, figure)


def _largest_first(moves: Iterable[Move]) -> tuple[Move, ...]:
    return tuple(sorted(moves, key=lambda move: (-abs(move.size), swedish_order(move.unit.name))))


def _only_in(these: Units, others: Units) -> tuple[Unit, ...]:
    only = (unit for code, unit in these.by_code.items() if code not in others.by_code)
    return tuple(sorted(only, key=lambda unit: swedish_order(unit.name)))


def _of_state(status: MonthStatus, state: State, other: MonthStatus) -> Iterable[ReportStatus]:
    """Reports that are in a state in one month and in another one in the other, where they are known."""
    for report in status.reports.values():
        known = other.reports.get(report.slug)
        if report.state is state and known is not None and known.state is not state:
            yield report
