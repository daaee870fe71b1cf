"""Files of a package that are zips themselves: documents, wheels. They are opened only when they are harmless."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator, Mapping

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package.archive import MOST_BYTES, MOST_FILES
from utfall.appendix.verify.archive import MOST_RATIO

SLACK = 1 << 20
"""Bytes that a file may unpack to whatever its ratio."""

DEEPEST = 1
"""Zips inside one another: a document in a package, and nothing in the document."""

MARK = b"PK\x03\x04"

_PIECE = 1 << 16

_ASK = "Öppna den inte; begär ett nytt exemplar av paketet."


def nested_faults(payload: Mapping[str, bytes]) -> Iterator[Fault]:
    """Find the zips of a package that unpack to more than a package holds, or hold more zips.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path → content.

    Yields
    ------
    Fault
        What is too large, too deep, or damaged.

    Examples
    --------
    >>> list(nested_faults({"tal.csv": b"namn"}))
    []
    """
    left = MOST_BYTES
    for name, content in payload.items():
        if content[:4] == MARK or name.endswith((".docx", ".xlsx", ".whl", ".zip")):
            taken, fault = _unpacked(name, content, left)
            left -= taken
            if fault is not None:
                yield fault


def _unpacked(name: str, content: bytes, left: int) -> tuple[int, Fault | None]:
    """Count what a zip unpacks to, piece by piece; what its list says is not believed."""
    taken = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            entries = packed.infolist()
            if len(entries) > MOST_FILES:
                return 0, _limit(name, f"Filen rymmer {len(entries)} filer")
            for entry in entries:
                if entry.flag_bits & 0x1:
                    return taken, Fault(FaultKind.UNREADABLE, name, f"Filen är krypterad. {_ASK}")
                size, begins = _size(packed, entry, left - taken)
                taken += size
                if taken >= left or size > SLACK + MOST_RATIO * entry.compress_size:
                    return taken, _limit(name, "Filen växer till mer än ett paket rymmer när den öppnas")
                if begins == MARK:
                    return taken, _limit(name, "Filen är en zip med en zip i")
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, KeyError):
        return taken, Fault(FaultKind.UNREADABLE, name, f"Filen är skadad och kan inte öppnas. {_ASK}")
    return taken, None


def _size(packed: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> tuple[int, bytes]:
    most = min(left, SLACK + MOST_RATIO * entry.compress_size + 1)
    size, begins = 0, b""
    with packed.open(entry) as file:
        while size < most and (piece := file.read(_PIECE)):
            begins = begins or piece[:4]
            size += len(piece)
    return size, begins


def _limit(name: str, what: str) -> Fault:
    return Fault(FaultKind.LIMIT, name, f"{what}. {_ASK}")
