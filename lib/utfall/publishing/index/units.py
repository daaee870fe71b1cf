"""A month's reports gathered by unit, and the units by division."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from utfall.publishing.index.figures import Figure
from utfall.publishing.pages import level_word
from utfall.publishing.status import MonthStatus, ReportStatus, State

OTHER_UNITS = "Övriga enheter"
"""Heading over units that have nothing above or below them."""


@dataclass(frozen=True)
class Unit:
    """One unit and its reports.

    Parameters
    ----------
    reports : tuple of ReportStatus
        Its reports, the month's main kind first.
    """

    reports: tuple[ReportStatus, ...]

    @property
    def main(self) -> ReportStatus:
        """The report that the unit's name leads to."""
        return self.reports[0]

    @property
    def code(self) -> str:
        """Code of the unit."""
        return self.main.unit_code

    @property
    def name(self) -> str:
        """Name of the unit."""
        return self.main.unit_name

    @property
    def level(self) -> str:
        """Level in the organisation."""
        return self.main.level

    @property
    def level_word(self) -> str:
        """The level in Swedish."""
        return level_word(self.level)

    @property
    def parent_code(self) -> str | None:
        """Code of the unit above."""
        return self.main.parent_code

    @property
    def page(self) -> str | None:
        """Page that the unit's name leads to; None when there is none yet."""
        return None if self.main.state is State.MISSING else f"{self.main.slug}.html"

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Key figures by name; where two reports deliver the same one, the first has it."""
        figures: dict[str, Figure] = {}
        for report in self.reports:
            for name, entry in report.key_figures.items():
                figures.setdefault(name, Figure.read(name, entry))
        return figures

    @property
    def receivers(self) -> tuple[str, ...]:
        """Everyone who receives one of its reports."""
        return tuple(dict.fromkeys(receiver for report in self.reports for receiver in report.receivers))


@dataclass(frozen=True)
class Row:
    """A unit in its table.

    Parameters
    ----------
    unit : Unit
        The unit.
    depth : int
        How far below the table's first row it belongs.
    """

    unit: Unit
    depth: int


@dataclass(frozen=True)
class Section:
    """A table of its own: a division with everything under it, or what stands beside the divisions.

    Parameters
    ----------
    name : str
        Heading.
    rows : tuple of Row
        Its units.
    """

    name: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Units:
    """Every unit of a month.

    Parameters
    ----------
    by_code : mapping
        Code → unit.
    """

    by_code: Mapping[str, Unit]

    @classmethod
    def of(cls, status: MonthStatus) -> Units:
        """Gather a month's reports by unit."""
        order = list(report_kinds(status))
        reports: dict[str, list[ReportStatus]] = {}
        for report in sorted(status.reports.values(), key=lambda report: order.index(report.kind)):
            reports.setdefault(report.unit_code, []).append(report)
        return cls({code: Unit(tuple(of_unit)) for code, of_unit in reports.items()})

    @property
    def top(self) -> Unit | None:
        """The unit that all others belong to: the first board."""
        return next((unit for unit in self.by_code.values() if unit.level == "board"), None)

    @cached_property
    def below(self) -> Mapping[str | None, Sequence[Unit]]:
        """Code → the units directly under it, by name; under None those with nothing above."""
        below: dict[str | None, list[Unit]] = {}
        for unit in sorted(self.by_code.values(), key=_by_name):
            below.setdefault(unit.parent_code if unit.parent_code in self.by_code else None, []).append(unit)
        return below

    def place(self, code: str) -> str:
        """Where to look for a unit: the names above it, from just below the top."""
        names: list[str] = []
        parent = self.by_code.get(self.by_code[code].parent_code or "")
        while parent is not None and parent is not self.top:
            names.append(parent.name)
            parent = self.by_code.get(parent.parent_code or "")
        return " › ".join(reversed(names))

    def sections(self) -> list[Section]:
        """The whole first, then each division with what is under it, and last what stands alone."""
        top: list[Section] = []
        divisions: list[Section] = []
        alone: list[Row] = []
        for root in self.below.get(None, []):
            heads: Sequence[Unit] = [root]
            if root.level == "board":
                top.append(Section(root.name, (Row(root, 0),)))
                heads = self.below.get(root.code, [])
            for head in heads:
                if head.code in self.below:
                    divisions.append(Section(head.name, tuple(self._tree(head, 0))))
                else:
                    alone.append(Row(head, 0))
        rest = [Section(OTHER_UNITS if divisions or top else "Enheter", tuple(alone))] if alone else []
        return [*top, *divisions, *rest]

    def _tree(self, head: Unit, depth: int) -> Iterator[Row]:
        yield Row(head, depth)
        for unit in self.below.get(head.code, []):
            yield from self._tree(unit, depth + 1)


def report_kinds(status: MonthStatus) -> dict[str, str]:
    """Kinds of report in a month: kind → its Swedish name, the month's main kind first."""
    titles: dict[str, str] = {}
    for report in status.reports.values():
        titles.setdefault(report.kind, report.title)
    return dict(sorted(titles.items(), key=lambda kind: kind[1] != status.title))


def swedish_order(text: str) -> str:
    """Key that sorts names as Swedish does: Å, Ä and Ö last.

    Examples
    --------
    >>> sorted(["Ögon", "Ånge", "Ärlan", "Zon", "Åre", "andning"], key=swedish_order)
    ['andning', 'Zon', 'Ånge', 'Åre', 'Ärlan', 'Ögon']
    """
    return text.casefold().translate(_LAST_LETTERS)


_LAST_LETTERS = str.maketrans({"å": "{", "ä": "|", "æ": "|", "ö": "}", "ø": "}", "é": "e", "è": "e", "ü": "u"})


def _by_name(unit: Unit) -> tuple[str, str]:
    return swedish_order(unit.name), unit.code
