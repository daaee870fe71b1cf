"""Which encoding a text file is written in, decided by every byte of it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from utfall.errors import Fault, InvalidData

UTF8 = "utf-8"

WIDE = frozenset({"utf-16-le", "utf-16-be"})

_MARKS = ((codecs.BOM_UTF8, UTF8), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

_READ_BYTES = 4 << 20

_CP437_LETTERS = b"\x84\x86\x8e\x8f\x94\x99"
"""ä å Ä Å ö Ö as DOS programs write them."""

_CP1252_UNUSED = b"\x81\x8d\x8f\x90\x9d"
"""Bytes that stand for nothing in cp1252."""

_ENOUGH_INVALID = 1000
"""Invalid sequences after which a file is no UTF-8 for certain, where they are more than the valid ones."""

_ESCAPED = re.compile("[\udc80-\udcff]")

_WIDE_ZEROS = 0.3
"""Share of zero bytes at even or odd places from which a file without a mark is UTF-16."""


@dataclass(frozen=True)
class FoundEncoding:
    """An encoding, and how it was found.

    Parameters
    ----------
    encoding : str
        Python's name of it.
    mark : bytes
        The byte order mark that the file begins with, or nothing.
    doubts : tuple of str
        What is not certain.
    """

    encoding: str
    mark: bytes = b""
    doubts: tuple[str, ...] = ()


def find_encoding(path: Path) -> FoundEncoding:
    r"""Find the encoding of a file.

    A byte order mark decides; then whether the whole file is UTF-8; then which letters its other bytes would be: cp437
    where ``å ä ö`` as DOS wrote them dominate, else cp1252, or iso-8859-1 where a byte stands for nothing in cp1252.
    A file with more valid UTF-8 than invalid is UTF-8 with broken rows, which are named when it is read.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    FoundEncoding

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "old.csv"
    >>> _ = path.write_bytes("konto;text\n5600;Läkemedel på önskan\n".encode("cp437"))
    >>> find_encoding(path).encoding
    'cp437'
    """
    with path.open("rb") as file:
        start = file.read(_READ_BYTES)
        for mark, encoding in _MARKS:
            if start.startswith(mark):
                return FoundEncoding(encoding, mark)
        wide = _without_mark(start)
        if wide is not None:
            doubt = "Every second byte is zero: the file is taken to be UTF-16 without a byte order mark."
            return FoundEncoding(wide, b"", (doubt,))
        decoder = codecs.getincrementaldecoder(UTF8)()
        valid = invalid = 0
        counts = np.zeros(256, dtype=np.int64)
        chunk = start
        while chunk:
            if not chunk.isascii() or decoder.getstate()[0]:
                try:
                    text = decoder.decode(chunk)
                    # What is shorter as text has characters of more bytes than one.
                    valid += len(chunk) - len(text)
                except UnicodeDecodeError:
                    decoder.errors = "surrogateescape"
                    text = decoder.decode(chunk)
                    decoder.errors = "strict"
                    bad = len(_ESCAPED.findall(text))
                    invalid += bad
                    valid += sum(1 for sign in text if sign > "\x7f") - bad
                    counts += np.bincount(np.frombuffer(chunk, dtype=np.uint8), minlength=256)
                if invalid > _ENOUGH_INVALID and invalid > valid:
                    break
            chunk = file.read(_READ_BYTES)
        invalid += len(decoder.getstate()[0])
    if not invalid:
        return FoundEncoding(UTF8)
    if valid > invalid:
        doubt = f"The file is UTF-8 but for {invalid} bytes; the rows with them cannot be read."
        return FoundEncoding(UTF8, b"", (doubt,))
    return _single_byte(counts)


def check_encoding(path: Path, encoding: str) -> FoundEncoding:
    """Take an encoding that was given, and find the mark the file begins with.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        A name Python knows.

    Returns
    -------
    FoundEncoding

    Raises
    ------
    InvalidData
        When there is no such encoding.

    Examples
    --------
    >>> check_encoding(Path("no_such_file"), "klingon")
    Traceback (most recent call last):
    utfall.errors.InvalidData: no_such_file: there is no encoding named 'klingon'. Use utf-8, cp1252 or another ...
    """
    try:
        name = codecs.lookup(encoding).name
        "a".encode(name)  # refuses what Python calls encodings though they are no texts
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        what = f"there is no encoding named {encoding!r}."
        remedy = "Use utf-8, cp1252 or another that Python knows, or none to have it found."
        raise InvalidData([Fault(path.name, None, what, remedy)]) from None
    with path.open("rb") as file:
        start = file.read(4)
    for mark, marked in _MARKS:
        if start.startswith(mark) and name.removesuffix("-sig") in {marked, "utf-16"}:
            return FoundEncoding(marked, mark)
    plain = {"utf-8-sig": UTF8, "utf-16": "utf-16-le"}
    return FoundEncoding(plain.get(name, name))


def is_ascii_compatible(encoding: str) -> bool:
    """Tell whether an encoding writes ASCII as ASCII and uses those bytes for nothing else.

    Parameters
    ----------
    encoding : str
        A name Python knows.

    Returns
    -------
    bool
        True for UTF-8 and for the encodings of one byte a character.

    Examples
    --------
    >>> is_ascii_compatible("cp1252"), is_ascii_compatible("utf-16-le")
    (True, False)
    """
    ascii_bytes = bytes(range(128))
    if encoding == UTF8:
        return True
    text = bytes(range(256)).decode(encoding, errors="replace")
    return len(text) == 256 and text[:128].encode() == ascii_bytes


def undecodable(data: bytes, encoding: str) -> list[int]:
    r"""Find the bytes that cannot be read.

    Parameters
    ----------
    data : bytes
        Whole rows.
    encoding : str
        Their encoding: UTF-8, or one of one byte a character.

    Returns
    -------
    list of int
        Positions, in UTF-8 at most one a line.

    Examples
    --------
    >>> undecodable(b"a\xe5\n\xc3\xa5\n\xe5", "utf-8"), undecodable(b"a\x81", "cp1252")
    ([1, 6], [1])
    """
    if data.isascii():
        return []
    if encoding != UTF8:
        unused = _undefined(encoding)
        if not any(code in data for code in unused):
            return []
        return np.flatnonzero(np.isin(np.frombuffer(data, dtype=np.uint8), list(unused))).tolist()
    view = memoryview(data)  # a slice of it is no copy
    places: list[int] = []
    at = 0
    while True:
        try:
            codecs.utf_8_decode(view[at:], "strict", True)
        except UnicodeDecodeError as error:
            places.append(at + error.start)
            # On to the next line: one fault a row is enough, and a broken file is not decoded byte by byte.
            ends = [end for end in (data.find(b"\n", places[-1]), data.find(b"\r", places[-1])) if end >= 0]
            if not ends:
                return places
            at = min(ends) + 1
        else:
            return places


@cache
def _undefined(encoding: str) -> bytes:
    return bytes(code for code in range(256) if bytes([code]).decode(encoding, errors="replace") == "\ufffd")


def _without_mark(start: bytes) -> str | None:
    codes = np.frombuffer(start[: len(start) // 2 * 2], dtype=np.uint8)
    if not len(codes):
        return None
    even, odd = (float((codes[place::2] == 0).mean()) for place in (0, 1))
    if max(even, odd) < _WIDE_ZEROS or min(even, odd) > _WIDE_ZEROS / 10:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _single_byte(counts: np.ndarray) -> FoundEncoding:
    high = int(counts[128:].sum())
    if counts[list(_CP437_LETTERS)].sum() * 2 > high:
        return FoundEncoding("cp437", b"", ("Letters are taken to be written as DOS programs do (cp437).",))
    if counts[list(_CP1252_UNUSED)].any():
        doubt = "The file is not UTF-8, and not cp1252 either; it is taken to be iso-8859-1, with control characters."
        return FoundEncoding("iso8859-1", b"", (doubt,))
    return FoundEncoding("cp1252")
