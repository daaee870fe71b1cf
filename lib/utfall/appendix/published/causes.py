"""Why a published figure comes out otherwise: its difference split over causes that add up to it.

Each part is the figure computed twice with one thing changed: the ledger cut at the day the figure could know; the
registers as they were; the ledger as it was. The parts telescope, so they add up whatever their order costs each of
them. What has not changed, by its hash, has no part. What cannot be computed is left as undecided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from utfall.appendix.published.record import PublishedRecord
from utfall.appendix.published.register import PublishedFigure
from utfall.appendix.published.worlds import World
from utfall.publishing.fingerprint import kit
from utfall.region import Region
from utfall.region.opening import REGISTER_FILES

LATE, REGISTER, BOOKED, CODE, ROUNDING, UNDECIDED = (
    "late_booking",
    "corrected_register",
    "corrected_booking",
    "changed_code",
    "rounding",
    "undecided",
)

CAUSES = {
    LATE: "sen bokning",
    REGISTER: "rättat register",
    BOOKED: "rättad bokföring",
    CODE: "ändrad kod",
    ROUNDING: "avrundning",
    UNDECIDED: "kan inte avgöras",
}
"""Every cause, and how it is told."""

ZERO = Decimal(0)


@dataclass(frozen=True)
class Split:
    """A figure now, and what its difference is made of.

    Parameters
    ----------
    now : Decimal or None
        Its value now, in kronor or its own unit; None when it can no longer be computed.
    parts : dict of str to Decimal
        Cause → part; they sum to now less published.
    notes : tuple of str
        What could not be decided and why, Swedish sentences.
    """

    now: Decimal | None
    parts: dict[str, Decimal]
    notes: tuple[str, ...] = ()

    @property
    def difference(self) -> Decimal:
        """The figure now less as it was published."""
        return sum(self.parts.values(), ZERO)


def split(region: Region, figure: PublishedFigure, world: World, record: PublishedRecord | None) -> Split:
    """Compute a figure again and split its difference over causes.

    Parameters
    ----------
    region : Region
        The region as it is now.
    figure : PublishedFigure
        The figure.
    world : World
        Computes it in different circumstances.
    record : PublishedRecord or None
        What it was made from, when that was recorded.

    Returns
    -------
    Split
        Parts sum to the difference exactly.
    """
    now = world.value()
    if now is None:
        return Split(None, {}, (f"{figure.name} kan inte längre räknas fram: enhet, post eller tabell saknas.",))
    if now == figure.told:
        return Split(now, {})
    if record is None and abs(now - figure.told) <= figure.allowed:
        return Split(now, {ROUNDING: now - figure.told})
    parts: dict[str, Decimal] = {}
    notes: list[str] = []
    same_registers = record is not None and _hashes(record, region, set(REGISTER_FILES))
    same_tables = record is not None and _hashes(record, region, _tables(region, figure))
    known_until = figure.known_until if record is None else record.booked_until or figure.known_until
    at = now
    if not same_tables:
        at = _late(region, figure, known_until, world, at, parts, notes)
    if record is None:
        rest = at - figure.told
        if abs(rest) <= figure.allowed:
            parts[ROUNDING] = rest
        else:
            parts[UNDECIDED] = rest
            notes.append(
                f"För {figure.name} finns inte sparat vad den räknades på; vad som inte är sen bokning kan vara "
                "rättat register, rättad bokföring eller ändrad kod."
            )
        return Split(now, _without_nothing(parts), tuple(notes))
    cut = known_until if LATE in parts else None
    if not same_registers:
        before = world.value(booked_until=cut, registers=record.registers)
        if before is None:
            parts[UNDECIDED] = at - figure.told
            notes.append(f"{figure.name} kan inte räknas fram med registren som de var.")
            return Split(now, _without_nothing(parts), tuple(notes))
        parts[REGISTER], at = at - before, before
    _ledger_and_code(figure, world, record, at, same_tables, parts, notes)
    parts[ROUNDING] = record.value - figure.told
    return Split(now, _without_nothing(parts), tuple(notes))


def _late(
    region: Region,
    figure: PublishedFigure,
    known_until: date,
    world: World,
    now: Decimal,
    parts: dict[str, Decimal],
    notes: list[str],
) -> Decimal:
    """Take out what was booked later; the figure that is left."""
    if not _tells_days(region):
        notes.append("Huvudboken saknar bokföringsdag, så sen bokning kan inte skiljas från rättad bokföring.")
        return now
    cut = world.value(booked_until=known_until)
    if cut is None:
        notes.append(f"{figure.name} kan inte räknas fram ur huvudboken som den var {known_until}.")
        return now
    parts[LATE] = now - cut
    return cut


def _ledger_and_code(
    figure: PublishedFigure,
    world: World,
    record: PublishedRecord,
    at: Decimal,
    same_tables: bool,
    parts: dict[str, Decimal],
    notes: list[str],
) -> None:
    """Split what late bookings and registers leave: other bookings, and code."""
    same_code = record.kit == kit()
    rest = at - record.value
    then = None if record.sums is None else world.from_sums(record.sums, record.registers)
    if then is None and (same_code or same_tables):
        then = record.value if same_code else at
    if then is None:
        parts[UNDECIDED] = rest
        if rest:
            notes.append(f"För {figure.name} har både uppgifterna och koden ändrats, och de kan inte skiljas åt.")
        return
    code = then - record.value
    if code and same_code:
        parts[UNDECIDED] = parts.get(UNDECIDED, ZERO) + code
        notes.append(f"{figure.name} kommer ut olika ur samma uppgifter och samma kod.")
    else:
        parts[CODE] = code
    booked = at - then
    if LATE in parts or not booked:
        parts[BOOKED] = booked
    else:  # the days of booking are not known, so it may be either
        parts[UNDECIDED] = parts.get(UNDECIDED, ZERO) + booked


def _hashes(record: PublishedRecord, region: Region, files: Collection[str]) -> bool:
    """Whether some files have the content they had."""
    then, now = (
        {file: digest for file, digest in inputs.items() if file in files} for inputs in (record.inputs, region.inputs)
    )
    return then == now


def _tables(region: Region, figure: PublishedFigure) -> set[str]:
    """Files of the tables that can decide a figure: the ledger alone when it is summed from it."""
    if figure.amounts is None or "ledger" not in region.tables or region.location is None:
        return set(region.inputs) - set(REGISTER_FILES)
    named = {name for file in region.sources.get("ledger", ()) for name in (file, Path(file).name)}
    return named if named & set(region.inputs) else set(region.inputs) - set(REGISTER_FILES)


def _tells_days(region: Region) -> bool:
    return bool(region.table("ledger", columns=["booked_on"])["booked_on"].notna().any())


def _without_nothing(parts: dict[str, Decimal]) -> dict[str, Decimal]:
    return {cause: part for cause, part in parts.items() if part}
