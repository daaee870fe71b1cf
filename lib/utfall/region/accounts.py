"""The chart of accounts: every account belongs to exactly one report line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.region.registers import AccountInterval, ReportLine

_FILE = "accounts.yaml"


class Accounts:
    """Report lines, and the account intervals that belong to them.

    Parameters
    ----------
    lines : sequence of ReportLine
        In the order they are printed.
    intervals : sequence of AccountInterval
        Which accounts belong to which line.

    Raises
    ------
    InvalidData
        When a line is given twice, an interval's line is unknown, or two intervals overlap.

    Examples
    --------
    >>> lines = [ReportLine(line="drugs", name="Läkemedel", group="external_cost", kind="cost")]
    >>> accounts = Accounts(lines, [AccountInterval(first="56", last="56", line="drugs")])
    >>> accounts.line_of(["5610"])
    {'5610': 'drugs'}
    """

    def __init__(self, lines: Sequence[ReportLine], intervals: Sequence[AccountInterval]) -> None:
        self.lines = tuple(lines)
        self.intervals = tuple(intervals)
        self._check()

    @cached_property
    def frame(self) -> pd.DataFrame:
        """The report lines: ``line, name, group, kind, volume_driven, order``."""
        frame = pd.DataFrame([line.model_dump() for line in self.lines])
        return frame.assign(order=range(len(frame)))

    def name(self, line: str) -> str:
        """Name of a report line."""
        return next(row.name for row in self.lines if row.line == line)

    def matching(self, account: str) -> list[AccountInterval]:
        """Intervals that hold an account."""
        return [
            interval
            for interval in self.intervals
            if interval.first <= account[: len(interval.first)] and account[: len(interval.last)] <= interval.last
        ]

    def line_of(self, accounts: Iterable[str]) -> dict[str, str]:
        """Report line of each account.

        Parameters
        ----------
        accounts : iterable of str
            Accounts; each once.

        Returns
        -------
        dict
            Account to report line; an account in no interval is left out.

        Raises
        ------
        InvalidData
            When an account is in two intervals.
        """
        lines: dict[str, str] = {}
        faults = []
        for account in accounts:
            found = self.matching(account)
            if len(found) > 1:
                both = " and ".join(f"{interval.first}–{interval.last} ({interval.line})" for interval in found)
                faults.append(
                    Fault(
                        _FILE,
                        found[1].source_row,
                        f"the account {account} is mapped twice, in {both}.",
                        "Let one interval hold it.",
                    )
                )
            elif found:
                lines[account] = found[0].line
        if faults:
            raise InvalidData(faults)
        return lines

    def _check(self) -> None:
        known = [line.line for line in self.lines]
        faults = [
            Fault(_FILE, None, f"the line {line} is given twice.", "Keep one of them.")
            for line in sorted({line for line in known if known.count(line) > 1})
        ]
        for number, interval in enumerate(self.intervals):
            span = f"{interval.first}–{interval.last}"
            if interval.line not in known:
                faults.append(
                    Fault(
                        _FILE,
                        interval.source_row,
                        f"{span} belongs to the unknown line {interval.line}.",
                        "Add it under lines.",
                    )
                )
            if interval.last < interval.first[: len(interval.last)]:
                faults.append(
                    Fault(
                        _FILE,
                        interval.source_row,
                        f"{span} ends before it begins.",
                        "Exchange first and last.",
                    )
                )
            faults += [
                Fault(
                    _FILE,
                    other.source_row,
                    f"accounts are mapped twice: {span} ({interval.line}) overlaps "
                    f"{other.first}–{other.last} ({other.line}).",
                    "Change the intervals so that each account is in one.",
                )
                for other in self.intervals[number + 1 :]
                if _overlap(interval, other)
            ]
        if faults:
            raise InvalidData(faults)


def _overlap(one: AccountInterval, other: AccountInterval) -> bool:
    width = max(len(text) for text in (one.first, one.last, other.first, other.last))

    def bounds(interval: AccountInterval) -> tuple[str, str]:
        return interval.first.ljust(width, "0"), interval.last.ljust(width, "\uffff")

    (first, last), (other_first, other_last) = bounds(one), bounds(other)
    return first <= other_last and other_first <= last
