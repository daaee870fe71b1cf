"""Reading a package's zip by a stricter rule than any unpacker's: nothing in it may lie beside its files.

Every byte of a zip that the kit writes follows from the files and the date, so whatever is not as it would write it is
a fault. Nothing is unpacked to disk, and nothing is decompressed.
"""

from __future__ import annotations

import stat
import zlib
from collections import Counter
from dataclasses import dataclass

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package.archive import (
    CENTRAL,
    CENTRAL_MARK,
    END,
    END_MARK,
    LOCAL,
    LOCAL_MARK,
    MOST_BYTES,
    MOST_FILES,
)
from utfall.appendix.package.names import colliding, fault_of_name

MOST_RATIO = 100
"""How many times its size in the zip a file may grow; text shrinks to a tenth, and only a bomb to a thousandth."""

ENCRYPTED = 0x1 | 0x40 | 0x2000
"""Flags of an entry whose content or header is encrypted."""

MOST_PLACES = 20
"""Names of one kind of fault that are told one by one."""

_UNPACK = "Packa upp den och kontrollera mappen, eller begär ett nytt exemplar."
_ASK = "Öppna den inte; begär ett nytt exemplar."

_ZIP64 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    """One line of a zip's list.

    Parameters
    ----------
    name : bytes
        As it stands there.
    flags, method, crc, packed, size, start : int
        What the list says of it: options, way of compression, checksum, bytes in the zip, bytes unpacked, where its
        header begins.
    mode : int
        Unix permissions and kind; 0 when none are told.
    bare : bool
        Whether it has neither extra fields nor a comment.
    """

    name: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    mode: int
    bare: bool

    @property
    def shown(self) -> str:
        """Its name, for a sentence."""
        return ascii(self.name.decode("utf-8", "replace")).strip("'\"")[:200]


def read_archive(data: bytes) -> tuple[dict[str, bytes], tuple[Fault, ...]]:
    """Read the files of a zip.

    Parameters
    ----------
    data : bytes
        The zip; any bytes are allowed.

    Returns
    -------
    (dict of str to bytes, tuple of Fault)
        Path in the zip → content, and what is wrong with the zip; the files are complete only when nothing is.

    Examples
    --------
    >>> import datetime
    >>> from utfall.appendix.package.archive import zip_of
    >>> packed = zip_of({"REV-31/tal.csv": b"1"}, datetime.date(2026, 11, 22))
    >>> read_archive(packed)
    ({'REV-31/tal.csv': b'1'}, ())
    >>> read_archive(packed + b"0")[1][0].kind
    <FaultKind.ARCHIVE: 'archive'>
    """
    entries, listed_at, fault = _listing(data)
    if fault is not None:
        return {}, (fault,)
    faults = [*_too_much(entries)] or [*_names(entries), *_kinds(entries)]
    if faults:
        return {}, tuple(faults)
    return _contents(data, entries, listed_at)


def _listing(data: bytes) -> tuple[list[Entry], int, Fault | None]:
    """Read the list at the end, which must reach exactly to where the end begins."""
    if len(data) < END.size or data[-END.size :][:4] != END_MARK:
        what = "Filen slutar inte som en zip-fil gör: något är tillagt efter slutet, eller så saknas slutet."
        return [], 0, _archive(f"{what} {_ASK}")
    _, disk, first_disk, here, count, length, at, comment = END.unpack(data[-END.size :])
    if count in _ZIP64 or length in _ZIP64 or at in _ZIP64:
        return [], 0, _archive(f"Filen är packad i formatet zip64, som ett paket aldrig behöver. {_UNPACK}")
    if disk or first_disk or here != count or comment:
        return [], 0, _archive(f"Zip-filen säger sig vara en del av flera eller ha en kommentar. {_ASK}")
    if at + length + END.size != len(data):
        return [], 0, _archive(f"Något ligger före zip-filens början eller mellan dess delar. {_ASK}")
    entries, place = [], at
    for _ in range(count):
        if place + CENTRAL.size > len(data) or data[place : place + 4] != CENTRAL_MARK:
            return [], 0, _archive(f"Zip-filens förteckning är skadad. {_ASK}")
        entry, after = _entry(data, place)
        entries.append(entry)
        place = after
    if place != at + length:
        return [], 0, _archive(f"Zip-filens förteckning är längre eller kortare än den säger. {_ASK}")
    return entries, at, None


def _entry(data: bytes, place: int) -> tuple[Entry, int]:
    unpacked = CENTRAL.unpack_from(data, place)
    flags, method, crc, packed, size = unpacked[3], unpacked[4], *unpacked[7:10]
    named, extra, comment = unpacked[10:13]
    start = place + CENTRAL.size
    name = data[start : start + named]
    mode = unpacked[15] >> 16
    entry = Entry(name, flags, method, crc, packed, size, unpacked[16], mode, not extra and not comment)
    return entry, start + named + extra + comment


def _too_much(entries: list[Entry]) -> list[Fault]:
    """Whether it would unpack to more than a package holds, by what the list itself says."""
    if len(entries) > MOST_FILES:
        return [_limit("", f"Zip-filen har {len(entries)} filer; ett paket har högst {MOST_FILES}. {_ASK}")]
    total = sum(entry.size for entry in entries)
    if total > MOST_BYTES:
        return [_limit("", f"Zip-filen skulle packas upp till {total} byte; ett paket har högst {MOST_BYTES}. {_ASK}")]
    return [
        _limit(entry.shown, f"Filen växer mer än {MOST_RATIO} gånger när den packas upp. {_ASK}")
        for entry in entries
        if entry.size > MOST_RATIO * max(entry.packed, 1)
    ][:MOST_PLACES]


def _names(entries: list[Entry]) -> list[Fault]:
    faults = []
    names = [entry.name.decode("utf-8", "surrogateescape") for entry in entries]
    for entry, name in zip(entries, names, strict=True):
        reason = fault_of_name(name)
        if reason:
            faults.append(_path(entry.shown, f"Filens namn {reason}. {_ASK}"))
    for name, times in Counter(names).items():
        if times > 1:
            faults.append(_path(ascii(name).strip("'"), f"Filen finns {times} gånger i zip-filen. {_ASK}"))
    if not faults:
        for group in colliding(names):
            faults.append(_path(group[0], f"Filen kan förväxlas med {', '.join(group[1:])}. {_ASK}"))
    return faults[:MOST_PLACES]


def _kinds(entries: list[Entry]) -> list[Fault]:
    faults = []
    for entry in entries:
        if entry.flags & ENCRYPTED:
            faults.append(_archive(f"Filen är krypterad; ett paket är alltid läsbart. {_ASK}", entry.shown))
        elif entry.mode and not stat.S_ISREG(entry.mode):
            faults.append(_path(entry.shown, f"Det är en länk eller något annat än en fil. {_ASK}"))
        elif entry.method or entry.packed != entry.size:
            faults.append(
                _archive(f"Filen är komprimerad, vilket inget i ett pakets zip-fil är. {_UNPACK}", entry.shown)
            )
        elif entry.flags or not entry.bare:
            what = "Filen har tillägg i zip-filen som ett paket inte har"
            faults.append(_archive(f"{what}. {_UNPACK}", entry.shown))
    return faults[:MOST_PLACES]


def _contents(data: bytes, entries: list[Entry], listed_at: int) -> tuple[dict[str, bytes], tuple[Fault, ...]]:
    """Read the files, each of which must begin where the one before ends."""
    files: dict[str, bytes] = {}
    faults = []
    place = 0
    for entry in entries:
        if entry.start != place:
            what = "överlappar en annan" if entry.start < place else "har något dolt framför sig"
            return {}, (_archive(f"Filen {what} i zip-filen. {_ASK}", entry.shown),)
        start = place + LOCAL.size + len(entry.name)
        place = start + entry.size
        if place > listed_at:
            return {}, (_archive(f"Filen går in i zip-filens förteckning. {_ASK}", entry.shown),)
        if not _same_header(data, entry):
            faults.append(
                _archive(f"Filen har ett annat namn eller en annan storlek än i förteckningen. {_ASK}", entry.shown)
            )
            continue
        content = data[start:place]
        if zlib.crc32(content) != entry.crc:
            faults.append(_archive("Filen är skadad eller ändrad. Begär ett nytt exemplar.", entry.shown))
        files[entry.name.decode("ascii")] = content
    if place != listed_at:
        faults.append(_archive(f"Något ligger dolt mellan filerna och zip-filens förteckning. {_ASK}"))
    return files, tuple(faults[:MOST_PLACES])


def _same_header(data: bytes, entry: Entry) -> bool:
    mark, _, flags, method, _, _, crc, packed, size, named, extra = LOCAL.unpack_from(data, entry.start)
    name = data[entry.start + LOCAL.size :][:named] if named == len(entry.name) else b""
    said = (flags, method, crc, packed, size, name, extra)
    return mark == LOCAL_MARK and said == (
        entry.flags,
        entry.method,
        entry.crc,
        entry.packed,
        entry.size,
        entry.name,
        0,
    )


def _archive(text: str, place: str = "") -> Fault:
    return Fault(FaultKind.ARCHIVE, place, text)


def _path(place: str, text: str) -> Fault:
    return Fault(FaultKind.PATH, place, text)


def _limit(place: str, text: str) -> Fault:
    return Fault(FaultKind.LIMIT, place, text)
