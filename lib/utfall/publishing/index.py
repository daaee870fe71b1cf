"""The front page of a month: every unit, whether its report can be read, and its key figures."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from utfall.presentation import numbers
from utfall.presentation.tables import MARKS
from utfall.publishing.pages import TEMPLATES, level_word, page_template
from utfall.publishing.status import MonthStatus, ReportStatus, State
from utfall.publishing.style import index_style

STATE_WORDS = {State.OK: "Klar", State.FAILED: "Misslyckades", State.MISSING: "Inte framtagen"}
"""States in Swedish; the page also tells them apart by a sign, never by colour alone."""

OTHER_UNITS = "Övriga enheter"
"""Heading over units that have nothing above or below them."""


def render_index(status: MonthStatus) -> str:
    """Render the front page of a month.

    The page is whole without scripts; a small script adds search, filters and sorting where scripts run. Nothing in
    it depends on when it was made.

    Parameters
    ----------
    status : MonthStatus
        What became of every report.

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
    reports = list(status.reports.values())
    return page_template("index.html.j2").render(
        status=status,
        month=numbers.period_name(status.period),
        sections=_sections(reports),
        figures=_figure_labels(reports),
        failed=[_Row(report, 0) for report in sorted(reports, key=_by_name) if report.state is State.FAILED],
        missing=sum(report.state is State.MISSING for report in reports),
        done=sum(report.state is State.OK for report in reports),
        states=STATE_WORDS,
        above={report.slug: _names_above(report, reports) for report in reports},
        style=index_style(),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def swedish_order(text: str) -> str:
    """Key that sorts names as Swedish does: Å, Ä and Ö last.

    Examples
    --------
    >>> sorted(["Ögon", "Ånge", "Ärlan", "Zon", "Åre", "andning"], key=swedish_order)
    ['andning', 'Zon', 'Ånge', 'Åre', 'Ärlan', 'Ögon']
    """
    return text.casefold().translate(_LAST_LETTERS)


_LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "è": "e", "ü": "u"})


@dataclass(frozen=True)
class _Row:
    """A report in the table, with what the template asks of it."""

    report: ReportStatus
    depth: int

    @property
    def level(self) -> str:
        return level_word(self.report.level)

    @property
    def state_word(self) -> str:
        return STATE_WORDS[self.report.state]

    def figure(self, name: str) -> Mapping[str, Any] | None:
        figure = self.report.key_figures.get(name)
        if figure is None:
            return None
        words = str(figure.get("assessment") or "")
        first = words.split(" ")[0]
        tone, sign = MARKS.get(first, ("", ""))
        return {"value": None, **figure, "assessment": first if sign else words, "tone": tone, "sign": sign}


@dataclass(frozen=True)
class _Section:
    """A table of its own: a division with everything under it, or what stands beside the divisions."""

    name: str
    rows: tuple[_Row, ...]


def _sections(reports: list[ReportStatus]) -> list[_Section]:
    """The whole first, then each division with what is under it, and last what stands alone."""
    codes = {report.unit_code for report in reports}
    below: dict[str | None, list[ReportStatus]] = {}
    for report in sorted(reports, key=_by_name):
        below.setdefault(report.parent_code if report.parent_code in codes else None, []).append(report)
    top, divisions, alone = [], [], []
    for root in below.get(None, []):
        if root.level == "board":
            top.append(_Section(root.unit_name, (_Row(root, 0),)))
            heads = below.get(root.unit_code, [])
        else:
            heads = [root]
        for head in heads:
            if head.unit_code in below:
                divisions.append(_Section(head.unit_name, tuple(_tree(head, below, 0))))
            else:
                alone.append(_Row(head, 0))
    rest = [_Section(OTHER_UNITS if divisions or top else "Enheter", tuple(alone))] if alone else []
    return [*top, *divisions, *rest]


def _tree(head: ReportStatus, below: Mapping[str | None, list[ReportStatus]], depth: int) -> Iterator[_Row]:
    yield _Row(head, depth)
    for report in below.get(head.unit_code, []):
        yield from _tree(report, below, depth + 1)


def _names_above(report: ReportStatus, reports: list[ReportStatus]) -> str:
    by_code = {other.unit_code: other for other in reports}
    names = []
    while report.parent_code in by_code:
        report = by_code[report.parent_code]
        names.append(report.unit_name)
    return " › ".join(reversed(names))


def _figure_labels(reports: list[ReportStatus]) -> dict[str, str]:
    """Key figures in the order the first report delivered them."""
    labels: dict[str, str] = {}
    for report in reports:
        for name, figure in report.key_figures.items():
            labels.setdefault(name, str(figure.get("label", name)))
    return labels


def _by_name(report: ReportStatus) -> tuple[str, str]:
    return swedish_order(report.unit_name), report.unit_code
