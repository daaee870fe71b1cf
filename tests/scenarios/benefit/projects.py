"""Projects and items for tests: a whole row from the few columns that a test is about."""

from __future__ import annotations

from typing import Any

from utfall.region.scenario_registers import Project, ProjectItem

START = "2027-01"


def project(**columns: Any) -> Project:
    """A project of five years without interest that begins in January 2027."""
    usual = {"id": "p", "name": "Projektet", "unit": "K1", "start": START, "years": 5, "discount_rate": 0.0}
    return Project(**{**usual, **columns})


def item(name: str, kind: str, value: float, **columns: Any) -> ProjectItem:
    """An item in cash every year from the start; ``spread=2`` is an interval of two below and two above."""
    spread = columns.pop("spread", None)
    if spread is not None:
        columns |= {"low": value - spread, "high": value + spread}
    usual = {"project": "p", "timing": "yearly", "start": START, "effect": "cash", "source": "s", "owner": "o"}
    return ProjectItem(name=name, kind=kind, value=value, **{**usual, **columns})


def cost(value: float, name: str = "Kostnad", **columns: Any) -> ProjectItem:
    """A cost that comes once, at the start, unless said otherwise."""
    return item(name, "cost", value, **{"timing": "once", **columns})


def benefit(value: float, name: str = "Nytta", **columns: Any) -> ProjectItem:
    """A yearly benefit."""
    return item(name, "benefit", value, **columns)
