"""The chart of accounts: report lines, account intervals and the accounts that are used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SOURCE = "Påhittad för demonstration; kontoklasser enligt Region-Bas ur minnet, ej verifierade"
"""What the register says about every account interval."""

LINES: tuple[tuple[str, str, str, bool], ...] = (
    ("patient_fees", "Patientavgifter", "external_income", True),
    ("care_sold", "Såld vård", "external_income", True),
    ("state_grants", "Riktade statsbidrag", "external_income", False),
    ("other_income", "Övriga intäkter", "external_income", False),
    ("internal_income", "Interna intäkter", "internal_income", False),
    ("salaries", "Löner och sociala avgifter", "external_cost", False),
    ("pensions", "Pensionskostnader", "external_cost", False),
    ("hired_staff", "Inhyrd personal", "external_cost", False),
    ("purchased_care", "Köpt vård", "external_cost", False),
    ("drugs", "Läkemedel", "external_cost", True),
    ("materials", "Material och tjänster", "external_cost", True),
    ("other_costs", "Övriga kostnader", "external_cost", False),
    ("depreciation", "Avskrivningar", "depreciation", False),
    ("internal_costs", "Interna kostnader", "internal_cost", False),
)
"""Report lines in the order they are printed: line, name, group, whether it follows the volume of care."""

GROUPS = ("external_income", "internal_income", "external_cost", "depreciation", "internal_cost")
"""Columns of the printed budget table, in its order."""

GROUP_OF_LINE = {line: group for line, _, group, _ in LINES}
"""Budget column of each line."""

PRICE_OF_LINE = {
    "patient_fees": "LPIK exkl. läkemedel",
    "care_sold": "LPIK exkl. läkemedel",
    "other_income": "Material och tjänster",
    "internal_income": "LPIK exkl. läkemedel",
    "salaries": "Löner",
    "pensions": "Löner",
    "hired_staff": "Löner",
    "purchased_care": "LPIK exkl. läkemedel",
    "drugs": "Läkemedel",
    "materials": "Material och tjänster",
    "other_costs": "Material och tjänster",
    "internal_costs": "LPIK exkl. läkemedel",
}
"""Price index of each line; a line without one has no price path."""

VOLUME_DRIVEN = frozenset(line for line, _, _, driven in LINES if driven)
"""Lines that follow the volume of care."""


@dataclass(frozen=True)
class Account:
    """One account in use.

    Parameters
    ----------
    code, name, line : str
        Account, its name, and its report line.
    share : float
        Its share of the line, for lines that are split by a fixed share.
    rows : float
        How many voucher rows it has compared with other accounts of the same amount.
    series : str
        Voucher series: F supplier invoice, K customer invoice, L payroll, I internal, B journal.
    """

    code: str
    name: str
    line: str
    share: float
    rows: float
    series: str


ACCOUNTS: tuple[Account, ...] = (
    Account("3010", "Patientavgifter öppenvård", "patient_fees", 0.86, 2.0, "K"),
    Account("3020", "Patientavgifter slutenvård", "patient_fees", 0.14, 1.0, "K"),
    Account("3110", "Såld vård till andra regioner", "care_sold", 0.82, 1.2, "K"),
    Account("3120", "Såld vård till utländska patienter", "care_sold", 0.18, 0.8, "K"),
    Account("3510", "Riktade statsbidrag", "state_grants", 1.0, 0.2, "B"),
    Account("3810", "Försäljning av tjänster", "other_income", 0.7, 0.7, "K"),
    Account("3820", "Övriga ersättningar", "other_income", 0.3, 0.5, "K"),
    Account("4010", "Lön arbetad tid läkare", "salaries", 0.0, 0.25, "L"),
    Account("4020", "Lön arbetad tid sjuksköterskor", "salaries", 0.0, 0.25, "L"),
    Account("4030", "Lön arbetad tid undersköterskor", "salaries", 0.0, 0.25, "L"),
    Account("4040", "Lön arbetad tid övriga", "salaries", 0.0, 0.25, "L"),
    Account("4110", "Lön ej arbetad tid", "salaries", 0.0, 0.2, "L"),
    Account("4510", "Sociala avgifter", "salaries", 0.0, 0.1, "L"),
    Account("4410", "Pensionskostnader", "pensions", 1.0, 0.1, "L"),
    Account("4610", "Utbildning och resor", "other_costs", 0.12, 2.0, "F"),
    Account("5310", "Köpt riks- och regionvård", "purchased_care", 1.0, 0.0, "F"),
    Account("5510", "Inhyrda läkare", "hired_staff", 0.0, 0.7, "F"),
    Account("5520", "Inhyrda sjuksköterskor", "hired_staff", 0.0, 0.9, "F"),
    Account("5610", "Läkemedel på rekvisition", "drugs", 0.6, 3.0, "F"),
    Account("5620", "Läkemedel inom förmånen", "drugs", 0.4, 1.5, "F"),
    Account("5710", "Sjukvårdsmaterial", "materials", 0.5, 3.5, "F"),
    Account("5720", "Implantat och medicinteknisk utrustning", "materials", 0.2, 2.0, "F"),
    Account("5730", "Laboratorie- och undersökningstjänster", "materials", 0.2, 2.0, "F"),
    Account("5740", "Tvätt, mat och städ", "materials", 0.1, 1.5, "F"),
    Account("6010", "Lokalhyror", "other_costs", 0.3, 0.3, "F"),
    Account("6210", "Sjukresor och transporter", "other_costs", 0.15, 2.5, "F"),
    Account("6410", "IT och licenser", "other_costs", 0.15, 1.0, "F"),
    Account("6610", "Serviceavtal medicinteknik", "other_costs", 0.13, 0.7, "F"),
    Account("6910", "Övriga kostnader", "other_costs", 0.15, 2.0, "F"),
    Account("7910", "Avskrivningar", "depreciation", 1.0, 0.1, "B"),
    Account("9110", "Intern vårdersättning", "internal_income", 0.7, 0.3, "I"),
    Account("9120", "Interna tjänster, intäkt", "internal_income", 0.3, 0.6, "I"),
    Account("9510", "Interna lokaler", "internal_costs", 0.35, 0.2, "I"),
    Account("9520", "Interna laboratorie- och röntgentjänster", "internal_costs", 0.4, 1.2, "I"),
    Account("9530", "Övriga interna tjänster", "internal_costs", 0.25, 0.8, "I"),
)
"""Every account in use, in the order of the chart."""

INDEX = {account.code: position for position, account in enumerate(ACCOUNTS)}
"""Position of each account in every array of accounts."""

SIGN = np.array([1 if "income" in GROUP_OF_LINE[account.line] else -1 for account in ACCOUNTS], dtype=np.int64)
"""Result sign of each account: +1 income, −1 cost."""

CARE_ACCOUNT = "5310"
"""The purchased-care account, whose postings are the cases of ``purchased_care``."""

STAFF_CATEGORIES = ("Läkare", "Sjuksköterska", "Undersköterska", "Övriga")
"""Staff categories, in the order of the accounts 4010 to 4040."""

INTERVALS: tuple[tuple[str, str, str, str], ...] = (
    ("3000", "3099", "patient_fees", "Patientavgifter"),
    ("3100", "3499", "care_sold", "Såld vård"),
    ("3500", "3599", "state_grants", "Riktade statsbidrag"),
    ("3600", "3999", "other_income", "Övriga intäkter"),
    ("9000", "9499", "internal_income", "Interna intäkter"),
    ("4000", "4399", "salaries", "Löner"),
    ("4500", "4599", "salaries", "Sociala avgifter"),
    ("4400", "4499", "pensions", "Pensionskostnader"),
    ("5500", "5599", "hired_staff", "Inhyrd personal"),
    ("5300", "5399", "purchased_care", "Köp av verksamhet"),
    ("5600", "5699", "drugs", "Läkemedel"),
    ("5700", "5799", "materials", "Material och tjänster"),
    ("4600", "4699", "other_costs", "Övriga personalkostnader"),
    ("5800", "5899", "other_costs", "Lämnade bidrag"),
    ("6000", "7899", "other_costs", "Övriga verksamhetskostnader"),
    ("7900", "7999", "depreciation", "Avskrivningar"),
    ("9500", "9999", "internal_costs", "Interna kostnader"),
)
"""Account intervals: first, last, line, name."""


DOSES = "Läkemedelsdoser"
"""The product that drug cost follows."""


def of_line(line: str) -> list[int]:
    """Positions of a line's accounts.

    Examples
    --------
    >>> [ACCOUNTS[position].code for position in of_line("hired_staff")]
    ['5510', '5520']
    """
    return [position for position, account in enumerate(ACCOUNTS) if account.line == line]


def accounts_register() -> dict[str, list[dict[str, object]]]:
    """Return the content of ``accounts.yaml``."""
    return {
        "lines": [
            {
                "line": line,
                "name": name,
                "group": group,
                "kind": "income" if "income" in group else "cost",
                "volume_driven": driven,
                "price_index": PRICE_OF_LINE.get(line),
                "volume_products": [DOSES] if line == "drugs" else [],
            }
            for line, name, group, driven in LINES
        ],
        "accounts": [
            {"first": first, "last": last, "line": line, "name": name, "source": SOURCE}
            for first, last, line, name in INTERVALS
        ],
    }
