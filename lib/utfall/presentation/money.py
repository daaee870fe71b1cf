"""Amounts in one unit through all tables and sentences of a report, so that they can be compared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from utfall.presentation.numbers import HOME_CURRENCY, Unit, amount, choose_unit
from utfall.presentation.words import Assessment, assessment, deviation_words

MORE_DIGITS = 10
"""How many times larger than usual amounts may be for the sake of the deviations beside them: one digit more."""


@dataclass(frozen=True)
class Money:
    """How a result writes amounts.

    Parameters
    ----------
    unit : Unit
        The unit of every amount.
    currency : str, default "SEK"
        ISO code of the currency.

    Examples
    --------
    >>> money = Money.for_amounts([-12_400_000.0, 300_000.0])
    >>> money.write(300_000.0, signed=True) == "+0,3\u00a0mkr"
    True
    """

    unit: Unit
    currency: str = HOME_CURRENCY

    @classmethod
    def for_amounts(cls, amounts: Iterable[float], currency: str = HOME_CURRENCY) -> Money:
        """Choose the unit that fits the largest of some amounts; missing ones do not count."""
        known = [abs(value) for value in amounts if value == value]
        return cls(choose_unit(max(known, default=0.0)), currency)

    @classmethod
    def for_deviations(
        cls, amounts: Iterable[float], deviations: Iterable[float], currency: str = HOME_CURRENCY
    ) -> Money:
        """Choose the unit in which deviations can be read, though the amounts beside them are larger.

        Parameters
        ----------
        amounts : iterable of float
            Amounts shown beside the deviations; they may have `MORE_DIGITS` times the size their own unit allows.
        deviations : iterable of float
            What must be readable.
        currency : str, default "SEK"
            ISO code of the currency.

        Returns
        -------
        Money

        Examples
        --------
        >>> Money.for_deviations([-45_000_000.0], [-2_300_000.0]).unit.value
        'tkr'
        >>> Money.for_deviations([-900_000_000.0], [-2_300_000.0]).unit.value
        'mkr'
        """
        return cls.for_amounts([*(value / MORE_DIGITS for value in amounts), *deviations], currency)

    def write(self, value: float, *, signed: bool = False) -> str:
        """Write an amount with its unit: ``−12,4 mkr``."""
        return amount(value, self.unit, currency=self.currency, signed=signed)

    def compare(self, deviation: float, reference: str) -> str:
        """Say how an outcome compares: ``12,4 mkr sämre än budget``."""
        return deviation_words(deviation, self.unit, reference, currency=self.currency)

    def assess(self, deviation: float) -> Assessment:
        """Say in a word whether a deviation is worse or better; nothing when it rounds to zero."""
        return assessment(deviation, self.unit)
