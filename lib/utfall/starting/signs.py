"""The sign of amounts and the unit they are in, found from the classes of accounts and from other files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from utfall.starting.doubts import Doubt, Weight
from utfall.starting.looking import ColumnLook
from utfall.starting.reading import Summary
from utfall.starting.vocabulary import plain_name

INCOME_CLASS, COST_CLASSES = "3", ("4", "5", "6", "7")
"""Classes of accounts that are income and cost in Region-Bas, Kommun-Bas and BAS alike."""

ONLY_COSTS = frozenset({"drug_use", "staffing", "purchased_care"})
"""Tables whose amounts are all costs."""

NO_RESULT = frozenset({"balance_sheet"})
"""Tables whose amounts are neither income nor cost."""

ORE = 0.01
THOUSAND = 1000.0

HUNDREDFOLD, THOUSANDFOLD = (40.0, 250.0), (400.0, 2500.0)
"""Between these, one file's costs a month are öre or thousands beside another's kronor."""

_GROUPED = re.compile(r"[-+−–]?\s?\d{1,3}(?P<sign>[.,])\d{3}((?P=sign)\d{3})*(?P<decimals>[.,]\d*)?[-−–]?")
_DECIMAL = re.compile(r"[-+−–]?[\d\s\u00a0\u202f']*(?P<sign>[.,])\d+[-−–]?")


@dataclass(frozen=True)
class Factor:
    """What amounts are multiplied with, and why.

    Parameters
    ----------
    value : float
        The factor.
    reason : str
        In Swedish.
    doubts : tuple of Doubt
        What speaks against it, or what it rests on.
    """

    value: float
    reason: str = ""
    doubts: tuple[Doubt, ...] = ()


def sign_of(summary: Summary, table: str) -> Factor:
    """Find the sign from classes of accounts, or from what a table holds.

    Parameters
    ----------
    summary : Summary
        The table, with amounts as the file has them.
    table : str
        Its canonical name.

    Returns
    -------
    Factor
        1 or −1.
    """
    place = f"{table}.amount"
    classes = summary.by_class()
    income = classes.get(INCOME_CLASS, 0.0)
    cost = sum(classes.get(each, 0.0) for each in COST_CLASSES)
    if classes and (income or cost):
        told = f"klass 3 summerar till {_rounded(income)} och klass 4–7 till {_rounded(cost)} i filen"
        if income <= 0 <= cost and (income or cost):
            doubts = (
                ()
                if income and cost
                else (Doubt(Weight.SIGN, place, f"bara den ena: {told}; tecknet antas vara debet plus."),)
            )
            return Factor(
                -1.0, f"debet är plus i filen ({told}); −1 gör intäkter till plus och kostnader till minus", doubts
            )
        if cost <= 0 <= income:
            doubts = (
                ()
                if income and cost
                else (Doubt(Weight.SIGN, place, f"bara den ena: {told}; tecknet antas vara resultatets."),)
            )
            return Factor(1.0, f"intäkter är redan plus och kostnader minus ({told})", doubts)
        text = (
            f"intäkter och kostnader har samma tecken ({told}). Ingen faktor rättar det: exportera beloppen med "
            "tecken, så att intäkter och kostnader har olika."
        )
        value = -1.0 if cost > 0 else 1.0
        return Factor(value, "tecknet är inte funnet", (Doubt(Weight.SIGN, place, text),))
    if table in ONLY_COSTS and "amount" in summary.frame:
        total = float(summary.frame["amount"].sum())
        if total > 0:
            return Factor(-1.0, "kostnader är plus i filen; −1 gör dem till minus")
        return Factor(1.0, "kostnader är redan minus i filen")
    if table in NO_RESULT:
        return Factor(1.0)
    text = "tecknet kan inte utläsas ur filen: intäkter ska bli plus och kostnader minus; factor: -1 vänder."
    return Factor(1.0, "", (Doubt(Weight.SIGN, place, text),))


def scale_of(column: str, titles: str, table: str) -> Factor:
    """Find the unit from what a column is called, or from what stands above it.

    Parameters
    ----------
    column : str
        The column of amounts.
    titles : str
        What stands above the header.
    table : str
        The canonical table.

    Returns
    -------
    Factor
        1, 0.01 or 1000.

    Examples
    --------
    >>> scale_of("Belopp (öre)", "", "ledger").value, scale_of("Budget", "Belopp i tkr", "budget").value
    (0.01, 1000.0)
    """
    place = f"{table}.amount"
    for text, where in ((column, f"kolumnen heter {column}"), (titles, "det står ovanför tabellen")):
        words = {plain_name(word) for word in re.split(r"[^\w]|_", text)}
        if "ore" in words or (where.startswith("kolumnen") and re.search(r"belopp(i)?ore$", plain_name(text))):
            return Factor(ORE, f"öre blir kronor ({where})")
        if words & {"tkr", "ksek"}:
            doubt = Doubt(Weight.SCALE, place, f"beloppen antas vara tusental kronor, för {where}.")
            return Factor(THOUSAND, "tkr blir kronor", (doubt,))
    return Factor(1.0)


def scales_beside(ledger: Summary, budget: Summary) -> tuple[Factor, Factor]:
    """Find öre and thousands by laying ledger and budget beside each other.

    Parameters
    ----------
    ledger, budget : Summary
        With the factors that are known already.

    Returns
    -------
    tuple of Factor
        Of the ledger, and of the budget.
    """
    monthly = [_cost_a_month(each) for each in (ledger, budget)]
    if not all(monthly):
        return Factor(1.0), Factor(1.0)
    ratio = monthly[0] / monthly[1]
    larger, smaller = ("ledger", "budget") if ratio > 1 else ("budget", "ledger")
    fold = max(ratio, 1 / ratio)
    found = {"ledger": Factor(1.0), "budget": Factor(1.0)}
    told = f"kostnaden per månad är {fold:.0f} gånger så stor i {larger} som i {smaller}"
    whole = {"ledger": ledger.whole, "budget": budget.whole}
    if HUNDREDFOLD[0] <= fold <= HUNDREDFOLD[1] and whole[larger]:
        text = f"beloppen antas vara öre: alla är hela tal, och {told}."
        found[larger] = Factor(ORE, "öre blir kronor", (Doubt(Weight.SCALE, f"{larger}.amount", text),))
    elif THOUSANDFOLD[0] <= fold <= THOUSANDFOLD[1]:
        text = f"beloppen antas vara tusental kronor: {told}."
        found[smaller] = Factor(THOUSAND, "tkr blir kronor", (Doubt(Weight.SCALE, f"{smaller}.amount", text),))
    elif fold > HUNDREDFOLD[0]:
        text = f"{told}; ett av dem är inte i kronor."
        found[larger] = Factor(1.0, "", (Doubt(Weight.SCALE, f"{larger}.amount", text),))
    return found["ledger"], found["budget"]


def number_writing(looks: Sequence[ColumnLook]) -> tuple[str, str, str | None]:
    """Find how numbers are written as text.

    Parameters
    ----------
    looks : sequence of ColumnLook
        Columns of numbers.

    Returns
    -------
    decimal, thousands : str
        The signs; a comma, and none, where nothing shows.
    doubt : str or None
        In Swedish.

    Examples
    --------
    >>> from utfall.starting.looking import column_look
    >>> [number_writing([column_look("x", values)])[:2] for values in (["1.234,50"], ["12.5", "3"], ["1 000,5-"])]
    [(',', '.'), ('.', ''), (',', '')]
    """
    values = [value for look in looks if look.is_text for value in look.values]
    decimals: dict[str, int] = {",": 0, ".": 0}
    groups: dict[str, int] = {",": 0, ".": 0}
    for value in values:
        grouped = _GROUPED.fullmatch(value)
        if grouped is not None and (grouped["decimals"] or value.count(grouped["sign"]) > 1):
            groups[grouped["sign"]] += 1
            if grouped["decimals"]:
                decimals[grouped["decimals"][0]] += 1
        elif grouped is None and (found := _DECIMAL.fullmatch(value)) is not None:
            decimals[found["sign"]] += 1
    unclear = {value for value in values if (found := _GROUPED.fullmatch(value)) and not found["decimals"]}
    decimal = "." if decimals["."] > decimals[","] or (groups[","] and not decimals[","]) else ","
    other = "," if decimal == "." else "."
    thousands = other if groups[other] or (unclear and any(other in value for value in unclear)) else ""
    doubt = None
    if decimals[","] and decimals["."]:
        doubt = (
            f"tal skrivs både med komma ({decimals[',']}) och med punkt ({decimals['.']}); "
            f"{decimal!r} antas vara decimaltecknet."
        )
    elif unclear and not any(decimals.values()):
        sign = "tusentalstecken" if thousands else "decimaltecken"
        doubt = f"tal som {min(unclear)} antas ha {thousands or decimal!r} som {sign}."
    return decimal, thousands, doubt


def _cost_a_month(summary: Summary) -> float:
    cost = abs(sum(summary.by_class().get(each, 0.0) for each in COST_CLASSES))
    return cost / len(summary.months) if summary.months else 0.0


def _rounded(amount: float) -> str:
    return f"{amount:,.0f}".replace(",", " ").replace("-", "−")
