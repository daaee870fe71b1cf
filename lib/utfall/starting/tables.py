"""How one canonical table is proposed to be read from one file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from utfall.errors import InvalidData
from utfall.region.tables import TABLES
from utfall.sources import TableMapping
from utfall.sources.supplier_ledger import is_supplier_ledger, supplier_ledger_mapping
from utfall.starting.columns import ChosenColumns, choose_columns, why_unreadable
from utfall.starting.doubts import Doubt, Weight
from utfall.starting.looking import LookedFile
from utfall.starting.reading import Summary, distinct_rows, summarise
from utfall.starting.recognising import BUDGET_WORDS, OUTCOME_WORDS
from utfall.starting.signs import Factor, number_writing, scale_of, sign_of
from utfall.starting.vocabulary import plain_name

BALANCE_CLASSES = ("1", "2")
"""Classes of accounts that are the balance sheet's."""

BALANCE_REASON = "balanskonton (klass 1–2)"
OTHER_KIND_REASON = "rader av annat slag"
WITHOUT_UNIT = "UTAN"
"""Unit of a SIE file's rows that are booked on none."""

NO_AMOUNT_REASON = "rader utan belopp av detta slag"


@dataclass(frozen=True)
class TableProposal:
    """A table as it is proposed for ``region.yaml``.

    Parameters
    ----------
    name : str
        The canonical table.
    look : LookedFile
        The file.
    mapping : dict
        What ``region.yaml`` says of it, in the order it is written.
    summary : Summary or None
        What it holds, read so, with amounts before `factor`; None where it could not be read.
    factor : Factor
        What its amounts are multiplied with.
    doubts : tuple of Doubt
        What to look at.
    """

    name: str
    look: LookedFile
    mapping: dict[str, Any]
    summary: Summary | None
    factor: Factor
    doubts: tuple[Doubt, ...] = ()

    def scaled(self, more: Factor) -> TableProposal:
        """Give the same with amounts multiplied by one factor more.

        Parameters
        ----------
        more : Factor
            The factor.

        Returns
        -------
        TableProposal
        """
        if more.value == 1 and not more.doubts:
            return self
        reason = "; ".join(filter(None, (self.factor.reason, more.reason)))
        factor = Factor(self.factor.value * more.value, reason)
        mapping = {**self.mapping, "columns": _with_factor(self.mapping["columns"], factor.value)}
        return replace(self, mapping=mapping, factor=factor, doubts=(*self.doubts, *more.doubts))

    def amounts_by_account(self) -> dict[str, float]:
        """Sum of each account's amounts, in result sign."""
        if self.summary is None:
            return {}
        return {account: total * self.factor.value for account, total in self.summary.by_account().items()}


def propose_table(
    look: LookedFile, name: str, folder: Path, *, amount_role: str = "amount", row_kind: str | None = None
) -> tuple[TableProposal | None, list[Doubt]]:
    """Propose how a table is read from a file.

    Parameters
    ----------
    look : LookedFile
        The file.
    name : str
        The canonical table.
    folder : Path
        The region's folder, from which the path is told.
    amount_role : str, default "amount"
        Names that the amount goes by.
    row_kind : str, optional
        Column that says whether a row is outcome or budget.

    Returns
    -------
    proposal : TableProposal or None
        None when it cannot be read as this table.
    doubts : list of Doubt
        Why it cannot.

    Raises
    ------
    InvalidData
        When a row of the file cannot be read at all.
    """
    files = [path_from(folder, path) for path in look.paths]
    mapping: dict[str, Any] = {"file": files if len(files) > 1 else files[0]}
    if look.layout != "table":
        return _own_format(look, name, mapping), []
    mapping |= look.form
    if name == "ledger" and is_supplier_ledger(look.columns):
        chosen = _of_suppliers(look)
    else:
        chosen = choose_columns(look.columns, name, amount_role=amount_role)
    if chosen.missing:
        why = why_unreadable(look.columns) or f"det finns ingen kolumn för {', '.join(chosen.missing)}."
        return None, [Doubt(Weight.UNREAD, name, f"{look.label} ser ut som {name} men kan inte läsas så: {why}")]
    doubts = list(chosen.doubts)
    spec = TABLES[name]
    numbers = [
        look.columns[rule["column"]]
        for target, rule in chosen.rules.items()
        if "column" in rule and target in spec.numeric
    ]
    decimal, thousands, unsure = number_writing(numbers)
    if any(each.is_text for each in numbers):
        mapping["decimal"] = decimal
        if thousands:
            mapping["thousands"] = thousands
    if unsure:
        doubts.append(Doubt(Weight.SCALE, f"{name}.decimal", unsure))
    doubts += [Doubt(Weight.FORM, name, f"läsaren är osäker på {look.label}: {doubt}") for doubt in look.doubts]
    mapping["columns"] = chosen.rules
    if exclude := _excluded(look, name, chosen.rules, row_kind):
        mapping["exclude"] = exclude
    summary = summarise(look.paths, name, TableMapping.model_validate(mapping))
    mapping, more = _without_balance(mapping, summary)
    if more:
        summary = summarise(look.paths, name, TableMapping.model_validate(mapping))
    if summary.repeated:
        mapping["combine"] = "sum"
        text = f"{summary.repeated} kombinationer av {', '.join(spec.grain)} står på flera rader; de läggs ihop."
        doubts.append(Doubt(Weight.TABLE, f"{name}.combine", text))
    proposal = TableProposal(name, look, mapping, summary, Factor(1.0), tuple(doubts))
    if "amount" not in chosen.rules:
        return proposal, []
    proposal = proposal.scaled(sign_of(summary, name))
    column = str(chosen.rules["amount"].get("column", ""))
    return proposal.scaled(scale_of(column, look.titles, name)), []


def path_from(folder: Path, path: Path) -> str:
    """Tell a path from a folder; in full where it lies elsewhere altogether.

    Parameters
    ----------
    folder, path : Path
        The folder, and the file.

    Returns
    -------
    str

    Examples
    --------
    >>> path_from(Path("/data/region"), Path("/data/export/ledger.csv"))
    '../export/ledger.csv'
    """
    try:
        told = Path(os.path.relpath(path.resolve(), folder.resolve()))
    except ValueError:  # another drive
        return path.resolve().as_posix()
    steps = [part for part in told.parts if part == ".."]
    return path.resolve().as_posix() if len(steps) == len(folder.resolve().parts) - 1 else told.as_posix()


def _of_suppliers(look: LookedFile) -> ChosenColumns:
    columns = supplier_ledger_mapping(list(look.columns)).columns
    rules = {target: {"column": rule["column"]} for target, rule in columns.items()}
    text = (
        "det är en leverantörsreskontra: bara köp, inte löner, intäkter, interna poster eller periodiseringar. Den "
        "förklarar köpen; hela utfallet kräver huvudboken. Leverantörsnummer kan vara personnummer."
    )
    doubts = [Doubt(Weight.UNREAD, "ledger", text)]
    doubts.append(Doubt(Weight.UNIT, "ledger.unit", f"kolumnen {rules['unit']['column']} används för enheten."))
    return ChosenColumns(
        {column: rules[column] for column in TABLES["ledger"].columns if column in rules}, tuple(doubts)
    )


def _own_format(look: LookedFile, name: str, mapping: dict[str, Any]) -> TableProposal:
    doubts = []
    if look.layout == "raindance_import":
        mapping["kind"] = "raindance_import"
        text = "filen är fakturor på väg in i Raindance, inte hela huvudboken; layouten är känd från en enda plats."
        doubts.append(Doubt(Weight.TABLE, name, text))
        factor = Factor(1.0, "en försäljning är plus i filen")
    else:
        factor = Factor(-1.0, "debet är plus i SIE; −1 vänder")
    columns = {"amount": {"column": "amount"}}
    try:
        summary = summarise(look.paths, name, TableMapping.model_validate({**mapping, "columns": columns}))
    except InvalidData:
        if look.layout != "sie":
            raise
        mapping["sie"] = {"unit": WITHOUT_UNIT}
        summary = summarise(look.paths, name, TableMapping.model_validate({**mapping, "columns": columns}))
        text = (
            f"rader utan kostnadsställe (dimension 1) läggs på enheten {WITHOUT_UNIT}; "
            "är en annan dimension enheten, så ange den som sie: {unit_dim: …}."
        )
        doubts.append(Doubt(Weight.UNIT, f"{name}.unit", text))
    mapping["columns"] = columns
    proposal = TableProposal(name, look, mapping, summary, Factor(1.0), tuple(doubts))
    return proposal.scaled(factor)


def _with_factor(columns: Mapping[str, Any], factor: float) -> dict[str, Any]:
    rule = {key: value for key, value in columns["amount"].items() if key != "factor"}
    if factor != 1:
        rule["factor"] = int(factor) if float(factor).is_integer() else round(factor, 6)
    return {**columns, "amount": rule}


def _excluded(look: LookedFile, name: str, rules: Mapping[str, Any], row_kind: str | None) -> list[dict[str, Any]]:
    exclude: list[dict[str, Any]] = []
    if row_kind is not None:
        wanted = BUDGET_WORDS if name == "budget" else OUTCOME_WORDS
        values = distinct_rows(look, [row_kind])[row_kind]
        others = [str(value) for value in values if plain_name(value) not in wanted]
        exclude.append({"column": row_kind, "values": others, "reason": OTHER_KIND_REASON})
    column = rules.get("amount", {}).get("column")
    if name in ("ledger", "budget") and column is not None and look.columns[column].filled < 1:
        exclude.append({"column": column, "values": [""], "reason": NO_AMOUNT_REASON})
    return exclude


def _without_balance(mapping: dict[str, Any], summary: Summary) -> tuple[dict[str, Any], bool]:
    classes = set(summary.by_class())
    if not classes & set(BALANCE_CLASSES) or not classes - set(BALANCE_CLASSES):
        return mapping, False
    column = mapping["columns"]["account"].get("column")
    rule = {"column": column, "first": BALANCE_CLASSES[0], "last": BALANCE_CLASSES[-1], "reason": BALANCE_REASON}
    return {**mapping, "exclude": [*mapping.get("exclude", []), rule]}, True
