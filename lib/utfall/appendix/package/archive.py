"""A zip whose every byte follows from its files and a date.

Nothing is compressed: compression differs between versions of its library, and a reader that refuses every compressed
entry cannot be blown up by one. The format is PKWARE's APPNOTE 6.3.3 without any of its options.
"""

from __future__ import annotations

import datetime
import struct
import zlib
from collections.abc import Mapping

LOCAL = struct.Struct("<4s5H3L2H")
"""Header before each file: mark, version, flags, method, time, date, CRC, two sizes, lengths of name and extra."""

CENTRAL = struct.Struct("<4s6H3L5H2L")
"""Entry of the list at the end."""

END = struct.Struct("<4s4H2LH")
"""What stands last."""

LOCAL_MARK, CENTRAL_MARK, END_MARK = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"

VERSION = 20
"""Version of the format that is needed: folders and no more."""

UNIX = 3
"""System whose permissions are stored."""

PERMISSIONS = 0o100644 << 16
"""A plain file that all may read and its owner write."""

MOST_FILES = 5_000
"""Files of one package."""

MOST_BYTES = 1 << 30
"""Bytes of all files of one package."""


def zip_of(files: Mapping[str, bytes], day: datetime.date) -> bytes:
    """Pack files into a zip.

    Parameters
    ----------
    files : mapping of str to bytes
        Path in the zip → content; packed in the order of their paths.
    day : date
        The date every file is given, 1980 or later.

    Returns
    -------
    bytes
        The same files and date give the same bytes, on every computer.

    Examples
    --------
    >>> import io, zipfile
    >>> packed = zip_of({"b/tal.csv": b"1", "a.txt": b""}, datetime.date(2026, 11, 22))
    >>> [(entry.filename, entry.date_time[:3]) for entry in zipfile.ZipFile(io.BytesIO(packed)).infolist()]
    [('a.txt', (2026, 11, 22)), ('b/tal.csv', (2026, 11, 22))]
    """
    date = (day.year - 1980) << 9 | day.month << 5 | day.day
    body, listing = bytearray(), bytearray()
    for name in sorted(files):
        written, content = name.encode("ascii"), files[name]
        start = len(body)
        about = (0, 0, 0, date, zlib.crc32(content), len(content), len(content), len(written), 0)
        body += LOCAL.pack(LOCAL_MARK, VERSION, *about) + written + content
        made_by = UNIX << 8 | VERSION
        listing += CENTRAL.pack(CENTRAL_MARK, made_by, VERSION, *about, 0, 0, 0, PERMISSIONS, start) + written
    end = END.pack(END_MARK, 0, 0, len(files), len(files), len(listing), len(body), 0)
    return bytes(body + listing + end)
