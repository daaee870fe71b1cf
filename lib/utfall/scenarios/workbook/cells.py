"""Cells that hold an amount, or are made of other cells: the same rule gives Excel its formula and us its value."""

from __future__ import annotations

from dataclasses import dataclass, field

from xlsxwriter.utility import xl_rowcol_to_cell


@dataclass(frozen=True, order=True)
class Ref:
    """One cell.

    Parameters
    ----------
    sheet : str
        Name of its sheet.
    row, column : int
        Its place, from 0.
    """

    sheet: str
    row: int
    column: int


ORE = 100
"""Öre in a krona."""

Terms = tuple[tuple[int, Ref], ...]
"""Signs (1 or −1) and the cells that are added with them."""


@dataclass
class Cells:
    """Amounts in whole öre, and sums and differences of them.

    Attributes
    ----------
    amounts : dict of Ref to int
        Cells that hold an amount, öre.
    made : dict of Ref to tuple of (int, Ref)
        Cells that are made of others.
    rounding : dict of Ref to int
        Decimals that a made cell is rounded to; not rounded when absent.

    Examples
    --------
    >>> a, b, total = (Ref("Blad", row, 1) for row in range(3))
    >>> cells = Cells({a: 150, b: 250}, {total: ((1, a), (1, b))})
    >>> cells.value(total), cells.formula(total)
    (400, '=SUM(B1:B2)')
    """

    amounts: dict[Ref, int] = field(default_factory=dict)
    made: dict[Ref, Terms] = field(default_factory=dict)
    rounding: dict[Ref, int] = field(default_factory=dict)

    def value(self, ref: Ref) -> int:
        """Give the amount of a cell, öre.

        Parameters
        ----------
        ref : Ref
            The cell.

        Returns
        -------
        int
        """
        if ref not in self.amounts:
            self.amounts[ref] = sum(sign * self.value(part) for sign, part in self.made[ref])
        return self.amounts[ref]

    def shown(self, ref: Ref) -> float:
        """Give the value that Excel shows of a cell, rounded as its formula says: halves away from zero.

        Parameters
        ----------
        ref : Ref
            The cell.

        Returns
        -------
        float
            Whole currency.

        Examples
        --------
        >>> cell, of = Ref("Blad", 0, 0), Ref("Blad", 1, 0)
        >>> Cells({of: -150}, {cell: ((1, of),)}, {cell: 0}).shown(cell)
        -2.0
        """
        value = self.value(ref)
        if ref not in self.rounding:
            return value / ORE
        step = ORE // 10 ** self.rounding[ref]
        size = (2 * abs(value) + step) // (2 * step) * step
        return (size if value > 0 else -size) / ORE

    def formula(self, ref: Ref) -> str:
        """Write a made cell as Excel's formula.

        Parameters
        ----------
        ref : Ref
            The cell.

        Returns
        -------
        str
            A sum of neighbours as ``SUM``, else the cells with their signs.
        """
        terms = self.made[ref]
        block = _block(terms, ref.sheet)
        body = block or "".join(
            ("-" if sign < 0 else "+" if at else "") + _name(part, ref.sheet) for at, (sign, part) in enumerate(terms)
        )
        return f"=ROUND({body},{self.rounding[ref]})" if ref in self.rounding else f"={body}"


def _block(terms: Terms, sheet: str) -> str:
    """The range that the terms are, when they are cells below each other that are all added; else nothing."""
    first = terms[0][1]
    wanted = tuple((1, Ref(first.sheet, first.row + at, first.column)) for at in range(len(terms)))
    if len(terms) < 2 or terms != wanted:
        return ""
    last = terms[-1][1]
    return f"SUM({_name(first, sheet)}:{xl_rowcol_to_cell(last.row, last.column)})"


def _name(ref: Ref, sheet: str) -> str:
    place = xl_rowcol_to_cell(ref.row, ref.column)
    return place if ref.sheet == sheet else f"'{ref.sheet}'!{place}"
