"""`propose_region`: a region's folder proposed from the files that a controller has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from utfall.errors import InvalidData, InvalidParameter
from utfall.region.register_sheets import REGISTER_WORKBOOK, SHEET_FILES
from utfall.region.registers import REGION_FILE
from utfall.region.tables import TABLES
from utfall.sources.supplier_ledger import is_supplier_ledger
from utfall.starting.accounts import ProposedAccounts, propose_accounts
from utfall.starting.doubts import Doubt, Weight
from utfall.starting.looking import LookedFile, look_at
from utfall.starting.names import account_names, unit_names_of_sie
from utfall.starting.organisation import ProposedOrganisation, propose_organisation
from utfall.starting.reading import Summary
from utfall.starting.recognising import Recognised, recognise
from utfall.starting.signs import scales_beside
from utfall.starting.tables import TableProposal, propose_table

LISTS = ("organisation", "accounts")
"""What a file may be that is no table."""

HALF_BOOKED = 0.6
"""Share of a usual month's cost below which the last month may not be fully booked."""

USUAL_MONTHS = 6
"""Months before the last that tell what is usual."""

_DETAILS = ("voucher", "text", "counterparty", "booked_on")


@dataclass(frozen=True)
class Proposal:
    """A region's folder as it is proposed.

    Parameters
    ----------
    folder : Path
        The folder.
    name : str
        The region's name.
    tables : tuple of TableProposal
        The tables, the ledger first.
    organisation : ProposedOrganisation
        The units and what stands above them.
    accounts : ProposedAccounts
        The report lines and their accounts.
    reference : {"budget", "previous_year"}
        What outcomes are compared with.
    budget_version : str or None
        Version of the budget that counts.
    files : dict of str to str
        Each file, or sheet, to what it was taken for.
    doubts : tuple of Doubt
        Everything to look at, the most important first.
    """

    folder: Path
    name: str
    tables: tuple[TableProposal, ...]
    organisation: ProposedOrganisation
    accounts: ProposedAccounts
    reference: str = "budget"
    budget_version: str | None = None
    files: dict[str, str] = field(default_factory=dict)
    doubts: tuple[Doubt, ...] = ()


def propose_region(folder: Path, files: Sequence[Path]) -> Proposal:
    """Propose a region from files: what each is, and how it is read.

    Nothing is written. What could not be told from the files is a doubt of the proposal.

    Parameters
    ----------
    folder : Path
        The region's folder, which there need not be yet.
    files : sequence of Path
        Exports: text, Excel or Parquet files, SIE, lists of units and accounts.

    Returns
    -------
    Proposal

    Raises
    ------
    InvalidParameter
        When there is no file, one has the name of a register in the folder, or none is a ledger.
    InvalidData
        When a file cannot be read.
    """
    folder, files = Path(folder), list(dict.fromkeys(map(Path, files)))
    if not files:
        raise InvalidParameter("There is no file to begin with; name the export of the ledger.")
    _refuse_register_names(folder, files)
    looks, doubts = _parts_together([look for path in files for look in look_at(path)])
    told: dict[str, str] = {}
    lists: dict[str, list[LookedFile]] = {name: [] for name in LISTS}
    found: list[TableProposal] = []
    for look in looks:
        recognised = _recognised(look)
        told[look.label] = " och ".join(recognised.tables) or "okänd"
        if not recognised.tables:
            text = f"{look.label} känns inte igen och är inte med; kolumner: {', '.join(list(look.columns)[:8])}."
            doubts.append(Doubt(Weight.TABLE, REGION_FILE, text))
        for name, role in recognised.tables.items():
            if name in LISTS:
                lists[name].append(look)
                continue
            proposal, why = propose_table(look, name, folder, amount_role=role, row_kind=recognised.row_kind)
            doubts += why
            found += [proposal] if proposal is not None else []
    tables, more = _one_of_each(found, folder)
    doubts += more
    for name, proposal in tables.items():
        told[proposal.look.label] = (
            " och ".join(n for n, each in tables.items() if each.look.label == proposal.look.label) or name
        )
    if "ledger" not in tables:
        said = " ".join(doubt.text for doubt in sorted(doubts)) or f"De är {', '.join(told.values())}."
        raise InvalidParameter(f"None of the files can be read as a ledger. {said}")
    if "budget" in tables:
        ledger, budget = tables["ledger"].summary, tables["budget"].summary
        if ledger is not None and budget is not None:
            scales = scales_beside(_in_kronor(tables["ledger"]), _in_kronor(tables["budget"]))
            tables["ledger"], tables["budget"] = tables["ledger"].scaled(scales[0]), tables["budget"].scaled(scales[1])
    else:
        text = "ingen budget hittades: utfall jämförs med föregående år (reference: previous_year)."
        doubts.append(Doubt(Weight.TABLE, REGION_FILE, text))
    accounts = propose_accounts(_account_sums(tables.values()), account_names(tables.values(), lists["accounts"]))
    units = Counter[str]()
    for name, proposal in tables.items():
        if proposal.summary is not None and name != "kpi_values":
            units.update(proposal.summary.units())
    telling = {look.label: look for look in (*lists["organisation"], *(each.look for each in tables.values()))}
    sources = [look for look in telling.values() if look.columns]
    organisation = propose_organisation(units, sources, unit_names_of_sie(tables.values()))
    doubts += _nodes_of_key_figures(tables.get("kpi_values"), organisation)
    version, version_doubts = _version(tables.get("budget"))
    doubts += [
        *version_doubts,
        *_half_booked(tables["ledger"]),
        Doubt(Weight.NAME, "name", "regionens namn är mappens."),
    ]
    doubts += [doubt for proposal in tables.values() for doubt in proposal.doubts]
    doubts += [*organisation.doubts, *accounts.doubts]
    return Proposal(
        folder,
        folder.resolve().name,
        tuple(tables[name] for name in TABLES if name in tables),
        organisation,
        accounts,
        "budget" if "budget" in tables else "previous_year",
        version,
        told,
        tuple(sorted(dict.fromkeys(doubts))),
    )


def _refuse_register_names(folder: Path, files: Iterable[Path]) -> None:
    taken = {REGION_FILE, REGISTER_WORKBOOK, *SHEET_FILES.values()}
    taken |= {Path(file).with_suffix(".xlsx").name for file in SHEET_FILES.values()}
    for path in files:
        if path.resolve().parent == folder.resolve() and path.name in taken:
            raise InvalidParameter(
                f"{path.name} has the name of a register of the region in {folder}; "
                "give the export another name or folder."
            )


def _recognised(look: LookedFile) -> Recognised:
    if look.layout == "table":
        return recognise(look)
    if look.layout == "raindance_import":
        return Recognised({"ledger": "amount"})
    from utfall.sources.sie import read_sie

    content = read_sie(look.path)
    tables = {}
    for name, read in (("ledger", content.ledger), ("budget", content.budget)):
        try:
            read(unit="-", account_from="3")
            tables[name] = "amount"
        except InvalidData:
            continue
    return Recognised(tables)


def _parts_together(looks: Sequence[LookedFile]) -> tuple[list[LookedFile], list[Doubt]]:
    """Files with the same columns that are the same table: a ledger exported year by year."""
    groups: dict[tuple[object, ...], list[LookedFile]] = {}
    for number, look in enumerate(looks):
        tables = tuple(_recognised(look).tables) if look.layout == "table" and look.sheet is None else ()
        key: tuple[object, ...] = (tuple(look.columns), tables, look.path.suffix) if tables else (number,)
        groups.setdefault(key, []).append(look)
    together, doubts = [], []
    for parts in groups.values():
        if len(parts) == 1:
            together.append(parts[0])
            continue
        # What the parts do not share is found for each of them when it is read.
        form = {
            name: value for name, value in parts[0].form.items() if all(part.form.get(name) == value for part in parts)
        }
        together.append(replace(parts[0], more=tuple(part.path for part in parts[1:]), form=form))
        text = f"{together[-1].label} har samma kolumner och läses som en tabell; ingen rad får stå i två av dem."
        doubts.append(Doubt(Weight.TABLE, REGION_FILE, text))
    return together, doubts


def _one_of_each(found: Sequence[TableProposal], folder: Path) -> tuple[dict[str, TableProposal], list[Doubt]]:
    """One file a table; a second ledger with less to tell may be the budget, and what is left out is told."""
    tables: dict[str, TableProposal] = {}
    doubts: list[Doubt] = []
    for name in TABLES:
        ranked = sorted((each for each in found if each.name == name), key=_worth, reverse=True)
        if not ranked:
            continue
        tables[name] = ranked[0]
        for other in ranked[1:]:
            if (
                name == "ledger"
                and not any(each.name == "budget" for each in found)
                and "budget" not in tables
                and _details(other) < _details(ranked[0])
            ):
                budget, _ = propose_table(other.look, "budget", folder)
                if budget is not None:
                    text = f"{other.look.label} antas vara budgeten: den har färre uppgifter än {ranked[0].look.label}."
                    tables["budget"] = budget
                    doubts.append(Doubt(Weight.TABLE, "budget", text))
                    continue
            text = (
                f"{other.look.label} ser också ut som {name} men har andra kolumner än {ranked[0].look.label}, "
                "som används: den är inte med. Exportera dem med samma kolumner."
            )
            doubts.append(Doubt(Weight.UNREAD, name, text))
    return {name: tables[name] for name in TABLES if name in tables}, doubts


def _details(proposal: TableProposal) -> int:
    return sum(column in proposal.mapping["columns"] for column in _DETAILS)


def _worth(proposal: TableProposal) -> tuple[bool, int, int]:
    rows = 0 if proposal.summary is None else proposal.summary.rows
    return not is_supplier_ledger(proposal.look.columns), _details(proposal), rows


def _in_kronor(proposal: TableProposal) -> Summary:
    assert proposal.summary is not None
    summary = proposal.summary
    frame = summary.frame.assign(amount=summary.frame["amount"] * proposal.factor.value)
    return replace(summary, frame=frame)


def _account_sums(tables: Iterable[TableProposal]) -> dict[str, float]:
    sums: dict[str, float] = {}
    for proposal in tables:
        for account, total in proposal.amounts_by_account().items():
            # The ledger comes first: a budget only adds accounts that nothing has been booked on.
            sums.setdefault(account, total)
    return {account: total for account, total in sums.items() if account}


def _nodes_of_key_figures(table: TableProposal | None, organisation: ProposedOrganisation) -> list[Doubt]:
    """Codes of key figures, which may be of any level, that are not in the organisation."""
    if table is None or table.summary is None:
        return []
    missing = sorted(set(table.summary.units()) - {row["code"] for row in organisation.rows})
    if not missing:
        return []
    text = (
        f"kpi_values har koder som inte finns i organisationen ({', '.join(missing[:8])}): lägg till dem, på sin nivå."
    )
    return [Doubt(Weight.UNIT_NAMES, "organisation", text)]


def _version(budget: TableProposal | None) -> tuple[str | None, list[Doubt]]:
    if budget is None or budget.summary is None or "version" not in budget.mapping["columns"]:
        return None, []
    versions = sorted(str(each) for each in budget.summary.frame["version"].unique())
    if len(versions) <= 1:
        return None, []
    text = f"budgeten har versionerna {', '.join(versions)}; {versions[-1]} används."
    return versions[-1], [Doubt(Weight.TABLE, "budget_version", text)]


def _half_booked(ledger: TableProposal) -> list[Doubt]:
    """Whether the last month seems to be booked in part."""
    if ledger.summary is None or len(ledger.summary.months) <= USUAL_MONTHS:
        return []
    frame = ledger.summary.frame
    costs = frame[frame["account"].str[:1].isin(["4", "5", "6", "7"])].groupby("period")["amount"].sum().abs()
    if len(costs) <= USUAL_MONTHS or costs.iloc[-1] >= HALF_BOOKED * costs.iloc[-USUAL_MONTHS - 1 : -1].mean():
        return []
    last, before = (pd.Timestamp(each) for each in (costs.index[-1], costs.index[-2]))
    text = f"{last:%Y-%m} ser ut att vara bokförd bara till en del; latest_period: {before:%Y-%m} stannar månaden före."
    return [Doubt(Weight.PERIOD, "latest_period", text)]
