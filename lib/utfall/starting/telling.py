"""What a person is told of a proposal: what each file is, what to decide, and whether the region holds."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path

from utfall.errors import Fault, InvalidData
from utfall.region import open_region
from utfall.starting.propose import Proposal

FAULTS_TOLD = 5
"""Faults that are printed; the rest are counted."""


@dataclass(frozen=True)
class Tried:
    """A written region that has been opened.

    Parameters
    ----------
    holds : bool
        Whether everything held.
    lines : tuple of str
        What to tell of it, with the next command last.
    faults : tuple of Fault
        What was refused.
    """

    holds: bool
    lines: tuple[str, ...]
    faults: tuple[Fault, ...] = ()


def tell_proposal(proposal: Proposal) -> list[str]:
    """Tell what each file was taken for, and the doubts, the most important first.

    Parameters
    ----------
    proposal : Proposal
        The proposal.

    Returns
    -------
    list of str
        In Swedish.
    """
    lines = [f"{file}: {what}" for file, what in proposal.files.items()]
    units = sum(row["level"] == "unit" for row in proposal.organisation.rows)
    accounts = sum(len(interval.accounts) for interval in proposal.accounts.intervals)
    lines.append(f"{units} enheter och {accounts} konton hittades.")
    lines += [
        f"{table.name}: beloppen i {table.mapping['columns']['amount'].get('column')} gånger {table.factor.value:g}: "
        f"{table.factor.reason}."
        for table in proposal.tables
        if table.factor.reason
    ]
    if proposal.doubts:
        lines.append("Att bestämma, det viktigaste först (samma ord står i filerna):")
        lines += [f"{number}. {doubt}" for number, doubt in enumerate(proposal.doubts, 1)]
    return lines


def try_region(folder: Path) -> Tried:
    """Open a region that has been written, and say what holds.

    Parameters
    ----------
    folder : Path
        Its folder.

    Returns
    -------
    Tried
    """
    try:
        region = open_region(folder)
    except InvalidData as error:
        shown = [f"  {fault}" for fault in error.faults[:FAULTS_TOLD]]
        more = len(error.faults) - FAULTS_TOLD
        lines = [
            f"Regionen öppnas inte än: {len(error.faults)} fel.",
            *shown,
            *([f"  … och {more} till."] if more > 0 else []),
            f"Rätta dem och fortsätt med: utfall check {shlex.quote(str(folder))}",
        ]
        return Tried(False, tuple(lines), error.faults)
    counted = [
        f"  {name}: {account.used} av {account.read} rader"
        + "".join(f"; {count} utelämnade ({reason})" for reason, count in account.excluded.items())
        for name, account in sorted(region.row_accounts.items())
    ]
    period = f"{region.latest_period:%Y-%m}"
    place, out = shlex.quote(str(folder)), shlex.quote(f"reports/{folder.name}")
    lines = [
        "Regionen håller.",
        *counted,
        "Jämför kontrollsumman med ekonomisystemet och fortsätt med:",
        f"  utfall report {period} --data {place} --out {out}",
    ]
    return Tried(True, tuple(lines))
