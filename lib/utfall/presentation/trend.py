"""A key figure month by month: numbers for a small picture, and the same in words."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from utfall.errors import InvalidParameter
from utfall.presentation.numbers import HOME_CURRENCY, Unit, amount, as_date, short_period


@dataclass(frozen=True)
class Trend:
    """What a key figure has been, month by month.

    Parameters
    ----------
    label : str
        What the values are: "Månadens avvikelse mot budget".
    values : iterable of (period, float or missing)
        Amounts in whole currency, in time order; a month without a value is missing.
    unit : {"sek", "tkr", "mkr"}, default "tkr"
        The unit in which amounts are written.
    currency : str, default "SEK"
        ISO code of the currency.

    Raises
    ------
    InvalidParameter
        When something in the place of a period is not a month.

    Examples
    --------
    >>> trend = Trend("Månadens avvikelse", [("2026-08", -40_000.0), ("2026-09", 12_000.0)])
    >>> trend.text.replace("\N{NO-BREAK SPACE}", " ")
    'aug 2026–sep 2026: senast +12 tkr, lägst −40 tkr (aug 2026), högst +12 tkr (sep 2026)'
    """

    label: str
    values: tuple[tuple[str, float | None], ...]
    unit: Unit | str
    currency: str

    def __init__(
        self,
        label: str,
        values: Iterable[tuple[Any, float | None]],
        unit: Unit | str = Unit.TKR,
        currency: str = HOME_CURRENCY,
    ) -> None:
        months = tuple((_month(period), _known(value)) for period, value in values)
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "values", months)
        object.__setattr__(self, "unit", unit)
        object.__setattr__(self, "currency", currency)

    @property
    def text(self) -> str:
        """Last, lowest and highest month; empty when no month has a value."""
        known = [(period, value) for period, value in self.values if value is not None]
        if not known:
            return ""
        first, last = self.values[0][0], self.values[-1][0]
        latest, lowest, highest = known[-1], min(known, key=_value), max(known, key=_value)
        told = [
            f"senast {self._amount(latest[1])}" if latest[0] == last else self._told("senast", *latest),
            self._told("lägst", *lowest),
            self._told("högst", *highest),
        ]
        return f"{short_period(first)}–{short_period(last)}: {', '.join(told)}"

    def to_dict(self) -> dict[str, Any]:
        """Label, words and values, as they travel to the front page."""
        values = [{"period": period, "value": value} for period, value in self.values]
        return {"label": self.label, "text": self.text, "values": values}

    def _told(self, word: str, period: str, value: float) -> str:
        return f"{word} {self._amount(value)} ({short_period(period)})"

    def _amount(self, value: float) -> str:
        return amount(value, self.unit, currency=self.currency, signed=True)


def _month(period: Any) -> str:
    day = as_date(period)
    if day is None:
        raise InvalidParameter(f"A trend has a value for {period!r}, which is not a month. Give it a month.")
    return f"{day:%Y-%m}"


def _known(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)


def _value(month: tuple[str, float]) -> float:
    return month[1]
