"""A proposal of ``accounts.yaml``: report lines after the classes of Region-Bas, from memory and unverified."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from utfall.starting.doubts import Doubt, Weight

SOURCE = "förslag, ej verifierat"
"""What every proposed interval says of itself."""

ACCOUNTS_TOLD = 12
"""Accounts of a group that are listed beside it."""

GROUP_WIDTH = 2
"""Signs of an account that make its group."""


@dataclass(frozen=True)
class ProposedLine:
    """A report line: `line`, `name`, `group` and `kind` as in ``accounts.yaml``, and the groups of accounts it has."""

    line: str
    name: str
    group: str
    kind: str
    first: int = 0
    last: int = -1


REGION_BAS: tuple[ProposedLine, ...] = (
    ProposedLine("patient_fees", "Patientavgifter", "external_income", "income", 30, 30),
    ProposedLine("care_sold", "Såld vård", "external_income", "income", 31, 34),
    ProposedLine("state_grants", "Riktade statsbidrag", "external_income", "income", 35, 35),
    ProposedLine("other_income", "Övriga intäkter", "external_income", "income", 36, 39),
    ProposedLine("salaries", "Löner och sociala avgifter", "external_cost", "cost", 40, 43),
    ProposedLine("salaries", "Löner och sociala avgifter", "external_cost", "cost", 45, 45),
    ProposedLine("pensions", "Pensionskostnader", "external_cost", "cost", 44, 44),
    ProposedLine("other_staff_costs", "Övriga personalkostnader", "external_cost", "cost", 46, 49),
    ProposedLine("purchased_care", "Köpt vård", "external_cost", "cost", 53, 53),
    ProposedLine("hired_staff", "Inhyrd personal", "external_cost", "cost", 55, 55),
    ProposedLine("drugs", "Läkemedel", "external_cost", "cost", 56, 56),
    ProposedLine("materials", "Material", "external_cost", "cost", 57, 57),
    ProposedLine("grants_given", "Lämnade bidrag", "external_cost", "cost", 58, 58),
    ProposedLine("premises", "Lokaler", "external_cost", "cost", 60, 61),
    ProposedLine("other_costs", "Övriga kostnader", "external_cost", "cost", 50, 52),
    ProposedLine("other_costs", "Övriga kostnader", "external_cost", "cost", 54, 54),
    ProposedLine("other_costs", "Övriga kostnader", "external_cost", "cost", 59, 59),
    ProposedLine("other_costs", "Övriga kostnader", "external_cost", "cost", 62, 78),
    ProposedLine("depreciation", "Avskrivningar", "depreciation", "cost", 79, 79),
    ProposedLine("taxes", "Skatteintäkter och statsbidrag", "external_income", "income", 80, 83),
    ProposedLine("financial_income", "Finansiella intäkter", "external_income", "income", 84, 84),
    ProposedLine("financial_costs", "Finansiella kostnader", "external_cost", "cost", 85, 89),
)
"""Groups of accounts and the line each is proposed for, in the order the lines are printed."""

INTERNAL_INCOME = ProposedLine("internal_income", "Interna intäkter", "internal_income", "income")
INTERNAL_COSTS = ProposedLine("internal_costs", "Interna kostnader", "internal_cost", "cost")
UNPLACED_INCOME = ProposedLine("unplaced_income", "Att placera, intäkter", "external_income", "income")
UNPLACED_COSTS = ProposedLine("unplaced_costs", "Att placera, kostnader", "external_cost", "cost")

_INTERNAL_CLASS = "9"
_IN_ORDER = [*REGION_BAS, INTERNAL_INCOME, INTERNAL_COSTS, UNPLACED_INCOME, UNPLACED_COSTS]
_PRINTED = sorted(_IN_ORDER, key=lambda line: line.kind != "income")


@dataclass(frozen=True)
class ProposedInterval:
    """An interval of accounts.

    Parameters
    ----------
    first, last, line, name : str
        As in ``accounts.yaml``.
    accounts : tuple of str
        The accounts found in it, with their names where those are known.
    """

    first: str
    last: str
    line: str
    name: str
    accounts: tuple[str, ...]


@dataclass(frozen=True)
class ProposedAccounts:
    """``accounts.yaml`` as it is proposed.

    Parameters
    ----------
    lines : tuple of ProposedLine
        In the order they are printed.
    intervals : tuple of ProposedInterval
        Every account in exactly one.
    doubts : tuple of Doubt
        What to look at.
    """

    lines: tuple[ProposedLine, ...]
    intervals: tuple[ProposedInterval, ...]
    doubts: tuple[Doubt, ...]


def propose_accounts(amounts: Mapping[str, float], names: Mapping[str, str]) -> ProposedAccounts:
    """Propose report lines for the accounts that are found.

    Parameters
    ----------
    amounts : mapping of str to float
        Account to its sum in result sign.
    names : mapping of str to str
        Account to its name.

    Returns
    -------
    ProposedAccounts

    Examples
    --------
    >>> proposed = propose_accounts({"5610": -10.0, "5620": -2.0, "9100": 4.0}, {"5610": "Läkemedel"})
    >>> [(each.first, each.line, each.accounts) for each in proposed.intervals]
    [('56', 'drugs', ('5610 Läkemedel', '5620')), ('91', 'internal_income', ('9100',))]
    """
    groups: dict[str, list[str]] = {}
    for account in sorted(amounts):
        has_group = len(account) > GROUP_WIDTH and account[:GROUP_WIDTH].isdigit()
        groups.setdefault(account[:GROUP_WIDTH] if has_group else account, []).append(account)
    intervals, used, odd, unplaced = [], set(), [], []
    for group, accounts in groups.items():
        total = sum(amounts[account] for account in accounts)
        line = _line_of(group, total)
        used.add(line.line)
        told = tuple(f"{account} {names.get(account, '')}".strip() for account in accounts)
        intervals.append(ProposedInterval(group, group, line.line, line.name, told))
        if line in (UNPLACED_INCOME, UNPLACED_COSTS):
            unplaced.append(group)
        elif total * (1 if line.kind == "income" else -1) < 0:
            odd.append(f"{group} ({line.name})")
    doubts = [
        Doubt(
            Weight.ACCOUNTS,
            "accounts",
            "raderna är ett förslag efter Region-Bas klasser, ur minnet och ej verifierat; jämför med er kontoplan.",
        )
    ]
    if odd:
        text = f"kontogrupperna {', '.join(odd)} har som helhet andra tecknet än raden de föreslås för."
        doubts.append(Doubt(Weight.ACCOUNTS, "accounts", text))
    if unplaced:
        text = f"kontona {', '.join(unplaced)} har ingen given rad; de ligger under Att placera."
        doubts.append(Doubt(Weight.ACCOUNTS, "accounts", text))
    lines: dict[str, ProposedLine] = {}
    for each in _PRINTED:
        if each.line in used:
            lines.setdefault(each.line, each)
    return ProposedAccounts(tuple(lines.values()), tuple(intervals), tuple(doubts))


def _line_of(group: str, total: float) -> ProposedLine:
    if group.isdigit() and len(group) == GROUP_WIDTH:
        for line in REGION_BAS:
            if line.first <= int(group) <= line.last:
                return line
        if group.startswith(_INTERNAL_CLASS):
            return INTERNAL_INCOME if total > 0 else INTERNAL_COSTS
    return UNPLACED_INCOME if total > 0 else UNPLACED_COSTS
