"""The ledger: every unit, account and month split into voucher rows that sum to it to the öre."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.accounts import ACCOUNTS, CARE_ACCOUNT, INDEX
from utfall.demo.chance import generator
from utfall.demo.columns import decimals, dictionary, fixed_text
from utfall.demo.kinds import KINDS
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.purchased_care import Cases
from utfall.demo.single_events import MISPLACED_POSTINGS, SUPPLIER, SUPPLIER_ACCOUNT, SUPPLIER_UNIT
from utfall.demo.timeline import ACTUAL_MONTHS, FIRST_YEAR, at, month_starts
from utfall.demo.vocabulary import COUNTERPARTIES, HIGH_COST_SEK, HIGH_COST_TEXT, PROJECTS, TEXTS

ROWS = 2_000_000
"""About how many voucher rows the ledger has."""

CREDIT_SHARE = 0.006
"""Share of the rows that are credits."""

LAST_BOOKED = np.datetime64("2026-11-11", "D")
"""Day the ledger was read; nothing is booked later."""

_FEWEST_ROWS_WITH_CREDIT = 6
"""Cells with fewer rows have no credits: one would make the others too large."""


_PAYROLL_SERIES = "L"


@dataclass(frozen=True)
class Cells:
    """Sums to be split into rows, in the order of the ledger.

    Attributes
    ----------
    unit, month, account : ndarray of int
        Positions.
    ore : ndarray of int
        Sum in result sign.
    rows : ndarray of int
        Voucher rows.
    counterparty, text : ndarray of int
        Position in the vocabulary, or −1 to draw one.
    """

    unit: NDArray[np.int64]
    month: NDArray[np.int64]
    account: NDArray[np.int64]
    ore: NDArray[np.int64]
    rows: NDArray[np.int64]
    counterparty: NDArray[np.int64]
    text: NDArray[np.int64]


def _vocabulary(words: dict[str, tuple[str, ...]], extra: tuple[str, ...] = ()) -> tuple[list[str], dict[str, int]]:
    unique = dict.fromkeys(["", *(word for account in words.values() for word in account), *extra])
    return list(unique), {word: position for position, word in enumerate(unique)}


_PARTY_WORDS, _PARTY = _vocabulary(
    COUNTERPARTIES, (SUPPLIER, *(posting.counterparty for posting in MISPLACED_POSTINGS))
)
_TEXT_WORDS, _TEXT = _vocabulary(TEXTS, (HIGH_COST_TEXT, *(posting.text for posting in MISPLACED_POSTINGS)))


def make_cells(
    organisation: DemoOrganisation,
    amounts: NDArray[np.int64],
    cases: Cases,
    supplier: NDArray[np.int64],
    wanted: int = ROWS,
) -> Cells:
    """Lay out what the rows must sum to.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    amounts : ndarray of int, shape (units, accounts, months with actuals)
        Öre in result sign, without the misplaced postings.
    cases : Cases
        Purchased care; each case is one row.
    supplier : ndarray of int, shape (months with actuals,)
        Öre of the supplier's invoices, positive; they are rows of their own.
    wanted : int
        About how many rows the ledger shall have; each unit, account and month has at least one.

    Returns
    -------
    Cells
    """
    care = INDEX[CARE_ACCOUNT]
    ordinary = amounts.copy()
    ordinary[:, care] = 0
    special_unit, special_account = organisation.unit(SUPPLIER_UNIT).index, INDEX[SUPPLIER_ACCOUNT]
    ordinary[special_unit, special_account] += supplier
    unit, account, month = np.nonzero(ordinary)
    ore = ordinary[unit, account, month]
    weight = np.array([one.rows for one in ACCOUNTS])[account] * np.sqrt(np.abs(ore) / 100)
    scale = wanted / weight.sum()
    for _ in range(6):  # rounding up to one row a cell moves the sum a little
        scale *= wanted / np.maximum(1, np.rint(weight * scale)).sum()
    rows = np.maximum(1, np.rint(weight * scale)).astype(np.int64)
    none = np.full(unit.size, -1)

    high = cases.cost_ore >= 100 * HIGH_COST_SEK
    case_text = np.where(high, _TEXT[HIGH_COST_TEXT], _TEXT[TEXTS[CARE_ACCOUNT][0]])
    case_party = np.array([_PARTY[provider] for provider in cases.provider])
    months = np.arange(ACTUAL_MONTHS)
    posted = MISPLACED_POSTINGS
    parts = [
        (unit, month, account, ore, rows, none, none),
        (
            cases.unit, cases.month, np.full(high.size, care), -cases.cost_ore,
            np.ones(high.size), case_party, case_text,
        ),
        (
            np.full(months.size, special_unit), months, np.full(months.size, special_account), -supplier,
            np.full(months.size, 14), np.full(months.size, _PARTY[SUPPLIER]), np.full(months.size, -1),
        ),
        (
            np.array([organisation.unit(posting.unit).index for posting in posted]),
            np.array([at(posting.period) for posting in posted]),
            np.array([INDEX[posting.account] for posting in posted]),
            np.array([100 * posting.sek for posting in posted]),
            np.ones(len(posted)),
            np.array([_PARTY[posting.counterparty] for posting in posted]),
            np.array([_TEXT[posting.text] for posting in posted]),
        ),
    ]  # fmt: skip
    columns = [np.concatenate(column).astype(np.int64) for column in zip(*parts, strict=True)]
    order = np.lexsort((columns[2], columns[1], columns[0]))
    return Cells(*(column[order] for column in columns))


def split_amounts(ore: NDArray[np.int64], rows: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Split each sum into rows of uneven size, a few of them credits.

    Parameters
    ----------
    ore : ndarray of int
        Sums.
    rows : ndarray of int
        Rows of each, at least 1.
    rng : Generator
        Source of the draws.

    Returns
    -------
    ndarray of int, shape (rows.sum(),)
        Amounts; each cell's rows sum to its sum exactly.

    Examples
    --------
    >>> parts = split_amounts(np.array([1000, -7]), np.array([3, 1]), np.random.default_rng(1))
    >>> int(parts[:3].sum()), int(parts[3])
    (1000, -7)
    """
    first = np.concatenate([[0], np.cumsum(rows)[:-1]])
    weight = rng.standard_exponential(int(rows.sum())) + 0.05
    cell = np.repeat(np.arange(rows.size), rows)
    credit = (rng.random(weight.size) < CREDIT_SHARE) & (rows[cell] >= _FEWEST_ROWS_WITH_CREDIT)
    weight[credit] *= -0.3
    total = np.add.reduceat(weight, first)
    parts = np.rint(ore[cell] * (weight / total[cell])).astype(np.int64)
    # The last row takes what rounding leaves; it is at most a few öre.
    parts[first + rows - 1] += ore - np.add.reduceat(parts, first)
    return parts


def ledger_table(organisation: DemoOrganisation, cells: Cells, seed: int) -> tuple[pa.Table, list[int]]:
    """Return the table ``ledger``, sorted by unit, period and account.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    cells : Cells
        What the rows must sum to.
    seed : int
        Seed of the region.

    Returns
    -------
    table : pyarrow.Table
        The canonical columns.
    row_groups : list of int
        Row each unit begins on, and the number of rows.
    """
    rng = generator(seed, "ledger")
    amount = split_amounts(cells.ore, cells.rows, rng)
    cell = np.repeat(np.arange(cells.rows.size), cells.rows)
    unit, month, account = cells.unit[cell], cells.month[cell], cells.account[cell]
    table = pa.table(
        {
            "period": pa.array(month_starts(ACTUAL_MONTHS)[month]),
            "unit": dictionary(unit, [one.code for one in organisation.units]),
            "account": dictionary(account, [one.code for one in ACCOUNTS]),
            "activity": _activities(organisation, unit, rng),
            "counterparty": _words(cells.counterparty[cell], account, COUNTERPARTIES, _PARTY, _PARTY_WORDS, rng),
            "project": _projects(account, rng),
            "voucher": _vouchers(cells, cell, unit, month, account),
            "amount": decimals(amount),
            "text": _words(cells.text[cell], account, TEXTS, _TEXT, _TEXT_WORDS, rng),
            "booked_on": pa.array(_booked_on(month, account, rng)),
        }
    )
    starts = np.flatnonzero(np.diff(unit, prepend=-1)).tolist()
    return table, [*starts, unit.size]


def _words(
    fixed: NDArray[np.int64],
    account: NDArray[np.int64],
    words: dict[str, tuple[str, ...]],
    position: dict[str, int],
    vocabulary: list[str],
    rng: np.random.Generator,
) -> pa.DictionaryArray:
    """Each row's word: the one given, or one of its account's, the first the most usual."""
    choices = [words.get(one.code, ("",)) for one in ACCOUNTS]
    table = np.zeros((len(ACCOUNTS), max(map(len, choices))), dtype=np.int64)
    for row, choice in enumerate(choices):
        table[row, : len(choice)] = [position[word] for word in choice]
    count = np.array([len(choice) for choice in choices])[account]
    pick = (rng.random(account.size) ** 2 * count).astype(np.int64)
    return dictionary(np.where(fixed >= 0, fixed, table[account, pick]), vocabulary)


def _activities(
    organisation: DemoOrganisation, unit: NDArray[np.int64], rng: np.random.Generator
) -> pa.DictionaryArray:
    names = sorted({name for kind in KINDS.values() for name, _ in kind.activity})
    main, other, share = [], [], []
    for one in organisation.units:
        activity = KINDS[one.kind].activity
        main.append(names.index(activity[0][0]))
        other.append(names.index(activity[-1][0]))
        share.append(activity[0][1])
    usual = rng.random(unit.size) < np.array(share)[unit]
    return dictionary(np.where(usual, np.array(main)[unit], np.array(other)[unit]), names)


def _projects(account: NDArray[np.int64], rng: np.random.Generator) -> pa.DictionaryArray:
    chance = np.where(np.isin(account, [INDEX["3510"], INDEX["4610"], INDEX["6910"]]), 0.25, 0.004)
    inside = rng.random(account.size) < chance
    project = np.where(inside, rng.integers(1, len(PROJECTS), account.size), 0)
    return dictionary(project, list(PROJECTS))


def _vouchers(
    cells: Cells,
    cell: NDArray[np.int64],
    unit: NDArray[np.int64],
    month: NDArray[np.int64],
    account: NDArray[np.int64],
) -> pa.Array:
    """Voucher numbers, ``F26-0012345``: series, year, and a number unique within the series and year.

    Payroll vouchers span the accounts of a unit's payroll; every other row is a voucher of its own.
    """
    first = np.concatenate([[0], np.cumsum(cells.rows)[:-1]])
    within = np.arange(cell.size) - first[cell]
    letters, code = np.unique([one.series for one in ACCOUNTS], return_inverse=True)
    series = code[account]
    payroll = letters[series] == _PAYROLL_SERIES
    number = (unit * 12 + month % 12) * (1 + within[payroll].max()) + within + 1
    year = month // 12
    group = (series * (1 + year.max()) + year).astype(np.uint8)
    order = np.argsort(group, kind="stable")
    start = np.searchsorted(group[order], group[order])
    running = np.empty(cell.size, dtype=np.int64)
    running[order] = np.arange(1, cell.size + 1) - start
    number = np.where(payroll, number, running)
    return fixed_text(letters[series], (FIRST_YEAR + year) % 100, number)


def _booked_on(
    month: NDArray[np.int64], account: NDArray[np.int64], rng: np.random.Generator
) -> NDArray[np.datetime64]:
    """Day of booking: payroll on the 25th, most invoices within the month, some after it, a few late."""
    first = np.datetime64(f"{FIRST_YEAR}-01", "M") + month
    day = rng.integers(0, 28, month.size)
    chance = rng.random(month.size)
    day += np.where(chance < 0.25, rng.integers(10, 18, month.size), 0)
    day += np.where(chance < 0.015, rng.integers(20, 60, month.size), 0)
    payroll = np.array([one.series == _PAYROLL_SERIES for one in ACCOUNTS])[account]
    day = np.where(payroll, 24, day)
    return np.minimum(first.astype("datetime64[D]") + day, LAST_BOOKED).astype("datetime64[us]")
