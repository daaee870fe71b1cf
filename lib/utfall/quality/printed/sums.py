"""Which rows and columns of a printed table are sums of which others: by their names, and by arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

from utfall.quality.printed.read import Cell, PrintedTable

Direction = Literal["kolumn", "rad"]
"""Whether a sum is of the cells above it in its column, or of those before it in its row."""

SUM_WORDS = re.compile(r"\b(summa|summor|totalt?|totalsumma|delsumma|sum|s:a)\b|^(brutto|netto|resultat)|\bnetto", re.I)
"""Names of sums."""

NET_WORDS = re.compile(r"netto|resultat", re.I)
"""Names of sums whose terms may be printed without signs, costs as positive numbers."""

PART_WORDS = re.compile(r"^\s*[-–]?\s*varav\b", re.I)
"""Names of rows that repeat a part of the row above."""

ENOUGH = 0.5
"""Share of its cells that must hold for a row or column to be taken for a sum when its name says so."""

UNNAMED_ENOUGH = 2 / 3
"""The same when only the arithmetic says so."""

UNNAMED_CELLS = 2
"""Cells, too large for chance, that must hold when only the arithmetic says so."""

TOO_LARGE = 4
"""Tolerances beyond which a sum that holds is no chance of small numbers."""

MOST_SIGNED = 6
"""Terms whose signs are tried where a net is printed under positive costs."""

Signed = tuple[tuple[int, int], ...]
"""Positions along a line, each with its sign."""


@dataclass(frozen=True)
class Sum:
    """One cell that is the sum of others.

    Parameters
    ----------
    direction : str
        ``kolumn`` or ``rad``.
    target : (int, int)
        The cell that states the sum.
    terms : tuple of ((int, int), int)
        The cells, each with its sign.
    stated, computed : Decimal
        What the cell says and what the terms give.
    tolerance : Decimal
        How far rounding may part the two: half a unit for each term and for the sum itself.
    """

    direction: Direction
    target: Cell
    terms: tuple[tuple[Cell, int], ...]
    stated: Decimal
    computed: Decimal
    tolerance: Decimal

    @property
    def difference(self) -> Decimal:
        """Stated less computed."""
        return self.stated - self.computed

    @property
    def holds(self) -> bool:
        """Whether the two are the same but for rounding."""
        return abs(self.difference) <= self.tolerance

    @property
    def cells(self) -> tuple[tuple[Cell, int], ...]:
        """Every cell with its sign in ``stated − computed``."""
        return ((self.target, 1), *((cell, -sign) for cell, sign in self.terms))


def find_sums(table: PrintedTable) -> list[Sum]:
    r"""Find every cell that is a sum.

    Parameters
    ----------
    table : PrintedTable
        The table.

    Returns
    -------
    list of Sum
        Sums down the columns, then along the rows.

    Examples
    --------
    >>> from utfall.quality.printed.read import read_lines
    >>> [str(each.difference) for each in find_sums(read_lines("A 1,0 2,0\nB 3,0 4,0\nSumma 4,0 7,0", ","))]
    ['0.0', '1.0']
    """
    rows, columns = range(len(table.rows)), range(len(table.columns))
    found: list[Sum] = []
    for at, terms in _structure(table.rows, list(columns), lambda line, cross: (line, cross), table):
        found += [each for c in columns if (each := _sum(table, "kolumn", (at, c), [((t, c), s) for t, s in terms]))]
    for at, terms in _structure(table.columns, list(rows), lambda line, cross: (cross, line), table):
        found += [each for r in rows if (each := _sum(table, "rad", (r, at), [((r, t), s) for t, s in terms]))]
    return found


def _sum(table: PrintedTable, direction: Direction, target: Cell, terms: Sequence[tuple[Cell, int]]) -> Sum | None:
    given = tuple((cell, sign) for cell, sign in terms if cell in table.cells)
    if target not in table.cells or not given:
        return None
    computed = sum((sign * table.value(cell) for cell, sign in given), Decimal(0))
    tolerance = sum((table.half_unit(cell) for cell, _ in given), table.half_unit(target))
    return Sum(direction, target, given, table.value(target), computed, tolerance)


def _structure(
    names: Sequence[str], crosses: list[int], cell: Callable[[int, int], Cell], table: PrintedTable
) -> list[tuple[int, Signed]]:
    """Lines that are sums of lines before them: subtotals close what is open, and are open themselves."""
    opened: list[int] = []
    found: list[tuple[int, Signed]] = []
    since_sum = 0
    for line, name in enumerate(names):
        if PART_WORDS.match(name) or not any(cell(line, cross) in table.cells for cross in crosses):
            continue
        terms = _terms(line, name, opened, since_sum, crosses, cell, table)
        if terms:
            found.append((line, terms))
            opened = opened[: len(opened) - len(terms)]
            since_sum = 0
        else:
            since_sum += 1
        opened.append(line)
    return found


def _terms(
    line: int,
    name: str,
    opened: list[int],
    since_sum: int,
    crosses: list[int],
    cell: Callable[[int, int], Cell],
    table: PrintedTable,
) -> Signed:
    """The open lines that a line is the sum of; empty when it is none."""
    is_named = SUM_WORDS.search(name) is not None
    best: tuple[tuple[float, int, float], Signed] | None = None
    given = [cross for cross in crosses if cell(line, cross) in table.cells]
    for count in range(1 if is_named else 2, len(opened) + 1):
        plain: Signed = tuple((term, 1) for term in opened[-count:])
        for terms in (plain, *_signed(name, plain)):
            held, telling, apart = _fit(line, terms, given, cell, table)
            is_enough = (
                held >= ENOUGH * len(given) and telling
                if is_named
                else held >= UNNAMED_ENOUGH * len(given) and telling >= UNNAMED_CELLS
            )
            score = (held, sum(sign for _, sign in terms) == count, -apart)
            if is_enough and (best is None or score > best[0]):
                best = (score, terms)
    if best is not None:
        return best[1]
    few = len(given) < 1 / ENOUGH + 1
    if not is_named or not opened or not few:
        return ()  # a name alone is too little: a table may head something else so
    # In a column or two nothing else tells which rows are meant: those since the last sum, or all that are open.
    tried = [tuple((term, 1) for term in opened[-count:]) for count in {since_sum, len(opened)} if count >= 2]
    return min(tried, key=lambda terms: _fit(line, terms, given, cell, table)[2], default=())


def _signed(name: str, plain: Signed) -> list[Signed]:
    if not NET_WORDS.search(name) or not 2 <= len(plain) <= MOST_SIGNED:
        return []
    signs = product((1, -1), repeat=len(plain) - 1)
    every = (tuple((term, sign) for (term, _), sign in zip(plain, (1, *rest), strict=True)) for rest in signs)
    return [terms for terms in every if any(sign < 0 for _, sign in terms)]


def _fit(
    line: int, terms: Signed, given: list[int], cell: Callable[[int, int], Cell], table: PrintedTable
) -> tuple[int, int, float]:
    """In how many cells the sum holds, in how many of them it is no chance, and how far it is from holding in all."""
    held = telling = 0
    apart = Decimal(0)
    for cross in given:
        each = _sum(table, "kolumn", cell(line, cross), [(cell(term, cross), sign) for term, sign in terms])
        stated = table.value(cell(line, cross))
        tolerance = table.half_unit(cell(line, cross)) if each is None else each.tolerance
        difference = abs(stated) if each is None else abs(each.difference)
        holds = difference <= tolerance
        held += holds
        telling += holds and abs(stated) > TOO_LARGE * tolerance
        apart += difference
    return held, telling, float(apart)
