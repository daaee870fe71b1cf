"""Claims of an answer stated as checks: "ökade" is a comparison of two numbers, and stops holding when they change.

A check is an expression over the names of numbers, such as ``kostnad_2026 > kostnad_2025``. It is read with Python's
own parser, but only comparisons, the four operations and a few functions are understood; nothing in it is ever run.
It is evaluated on fractions, so nothing is rounded on the way.
"""

from __future__ import annotations

import ast
import operator
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from utfall.errors import InvalidParameter

LONGEST_CHECK = 500
"""Letters a check may have; a longer one is no check a reader can follow."""

MEANINGS: Mapping[str, str] = {
    **dict.fromkeys(("ökade", "ökat", "steg", "stigit", "växte", "vuxit"), "{1} > {0}"),
    **dict.fromkeys(("minskade", "minskat", "sjönk", "sjunkit", "föll", "fallit"), "{1} < {0}"),
    **dict.fromkeys(("högre än", "större än", "fler än", "mer än", "över"), "{0} > {1}"),
    **dict.fromkeys(("lägre än", "mindre än", "färre än", "under"), "{0} < {1}"),
    **dict.fromkeys(("högre", "större", "fler"), "{0} > {1}"),
    **dict.fromkeys(("lägre", "mindre", "färre"), "{0} < {1}"),
    **dict.fromkeys(("mer än hälften av", "mer än hälften"), "{0} / {1} > 1 / 2"),
    **dict.fromkeys(("mindre än hälften av", "mindre än hälften"), "{0} / {1} < 1 / 2"),
    **dict.fromkeys(("störst", "högst", "mest"), "{0} > max({rest})"),
    **dict.fromkeys(("lägst", "minst"), "{0} < min({rest})"),
}
"""Words that can be written as a function of the numbers they compare, ``{{ ökade(före, efter) }}``, and their meaning:
``{0}`` and ``{1}`` are the first two numbers, ``{rest}`` all but the first."""

_COMPARE: Mapping[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: Mapping[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_FUNCTIONS = ("abs", "max", "min")

_PLAIN_NUMBER = re.compile(r"\d{1,18}(?:\.\d{1,18})?")
"""A number in a check: no exponent, which could name one too large to hold."""

_SHORTHAND = re.compile(r"(?P<words>[^():|{}]+?)\s*\((?P<names>[^():|{}]*)\)")

_UNDERSTOOD = "a comparison (<, <=, >, >=, ==, !=) of names and numbers with + - * /, and, or, not, abs, min and max"


@dataclass(frozen=True)
class Quantity:
    """A number as a check sees it.

    Parameters
    ----------
    value : Decimal
        The value, with the sign the answer tells it with.
    unit : str
        Its unit; two numbers are compared and added only in the same unit.
    text : str
        As the answer prints it.
    """

    value: Decimal
    unit: str
    text: str


@dataclass(frozen=True)
class Check:
    """An expression that is true or false of some numbers; made by `read_check`.

    Parameters
    ----------
    text : str
        The expression as it was written.
    names : tuple of str
        The numbers it needs, in the order they are named, each once.
    """

    text: str
    names: tuple[str, ...]

    def holds(self, numbers: Mapping[str, Quantity]) -> bool:
        """Tell whether the expression is true.

        Parameters
        ----------
        numbers : mapping of str to Quantity
            At least the numbers it names.

        Returns
        -------
        bool

        Raises
        ------
        InvalidParameter
            When a number is not there, units differ, something is divided by zero, or two numbers that are said to
            differ are printed alike.

        Examples
        --------
        >>> before, after = Quantity(Decimal(23), "kr", "23 kr"), Quantity(Decimal(31), "kr", "31 kr")
        >>> read_check("after > before").holds({"before": before, "after": after})
        True
        >>> read_check("before / after > 0.75").holds({"before": before, "after": after})
        False
        """
        return _Evaluation(self.text, numbers).truth(_parsed(self.text))


@dataclass(frozen=True)
class Claim:
    """Words of an answer, and the check that must hold for them to stand.

    Parameters
    ----------
    name : str
        Its name in the case file; empty for one that is stated in the answer itself.
    words : str
        As the answer prints them.
    check : Check
        What must hold.
    row : int or None, default None
        Row of the case file it is stated on.
    """

    name: str
    words: str
    check: Check
    row: int | None = None


def read_check(text: str) -> Check:
    """Read a check.

    Parameters
    ----------
    text : str
        The expression. Names are those of numbers; decimals are written with a point.

    Returns
    -------
    Check

    Raises
    ------
    InvalidParameter
        When it is not an expression of the kind that is understood, or compares nothing.

    Examples
    --------
    >>> read_check("hyra_2025 < 0.5 * max(hyra_2023, hyra_2024)").names
    ('hyra_2025', 'hyra_2023', 'hyra_2024')
    >>> read_check("__import__('os')")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    utfall.errors.InvalidParameter: The check "__import__('os')" compares nothing; write it as a comparison...
    """
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    reading = _Reading(text)
    reading.truth(_parsed(text))
    if not reading.names:
        raise InvalidParameter(f'The check "{text}" names no number; name one from the case file.')
    return Check(text, tuple(dict.fromkeys(reading.names)))


def read_shorthand(text: str) -> tuple[str, Check] | None:
    """Read words written as a function of the numbers they compare.

    Parameters
    ----------
    text : str
        Such as ``ökade(kostnad_2025, kostnad_2026)``.

    Returns
    -------
    (str, Check) or None
        The words and what they mean; ``None`` when the text is of another form.

    Raises
    ------
    InvalidParameter
        When the words have no meaning here (see `MEANINGS`), or the number of names is wrong.

    Examples
    --------
    >>> words, check = read_shorthand("ökade(före, efter)")
    >>> words, check.text
    ('ökade', 'efter > före')
    """
    match = _SHORTHAND.fullmatch(text.strip())
    if match is None:
        return None
    words = " ".join(match["words"].split())
    meaning = MEANINGS.get(words.casefold())
    if meaning is None:
        known = ", ".join(MEANINGS)
        raise InvalidParameter(
            f'"{words}(…)" has no meaning of its own; write "{words}: " and a check, or one of {known}.'
        )
    names = [name.strip() for name in match["names"].split(",")]
    several = "{rest}" in meaning
    if len(names) < 2 or (len(names) > 2 and not several) or not all(name.isidentifier() for name in names):
        wanted = "two or more numbers" if several else "two numbers"
        raise InvalidParameter(f'"{words}(…)" compares {wanted}; name them with a comma between.')
    return words, read_check(meaning.format(*names[:2], rest=", ".join(names[1:])))


def _parsed(text: str) -> ast.expr:
    if len(text) > LONGEST_CHECK:
        raise InvalidParameter(
            f"A check of {len(text)} letters is too long; {LONGEST_CHECK} are allowed, so divide it."
        )
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InvalidParameter(f'The check "{text}" cannot be read; write {_UNDERSTOOD}.') from None


class _Reading:
    """Walks an expression to see that it is understood and which numbers it names; gives every number the value 1."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: list[str] = []

    def truth(self, node: ast.expr) -> bool:
        match node:
            case ast.BoolOp(op, values):
                truths = [self.truth(value) for value in values]
                return all(truths) if isinstance(op, ast.And) else any(truths)
            case ast.UnaryOp(ast.Not(), operand):
                return not self.truth(operand)
            case ast.Compare(left, signs, others):
                return self._compared(left, signs, others)
        raise InvalidParameter(f'The check "{self.text}" compares nothing; write it as {_UNDERSTOOD}.')

    def _compared(self, left: ast.expr, signs: Sequence[ast.cmpop], others: Sequence[ast.expr]) -> bool:
        sides = [self.number(side) for side in (left, *others)]
        nodes = [left, *others]
        truths = []
        for at, sign in enumerate(signs):
            if type(sign) not in _COMPARE:
                raise self._not_understood()
            (before, unit), (after, other_unit) = sides[at], sides[at + 1]
            self._same_unit(unit, other_unit)
            truth = _COMPARE[type(sign)](before, after)
            if truth and not isinstance(sign, ast.Eq | ast.LtE | ast.GtE):
                self._seen_to_differ(nodes[at], nodes[at + 1])
            truths.append(truth)
        return all(truths)

    def number(self, node: ast.expr) -> tuple[Fraction, str | None]:
        """Value and unit; a number written in the check has no unit of its own and goes with any."""
        match node:
            case ast.Name(name):
                self.names.append(name)
                return self._named(name)
            case ast.Constant():
                return self._written(node), None
            case ast.UnaryOp(ast.USub() | ast.UAdd() as sign, operand):
                value, unit = self.number(operand)
                return (-value if isinstance(sign, ast.USub) else value), unit
            case ast.BinOp(left, sign, right) if type(sign) in _ARITHMETIC:
                return self._computed(self.number(left), sign, self.number(right))
            case ast.Call(ast.Name(name), [_, *_] as arguments, []) if name in _FUNCTIONS:
                return self._called(name, arguments)
        raise self._not_understood()

    def _named(self, name: str) -> tuple[Fraction, str | None]:
        return Fraction(1), None

    def _written(self, node: ast.expr) -> Fraction:
        written = ast.get_source_segment(self.text, node) or ""
        if not _PLAIN_NUMBER.fullmatch(written):
            raise self._not_understood()
        return Fraction(written)

    def _computed(
        self, left: tuple[Fraction, str | None], sign: ast.operator, right: tuple[Fraction, str | None]
    ) -> tuple[Fraction, str | None]:
        (a, unit), (b, other) = left, right
        if isinstance(sign, ast.Add | ast.Sub):
            self._same_unit(unit, other)
        value = self._zero_divided() if isinstance(sign, ast.Div) and not b else _ARITHMETIC[type(sign)](a, b)
        if isinstance(sign, ast.Add | ast.Sub) or other is None:
            return value, unit if unit is not None else other
        if isinstance(sign, ast.Mult):
            return value, other if unit is None else f"{unit}·{other}"
        return value, None if unit == other else f"{unit or 1}/{other}"

    def _called(self, name: str, arguments: Sequence[ast.expr]) -> tuple[Fraction, str | None]:
        values = [self.number(argument) for argument in arguments]
        for value, other in pairwise(values):
            self._same_unit(value[1], other[1])
        unit = next((unit for _, unit in values if unit is not None), None)
        if name == "abs":
            if len(values) != 1:
                raise self._not_understood()
            return abs(values[0][0]), unit
        chosen = max if name == "max" else min
        return chosen(value for value, _ in values), unit

    def _same_unit(self, unit: str | None, other: str | None) -> None:
        if unit is not None and other is not None and unit != other:
            raise InvalidParameter(
                f'The check "{self.text}" sets {unit or "a number without unit"} against '
                f"{other or 'a number without unit'}; compare and add numbers of the same unit."
            )

    def _seen_to_differ(self, left: ast.expr, right: ast.expr) -> None:
        """Nothing to see while the check is only read."""

    def _zero_divided(self) -> Fraction:
        """What a division by zero gives; while the check is only read, every number is 1 and says nothing."""
        return Fraction(1)

    def _not_understood(self) -> InvalidParameter:
        return InvalidParameter(f'The check "{self.text}" holds more than is understood; write {_UNDERSTOOD}.')


class _Evaluation(_Reading):
    """Walks an expression with the numbers' own values."""

    def __init__(self, text: str, numbers: Mapping[str, Quantity]) -> None:
        super().__init__(text)
        self.numbers = numbers

    def _named(self, name: str) -> tuple[Fraction, str | None]:
        if name not in self.numbers:
            raise InvalidParameter(f'The check "{self.text}" names {name}, which is no number of the case.')
        number = self.numbers[name]
        return Fraction(number.value), number.unit

    def _zero_divided(self) -> Fraction:
        raise InvalidParameter(f'The check "{self.text}" divides by zero; write it without that division.')

    def _seen_to_differ(self, left: ast.expr, right: ast.expr) -> None:
        """A reader sees the printed numbers: two that look the same are not said to differ."""
        match left, right:
            case ast.Name(one), ast.Name(other) if one != other:
                text = self.numbers[one].text
                if text == self.numbers[other].text:
                    raise InvalidParameter(
                        f'The check "{self.text}" says that {one} and {other} differ, but both are printed as {text}; '
                        "give them more decimals in the case file, or change the words."
                    )
