"""What the figures of a chart measure, and how they are written along its axis and lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from utfall.presentation.numbers import HOME_CURRENCY, MISSING, Unit, as_decimal, choose_unit, number

MOST_DECIMALS = 6
"""Decimals a tick may need; beyond them the axis would show nothing but noise."""

EXACT_WITHIN = 1e-9
"""Share of the step between ticks that a written tick may be off: binary noise only."""

WHOLE_FROM = 100.0
"""Largest figure from which a count or rate is written without decimals."""


@dataclass(frozen=True)
class Quantity:
    """The unit of a chart.

    Parameters
    ----------
    label : str
        The unit as printed: "mkr", "%", "besök".
    exponent : int
        Power of ten between the figures handed in and those printed.
    decimals : int
        Decimals of a printed figure.
    """

    label: str
    exponent: int
    decimals: int

    def write(self, value: Any, *, signed: bool = False, decimals: int | None = None) -> str:
        """Write a figure without its unit."""
        exact = as_decimal(value)
        if exact is None:
            return MISSING
        places = self.decimals if decimals is None else decimals
        return number(exact.scaleb(-self.exponent), places, signed=signed)

    def ticks(self, values: Sequence[float]) -> list[str]:
        """Write the ticks of an axis, all with as many decimals as the closest two need.

        Parameters
        ----------
        values : sequence of float
            Places of the ticks, rising, as handed in.

        Returns
        -------
        list of str
            Without the unit: the axis states it once.

        Examples
        --------
        >>> quantity("mkr", 5e6).ticks([0, 2_500_000, 5_000_000])
        ['0,0', '2,5', '5,0']
        """
        scaled = [value / 10.0**self.exponent for value in values]
        steps = [b - a for a, b in pairwise(scaled)]
        noise = EXACT_WITHIN * min(steps, default=1.0)
        decimals = next(
            (d for d in range(MOST_DECIMALS) if all(abs(v - round(v, d)) <= noise for v in scaled)),
            MOST_DECIMALS,
        )
        return [self.write(value, decimals=decimals) for value in values]


def quantity(unit: Unit | str | None, largest: float, currency: str = HOME_CURRENCY) -> Quantity:
    """Find out how to write the figures of a chart.

    Parameters
    ----------
    unit : {"sek", "tkr", "mkr", "%"} or str, optional
        A unit of money; "%" for shares (0.034 is 3,4 %); any other word for counts and rates. Money, in the
        unit its size asks for, when left out.
    largest : float
        Largest absolute figure.
    currency : str, default "SEK"
        ISO code of the currency, for money.

    Returns
    -------
    Quantity

    Examples
    --------
    >>> quantity(None, 12e6).label, quantity("%", 0.05).write(0.034), quantity("besök", 900).write(850.4)
    ('mkr', '3,4', '850')
    """
    if unit is None:
        unit = choose_unit(largest)
    if unit in list(Unit):
        money = Unit(unit)
        return Quantity(money.label(currency), money.exponent, money.decimals)
    if unit == "%":
        return Quantity("%", -2, 1)
    return Quantity(str(unit), 0, 0 if largest >= WHOLE_FROM else 1)
