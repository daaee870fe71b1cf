"""Where a year is heading: the year total of every series, with intervals that were tested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.forecasting.events.effects import Events
from utfall.forecasting.events.words import event_assumptions, event_warnings, no_others
from utfall.forecasting.hierarchy.tree import read_hierarchy, split_leaves
from utfall.forecasting.intervals.pooled import checked_levels
from utfall.forecasting.panel import MONTHS, read_panel
from utfall.forecasting.words import coverage_checks, coverage_warnings, error_check, series_warnings
from utfall.forecasting.year.frames import (
    accumulated_months,
    known_months,
    remaining_months,
    year_spread,
    year_totals,
)
from utfall.forecasting.year.reasons import FINISHED
from utfall.forecasting.year.result import YearEnd
from utfall.forecasting.year.run import YearEndRun
from utfall.forecasting.year.vintages import Vintages

ASSUMPTIONS = (
    "Resten av året är medianen av sex sätt att skriva fram seriens egen nivå, trend och säsong.",
    "Intervallen har den bredd som täckt felen när samma prognos gjorts för tidigare år.",
)
"""What every forecast of a year takes for given."""

WEIGHED_TOGETHER = (
    "Delar och summor prognostiseras var för sig och jämkas efter hur de felat tidigare år, så att delarna blir summan."
)
"""Said where totals have a say in their parts' forecasts."""

SUMMED = "Summorna är delarnas prognoser hopräknade: summornas egna prognoser har inte gjort felen mindre tidigare år."
"""Said where totals have none."""

COMPLETED = (
    "Månader som inte är färdigbokförda är kompletterade med det som brukar bokföras sent på serien, och prövningen på "
    "tidigare år har bara sett det som var bokfört då."
)
"""Said where late bookings are reckoned with."""


def year_end(
    series: pd.DataFrame,
    *,
    levels: Sequence[float] = (80, 95),
    hierarchy: pd.DataFrame | Mapping[str, str] | None = None,
    reconciled: bool = False,
    events: pd.DataFrame | None = None,
    vintages: pd.DataFrame | None = None,
) -> YearEnd:
    """Forecast the total of the calendar year each series' last month lies in.

    Parameters
    ----------
    series : pandas.DataFrame
        Monthly series, columns ``unique_id``, ``ds`` and ``y``. Any unit and any sign: result sign, cost as
        positive numbers, or mixed.
    levels : sequence of float, default (80, 95)
        Nominal coverage of the intervals, in percent, each between 1 and 99.
    hierarchy : pandas.DataFrame or mapping, optional
        Columns ``child`` and ``parent``, or child → parent; parents at several levels by chaining. The
        result then holds the parents too, after the series. Each parent is the exact sum of its series, and
        its interval comes from the backtest of that sum.
    reconciled : bool, default False
        Whether the parents are forecast on their own as well, and the series moved so that they add up to
        them, as far as that made earlier years' errors smaller. A series' forecast then depends on what it is
        forecast together with: reports that are to add up must take their numbers from the same call.
    events : pandas.DataFrame, optional
        Known events of the series, as `utfall.forecast` reads them: a contract that ends, a closing, a revision of
        wages or prices. Not together with `reconciled`.
    vintages : pandas.DataFrame, optional
        What has been booked after the books of its month closed: ``unique_id``, ``ds`` (the month), ``vintage`` (the
        first later month whose closed books held it) and ``y`` (the part of the series' value). The latest months are
        then completed by what is usually booked later, and forecasts of earlier years are tried on what was booked
        then, so that the widths cover late bookings too. `series` holds all that is booked today. A finished year is
        left as it is booked.

    Returns
    -------
    YearEnd
        One row a series (and parent) in ``.frame``.

    Raises
    ------
    InvalidData
        When the series, the hierarchy or the vintages cannot be used; each fault names its row.
    InvalidParameter
        When a level is not a percentage between 1 and 99, or both `reconciled` and `events` are asked for.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", "2026-09-01", freq="MS")
    >>> rent = pd.DataFrame({"unique_id": "rent", "ds": months, "y": -100.0})
    >>> year_end(rent).frame[["year", "to_date", "mean"]].to_dict("records")
    [{'year': 2026, 'to_date': -900.0, 'mean': -1200.0}]
    >>> ended = pd.DataFrame({"unique_id": ["rent"], "start": ["2026-12"], "change": [-1.0]})
    >>> year_end(rent, events=ended).frame["mean"].tolist()
    [-1100.0]
    >>> late = pd.DataFrame({"unique_id": "rent", "ds": months[:-1], "vintage": months[1:], "y": -5.0})
    >>> booked = rent.assign(y=[-100.0] * 44 + [-95.0])
    >>> year_end(booked, vintages=late).frame[["to_date", "late", "mean"]].round(1).to_dict("records")
    [{'to_date': -895.0, 'late': -4.7, 'mean': -1199.2}]
    """
    if reconciled and events is not None:
        raise InvalidParameter("Known events cannot be entered in a reconciled forecast yet; leave one of them out.")
    wanted = checked_levels(levels)
    panel = read_panel(split_leaves(series, hierarchy), common_end=hierarchy is not None)
    tree = read_hierarchy(hierarchy, panel.ids)
    known = Events(events, panel, int((MONTHS - panel.month(panel.last)).max(initial=0)))
    booked = Vintages(vintages, panel)
    run = YearEndRun(panel, tree, wanted, reconciled=reconciled, events=known, vintages=booked)
    said = [text if text != FINISHED else "" for text in run.reason]
    return YearEnd(
        frame=year_totals(run),
        path=remaining_months(run),
        accumulated=accumulated_months(run),
        known=known_months(run),
        spread=year_spread(run),
        backtest=run.backtest,
        refused=panel.refusals,
        levels=wanted,
        parents=len(tree.members),
        assumptions=(*_assumptions(run), *event_assumptions(known), no_others(known)),
        warnings=(
            *series_warnings(panel, tree.ids, said),
            *event_warnings(known),
            *coverage_warnings(run.too_seldom, tree),
        ),
        checks=(
            *error_check(run.backtest, "profile", "felet med förra årets profil"),
            *coverage_checks(run.coverage),
        ),
    )


def _assumptions(run: YearEndRun) -> tuple[str, ...]:
    first, *others = ASSUMPTIONS
    completed = (COMPLETED,) if run.late.any() else ()
    weighed = (WEIGHED_TOGETHER if run.share > 0.0 else SUMMED,) if run.reconciled and run.rest.any() else ()
    return (first, *weighed, *others, *completed)
