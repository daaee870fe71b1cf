"""The front page of a month: every unit, whether its reports can be read, its key figures, and what has changed."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from utfall.presentation import numbers
from utfall.presentation.words import plural
from utfall.publishing.files import MonthFolder
from utfall.publishing.index.changes import changes_since
from utfall.publishing.index.figures import figure_labels, labels_style
from utfall.publishing.index.trend_bars import trend_bars
from utfall.publishing.index.units import Units, report_kinds, swedish_order
from utfall.publishing.outcome import Failure
from utfall.publishing.pages import LEVEL_WORDS, TEMPLATES, level_word, page_template, remedy
from utfall.publishing.status import MonthStatus, ReportStatus, State
from utfall.publishing.style import index_style

STATE_WORDS = {State.OK: "Klar", State.FAILED: "Misslyckades", State.MISSING: "Inte framtagen"}
"""States in Swedish; the page also tells them apart by a sign, never by colour alone."""


def render_index(
    status: MonthStatus,
    previous: MonthStatus | None = None,
    *,
    volume: str = "",
    notes: Mapping[str, str] | None = None,
) -> str:
    """Render the front page of a month.

    The page is whole without scripts; a small script adds search, filters and sorting where scripts run. Nothing in
    it depends on when it was made.

    Parameters
    ----------
    status : MonthStatus
        What became of every report.
    previous : MonthStatus, optional
        An earlier month to compare with.
    volume : str
        File name of the board's collected volume; empty when there is none.
    notes : mapping of str to str, optional
        Heading → what the page tells beside the reports, in Swedish.

    Returns
    -------
    str
        A whole HTML page.

    Examples
    --------
    >>> report = ReportStatus("klinik-1", "Månadsrapport", "unit", "1", "Klinik", state=State.OK)
    >>> page = render_index(MonthStatus("2026-10", "Månadsrapport", False, "", {report.slug: report}))
    >>> '<a href="klinik-1.html">Klinik</a>' in page
    True
    """
    script = (TEMPLATES / "index" / "index.js").read_text(encoding="utf-8")
    units = Units.of(status)
    kinds = report_kinds(status)
    numbered_kinds = {kind: place for place, kind in enumerate(kinds, 1)}
    labels = figure_labels(unit.figures for unit in units.by_code.values())
    sections = units.sections()
    return page_template("index.html.j2").render(
        status=status,
        previous=previous,
        volume=volume,
        notes=notes or {},
        month=numbers.period_name(status.period),
        counts={state: sum(report.state is state for report in status.reports.values()) for state in State},
        failures=_failure_groups(status),
        missing=_in_order(report for report in status.reports.values() if report.state is State.MISSING),
        changes=previous and changes_since(previous, status),
        units=units,
        sections=sections,
        section_choices=[(place, section.name) for place, section in enumerate(sections, 1)],
        kinds=kinds,
        kind_numbers=numbered_kinds,
        kind_choices=[(numbered_kinds[kind], title) for kind, title in kinds.items()],
        levels={level: level_word(level) for level in _levels(units)},
        figures=labels,
        trends=_trend_labels(units, labels),
        order_choices=list(_orders(labels)),
        words=STATE_WORDS,
        files_of=_files_of,
        period_name=numbers.period_name,
        plural=plural,
        trend_bars=trend_bars,
        style=index_style(),
        labels_style=labels_style(labels.values()),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


@dataclass(frozen=True)
class _FailureGroup:
    """Reports that failed for the same reason: one fault in the data is told once, not two hundred times."""

    failure: Failure
    reports: tuple[ReportStatus, ...]

    @property
    def remedy(self) -> str:
        return remedy(self.failure.kind)


def _failure_groups(status: MonthStatus) -> list[_FailureGroup]:
    """What failed, the reason with the most reports first."""
    groups: dict[tuple[str, str], list[ReportStatus]] = {}
    for report in _in_order(status.reports.values()):
        if report.failure:
            groups.setdefault((report.failure.kind, report.failure.reason), []).append(report)
    found = [_FailureGroup(reports[0].failure, tuple(reports)) for reports in groups.values() if reports[0].failure]
    return sorted(found, key=lambda group: -len(group.reports))


def _files_of(report: ReportStatus) -> list[tuple[str, str]]:
    """Files beside a report's page that were really written: what the link says, and where it leads."""
    folder = MonthFolder(TEMPLATES)  # only names below it are asked for
    places = {"PDF": folder.pdf(report.slug), "Excel": folder.workbook(report.slug)}
    return [(word, name) for word, path in places.items() if (name := folder.relative(path)) in report.files]


def _trend_labels(units: Units, labels: Iterable[str]) -> dict[str, str]:
    """Key figures that have a trend, and what it shows."""
    trends = {}
    for name in labels:
        drawn = (unit.figures[name].trend for unit in units.by_code.values() if name in unit.figures)
        trend = next((trend for trend in drawn if trend), None)
        if trend:
            trends[name] = trend.label
    return trends


def _orders(labels: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield "namn", "Namn"
    for place, label in enumerate(labels.values(), 1):
        yield str(place), f"{label}, lägst först"
        yield f"-{place}", f"{label}, högst först"


def _levels(units: Units) -> list[str]:
    """Levels there are, from the top."""
    known = list(LEVEL_WORDS)
    there = dict.fromkeys(unit.level for unit in units.by_code.values())
    return sorted(there, key=lambda level: known.index(level) if level in known else len(known))


def _in_order(reports: Iterable[ReportStatus]) -> list[ReportStatus]:
    return sorted(reports, key=lambda report: (swedish_order(report.unit_name), report.unit_code, report.title))
