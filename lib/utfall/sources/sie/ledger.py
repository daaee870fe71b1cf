"""From a SIE file to the kit's ledger and budget: which object is the unit, and which rows count."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from utfall.errors import Fault, InvalidData
from utfall.sources.sie.content import Balances, Content, amounts, days
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import Objects
from utfall.sources.source import SOURCE_ROW, ArrowSource

_GIVE_A_UNIT = "Book it on an object, leave its account out with account_from, or give one unit for what has none."


@dataclass(frozen=True)
class Choice:
    """What of a file becomes the ledger or budget.

    Parameters
    ----------
    unit_dim : str, default "1"
        Dimension whose objects are the units; the standard's 1 is cost centre.
    project_dim, activity_dim, counterparty_dim : str, optional
        Dimensions of project, activity and counterparty.
    account_from : str, optional
        First account that counts, compared as text: ``"3"`` leaves out every account that begins with 1 or 2.
    unit : str, optional
        Unit of the rows that have none.
    years : collection of int, default (0,)
        Year numbers that count, for amounts of periods.
    """

    unit_dim: str = "1"
    project_dim: str | None = "6"
    activity_dim: str | None = None
    counterparty_dim: str | None = None
    account_from: str | None = None
    unit: str | None = None
    years: Collection[int] = field(default=(0,))


def ledger_of_vouchers(content: Content, choice: Choice) -> ArrowSource:
    """Make the ledger of the rows of vouchers.

    Parameters
    ----------
    content : Content
        The file.
    choice : Choice
        What of it counts.

    Returns
    -------
    ArrowSource
        Amounts in the file's sign, debit positive.

    Raises
    ------
    InvalidData
        When a row has no unit.
    """
    rows, vouchers = content.postings.table(), content.vouchers
    names = pa.array([vouchers.name(at) for at in range(len(vouchers.row))], pa.string())
    place, voucher = rows["objects"], rows["voucher"]
    text = pc.if_else(pc.equal(rows["text"], ""), pa.array(vouchers.text, pa.string()).take(voucher), rows["text"])
    # The first day of the month, reckoned by numpy: an hour of a calendar is no loop in Python.
    months = rows["date"].to_numpy().astype("datetime64[M]").astype("datetime64[D]")
    table = pa.table(
        {
            "period": pa.array(months, pa.date32()),
            "unit": _codes(content, choice.unit_dim).take(place),
            "account": rows["account"],
            "activity": _codes(content, choice.activity_dim).take(place),
            "counterparty": _codes(content, choice.counterparty_dim).take(place),
            "project": _codes(content, choice.project_dim).take(place),
            "voucher": names.take(voucher),
            "amount": rows["amount"],
            "text": text,
            "booked_on": days(vouchers.registered).take(voucher),
            SOURCE_ROW: rows[SOURCE_ROW],
        }
    )
    left_out: Counter[str] = Counter()
    if choice.account_from is not None:
        kept = table.filter(pc.greater_equal(table["account"], choice.account_from))
        left_out[_before(choice)] = table.num_rows - kept.num_rows
        table = kept
    table = _with_unit(content.file, table, choice)
    return ArrowSource(content.file, table, _reasons(content, table.num_rows, content.posting_label, left_out))


def ledger_of_periods(content: Content, choice: Choice) -> ArrowSource:
    """Make the ledger of ``#PSALDO``: what each account changed by in each month.

    Parameters
    ----------
    content : Content
        The file.
    choice : Choice
        What of it counts.

    Returns
    -------
    ArrowSource
        Amounts in the file's sign, debit positive; no vouchers, projects, texts or days.

    Raises
    ------
    InvalidData
        When a row has no unit.
    """
    rows, left_out = _period_rows(content, content.period_label, choice)
    count = len(rows.row)
    blank = pa.array([""] * count, pa.string())
    table = pa.table(
        {
            "period": days(rows.month),
            "unit": _codes(content, choice.unit_dim).take(pa.array(rows.objects, pa.int32())),
            "account": pa.array(rows.account, pa.string()),
            "activity": blank,
            "counterparty": blank,
            "project": blank,
            "voucher": blank,
            "amount": amounts(rows.amount),
            "text": blank,
            "booked_on": pa.nulls(count, pa.date32()),
            SOURCE_ROW: pa.array(rows.row, pa.int64()),
        }
    )
    table = _with_unit(content.file, table, choice)
    return ArrowSource(content.file, table, _reasons(content, count, content.period_label, left_out))


def budget_of_periods(content: Content, choice: Choice, version: str) -> ArrowSource:
    """Make the budget of ``#PBUDGET``: what each account is to change by in each month.

    Parameters
    ----------
    content : Content
        The file.
    choice : Choice
        What of it counts.
    version : str
        Name of the budget's version.

    Returns
    -------
    ArrowSource
        Amounts in the file's sign, debit positive.

    Raises
    ------
    InvalidData
        When a row has no unit.
    """
    rows, left_out = _period_rows(content, content.budget_label, choice)
    count = len(rows.row)
    table = pa.table(
        {
            "period": days(rows.month),
            "unit": _codes(content, choice.unit_dim).take(pa.array(rows.objects, pa.int32())),
            "account": pa.array(rows.account, pa.string()),
            "version": pa.array([version] * count, pa.string()),
            "amount": amounts(rows.amount),
            SOURCE_ROW: pa.array(rows.row, pa.int64()),
        }
    )
    table = _with_unit(content.file, table, choice)
    return ArrowSource(content.file, table, _reasons(content, count, content.budget_label, left_out))


def _period_rows(content: Content, label: str, choice: Choice) -> tuple[Balances, Counter[str]]:
    """Choose the amounts of periods that add up to the accounts' totals, each krona once.

    A file of type 3 gives every amount several times over: for the account as a whole, and split on each dimension
    (edition 4B, #PSALDO 5). The split on the unit's dimension counts, and what the whole has beyond it.
    """
    kept, left_out = Balances(), Counter[str]()
    by_unit: dict[tuple[int, int | None, str], int] = defaultdict(int)
    wholes: list[int] = []
    read = content.balances
    for at, name in enumerate(read.label):
        if name != label:
            continue
        pairs = content.object_lists[read.objects[at]]
        if read.year[at] not in choice.years:
            left_out[f"{label} of the year {read.year[at]}"] += 1
        elif choice.account_from is not None and read.account[at] < choice.account_from:
            left_out[_before(choice)] += 1
        elif not pairs:
            wholes.append(at)
        elif len(pairs) == 1 and pairs[0][0] == choice.unit_dim:
            by_unit[read.year[at], read.month[at], read.account[at]] += read.amount[at]
            kept.add(
                label, read.row[at], read.year[at], read.month[at], read.account[at], read.objects[at], read.amount[at]
            )
        else:
            left_out[f"{label} split on another dimension than {choice.unit_dim}"] += 1
    for at in wholes:
        key = read.year[at], read.month[at], read.account[at]
        rest = read.amount[at] - by_unit.get(key, 0)
        if key in by_unit and not rest:
            left_out[f"{label} of a whole account, which its units sum to"] += 1
        else:
            kept.add(label, read.row[at], *key, 0, rest)
    order = np.argsort(np.array(kept.row, dtype=np.int64), kind="stable").tolist()
    in_order = Balances()
    for at in order:
        in_order.add(
            label, kept.row[at], kept.year[at], kept.month[at], kept.account[at], kept.objects[at], kept.amount[at]
        )
    return in_order, left_out


def _codes(content: Content, dimension: str | None) -> pa.Array:
    """Give, for every object list met, its object in one dimension; empty where it has none."""
    return pa.array([_code(content, pairs, dimension) for pairs in content.object_lists], pa.string())


def _code(content: Content, pairs: Objects, dimension: str | None) -> str:
    codes = dict(pairs)
    if dimension is None or dimension not in codes:
        return ""
    known = content.dimensions.get(dimension)
    if known is not None and known.parent in codes:
        # In a voucher an under-object stands without its upper object's code; where objects are named, with it.
        together = codes[known.parent] + codes[dimension]
        if together in known.objects:
            return together
    return codes[dimension]


def _with_unit(file: str, table: pa.Table, choice: Choice) -> pa.Table:
    lacking = pc.equal(table["unit"], "")
    if not pc.any(lacking, min_count=0).as_py():
        return table
    if choice.unit is not None:
        at = table.column_names.index("unit")
        return table.set_column(at, "unit", pc.if_else(lacking, choice.unit, table["unit"]))
    without = table.filter(lacking)
    if without.num_rows == table.num_rows:
        what = f"no row has an object of dimension {choice.unit_dim}, which is to be its unit."
        remedy = "Export SIE of type 3 or 4, choose another dimension as unit, or give one unit for the whole file."
        raise InvalidData([Fault(file, None, what, remedy)])
    faults = FaultList(file)
    for row, account in zip(without[SOURCE_ROW].to_pylist(), without["account"].to_pylist(), strict=True):
        what = f"the amount on account {account} has no object of dimension {choice.unit_dim}, so no unit."
        faults.add(row, what, _GIVE_A_UNIT)
    raise InvalidData(faults.told())


def _before(choice: Choice) -> str:
    return f"accounts before {choice.account_from}"


def _reasons(content: Content, given: int, label: str, left_out: Counter[str]) -> dict[str, int]:
    """Tell of every row of the file that is not given: ``rows = given + left out``."""
    reasons = Counter(content.left_out) + left_out
    for used, count in content.used.items():
        if used != label:
            reasons[f"{used}: not part of this table"] += count
    remaining = content.used[label] - given - left_out.total()
    if remaining:
        raise AssertionError(f"{remaining} rows of {content.file} are neither given nor left out")
    return dict(reasons)
