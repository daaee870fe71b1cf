"""Every file of a package, and every file inside one, taken apart by what it is and not by what it is called."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from utfall.appendix.disclosure.data_files import read_csv, read_json, read_parquet
from utfall.appendix.disclosure.decoding import readable, unwrapped
from utfall.appendix.disclosure.markup import read_markup
from utfall.appendix.disclosure.pieces import Piece, SeenTable, Text, Unreadable, hidden_below

MAX_DEPTH = 6
"""How many files inside each other are opened; a package has at most three."""

MAX_UNPACKED = 1 << 30
"""Bytes that one archive may hold when it is unpacked."""

MAX_ENTRIES = 20_000
"""Files that one archive may hold."""

MARKUP = frozenset({".html", ".htm", ".xhtml", ".svg", ".xml", ".rels", ".xmp"})
"""Endings of files that are read as markup."""

_PICTURES = (b"\xff\xd8\xff", b"GIF8", b"wOFF", b"wOF2", b"OTTO", b"\x00\x01\x00\x00\x00", b"\x89PNG")
_PRINTABLE = re.compile(rb"[\x20-\x7e\xa0-\xff]{8,}")
_PNG_TEXTS = (b"tEXt", b"zTXt", b"iTXt", b"eXIf")
_TAR_MARK = slice(257, 262)


def taken_apart(name: str, content: bytes, place: str = "", depth: int = 0) -> Iterator[Piece]:
    """Take a file apart.

    Parameters
    ----------
    name : str
        Its name; how it begins counts for more.
    content : bytes
        Its content.
    place : str
        What places in it begin with.
    depth : int
        How many files it lies inside.

    Yields
    ------
    Text, SeenTable or Unreadable
        Texts as `readable` gives them.

    Examples
    --------
    >>> [piece.text for piece in taken_apart("a.txt", b"R%C3%B6d")]
    ['Röd']
    """
    if depth > MAX_DEPTH:
        yield Unreadable(place, f"Filen ligger mer än {MAX_DEPTH} filer ner i andra filer.")
        return
    try:
        for piece in _opened(name, content, depth):
            yield from _settled(piece, place, depth)
    except Exception as error:  # a damaged file may make its reader raise anything; it must never get past the gate
        yield Unreadable(place, f"Filen kunde inte läsas ({type(error).__name__}).")


def _settled(piece: Piece, place: str, depth: int) -> Iterator[Piece]:
    """The piece with its whole place; a text also with what is wrapped in it."""
    where = ", ".join(part for part in (place, piece.place) if part)
    if isinstance(piece, Unreadable):
        yield Unreadable(where, piece.why)
    elif isinstance(piece, SeenTable):
        yield replace(piece, place=where)
    else:
        text = readable(piece.text)
        yield Text(where, text)
        for inside in unwrapped(text if len(text) == len(piece.text) else f"{piece.text}\n{text}"):
            yield from taken_apart("", inside, f"{where}, avkodat".removeprefix(", "), depth + 1)


def _opened(name: str, content: bytes, depth: int) -> Iterator[Piece]:
    suffix = PurePosixPath(name.lower()).suffix
    if content.startswith(b"PK\x03\x04") or content.startswith(b"PK\x05\x06"):
        yield from _read_zip(content, depth)
    elif content.startswith(b"%PDF") or (suffix == ".pdf" and b"%PDF" in content[:1024]):
        yield from _read_pdf(content, depth)
    elif content.startswith(b"PAR1"):
        yield from read_parquet(content)
    elif content.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ")):
        yield from taken_apart(PurePosixPath(name).stem, _unpacked(content), "uppackat", depth + 1)
    elif content[_TAR_MARK] == b"ustar":
        yield from _read_tar(content, depth)
    elif content.startswith(_PICTURES):
        yield from _read_picture(content)
    else:
        text = _decoded(content)
        if text is None:
            yield Unreadable("", "Filen är varken text eller av ett slag som kan granskas.")
        else:
            yield from _read_text(text, suffix)


def _read_text(text: str, suffix: str) -> Iterator[Piece]:
    begins = text.lstrip("\ufeff \t\r\n")[:200].lower()
    if suffix in (".json", ".ipynb") or begins.startswith(("{", "[{")):
        yield from read_json(text)
        return
    if suffix in MARKUP or begins.startswith(("<!doctype", "<html", "<svg", "<?xml")):
        yield from read_markup(text)
        return
    yield Text("", text)
    if suffix in (".csv", ".tsv"):
        yield from read_csv(text.removeprefix("\ufeff"))
    elif suffix == ".md" and "<" in text:
        yield from read_markup(text)


def _decoded(content: bytes) -> str | None:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        pairs = content[: 2 * (len(content) // 2)]
        for encoding, zeros, letters in (
            ("utf-16-le", pairs[1::2], pairs[0::2]),
            ("utf-16-be", pairs[0::2], pairs[1::2]),
        ):
            if zeros.count(0) > 0.8 * len(zeros) and not letters.count(0):
                return content.decode(encoding, errors="replace")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    text = content.decode("latin-1")
    strange = sum(not (letter.isprintable() or letter in "\t\r\n\f") for letter in text)
    return text if strange <= 0.02 * len(text) else None


def _read_zip(content: bytes, depth: int) -> Iterator[Piece]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
            yield Unreadable("", "Arkivet är för stort för att granskas.")
            return
        names = "\n".join(entry.filename for entry in entries)
        said = b"\n".join([archive.comment, *(entry.comment for entry in entries)]).decode(errors="replace")
        yield Text("arkivets filnamn och kommentarer", f"{names}\n{said}")
        for entry in entries:
            if entry.is_dir():
                continue
            if entry.flag_bits & 1:
                yield Unreadable(f"filen {entry.filename}", "Filen är krypterad.")
                continue
            with archive.open(entry) as file:
                inside = file.read(entry.file_size + 1)
            if len(inside) != entry.file_size:
                yield Unreadable(f"filen {entry.filename}", "Filen är större än arkivet säger.")
                continue
            yield from taken_apart(entry.filename, inside, f"filen {entry.filename}", depth + 1)
        if any(entry.filename == "xl/workbook.xml" for entry in entries):
            yield from _read_workbook(content)


def _read_workbook(content: bytes) -> Iterator[Piece]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for sheet in book.worksheets:
        rows = [tuple(row) for row in sheet.iter_rows(values_only=True)]
        # A sheet may hold several tables: each begins with a row of headings, at the top or below a title or a gap.
        begins = [at for at, row in enumerate(rows) if _is_heading(row) and (at == 0 or _filled(rows[at - 1]) < 2)]
        for first, last in zip(begins, [*begins[1:], len(rows)], strict=True):
            labels = tuple("" if cell is None else str(cell) for cell in rows[first])
            yield SeenTable(f"bladet {sheet.title}", "", labels, tuple(rows[first + 1 : last]))
    book.close()


def _is_heading(row: tuple[Any, ...]) -> bool:
    told = [cell for cell in row if cell is not None]
    return len(told) > 1 and all(isinstance(cell, str) and hidden_below(cell) is None for cell in told)


def _filled(row: tuple[Any, ...]) -> int:
    return sum(cell is not None for cell in row)


def _read_tar(content: bytes, depth: int) -> Iterator[Piece]:
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        for number, entry in enumerate(archive):
            if number >= MAX_ENTRIES or entry.size > MAX_UNPACKED:
                yield Unreadable("", "Arkivet är för stort för att granskas.")
                return
            yield Text(
                "arkivets filnamn och kommentarer", f"{entry.name}\n{entry.uname}\n{entry.gname}\n{entry.linkname}"
            )
            file = archive.extractfile(entry) if entry.isfile() else None
            if file is not None:
                yield from taken_apart(entry.name, file.read(), f"filen {entry.name}", depth + 1)


def _unpacked(content: bytes) -> bytes:
    opener: Any = gzip if content.startswith(b"\x1f\x8b") else bz2 if content.startswith(b"BZh") else lzma
    with opener.open(io.BytesIO(content)) as file:
        unpacked: bytes = file.read(MAX_UNPACKED + 1)
    if len(unpacked) > MAX_UNPACKED:
        raise ValueError("larger than the limit")
    return unpacked


def _read_picture(content: bytes) -> Iterator[Piece]:
    """Words in a picture's or a font's own data; what the picture shows is not read."""
    words = [found.decode("latin-1") for found in _PRINTABLE.findall(content)]
    if content.startswith(b"\x89PNG"):
        words = list(_png_texts(content))
    yield Text("bildens metadata", "\n".join(words))


def _png_texts(content: bytes) -> Iterator[str]:
    at = 8
    while at + 8 <= len(content):
        (length,) = struct.unpack(">I", content[at : at + 4])
        kind, data = content[at + 4 : at + 8], content[at + 8 : at + 8 + length]
        if kind in _PNG_TEXTS:
            yield data.decode("latin-1")
            for part in data.split(b"\x00"):
                if part.startswith(b"x"):
                    yield zlib.decompressobj().decompress(part, MAX_UNPACKED).decode("utf-8", errors="replace")
        at += 12 + length
    if content[at:]:
        yield content[at:].decode("latin-1")


def _read_pdf(content: bytes, depth: int) -> Iterator[Piece]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        yield Unreadable("", "PDF-filen är krypterad.")
        return
    described: Any = reader.metadata or {}
    yield Text("dokumentets egenskaper", "\n".join(str(value) for value in described.values()))
    root: Any = reader.trailer["/Root"]
    xmp = root.get("/Metadata")
    if xmp is not None:
        yield from taken_apart("xmp.xml", xmp.get_object().get_data(), "dokumentets egenskaper", depth + 1)
    for number, page in enumerate(reader.pages, start=1):
        yield Text(f"sida {number}", page.extract_text() or "")
        for note in page.get("/Annots") or ():
            said = note.get_object()
            action = said.get("/A")
            target = "" if action is None else str(action.get_object().get("/URI", ""))
            yield Text(f"sida {number}, anteckning", f"{said.get('/Contents', '')}\n{target}")
    for name, files in reader.attachments.items():
        for file in files:
            yield from taken_apart(name, file, f"bilagan {name}", depth + 1)
