"""The page over all months: how many reports each has, and how its key figures have gone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from utfall.presentation import numbers
from utfall.publishing.index.figures import Figure, figure_labels, labels_style
from utfall.publishing.index.trend_bars import trend_bars
from utfall.publishing.index.units import Units
from utfall.publishing.pages import page_template
from utfall.publishing.status import MonthStatus, State
from utfall.publishing.style import index_style

COUNTED = {State.OK: "Klara", State.FAILED: "Misslyckade", State.MISSING: "Inte framtagna"}
"""How many reports there are in each state: the heading of each column."""


def render_months(statuses: Iterable[MonthStatus]) -> str:
    """Render the page over all months, the newest first.

    Parameters
    ----------
    statuses : iterable of MonthStatus
        One for each month, in any order; each month's front page is in a folder with the month's name.

    Returns
    -------
    str
        A whole HTML page.

    Examples
    --------
    >>> page = render_months([MonthStatus("2026-10", "Månadsrapport", False, "", {})])
    >>> '<a href="2026-10/index.html">oktober 2026</a>' in page
    True
    """
    months = [_Month.of(status) for status in sorted(statuses, key=lambda status: status.period, reverse=True)]
    years = list(dict.fromkeys(month.status.period[:4] for month in months))
    figures = figure_labels(month.figures for month in months)
    return page_template("months.html.j2").render(
        publisher=next((month.status.publisher for month in months if month.status.publisher), ""),
        fictitious=any(month.status.fictitious for month in months),
        whole=next((month.name for month in months if month.name), ""),
        years={year: [month for month in months if month.status.period[:4] == year] for year in years},
        figures=figures,
        trend=_trend,
        trend_bars=trend_bars,
        style=index_style(),
        labels_style=labels_style([*COUNTED.values(), *figures.values()]),
        counted=COUNTED,
    )


@dataclass(frozen=True)
class _Month:
    """A month as its row shows it."""

    status: MonthStatus
    name: str
    figures: dict[str, Figure]

    @classmethod
    def of(cls, status: MonthStatus) -> _Month:
        top = Units.of(status).top
        return cls(status, top.name if top else "", dict(top.figures) if top else {})

    @property
    def words(self) -> str:
        return numbers.period_name(self.status.period)

    def count(self, state: State) -> int:
        return sum(report.state is state for report in self.status.reports.values())


@dataclass(frozen=True)
class _Trend:
    label: str
    values: tuple[float | None, ...]
    text: str


def _trend(months: Sequence[_Month]) -> _Trend | None:
    """How the first assessed figure has gone through a year's months; nothing when fewer than two have it."""
    assessed = ((name, figure) for month in months for name, figure in month.figures.items() if figure.tone)
    name, first = next(assessed, ("", None))
    if first is None:
        return None
    known = {
        int(month.status.period[5:]): (month.words, month.figures[name])
        for month in reversed(months)
        if name in month.figures and month.figures[name].label == first.label
    }
    values = tuple(known[number][1].value if number in known else None for number in range(1, 13))
    told = ", ".join(f"{words} {figure.text}" for words, figure in known.values())
    return _Trend(first.label, values, f"{first.label}: {told}.") if len(known) > 1 else None
