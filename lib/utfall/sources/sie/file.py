"""A SIE file that has been read: what it says of itself, its chart and amounts, and the ledger and budget in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from utfall.errors import Fault, InvalidData
from utfall.sources.sie.content import Account, Content, Dimension, Header
from utfall.sources.sie.fields import Objects
from utfall.sources.sie.ledger import Choice, budget_of_periods, ledger_of_periods, ledger_of_vouchers
from utfall.sources.sie.reader import read_content
from utfall.sources.sie.xml import is_sie5, read_sie5_content
from utfall.sources.source import ArrowSource


@dataclass(frozen=True)
class SieFile:
    """A SIE file, read whole and found in order.

    Amounts are in the file's sign: debit positive, credit negative. In a table, `objects` is a place in
    `object_lists`.

    Parameters
    ----------
    content : Content
        What was read.
    """

    content: Content

    @property
    def file(self) -> str:
        """Name of the file."""
        return self.content.file

    @property
    def header(self) -> Header:
        """What the file says of itself."""
        return self.content.header

    @property
    def accounts(self) -> dict[str, Account]:
        """Account number to name and kind."""
        return dict(self.content.accounts)

    @property
    def dimensions(self) -> dict[str, Dimension]:
        """Dimension number to name and objects, as the file declares them."""
        return dict(self.content.dimensions)

    @property
    def object_lists(self) -> tuple[Objects, ...]:
        """Every combination of objects that amounts stand on; the first is none."""
        return tuple(self.content.object_lists)

    @property
    def balances(self) -> pa.Table:
        """Balances and amounts of periods by label.

        ``#PSALDO`` and ``#PBUDGET`` are what an account changes by in the month, not what it has come to.
        """
        return self.content.balances.table()

    @property
    def vouchers(self) -> pa.Table:
        """Heads of the vouchers."""
        return self.content.vouchers.table()

    @property
    def postings(self) -> pa.Table:
        """Rows of the vouchers that count: ``#TRANS``, not those struck (``#BTRANS``)."""
        return self.content.postings.table()

    @property
    def rows(self) -> int:
        """How many rows the file has; for SIE 5, how many elements."""
        return self.content.rows

    @property
    def used(self) -> dict[str, int]:
        """Rows that were used, by label: ``rows = used + left out``."""
        return dict(self.content.used)

    @property
    def left_out(self) -> dict[str, int]:
        """Rows that were left out, by reason."""
        return dict(self.content.left_out)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What is odd without being wrong, a sentence each."""
        return tuple(self.content.doubts)

    @property
    def checksum(self) -> str:
        """How the control sum stands: ``absent``, ``verified`` or ``unverified``."""
        return self.content.checksum

    def ledger(
        self,
        *,
        unit_dim: str = "1",
        project_dim: str | None = "6",
        activity_dim: str | None = None,
        counterparty_dim: str | None = None,
        account_from: str | None = None,
        unit: str | None = None,
        years: Collection[int] = (0,),
    ) -> ArrowSource:
        r"""Give the ledger in the kit's columns.

        It is made of the vouchers when the file has any (type 4), otherwise of the changes of each month
        (``#PSALDO``). Those are taken as split on the units (type 3), with what an account has beyond its units as
        rows of their own, so that every krona counts once. `booked_on` is the day a voucher was registered; it is
        missing where the file does not give it.

        Parameters
        ----------
        unit_dim : str, default "1"
            Dimension whose objects are the units; the standard's 1 is cost centre.
        project_dim, activity_dim, counterparty_dim : str, optional
            Dimensions of project, activity and counterparty.
        account_from : str, optional
            First account that counts, compared as text: ``"3"`` leaves out every account that begins with 1 or 2.
        unit : str, optional
            Unit of the rows that have none; without it such a row is a fault.
        years : collection of int, default (0,)
            Year numbers whose ``#PSALDO`` count.

        Returns
        -------
        ArrowSource
            Amounts in the file's sign, debit positive: the mapping's ``factor: -1`` turns them once.

        Raises
        ------
        InvalidData
            When a row has no unit, or the file has no amounts of this kind.

        Examples
        --------
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "year.se"
        >>> _ = path.write_text('#FLAGGA 0\n#SIETYP 2\n#PSALDO 0 202601 5600 {} 12.50\n')
        >>> source = read_sie(path).ledger(unit="1100")
        >>> source.table.select(["unit", "account", "amount", "source_row"]).to_pylist()
        [{'unit': '1100', 'account': '5600', 'amount': Decimal('12.50'), 'source_row': 3}]
        """
        choice = Choice(unit_dim, project_dim, activity_dim, counterparty_dim, account_from, unit, years)
        if self.content.postings.row:
            return ledger_of_vouchers(self.content, choice)
        if self.content.period_label not in self.content.used:
            what = "the file has neither vouchers nor amounts of months, so no ledger."
            raise InvalidData([Fault(self.file, None, what, "Export SIE of type 2, 3 or 4.")])
        return ledger_of_periods(self.content, choice)

    def budget(
        self,
        *,
        version: str = "",
        unit_dim: str = "1",
        account_from: str | None = None,
        unit: str | None = None,
        years: Collection[int] = (0,),
    ) -> ArrowSource:
        """Give the budget in the kit's columns, from ``#PBUDGET``: the change of each month.

        Parameters
        ----------
        version : str, default ""
            Name of the budget's version, which the file does not give.
        unit_dim, account_from, unit, years
            As in `ledger`.

        Returns
        -------
        ArrowSource
            Amounts in the file's sign, debit positive.

        Raises
        ------
        InvalidData
            When a row has no unit, or the file has no budget.
        """
        if self.content.budget_label not in self.content.used:
            what = "the file has no budget of months."
            raise InvalidData([Fault(self.file, None, what, "Export the budget with the file, or from elsewhere.")])
        choice = Choice(unit_dim, None, None, None, account_from, unit, years)
        return budget_of_periods(self.content, choice, version)


def read_sie(path: Path, *, strict: bool = True) -> SieFile:
    r"""Read a SIE file of type 1 to 4 or SIE 5, which is told by its first bytes.

    Parameters
    ----------
    path : Path
        The file.
    strict : bool, default True
        Whether control sums that disagree (``#KSUMMA``, months against balances) refuse the file; otherwise they are
        told as doubts. A voucher that does not balance is always refused.

    Returns
    -------
    SieFile

    Raises
    ------
    InvalidData
        Naming every row that is wrong; nothing is read in part.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "year.se"
    >>> rows = ['#VER A 1 20260131', '{', '#TRANS 5600 {} 10', '#TRANS 2440 {} -9', '}']
    >>> _ = path.write_text('\n'.join(rows))
    >>> try:
    ...     read_sie(path)
    ... except InvalidData as error:
    ...     print(error.faults[0].what)
    the rows of the voucher A 1 sum to 1.00, not to 0.
    """
    read = read_sie5_content if is_sie5(path) else read_content
    return SieFile(read(path, strict=strict))
