"""Write the two tables of ``examples/own_data``: a ledger and a budget as an economy system might export them.

Every figure is invented. The amounts are written as a ledger books them, costs positive and income negative, in
Swedish CSV: semicolons between columns and a decimal comma. Run it from anywhere::

    python examples/make_own_data.py
"""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

FOLDER = Path(__file__).parent / "own_data"

LEDGER_MONTHS = [(2025, month) for month in range(1, 13)] + [(2026, month) for month in range(1, 11)]
BUDGET_MONTHS = [(year, month) for year in (2025, 2026) for month in range(1, 13)]

PLAIN_MONTH = {
    "101": {"3010": -140, "3110": -60, "4010": 610, "4510": 190, "5610": 90, "5710": 70, "6010": 110},
    "102": {"3010": -120, "4010": 540, "4510": 170, "5610": 480, "5710": 95, "6010": 90},
    "201": {"3110": -210, "4010": 1650, "4510": 520, "5510": 140, "5610": 230, "5710": 160, "6010": 260},
    "202": {"3110": -90, "4010": 1240, "4510": 390, "5510": 60, "5610": 70, "5710": 430, "6010": 310},
}
"""Unit to account to what an ordinary month of 2025 books, in thousands of kronor."""

SUPPLIERS = {"5510": "Bemanning Ett AB", "5610": "Läkemedel Syd AB", "5710": "Material Nord AB"}
"""Account to supplier."""

TEXTS = {
    "3010": "Patientavgifter",
    "3110": "Såld vård",
    "4010": "Löner",
    "4510": "Sociala avgifter",
    "5510": "Inhyrd personal",
    "5610": "Läkemedel",
    "5710": "Sjukvårdsmaterial",
    "6010": "Lokalhyra",
}

STEADY = {"6010"}
"""Accounts that book the same amount every month."""

SEASON = [1.0, 1.0, 1.02, 1.01, 1.0, 0.96, 0.88, 0.94, 1.02, 1.03, 1.04, 1.1]
"""Factor of each calendar month, January first."""

YEARLY_RISE = 1.03
"""Prices and wages of 2026 over those of 2025, in the ledger and in the budget alike."""


def usual(unit: str, account: str, year: int, month: int) -> float:
    """Kronor of an ordinary month, as the budget foresees it."""
    season = 1.0 if account in STEADY else SEASON[month - 1]
    return PLAIN_MONTH[unit][account] * 1000 * season * YEARLY_RISE ** (year - 2025)


def planted(unit: str, account: str, year: int, month: int) -> float:
    """Factor of what nobody budgeted for: a dearer drug, and a summer with hired staff."""
    if (unit, account) == ("102", "5610") and (year, month) >= (2026, 4):
        return 1.35
    if (unit, account, year) == ("201", "5510", 2026) and month in (6, 7, 8):
        return 2.5
    return 1.0


def kronor(amount: float) -> str:
    """Write an amount as a Swedish spreadsheet does."""
    return f"{amount:.2f}".replace(".", ",")


def ledger_rows() -> list[list[str]]:
    """One voucher a month, unit and account, within a few per cent of the ordinary month."""
    chance = random.Random(2026)
    rows = []
    for year, month in LEDGER_MONTHS:
        for unit, accounts in PLAIN_MONTH.items():
            for account in accounts:
                wobble = 1.0 if account in STEADY else 1.0 + 0.03 * (2 * chance.random() - 1)
                amount = usual(unit, account, year, month) * wobble * planted(unit, account, year, month)
                rows.append(
                    [
                        f"{year}-{month:02}",
                        unit,
                        account,
                        SUPPLIERS.get(account, ""),
                        f"V{len(rows) + 1:05}",
                        TEXTS[account],
                        kronor(amount),
                    ]
                )
    return rows


def budget_rows() -> list[list[str]]:
    """The ordinary month, rounded to thousands."""
    return [
        [f"{year}-{month:02}", unit, account, kronor(round(usual(unit, account, year, month), -3))]
        for year, month in BUDGET_MONTHS
        for unit, accounts in PLAIN_MONTH.items()
        for account in accounts
    ]


def write(folder: Path = FOLDER) -> None:
    """Write ``ledger.csv`` and ``budget.csv`` into a folder."""
    tables = {
        "ledger.csv": (
            ["Period", "Kostnadsställe", "Konto", "Motpart", "Verifikat", "Text", "Belopp"],
            ledger_rows(),
        ),
        "budget.csv": (["Period", "Kostnadsställe", "Konto", "Belopp"], budget_rows()),
    }
    for name, (header, rows) in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, delimiter=";", lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
