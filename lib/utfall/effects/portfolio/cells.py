"""Which krona belongs to which measures: cells of the ledger, put together where the same measures claim them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from utfall.region import Region, months_between
from utfall.region.registers import ReportLine

SMALLEST_SHARE = 0.01
"""Share of the amounts of all cells with a price index below which the rest may lack one."""


@dataclass(frozen=True, eq=False)
class Block:
    """Cells that the same measures claim, as one series.

    Parameters
    ----------
    claims : tuple of str
        Identifiers of the measures, in the order of the register.
    shares : tuple of float
        How much of the block's amounts each of them claims: 1 but where cells that could not be judged alone were put
        into a larger block.
    kind : {"cost", "income"}
        What the amounts are.
    cells : DataFrame
        ``unit, account, line``, one row a cell.
    nominal, fixed : Series
        Positive amounts by month; the latter in the prices of the last month.
    deflated : bool
        Whether every line has a price index.
    """

    claims: tuple[str, ...]
    shares: tuple[float, ...]
    kind: str
    cells: pd.DataFrame
    nominal: pd.Series
    fixed: pd.Series
    deflated: bool

    @property
    def is_positive(self) -> bool:
        """Whether a share of every month's amount can be told."""
        return bool((self.fixed > 0).all())

    @property
    def sign(self) -> int:
        """1 where a lower amount is better, −1 where a higher one is."""
        return 1 if self.kind == "cost" else -1


@dataclass(frozen=True, eq=False)
class CellLedger:
    """Amounts of every cell that a measure may claim.

    Parameters
    ----------
    frame : DataFrame
        ``unit, account, line, period, actual``; result sign.
    lines : mapping of str to ReportLine
        The lines, by identifier.
    months : DatetimeIndex
        Every month of the ledger through the last.
    index : DataFrame
        Price indices, one a column, 1 in the last month.
    """

    frame: pd.DataFrame
    lines: Mapping[str, ReportLine]
    months: pd.DatetimeIndex
    index: pd.DataFrame

    def sum_of(self, cells: pd.DataFrame) -> tuple[pd.Series, pd.Series, bool]:
        """Sum cells of one kind by month, as positive amounts: nominal, in fixed prices, and whether all have an index.

        Parameters
        ----------
        cells : DataFrame
            ``unit, account``.

        Returns
        -------
        tuple of Series, Series and bool
        """
        rows = self.frame.merge(cells[["unit", "account"]], on=["unit", "account"])
        by_line = rows.pivot_table(index="period", columns="line", values="actual", aggfunc="sum")
        by_line = by_line.reindex(self.months).fillna(0.0)
        nominal = pd.Series(0.0, self.months)
        fixed = pd.Series(0.0, self.months)
        bare = 0.0
        for name in by_line:
            line = self.lines[str(name)]
            amounts = by_line[name] if line.kind == "income" else 0.0 - by_line[name]
            nominal += amounts
            if line.price_index in self.index:
                fixed += amounts / self.index[line.price_index]
            else:
                fixed += amounts
                bare += abs(amounts.sum())
        return nominal, fixed, bare <= SMALLEST_SHARE * abs(nominal.sum())


def read_cells(region: Region, month: pd.Timestamp) -> CellLedger:
    """Read the amounts of every unit and account through a month, in the month's organisation.

    Parameters
    ----------
    region : Region
        The region.
    month : Timestamp
        The last month.

    Returns
    -------
    CellLedger
    """
    frame = region.amounts(["unit", "account", "line", "period"], until=month, structure=month)
    months = months_between(region.first_period, month)
    return CellLedger(
        frame.drop(columns="budget"),
        {line.line: line for line in region.accounts.lines},
        months,
        _index(region, months),
    )


def _index(region: Region, months: pd.DatetimeIndex) -> pd.DataFrame:
    """Price indices that every month has."""
    if "price_index" not in region.tables:
        return pd.DataFrame(index=months)
    rows = region.table("price_index", until=months[-1])
    wide = rows.pivot_table(index="period", columns="index", values="value", aggfunc="mean").reindex(months)
    usable = wide.loc[:, (wide > 0).all()]
    return usable / usable.iloc[-1]


def cells_of(
    region: Region,
    ledger: CellLedger,
    units: Sequence[str],
    lines: Sequence[str],
    accounts: Sequence[str],
    month: pd.Timestamp,
) -> pd.DataFrame:
    """Find the cells of some units (codes at any level), lines and accounts.

    Parameters
    ----------
    region : Region
        The region.
    ledger : CellLedger
        The cells there are.
    units, lines, accounts : sequence of str
        What the cells lie in; no lines, or no accounts, means every one.
    month : Timestamp
        The month whose organisation counts.

    Returns
    -------
    DataFrame
        ``unit, account, line``; no rows when nothing was ever booked there.
    """
    there = ledger.frame[["unit", "account", "line"]].drop_duplicates(ignore_index=True)
    placement = region.organisation.placement(month)
    levels = placement[["posted_unit", "unit", "area", "division", "board"]].isin(list(units)).any(axis=1)
    kept = there["unit"].isin(placement.loc[levels, "unit"])
    if lines:
        kept &= there["line"].isin(list(lines))
    if accounts:
        kept &= there["account"].isin(list(accounts))
    return there[kept].reset_index(drop=True)


def make_blocks(ledger: CellLedger, claims: Mapping[str, pd.DataFrame]) -> list[Block]:
    """Put cells together that the same measures claim.

    Parameters
    ----------
    ledger : CellLedger
        The amounts.
    claims : mapping of str to DataFrame
        Cells by measure.

    Returns
    -------
    list of Block
        A cell is in one block only.

    Examples
    --------
    >>> months = pd.date_range("2026-01-01", periods=2, freq="MS")
    >>> frame = pd.DataFrame({"unit": ["K", "L"] * 2, "account": "4010", "line": "salaries",
    ...                       "period": months.repeat(2), "actual": [-5.0, -3.0, -6.0, -3.0]})
    >>> line = ReportLine(line="salaries", name="Löner", group="external_cost", kind="cost")
    >>> cells = frame[["unit", "account", "line"]].drop_duplicates()
    >>> ledger = CellLedger(frame, {"salaries": line}, months, pd.DataFrame(index=months))
    >>> blocks = make_blocks(ledger, {"all": cells, "one": cells[cells["unit"] == "K"]})
    >>> [(block.claims, block.nominal.tolist()) for block in blocks]
    [(('all',), [3.0, 3.0]), (('all', 'one'), [5.0, 6.0])]
    """
    owners: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for claim, cells in claims.items():
        for cell in cells[["unit", "account", "line"]].itertuples(index=False, name=None):
            owners[cell] = (*owners.get(cell, ()), claim)
    alike: dict[tuple[tuple[str, ...], str], list[tuple[str, str, str]]] = {}
    for cell, claimed in owners.items():
        alike.setdefault((claimed, ledger.lines[cell[2]].kind), []).append(cell)
    found = [
        _block(ledger, dict.fromkeys(claimed, pd.DataFrame(rows, columns=["unit", "account", "line"])), kind)
        for (claimed, kind), rows in alike.items()
    ]
    order = {claim: place for place, claim in enumerate(claims)}
    blocks = [block for block in found if block.is_positive]
    for odd in (block for block in found if not block.is_positive):
        hosts = [block for block in blocks if block.kind == odd.kind and set(block.claims) & set(odd.claims)]
        if not hosts:
            blocks.append(odd)
            continue
        host = max(hosts, key=lambda block: block.nominal.sum())
        blocks.remove(host)
        blocks.append(_joined(ledger, host, odd, order))
    return sorted(blocks, key=lambda block: [order[claim] for claim in block.claims])


def _block(ledger: CellLedger, by_claim: Mapping[str, pd.DataFrame], kind: str) -> Block:
    cells = pd.concat(by_claim.values()).drop_duplicates(["unit", "account"])[["unit", "account", "line"]]
    nominal, fixed, deflated = ledger.sum_of(cells)
    sizes = [ledger.sum_of(rows)[1].sum() if len(rows) < len(cells) else fixed.sum() for rows in by_claim.values()]
    shares = tuple(float(size / fixed.sum()) if fixed.sum() else 1.0 for size in sizes)
    return Block(tuple(by_claim), shares, kind, cells.reset_index(drop=True), nominal, fixed, deflated)


def _joined(ledger: CellLedger, host: Block, odd: Block, order: Mapping[str, int]) -> Block:
    """Put the cells of one block into another, each measure with the share it claims of both."""
    claims = sorted({*host.claims, *odd.claims}, key=lambda claim: order[claim])
    by_claim = {claim: pd.concat([block.cells for block in (host, odd) if claim in block.claims]) for claim in claims}
    return _block(ledger, by_claim, host.kind)
