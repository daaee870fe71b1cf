"""Whether every number in a text can be had from given values, within the rounding it is shown with.

A result's paragraph may only say what its frames hold, and an answer to the auditors only what its appendix holds: a
number typed by hand is found here. Money is compared in whole currency, percentages with shares; the sign counts where
it is printed or a word tells it ("sämre", "bättre", "lägre").
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd

from utfall.presentation.claims import SHARE, Claim, claims
from utfall.presentation.numbers import as_decimal

SLACK = 1e-13
"""Share of a value that binary noise, and reading by 15 digits, may move it; nearer to an edge it is read exactly."""

SMALL_SHARE, LARGE_SHARE = Decimal(1), Decimal(99)
"""Bounds that a text may give instead of a share, in per cent: "under 1 %" and "över 99 %"."""

PRECISION = 400
"""Digits enough for the largest double with decimals."""

LONGEST_NAME = 80
"""Letters of a text cell that can be a name; longer ones are sentences."""

_LEVEL = re.compile(r"(?:lo|hi)[-_](\d{1,2}(?:\.\d)?)")
"""Names of the ends of an interval, which tell its level."""


@dataclass(frozen=True, eq=False)
class Known:
    """Values that a text may tell; made by `known_values`.

    Parameters
    ----------
    sizes : list of float
        Absolute values, rising.
    values : list of number
        The values as handed in, in the same order.
    counts : frozenset of int
        How many rows there are, in all and of each kind: numbers without unit may tell them.
    levels : frozenset of Decimal
        Levels of intervals, in per cent.
    names : frozenset of str
        Names with digits.
    """

    sizes: list[float]
    values: list[Any]
    counts: frozenset[int]
    levels: frozenset[Decimal]
    names: frozenset[str]

    def unsourced(self, text: str, unit: int = 0) -> tuple[str, ...]:
        """Find the numbers of a text that cannot be had from these values.

        Parameters
        ----------
        text : str
            Swedish prose.
        unit : int, default 0
            Power of ten of numbers that state no unit: 6 where a heading has said mkr, −2 for per cent.

        Returns
        -------
        tuple of str
            As they stand in the text, in its order.
        """
        return tuple(claim.written for claim in claims(text, self.names) if not self.has(claim, unit))

    def has(self, claim: Claim, unit: int = 0) -> bool:
        """Whether one claim can be had from these values."""
        exponent = unit if claim.exponent is None else claim.exponent
        if claim.exponent is None and not claim.sign and claim.size in self.counts:
            return True
        if exponent == SHARE and claim.size in self.levels:
            return True
        if exponent == SHARE and claim.bound < 0 and claim.size <= SMALL_SHARE:
            return self._holds(0.0, float(claim.size.scaleb(SHARE)))
        if exponent == SHARE and claim.bound > 0 and claim.size >= LARGE_SHARE:
            return self._holds(float(claim.size.scaleb(SHARE)), 1.0)
        return self._rounds_to(claim, exponent)

    def _holds(self, low: float, high: float) -> bool:
        """Whether a value lies between two edges, both included."""
        return bisect_right(self.sizes, high) > bisect_left(self.sizes, low)

    def _rounds_to(self, claim: Claim, exponent: int) -> bool:
        half = Decimal(5).scaleb(-claim.decimals - 1)
        low, high = (float((claim.size + edge).scaleb(exponent)) for edge in (-half, half))
        slack = SLACK * high
        for at in range(bisect_left(self.sizes, low - slack), bisect_right(self.sizes, high + slack)):
            size, value = self.sizes[at], self.values[at]
            if claim.sign * value < 0:
                continue
            if low + slack < size < high - slack or _is_printed(value, claim, exponent):
                return True
        return False


def unsourced_numbers(text: str, *sources: Any) -> tuple[str, ...]:
    """Find the numbers in a Swedish text that cannot be had from given values.

    Parameters
    ----------
    text : str
        Prose. Dates, ordinals, numbers of list items and names with digits are no claims (see `claims`).
    *sources : DataFrame, Series, array, mapping, sequence or number
        Values in whole currency and shares. Frames, and lists of records, also give the number of their rows, in all
        and of each kind; an interval's columns ("lo-95") its level; text cells names. Sentences give nothing.

    Returns
    -------
    tuple of str
        As they stand in the text, in its order; empty when all is well.

    See Also
    --------
    known_values : Read the sources once, for several texts.

    Examples
    --------
    >>> frame = pd.DataFrame({"name": ["Enhet 12"], "deviation": [-12_400_000.0]})
    >>> unsourced_numbers("Enhet 12 ligger 12,4 mkr sämre än budget.", frame)
    ()
    >>> unsourced_numbers("Enhet 12 ligger 12,5 mkr sämre än budget, 3 procent.", frame)
    ('12,5 mkr', '3 procent')
    >>> unsourced_numbers("Enhet 12 ligger 12,4 mkr bättre än budget.", frame)
    ('12,4 mkr',)
    """
    return known_values(*sources).unsourced(text)


def known_values(*sources: Any) -> Known:
    """Read values once, to compare several texts with them.

    Parameters
    ----------
    *sources : DataFrame, Series, array, mapping, sequence or number
        As for `unsourced_numbers`.

    Returns
    -------
    Known

    Examples
    --------
    >>> known = known_values([0.034, 12])
    >>> known.unsourced("3,4 % av 12"), known.unsourced("3,5 % av 13")
    ((), ('3,5 %', '13'))
    """
    reader = _Reader()
    for source in sources:
        reader.read(source)
    order = np.argsort(np.array([abs(float(value)) for value in reader.values]), kind="stable")
    values = [reader.values[at] for at in order]
    return Known(
        [abs(float(value)) for value in values],
        values,
        frozenset(reader.counts),
        frozenset(reader.levels),
        frozenset(name for name in reader.names if _is_name(name)),
    )


class _Reader:
    """Gathers numbers, counts of rows, levels and names from whatever a result holds."""

    def __init__(self) -> None:
        self.values: list[Any] = []
        self.counts: set[int] = set()
        self.levels: set[Decimal] = set()
        self.names: set[str] = set()

    def read(self, source: Any, key: str = "") -> None:
        kind = type(source)
        if kind is float or kind is int:  # first, for there are many
            self._number(source, key)
            return
        if kind is str:
            self.names.add(source)
            return
        match source:
            case None | bool() | np.bool_():
                return
            case str():
                self.names.add(source)
            case pd.DataFrame():
                self._frame(source)
            case pd.Series():
                self._column(source)
                self._column(source.index)
            case pd.Index():
                self._column(source)
            case np.ndarray():
                for item in source.ravel().tolist():
                    self.read(item, key)
            case Mapping():
                for name, item in source.items():
                    self._key(name)
                    self.read(item, str(name))
            case list() | tuple() | set() | frozenset():
                self._rows(list(source), key)
            case Decimal() | Real():
                self._number(source, key)

    def _number(self, value: Any, key: str) -> None:
        if math.isfinite(value):
            self.values.append(value)
            if key in ("level", "levels") and value > 1:
                self.levels.add(Decimal(str(value)))

    def _frame(self, frame: pd.DataFrame) -> None:
        self.counts.add(len(frame))
        self._column(frame.index)
        for name, column in frame.items():
            self._key(name)
            self._column(column)
            self._kinds(column.tolist())

    def _column(self, column: pd.Series | pd.Index) -> None:
        if isinstance(column, pd.RangeIndex):
            return
        if isinstance(column, pd.MultiIndex):
            for level in range(column.nlevels):
                self._column(column.get_level_values(level).unique())
        elif pd.api.types.is_float_dtype(column.dtype):
            array = column.to_numpy("float64", na_value=math.nan)
            self.values += array[np.isfinite(array)].tolist()
        elif not pd.api.types.is_datetime64_any_dtype(column.dtype):
            for item in column.tolist():
                self.read(item)

    def _rows(self, items: list[Any], key: str) -> None:
        records = [item for item in items if isinstance(item, Mapping)]
        for item in items:
            self.read(item, key)
        if records:
            self.counts.add(len(records))
        for name in records[0] if records else ():
            self._kinds([record.get(name) for record in records])

    def _kinds(self, cells: list[Any]) -> None:
        """How many rows there are of each kind: by text or truth, with and without a value, above and below zero."""
        texts = Counter(cell for cell in cells if isinstance(cell, str | bool | np.bool_))
        filled = sum(count for cell, count in texts.items() if cell != "")
        known = [cell for cell in cells if isinstance(cell, float | int) and not isinstance(cell, bool)]
        known = [cell for cell in known if math.isfinite(cell)]
        signs = Counter((cell > 0) - (cell < 0) for cell in known)
        self.counts |= {*texts.values(), len(texts), filled, len(known), *signs.values(), len(known) - signs[0]}
        self.counts.add(len(cells) - filled - len(known))

    def _key(self, name: Any) -> None:
        if isinstance(name, str):
            self.names.add(name)
            if level := _LEVEL.fullmatch(name):
                self.levels.add(Decimal(level[1]))


def _is_name(words: str) -> bool:
    """Whether a text cell can be a name with digits, not a sentence or a quantity."""
    if len(words) > LONGEST_NAME or not words[:1].isalpha() or words.endswith((".", "!", "?")):
        return False
    if not any(letter.isdigit() for letter in words):
        return False
    return all(claim.exponent is None and not claim.decimals and not claim.sign for claim in claims(words))


def _is_printed(value: Any, claim: Claim, exponent: int) -> bool:
    """Whether a value is written as the claim, rounded as `numbers` rounds."""
    exact = as_decimal(value)
    if exact is None:
        return False
    with localcontext(prec=PRECISION, rounding=ROUND_HALF_UP):
        printed = abs(exact.scaleb(-exponent)).quantize(Decimal(1).scaleb(-claim.decimals))
        return printed == claim.size
