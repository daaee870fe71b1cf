"""What stands on which row of the statements' sheets, and how each row is made of others."""

from __future__ import annotations

from dataclasses import dataclass

from utfall.scenarios.law import LINES
from utfall.scenarios.result.words import BALANCE_WORDS, CASH_WORDS, INCOME_WORDS

INCOME, BALANCE, CASH, REQUIREMENT, CONTROL = (
    "Resultaträkning",
    "Balansräkning",
    "Kassaflöde",
    "Balanskrav",
    "Kontroll",
)
"""Names of the sheets with formulas."""

Part = tuple[int, str, str, int]
"""Sign, sheet, row's key, and which year: 0 the same, −1 the year before."""


@dataclass(frozen=True)
class SheetLine:
    """One row of a sheet.

    Parameters
    ----------
    key : str
        Item or sum.
    label : str
        As printed.
    parts : tuple of Part
        What it is made of in simulated years; it holds an amount where there are none.
    always : bool
        Whether it is made of its parts in known years too.
    level : {0, 1, 2}
        0 a sum, 1 an amount beneath it, 2 a heading without amounts.
    """

    key: str
    label: str
    parts: tuple[Part, ...] = ()
    always: bool = False
    level: int = 1


def _amount(key: str, label: str) -> SheetLine:
    return SheetLine(key, label)


def _sum(sheet: str, key: str, label: str, *keys: str) -> SheetLine:
    return SheetLine(key, label, tuple((1, sheet, part, 0) for part in keys), always=True, level=0)


def _rolled(key: str, label: str, *parts: Part) -> SheetLine:
    """A balance that is last year's and what has moved it."""
    return SheetLine(key, label, ((1, BALANCE, key, -1), *parts))


def _of(sheet: str, items: dict[str, str], *keys: str) -> list[SheetLine]:
    return [_amount(key, items[key]) for key in keys]


LINES_OF: dict[str, tuple[SheetLine, ...]] = {
    INCOME: (
        *_of(INCOME, INCOME_WORDS, "external_income", "other_income"),
        _sum(INCOME, "operating_income", "Verksamhetens intäkter", "external_income", "other_income"),
        *_of(INCOME, INCOME_WORDS, "external_costs", "other_costs"),
        _sum(INCOME, "operating_costs", "Verksamhetens kostnader", "external_costs", "other_costs"),
        *_of(INCOME, INCOME_WORDS, "depreciation", "other_depreciation"),
        _sum(INCOME, "all_depreciation", "Avskrivningar", "depreciation", "other_depreciation"),
        _sum(
            INCOME,
            "operating_net_cost",
            INCOME_WORDS["operating_net_cost"],
            "operating_income",
            "operating_costs",
            "all_depreciation",
        ),
        *_of(INCOME, INCOME_WORDS, "tax_revenue", "general_grants"),
        _sum(
            INCOME,
            "operating_result",
            INCOME_WORDS["operating_result"],
            "operating_net_cost",
            "tax_revenue",
            "general_grants",
        ),
        *_of(INCOME, INCOME_WORDS, "financial_income", "realised_gains", "unrealised_gains"),
        _sum(
            INCOME,
            "all_financial_income",
            "Finansiella intäkter och värdeförändringar",
            "financial_income",
            "realised_gains",
            "unrealised_gains",
        ),
        *_of(INCOME, INCOME_WORDS, "interest_costs", "pension_indexation"),
        _sum(INCOME, "financial_costs", "Finansiella kostnader", "interest_costs", "pension_indexation"),
        _sum(INCOME, "result", INCOME_WORDS["result"], "operating_result", "all_financial_income", "financial_costs"),
    ),
    BALANCE: (
        _rolled(
            "fixed_assets",
            BALANCE_WORDS["fixed_assets"],
            (-1, CASH, "investments", 0),
            (1, INCOME, "all_depreciation", 0),
        ),
        _rolled(
            "financial_fixed_assets",
            BALANCE_WORDS["financial_fixed_assets"],
            (-1, CASH, "placements", 0),
            (1, INCOME, "realised_gains", 0),
            (1, INCOME, "unrealised_gains", 0),
        ),
        *_of(BALANCE, BALANCE_WORDS, "inventories", "receivables"),
        _rolled("cash", BALANCE_WORDS["cash"], (1, CASH, "cash_change", 0)),
        _sum(
            BALANCE,
            "total_assets",
            BALANCE_WORDS["total_assets"],
            "fixed_assets",
            "financial_fixed_assets",
            "inventories",
            "receivables",
            "cash",
        ),
        _rolled("equity", BALANCE_WORDS["equity"], (1, INCOME, "result", 0)),
        _rolled("pension_provisions", BALANCE_WORDS["pension_provisions"], (1, CASH, "pension_change", 0)),
        *_of(BALANCE, BALANCE_WORDS, "other_provisions"),
        _rolled(
            "long_term_liabilities",
            BALANCE_WORDS["long_term_liabilities"],
            (1, CASH, "loans_drawn", 0),
            (1, CASH, "loans_repaid", 0),
        ),
        *_of(BALANCE, BALANCE_WORDS, "current_liabilities"),
        _sum(
            BALANCE,
            "total_financing",
            BALANCE_WORDS["total_financing"],
            "equity",
            "pension_provisions",
            "other_provisions",
            "long_term_liabilities",
            "current_liabilities",
        ),
        *_of(BALANCE, BALANCE_WORDS, "contingent_pension_liability"),
    ),
    CASH: (
        SheetLine("result", CASH_WORDS["result"], ((1, INCOME, "result", 0),)),
        SheetLine(
            "depreciation_added_back",
            CASH_WORDS["depreciation_added_back"],
            ((-1, INCOME, "all_depreciation", 0),),
        ),
        SheetLine(
            "gains_deducted",
            CASH_WORDS["gains_deducted"],
            ((-1, INCOME, "realised_gains", 0), (-1, INCOME, "unrealised_gains", 0)),
        ),
        *_of(CASH, CASH_WORDS, "pension_change"),
        *(
            SheetLine(f"{item}_change", CASH_WORDS[f"{item}_change"], ((1, BALANCE, item, -1), (-1, BALANCE, item, 0)))
            for item in ("inventories", "receivables")
        ),
        SheetLine(
            "current_liabilities_change",
            CASH_WORDS["current_liabilities_change"],
            ((1, BALANCE, "current_liabilities", 0), (-1, BALANCE, "current_liabilities", -1)),
        ),
        _sum(
            CASH,
            "cash_from_operations",
            CASH_WORDS["cash_from_operations"],
            "result",
            "depreciation_added_back",
            "gains_deducted",
            "pension_change",
            "inventories_change",
            "receivables_change",
            "current_liabilities_change",
        ),
        *_of(CASH, CASH_WORDS, "investments", "placements"),
        _sum(CASH, "cash_to_investments", CASH_WORDS["cash_to_investments"], "investments", "placements"),
        *_of(CASH, CASH_WORDS, "loans_drawn", "loans_repaid"),
        _sum(CASH, "cash_from_financing", CASH_WORDS["cash_from_financing"], "loans_drawn", "loans_repaid"),
        _sum(
            CASH,
            "cash_change",
            CASH_WORDS["cash_change"],
            "cash_from_operations",
            "cash_to_investments",
            "cash_from_financing",
        ),
    ),
    REQUIREMENT: (
        SheetLine("result", LINES["result"], ((1, INCOME, "result", 0),)),
        _amount("realised_gains", LINES["realised_gains"]),
        SheetLine("unrealised", LINES["unrealised"], ((-1, INCOME, "unrealised_gains", 0),)),
        _sum(REQUIREMENT, "adjusted", LINES["adjusted"], "result", "realised_gains", "unrealised"),
        _sum(REQUIREMENT, "requirement", LINES["requirement"], "adjusted"),
    ),
    CONTROL: (
        SheetLine(
            "balance",
            "Summa tillgångar minus summa eget kapital, avsättningar och skulder",
            ((1, BALANCE, "total_assets", 0), (-1, BALANCE, "total_financing", 0)),
        ),
        SheetLine(
            "cash",
            "Likvida medel minus fjolårets minus kassaflödet",
            ((1, BALANCE, "cash", 0), (-1, BALANCE, "cash", -1), (-1, CASH, "cash_change", 0)),
        ),
        SheetLine(
            "equity",
            "Eget kapital minus fjolårets minus årets resultat",
            ((1, BALANCE, "equity", 0), (-1, BALANCE, "equity", -1), (-1, INCOME, "result", 0)),
        ),
        SheetLine(
            "result",
            "Kassaflödets resultat minus resultaträkningens",
            ((1, CASH, "result", 0), (-1, INCOME, "result", 0)),
        ),
        SheetLine(
            "requirement",
            "Balanskravets resultat minus resultaträkningens",
            ((1, REQUIREMENT, "result", 0), (-1, INCOME, "result", 0)),
        ),
    ),
}
"""Rows of each sheet with formulas, in order. In simulated years balances are last year's and what has moved them."""

SIMULATED = (
    (INCOME, "result"),
    (BALANCE, "cash"),
    (BALANCE, "equity"),
    (BALANCE, "fixed_assets"),
    (BALANCE, "financial_fixed_assets"),
    (BALANCE, "pension_provisions"),
    (BALANCE, "long_term_liabilities"),
    (REQUIREMENT, "requirement"),
)
"""Rows that the control sheet compares with the simulation's own means, in whole kronor."""
