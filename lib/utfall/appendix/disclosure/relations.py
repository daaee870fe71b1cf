"""Hidden counts that can be worked out from what is shown, in the same table or in another one of the package."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from utfall.appendix.disclosure.counts import count_columns
from utfall.appendix.disclosure.pieces import SeenTable, as_number, hidden_below
from utfall.appendix.disclosure.solving import Bounds, Sum, determined

TOTAL = re.compile(r"(?:totalt?|total|summa|sum|alla|samtliga|hela|sammanlagt|tillsammans)\b", re.IGNORECASE)
"""How the heading of a sum begins."""

_TIME = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:januari|februari|mars|april|maj|juni|juli|augusti|september|oktober|november|december)\b",
    re.IGNORECASE,
)

Key = tuple[str, ...]
Cell = tuple[Key, str]
"""A count: the words of its row, and the heading of its column."""

_PER = re.compile(r"\bper\b", re.IGNORECASE)
_SHARE = re.compile(r"\bandel|%", re.IGNORECASE)


@dataclass(frozen=True)
class Computable:
    """A hidden count that can be worked out.

    Parameters
    ----------
    output : str
        The file it is hidden in, or the one that gives it away.
    place : str
        Where.
    row : str
        Words of its row.
    column : str
        Heading of its column.
    from_outputs : tuple of str
        The other files needed to work it out; empty when the table itself is enough.
    """

    output: str
    place: str
    row: str
    column: str
    from_outputs: tuple[str, ...] = ()


@dataclass
class _Scope:
    """Tables whose counts can be about the same persons: same months in the title, no cell that contradicts."""

    shown: dict[Cell, Fraction] = field(default_factory=dict)
    hidden: dict[Cell, int] = field(default_factory=dict)
    sums: list[tuple[Cell, tuple[Cell, ...], str]] = field(default_factory=list)
    places: dict[Cell, tuple[str, str]] = field(default_factory=dict)
    outputs: set[str] = field(default_factory=set)


def computable(
    tables: Sequence[tuple[str, SeenTable]], smallest: int, parts: Mapping[str, Sequence[str]]
) -> Iterator[Computable]:
    """Find the counts that are hidden, or left out, and yet can be worked out.

    Parameters
    ----------
    tables : sequence of (str, SeenTable)
        Every table of the package, with its file.
    smallest : int
        Smallest count that may be told.
    parts : mapping of str to sequence of str
        Name of a node of the organisation → names of all the nodes right below it.

    Yields
    ------
    Computable
        One for each count.
    """
    scopes: dict[frozenset[str], list[_Scope]] = {}
    for output, table in tables:
        counts = count_columns(table)
        if not counts:
            continue
        yield from _by_ratio(output, table, counts, smallest)
        read = _read(output, table, counts)
        times = frozenset(found.lower() for found in _TIME.findall(table.title))
        for scope in scopes.setdefault(times, []):
            if _agree(scope, read):
                _merge(scope, read)
                break
        else:
            scopes[times].append(read)
    for group in scopes.values():
        for scope in group:
            yield from _solved(scope, smallest, parts)


def _read(output: str, table: SeenTable, counts: list[int]) -> _Scope:
    scope = _Scope(outputs={output})
    keys = _keys(table, counts)
    for at in counts:
        label = table.labels[at].strip().lower()
        for number, row in enumerate(table.rows):
            cell = (keys[number], label)
            value = row[at] if at < len(row) else None
            shown, below = as_number(value), hidden_below(value)
            if shown is not None:
                scope.shown[cell] = Fraction(shown)
            elif below is not None:
                scope.hidden[cell] = below
            scope.places.setdefault(cell, (output, table.place))
        for total, members in _row_sums(table):
            cells = tuple((keys[member], label) for member in members)
            # A sum is a count of its own: what it is the sum of is part of its name.
            sum_cell = ((*keys[total], *sorted({" ".join(keys[member]) for member in members})), label)
            plain = (keys[total], label)
            if plain in scope.shown:
                scope.shown[sum_cell] = scope.shown[plain]
            elif plain in scope.hidden:
                scope.hidden[sum_cell] = scope.hidden[plain]
            scope.places.setdefault(sum_cell, scope.places[plain])
            if _holds(scope, sum_cell, cells):
                scope.sums.append((sum_cell, cells, output))
    for total_at, member_ats in _column_sums(table, counts):
        for key in keys:
            cells = tuple((key, table.labels[at].strip().lower()) for at in member_ats)
            sum_cell = (key, table.labels[total_at].strip().lower())
            if _holds(scope, sum_cell, cells):
                scope.sums.append((sum_cell, cells, output))
    return scope


def _keys(table: SeenTable, counts: list[int]) -> list[Key]:
    """The words of each row: every cell that is no figure."""
    named = [
        at
        for at in range(len(table.labels))
        if at not in counts
        and all(as_number(row[at]) is None and hidden_below(row[at]) is None for row in table.rows if at < len(row))
    ]
    if not named and table.labels and 0 not in counts:
        named = [0]  # a code or a year may name the row
    keys: list[Key] = []
    for row in table.rows:
        words = tuple(str(row[at]).strip().lower() for at in named if at < len(row) and row[at] not in (None, ""))
        keys.append(words or (str(len(keys)),))
    return keys


def _row_sums(table: SeenTable) -> Iterator[tuple[int, list[int]]]:
    """Rows that are sums, with the rows they may be the sum of."""
    totals = [
        number
        for number, row in enumerate(table.rows)
        if number in table.totals or any(isinstance(cell, str) and TOTAL.match(cell.strip()) for cell in row)
    ]
    for number in totals:
        others = [other for other in range(len(table.rows)) if other not in totals]
        before = [other for other in others if other < number and not any(other < t < number for t in totals)]
        for members in (others, before):
            outer = min((_level(table, member) for member in members), default=0)
            chosen = [member for member in members if _level(table, member) == outer]
            if chosen:
                yield number, chosen
            if others == before:
                break
    for number in range(len(table.rows)):
        below = []
        for other in range(number + 1, len(table.rows)):
            if _level(table, other) <= _level(table, number):
                break
            if _level(table, other) == _level(table, number) + 1:
                below.append(other)
        if below:
            yield number, below


def _level(table: SeenTable, row: int) -> int:
    return table.indent[row] if row < len(table.indent) else 0


def _column_sums(table: SeenTable, counts: list[int]) -> Iterator[tuple[int, list[int]]]:
    for at in counts:
        others = [other for other in counts if other != at]
        if len(others) > 1 and TOTAL.match(table.labels[at].strip()):
            yield at, others


def _holds(scope: _Scope, total: Cell, members: Sequence[Cell]) -> bool:
    """Whether what is shown does not speak against the sum."""
    if any(member not in scope.shown and member not in scope.hidden for member in members):
        return False  # a cell without a figure: it may be that nobody counted
    if total not in scope.shown:
        return total in scope.hidden
    shown = sum((scope.shown[member] for member in members if member in scope.shown), Fraction(0))
    hidden = [member for member in members if member not in scope.shown]
    return scope.shown[total] == shown if not hidden else scope.shown[total] >= shown


def _agree(scope: _Scope, read: _Scope) -> bool:
    if not {label for _, label in scope.places} & {label for _, label in read.places}:
        return False
    return all(scope.shown.get(cell, value) == value for cell, value in read.shown.items())


def _merge(scope: _Scope, read: _Scope) -> None:
    scope.shown |= read.shown
    scope.hidden |= read.hidden
    scope.sums += read.sums
    scope.places = read.places | scope.places
    scope.outputs |= read.outputs


def _solved(scope: _Scope, smallest: int, parts: Mapping[str, Sequence[str]]) -> Iterator[Computable]:
    revealed = [cell for cell in scope.hidden if cell in scope.shown]
    for cell in revealed:
        output, place = scope.places[cell]
        yield Computable(output, place, " ".join(cell[0]), cell[1], tuple(sorted(scope.outputs - {output})))
    bounds: dict[Cell, Bounds] = {
        cell: (1, below - 1) if below else (0, None) for cell, below in scope.hidden.items() if cell not in scope.shown
    }
    absent: set[Cell] = set()
    relations = [(total, members) for total, members, _ in scope.sums]
    for total, members in _in_organisation(scope, parts):
        relations.append((total, members))
        for member in members:
            if member not in scope.shown and member not in bounds:
                bounds[member] = (0, None)
                absent.add(member)
    if not bounds:
        return
    sums = [each for total, members in relations if (each := _as_sum(scope, total, members)) is not None]
    for unknown, value in determined(sums, bounds).items():
        if unknown in absent and not 0 < value < smallest:
            continue
        key, label = unknown
        given = [total for total, members in relations if unknown in (total, *members)]
        output, place = scope.places.get(unknown) or scope.places[given[0]]
        others = {scope.places[total][0] for total in given} - {output}
        yield Computable(output, place, " ".join(key), label, tuple(sorted(others)))


def _as_sum(scope: _Scope, total: Cell, members: Sequence[Cell]) -> Sum[Cell] | None:
    """The sum over what is unknown; None when nothing is."""
    unknown: dict[Cell, Fraction] = {}
    known = Fraction(0)
    for cell, sign in [*((member, 1) for member in members), (total, -1)]:
        if cell in scope.shown:
            known += sign * scope.shown[cell]
        else:
            unknown[cell] = unknown.get(cell, Fraction(0)) + sign
    unknown = {cell: factor for cell, factor in unknown.items() if factor}
    return Sum(unknown, -known) if unknown else None


def _in_organisation(scope: _Scope, parts: Mapping[str, Sequence[str]]) -> Iterator[tuple[Cell, tuple[Cell, ...]]]:
    """A node's count is the sum of the counts of those below it, when its own and some of theirs are there."""
    known = set(scope.shown) | set(scope.hidden)
    for node, below in parts.items():
        for key, label in list(known):
            if node not in key:
                continue
            at = key.index(node)
            members = tuple(((*key[:at], name, *key[at + 1 :]), label) for name in below)
            there = [member for member in members if member in known]
            shown = sum((scope.shown.get(member, Fraction(0)) for member in members), Fraction(0))
            total = scope.shown.get((key, label))
            if there and (total is None or shown <= total):
                yield (key, label), members


def _by_ratio(output: str, table: SeenTable, counts: list[int], smallest: int) -> Iterator[Computable]:
    """Counts that are hidden beside an amount and its mean, or beside their share of a count that is shown."""
    for at in counts:
        means = [other for other, label in enumerate(table.labels) if _PER.search(label)]
        shares = [other for other, label in enumerate(table.labels) if _SHARE.search(label)]
        whole = [(number, row) for number, row in enumerate(table.rows) if at < len(row)]
        for number, row in whole:
            if hidden_below(row[at]) is None:
                continue
            if any(_gives_count(table, row, at, mean, counts) for mean in means if mean < len(row)) or any(
                _share_gives(table, number, at, share, smallest) for share in shares if share < len(row)
            ):
                words = " ".join(str(cell) for cell in row if isinstance(cell, str) and as_number(cell) is None)
                yield Computable(output, table.place, words, table.labels[at])


def _gives_count(table: SeenTable, row: Sequence[object], at: int, mean: int, counts: list[int]) -> bool:
    """Whether an amount over its mean gives the count, as it does in the rows where the count is shown."""
    amounts = [
        other
        for other in range(len(row))
        if other not in (at, mean, *counts)
        and as_number(row[other]) is not None
        and not _PER.search(table.labels[other])
    ]
    divisor = as_number(row[mean])
    if not divisor:
        return False
    return any(_ratio_holds(table, other, mean, at) for other in amounts)


def _ratio_holds(table: SeenTable, amount: int, mean: int, at: int) -> bool:
    tried = held = 0
    for row in table.rows:
        count, value, each = (as_number(row[column]) if column < len(row) else None for column in (at, amount, mean))
        if count and value and each:
            tried += 1
            held += abs(value / each - count) < Decimal("0.5")
    return tried > 0 and held == tried


def _share_gives(table: SeenTable, number: int, at: int, share: int, smallest: int) -> bool:
    """Whether the share of a shown sum gives the count, as it does in the rows where the count is shown."""
    totals = [as_number(table.rows[total][at]) for total, members in _row_sums(table) if number in members]
    own = as_number(table.rows[number][share])
    for total in totals:
        if not total or own is None:
            continue
        scales = [Decimal(scale) for scale in (1, 100) if _shares_hold(table, at, share, total, Decimal(scale))]
        if any(0 < own / scale * total < smallest for scale in scales):
            return True
    return False


def _shares_hold(table: SeenTable, at: int, share: int, total: Decimal, scale: Decimal) -> bool:
    pairs = [(as_number(row[at]), as_number(row[share])) for row in table.rows if max(at, share) < len(row)]
    known = [(count, part) for count, part in pairs if count and part is not None]
    # The sum's own share is one whatever it is a share of, so another row must agree too.
    return len(known) > 1 and all(abs(part / scale - count / total) < Decimal("0.006") for count, part in known)
