"""What came out otherwise when a package was run again: numbers, cells of tables, sentences; each old → new."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from nbconvert.filters import markdown2html_mistune
from nbformat import NotebookNode

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.verify.reports import output_blocks
from utfall.appendix.verify.told import ToldNumber
from utfall.appendix.verify.words import page_blocks, squashed
from utfall.presentation.shown_data import DATA_MIME
from utfall.publishing.outputs import displayed

ORE = Decimal("0.01")
"""How much an amount of a table may differ: its last decimal, which another processor may round otherwise."""

SHARE = Decimal("1e-9")
"""How much any number of a table may differ, as a share of it."""

SHOWN_LETTERS = 160

_WHY = "Jämför underlaget och miljön med dem som paketet gjordes av."


def number_faults(told: Mapping[str, ToldNumber], again: Mapping[str, ToldNumber]) -> Iterator[Fault]:
    """Compare the numbers of the answer with those of a new run.

    Parameters
    ----------
    told, again : mapping of str to ToldNumber
        The numbers as they were told, and as they came out now.

    Yields
    ------
    Fault
        Each number that differs by more than its tolerance, has another unit, or did not come out.

    Examples
    --------
    >>> def hired(printed, value):
    ...     return {"hyra": ToldNumber("hyra", printed, Decimal(value), Decimal(50000), "kr", "orsak", "T", "R", "C")}
    >>> for fault in number_faults(hired("199,9 mkr", 199_900_000), hired("168,9 mkr", 168_900_000)):
    ...     print(fault.text.partition(". ")[0])
    Redovisat 199,9 mkr, omkörning 168,9 mkr
    """
    for name, number in told.items():
        if name not in again:
            yield Fault(FaultKind.NUMBER, name, f"Redovisat {number.printed}, men omkörningen gav inget tal. {_WHY}")
            continue
        new = again[name]
        if number.unit == new.unit and abs(number.value - new.value) <= number.tolerance:
            continue
        was, now = number.printed, new.printed
        if was == now:  # alike as printed, but not within the tolerance
            was, now = (f"{part.value} {part.unit}".replace(".", ",") for part in (number, new))
        yield Fault(FaultKind.NUMBER, name, f"Redovisat {was}, omkörning {now}. {_WHY}")
    for name in again:
        if name not in told:
            yield Fault(FaultKind.NUMBER, name, f"Omkörningen gav {again[name].printed}, som inte är redovisat. {_WHY}")


@dataclass
class Counted:
    """How much has been compared.

    Parameters
    ----------
    numbers, tables, cells : int
        How many of each.
    """

    numbers: int = 0
    tables: int = 0
    cells: int = 0


def notebook_faults(name: str, before: NotebookNode, after: NotebookNode, counted: Counted) -> Iterator[Fault]:
    """Compare what two runs of a notebook show.

    Parameters
    ----------
    name : str
        The notebook's id.
    before, after : NotebookNode
        The executed notebook of the package, and of the new run.
    counted : Counted
        Is added to.

    Yields
    ------
    Fault
        Each cell of a table or chart, and each paragraph, that came out otherwise.
    """
    old, new = dict(displayed(before)), dict(displayed(after))
    for number in sorted(set(old) | set(new), key=_place):
        if number not in old or number not in new:
            missing = "saknas i omkörningen" if number in old else "finns bara i omkörningen"
            shown = _title((old.get(number) or new[number]).data.get(DATA_MIME))
            yield Fault(FaultKind.TABLE, name, f"Tabellen, diagrammet eller texten {shown}{missing}. {_WHY}")
            continue
        was, now = old[number].data.get(DATA_MIME), new[number].data.get(DATA_MIME)
        if was is not None and now is not None:
            counted.tables += 1
            faults = [*_data_faults(name, was, now, counted)]
            yield from faults
            if faults:
                continue
        kind = FaultKind.PROSE if was is None else FaultKind.TABLE
        yield from _block_faults(name, kind, output_blocks(old[number]), output_blocks(new[number]))
    yield from _block_faults(name, FaultKind.PROSE, _prose(before), _prose(after))


def _data_faults(name: str, was: Mapping[str, Any], now: Mapping[str, Any], counted: Counted) -> Iterator[Fault]:
    """Compare cell by cell; what a newer kit adds to the data beside its cells is passed over."""
    title = was["title"]
    if title != now["title"]:
        yield _differs(FaultKind.TABLE, name, "rubriken", title, now["title"])
    headings = [[(column["label"], column.get("unit", "")) for column in data["columns"]] for data in (was, now)]
    if headings[0] != headings[1]:
        yield _differs(FaultKind.TABLE, name, f"kolumnerna i {title!r}", _listed(headings[0]), _listed(headings[1]))
        return
    if len(was["rows"]) != len(now["rows"]):
        sizes = (f"{len(data['rows'])} rader" for data in (was, now))
        yield _differs(FaultKind.TABLE, name, f"storleken på {title!r}", *sizes)
        return
    for old_row, new_row in zip(was["rows"], now["rows"], strict=True):
        for column, old, new in zip(was["columns"], old_row, new_row, strict=True):
            counted.cells += 1
            if not _same(old, new, column["kind"]):
                where = f"{title!r}, rad {old_row[0]!r}, kolumn {column['label']!r}"
                yield _differs(FaultKind.TABLE, name, where, _written(old), _written(new))


def _same(old: Any, new: Any, kind: str) -> bool:
    if isinstance(old, str) or isinstance(new, str) or old is None or new is None:
        return bool(old == new)
    was, now = Decimal(repr(old)), Decimal(repr(new))
    return abs(was - now) <= max(SHARE * abs(was), ORE if kind == "amount" else Decimal(0))


def _block_faults(name: str, kind: FaultKind, old: list[str], new: list[str]) -> Iterator[Fault]:
    matcher = difflib.SequenceMatcher(
        None, [squashed(block) for block in old], [squashed(block) for block in new], False
    )
    for tag, old_from, old_to, new_from, new_to in matcher.get_opcodes():
        if tag != "equal":
            was, now = " ".join(old[old_from:old_to]), " ".join(new[new_from:new_to])
            yield _differs(kind, name, "texten", was or "inget", now or "inget")


def _prose(notebook: NotebookNode) -> list[str]:
    cells = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return [block for source in cells for block in page_blocks(markdown2html_mistune(source))]


def _place(number: str) -> tuple[int, ...]:
    return tuple(int(part) for part in number.split("-"))


def _title(data: Mapping[str, Any] | None) -> str:
    return f"{data['title']!r} " if data else ""


def _listed(headings: list[tuple[str, str]]) -> str:
    return ", ".join(label for label, _ in headings)


def _written(value: Any) -> str:
    return "inget" if value is None else str(value).replace(".", ",") if not isinstance(value, str) else value


def _differs(kind: FaultKind, name: str, what: str, was: str, now: str) -> Fault:
    was, now = (text if len(text) <= SHOWN_LETTERS else f"{text[:SHOWN_LETTERS]}…" for text in (was, now))
    return Fault(kind, name, f"{what[0].upper()}{what[1:]}: redovisat {was!r}, omkörning {now!r}. {_WHY}")
