"""Ways to tamper with a package, by class: each makes a package that a check must not let through."""

from __future__ import annotations

import datetime
import io
import os
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from utfall.appendix.package import Package, PackageInfo
from utfall.appendix.package.archive import CENTRAL, END, LOCAL, MOST_BYTES, MOST_FILES, zip_of
from utfall.appendix.package.bag import DECLARATION, INFO, MANIFEST, TAG_MANIFEST, bag_of, manifest_of
from utfall.appendix.package.crate import crate
from utfall.appendix.package.layout import CRATE

FLIPS = 40
"""Bits turned at random places, in each of the folder's files and the zip."""

Make = Callable[[Path], Path]


@dataclass(frozen=True)
class Tampering:
    """One way to tamper.

    Parameters
    ----------
    kind, what : str
        Its class, and what is done.
    make : callable
        Writes the tampered package into an empty folder, and says where it is.
    root_hash : str or None
        The registered root hash, where the class takes it for known.
    """

    kind: str
    what: str
    make: Make
    root_hash: str | None = None


def tamperings(payload: Mapping[str, bytes], info: PackageInfo, package: Package, seed: int = 0) -> Iterator[Tampering]:
    """Make every tampering of a package.

    Parameters
    ----------
    payload : mapping of str to bytes
        What lies below ``data/``.
    info : PackageInfo
        Whose it is.
    package : Package
        The package as it was written.
    seed : int
        Decides the random places.
    """
    chance = random.Random(seed)
    files = bag_of(payload, info)
    archive = package.archive.read_bytes()
    yield from _flips(files, archive, info, chance)
    yield from _removed(files, info)
    yield from _added(files, info)
    yield from _swapped(files, info, chance)
    yield from _lists(files, info)
    yield from _rewritten(payload, info, chance)
    yield from _rewritten_with_provenance(payload, info)
    yield from _registered(payload, info, package.root_hash, chance)
    yield from _ends(archive)
    yield from _names(files, info)
    yield from _entries(files, info)
    yield from _bombs(payload, files, info)


def _flips(files: Mapping[str, bytes], archive: bytes, info: PackageInfo, chance: random.Random) -> Iterator[Tampering]:
    names = sorted(files)
    for _ in range(FLIPS):
        name = chance.choice(names)
        place = chance.randrange(max(len(files[name]), 1))
        flipped = {**files, name: _flipped(files[name] or b"\0", place, chance.randrange(8))}
        yield Tampering("bit flip in a file", f"{name}, byte {place}", partial(_folder, flipped, info))
    for _ in range(FLIPS):
        place, bit = chance.randrange(len(archive)), chance.randrange(8)
        yield Tampering("bit flip in the zip", f"byte {place}", partial(_written, _flipped(archive, place, bit)))
    for start in (0, 6, 8, 10, 12, 14, 26, 28):  # every field of the first header
        yield Tampering("bit flip in the zip", f"header byte {start}", partial(_written, _flipped(archive, start, 0)))


def _removed(files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    for name in files:
        left = {other: content for other, content in files.items() if other != name}
        yield Tampering("removed file", name, partial(_folder, left, info))


def _added(files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    names = ("data/bilaga2.pdf", "data/notebooks/pandas.py", "tagmanifest-md5.txt", "fetch.txt", "data/.dold", "x/y")
    for name in names:
        added = {**files, name: b"0"}
        yield Tampering("added file", f"{name}, folder", partial(_folder, added, info))
        yield Tampering("added file", f"{name}, zip", partial(_zip, added, info))
    yield Tampering("added file", "empty folder", partial(_folder_with, files, info, _empty_folder))
    yield Tampering("added file", "link", partial(_folder_with, files, info, _link))
    yield Tampering("added file", "link in place of a file", partial(_folder_with, files, info, _link_instead))
    yield Tampering("added file", "pipe", partial(_folder_with, files, info, _pipe))
    beside = {f"{info.id}/{name}": content for name, content in files.items()} | {"annat/svar.html": b"0"}
    yield Tampering("added file", "second folder in the zip", partial(_written, zip_of(beside, info.date)))


def _swapped(files: Mapping[str, bytes], info: PackageInfo, chance: random.Random) -> Iterator[Tampering]:
    names = [name for name in sorted(files) if name.startswith("data/")]
    for _ in range(15):
        one, other = chance.sample(names, 2)
        if files[one] != files[other]:
            swapped = {**files, one: files[other], other: files[one]}
            yield Tampering("swapped files", f"{one} and {other}", partial(_folder, swapped, info))


def _lists(files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    for name in (MANIFEST, TAG_MANIFEST):
        lines = files[name].decode().splitlines(keepends=True)
        changes = {
            "line removed": lines[1:],
            "line twice": [*lines, lines[0]],
            "another hash": ["0" * 64 + lines[0][64:], *lines[1:]],
            "another order": lines[::-1],
            "one space": [lines[0].replace("  ", " "), *lines[1:]],
            "upper case": [lines[0][:64].upper() + lines[0][64:], *lines[1:]],
            "another line end": [line.replace("\n", "\r\n") for line in lines],
            "file outside": [*lines, f"{'0' * 64}  ../../etc/passwd\n"],
            "empty": [],
            "no text": ["\udcff\n"],
        }
        for what, changed in changes.items():
            content = "".join(changed).encode("utf-8", "surrogateescape")
            again = {**files, name: content}
            if name == MANIFEST:  # the tag manifest is made to agree
                tags = {tag: again[tag] for tag in (INFO, DECLARATION, MANIFEST)}
                again[TAG_MANIFEST] = manifest_of(tags)
            yield Tampering("list changed", f"{name}: {what}", partial(_folder, again, info))
    for what, label in (("another diary number", b"RS/2025/32"), ("another size", b"RS/2025/31\nPayload-Oxum: 1.1")):
        changed_info = files[INFO].replace(info.diary_number.encode(), label)
        again = {**files, INFO: changed_info}
        again[TAG_MANIFEST] = manifest_of({tag: again[tag] for tag in (INFO, DECLARATION, MANIFEST)})
        yield Tampering("list changed", f"{INFO}: {what}", partial(_folder, again, info))


def _rewritten(payload: Mapping[str, bytes], info: PackageInfo, chance: random.Random) -> Iterator[Tampering]:
    """One file exchanged, and the lists made to agree; the root hash is not known."""
    for name, content in payload.items():
        changed = {**payload, name: _flipped(content or b"\0", chance.randrange(max(len(content), 1)), 0)}
        yield Tampering("one file and the lists rewritten", name, partial(_zip, bag_of(changed, info), info))
    for name in payload:
        left = {other: content for other, content in payload.items() if other != name}
        yield Tampering("one file and the lists rewritten", f"{name} away", partial(_zip, bag_of(left, info), info))


def _rewritten_with_provenance(payload: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    """One file exchanged, the lists and the provenance made to agree; the root hash is not known.

    Only files that another contradicts: whatever stands in one file alone, as a page on method, is found by the root
    hash and nothing else.
    """
    kind = "one file, lists and provenance rewritten"
    changes = {
        "svar.html": ("23,0", "13,0"),
        "svar.docx": ("större än", "mindre än"),
        "tal.csv": ("-23045529", "-13045529"),
        "pastaenden.csv": ("större än", "mindre än"),
        "arende.yaml": ("RS/2025/31", "RS/2025/32"),
        "underlag/kostnad.csv": ("-23045529", "-13045529"),
        "indata.csv": ("ja;kostnad.csv", "ja;annat.csv"),
        "parametrar/kostnad.json": ("2025-12", "2025-11"),
        "notebooks/kostnad.ipynb": ("idxmin", "idxmax"),
        "rapport-kostnad.html": ("Hyrpersonal", "Egen personal"),
        "rapport-besok.html": ("4\u00a0125", "9\u00a0125"),
    }
    for name, (old, new) in changes.items():
        changed = {**payload, name: _replaced(payload[name], old, new)}
        yield Tampering(kind, name, partial(_zip, _bag(changed, info), info))
    for number in ("-23045529", "-31326081", "-4125000"):
        for name in ("notebooks/kostnad.korning.ipynb", "notebooks/besok.korning.ipynb"):
            if number.encode() in payload[name]:
                changed = {**payload, name: payload[name].replace(number.encode(), b"-13000000")}
                yield Tampering(kind, f"{number} in {name}", partial(_zip, _bag(changed, info), info))
    pairs = (
        ("svar.pdf", "rapport-kostnad.pdf"),
        ("rapport-kostnad.html", "rapport-besok.html"),
        ("rapport-kostnad.pdf", "rapport-besok.pdf"),
        ("parametrar/besok.json", "arende.yaml"),
    )
    for one, other in pairs:
        changed = {**payload, one: payload[other]}
        what = f"{one} is {other}"
        yield Tampering(kind, what, partial(_zip, _bag(changed, info), info))


def _registered(
    payload: Mapping[str, bytes], info: PackageInfo, root_hash: str, chance: random.Random
) -> Iterator[Tampering]:
    """Everything made to agree; the root hash is known."""
    kind = "rewritten throughout, root hash known"
    for name, content in payload.items():
        if name != CRATE:
            changed = {**payload, name: _flipped(content or b"\0", chance.randrange(max(len(content), 1)), 0)}
            yield Tampering(kind, name, partial(_zip, _bag(changed, info), info), root_hash)
    other = PackageInfo(info.id, info.title, "RS/2025/32", info.date, info.organisation, info.kit_version)
    later = PackageInfo(
        info.id, info.title, info.diary_number, info.date + datetime.timedelta(1), info.organisation, info.kit_version
    )
    for what, told in (("another diary number", other), ("another date", later)):
        yield Tampering(kind, what, partial(_zip, bag_of(payload, told), told), root_hash)


def _ends(archive: bytes) -> Iterator[Tampering]:
    listed_at = END.unpack(archive[-END.size :])[6]
    ends = {
        "byte after the end": archive + b"\0",
        "second zip after the end": archive + archive,
        "bytes before the beginning": b"MZ" + archive,
        "script before the beginning": b"#!/bin/sh\nexit\n" + archive,
        "bytes between files and list": archive[:listed_at] + b"dolt" + archive[listed_at:],
        "comment": archive[:-2] + struct.pack("<H", 4) + b"hej!",
        "cut at the end": archive[:-1],
        "cut in the middle": archive[: len(archive) // 2],
        "end alone": archive[-END.size :],
        "nothing": b"",
        "no zip": b"\0" * 1000,
        "two disks": archive[:-18] + struct.pack("<H", 1) + archive[-16:],
        "zip64": archive[:-14] + b"\xff" * 12 + archive[-2:],
    }
    for what, data in ends.items():
        yield Tampering("zip cut or lengthened", what, partial(_written, data))


def _names(files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    """An entry more, whose name leads elsewhere or is taken for another."""
    names = [
        b"../svar.html",
        b"REV-31-2025/../../svar.html",
        b"/etc/cron.d/utfall",
        b"C:\\Windows\\svar.html",
        b"C:/Windows/svar.html",
        b"REV-31-2025\\data\\svar.html",
        b"\\\\server\\share\\svar.html",
        b"REV-31-2025/data/SVAR.html",
        b"REV-31-2025/Data/svar2.html",
        b"REV-31-2025/data/svar.html",
        b"REV-31-2025/data/svar.html/dold",
        b"REV-31-2025/data/svar.html ",
        b"REV-31-2025/data/svar.html.",
        "REV-31-2025/data/sv\u0430r.html".encode(),
        "REV-31-2025/data/svar\u202elmth.exe".encode(),
        b"REV-31-2025/data/svar.html\0.exe",
        b"REV-31-2025/data/\xff\xfe",
        b"REV-31-2025/data/con.txt",
        b"REV-31-2025//data/svar2.html",
        b"REV-31-2025/./data/svar2.html",
        b"REV-31-2025/data/tom/",
        b"REV-31-2025/data/-rf",
        b"REV-31-2025/data/" + b"a" * 250,
        b"",
    ]
    for name in names:
        entries = [*_entries_of(files, info), Raw(name, b"0")]
        yield Tampering("path trick in the zip", ascii(name), partial(_written, packed(entries)))


def _entries(files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    """An entry that is not what it says."""
    first, *rest = _entries_of(files, info)
    deflated = _deflated(first.content)
    changed = {
        "link": first.but(mode=0o120777 << 16),
        "device": first.but(mode=0o020666 << 16),
        "folder with content": first.but(mode=0o040755 << 16),
        "executable": first.but(mode=0o100755 << 16),
        "encrypted": first.but(flags=1),
        "strongly encrypted": first.but(flags=0x41),
        "list encrypted": first.but(flags=0x2000),
        "wrong checksum": first.but(crc=1),
        "another name in its header": first.but(local_name=first.name[:-1] + b"x"),
        "another size in its header": first.but(local_size=len(first.content) + 1),
        "another method in its header": first.but(local_method=8),
        "size after the content": first.but(flags=8),
        "unicode name beside": first.but(extra=struct.pack("<HHBL", 0x7075, 9, 1, 0) + b"evil"),
        "zip64 size beside": first.but(extra=struct.pack("<HHQ", 1, 8, 1)),
        "comment": first.but(comment=b"hej"),
        "compressed": first.but(method=8, local_method=8, stored=deflated),
        "unknown method": first.but(method=99, local_method=99),
        "date": first.but(date=0),
        "made by another system": first.but(system=0),
    }
    for what, entry in changed.items():
        yield Tampering("entry of the zip changed", what, partial(_written, packed([entry, *rest])))
    order = packed([*rest, first])
    yield Tampering("entry of the zip changed", "order", partial(_written, order))
    overlapping = packed([first, *rest, first.but(name=first.name + b"2", start=0)])
    yield Tampering("entry of the zip changed", "overlapping", partial(_written, overlapping))
    compressed = io.BytesIO()
    with zipfile.ZipFile(compressed, "w", zipfile.ZIP_DEFLATED) as whole:
        for name, content in files.items():
            whole.writestr(f"{info.id}/{name}", content)
    yield Tampering("entry of the zip changed", "packed by another program", partial(_written, compressed.getvalue()))


def _bombs(payload: Mapping[str, bytes], files: Mapping[str, bytes], info: PackageInfo) -> Iterator[Tampering]:
    entries = _entries_of(files, info)
    name = f"{info.id}/data/bomb.txt".encode()
    zeros = _deflated(bytes(10 << 20))
    ratio = Raw(name, b"", method=8, local_method=8, stored=zeros, size=10 << 20, local_size=10 << 20)
    total = Raw(name, b"", method=8, local_method=8, stored=zeros, size=MOST_BYTES + 1, local_size=MOST_BYTES + 1)
    lying = Raw(name, b"", method=8, local_method=8, stored=zeros, size=len(zeros), local_size=len(zeros))
    many = [Raw(f"{info.id}/data/{number}".encode(), b"") for number in range(MOST_FILES)]
    same = [Raw(f"{info.id}/data/{number}".encode(), b"", size=1 << 19, start=0) for number in range(2_000)]
    bombs = {
        "ratio": [*entries, ratio],
        "total": [*entries, total],
        "size that lies": [*entries, lying],
        "count": [*entries, *many],
        "one content for many": [*entries, *same],
        "one content for many, few": [*entries, *same[:200]],
    }
    for what, those in bombs.items():
        yield Tampering("zip bomb", what, partial(_written, packed(those)))
    inner = _bomb("word/document.xml")
    nested = {
        "in the Word document": {**payload, "svar.docx": inner},
        "in the wheel": {**payload, next(name for name in payload if name.endswith(".whl")): inner},
        "zip in a zip": {**payload, "svar.docx": zip_of({"inner.zip": inner}, info.date)},
        "named otherwise": {**payload, "metod/kostnad.md": inner},
        "entities in the Word document": {**payload, "svar.docx": _entities()},
    }
    for what, changed in nested.items():
        yield Tampering("zip bomb", what, partial(_zip, _bag(changed, info), info))
    many_files = {name: b"" for name in (f"data/{number}" for number in range(MOST_FILES + 1))}
    yield Tampering("zip bomb", "files in the folder", partial(_folder, {**files, **many_files}, info))
    yield Tampering("zip bomb", "size of a file in the folder", partial(_folder_with, files, info, _sparse))
    for what, text in (
        ("deep JSON", b"[" * 200_000),
        ("large number", b'{"@graph": [' + b"9" * 100_000 + b"]}"),
        ("half a character", b'{"@graph": "\xc3'),
    ):
        yield Tampering("zip bomb", what, partial(_zip, bag_of({**payload, CRATE: text}, info), info))


@dataclass(frozen=True)
class Raw:
    """An entry of a zip, where every field can be wrong; ``None`` is what it should be."""

    name: bytes
    content: bytes
    flags: int = 0
    method: int = 0
    crc: int | None = None
    size: int | None = None
    mode: int = 0o100644 << 16
    local_name: bytes | None = None
    local_size: int | None = None
    local_method: int = 0
    extra: bytes = b""
    comment: bytes = b""
    stored: bytes | None = None
    date: int = (2026 - 1980) << 9 | 11 << 5 | 22
    system: int = 3
    start: int | None = None

    def but(self, **changes: object) -> Raw:
        """The same, with something changed."""
        return Raw(**{**vars(self), **changes})


def packed(entries: list[Raw]) -> bytes:
    """Pack entries into a zip, just as they say."""
    body, listing = bytearray(), bytearray()
    for entry in entries:
        stored = entry.content if entry.stored is None else entry.stored
        size = len(entry.content) if entry.size is None else entry.size
        crc = zlib.crc32(entry.content) if entry.crc is None else entry.crc
        local_name = entry.name if entry.local_name is None else entry.local_name
        local_size = len(stored) if entry.local_size is None else entry.local_size
        start = len(body) if entry.start is None else entry.start
        if entry.start is None:
            head = (
                20,
                entry.flags,
                entry.local_method,
                0,
                entry.date,
                crc,
                len(stored),
                local_size,
                len(local_name),
                0,
            )
            body += LOCAL.pack(b"PK\x03\x04", *head) + local_name + stored
        kept = len(stored) if entry.start is None else size
        about = (entry.flags, entry.method, 0, entry.date, crc, kept, size, len(entry.name), len(entry.extra))
        made_by = entry.system << 8 | 20
        rest = (len(entry.comment), 0, 0, entry.mode, start)
        listing += CENTRAL.pack(b"PK\x01\x02", made_by, 20, *about, *rest) + entry.name + entry.extra + entry.comment
    count = len(entries)
    return bytes(body + listing) + END.pack(b"PK\x05\x06", 0, 0, count, count, len(listing), len(body), 0)


def _entries_of(files: Mapping[str, bytes], info: PackageInfo) -> list[Raw]:
    return [Raw(f"{info.id}/{name}".encode(), files[name]) for name in sorted(files)]


def _bag(payload: Mapping[str, bytes], info: PackageInfo) -> dict[str, bytes]:
    return bag_of({**payload, CRATE: crate(payload, info)}, info)


def _flipped(content: bytes, place: int, bit: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << bit]) + content[place + 1 :]


def _replaced(content: bytes, old: str, new: str) -> bytes:
    """Replace a text; in a Word document, in its text."""
    if content[:2] != b"PK":
        return content.replace(old.encode(), new.encode())
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(written, "w") as after:
        for entry in before.infolist():
            after.writestr(entry, before.read(entry).replace(old.encode(), new.encode()))
    return written.getvalue()


def _deflated(content: bytes) -> bytes:
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    return squeezed.compress(content) + squeezed.flush()


def _bomb(name: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(name, bytes(20 << 20))
    return written.getvalue()


def _entities() -> bytes:
    lines = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    xml = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "lol">{lines}]><d>&l9;</d>'
    return zip_of({"word/document.xml": xml.encode()}, datetime.date(2026, 1, 1))


def _folder(files: Mapping[str, bytes], info: PackageInfo, where: Path) -> Path:
    for name, content in files.items():
        path = where / info.id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return where / info.id


def _folder_with(files: Mapping[str, bytes], info: PackageInfo, change: Callable[[Path], object], where: Path) -> Path:
    folder = _folder(files, info, where)
    change(folder)
    return folder


def _zip(files: Mapping[str, bytes], info: PackageInfo, where: Path) -> Path:
    safe = {f"{info.id}/{name}": content for name, content in files.items()}
    return _written(zip_of(safe, info.date), where)


def _written(data: bytes, where: Path) -> Path:
    path = where / "paket.zip"
    path.write_bytes(data)
    return path


def _empty_folder(folder: Path) -> None:
    (folder / "data" / "tom").mkdir()


def _link(folder: Path) -> None:
    (folder / "data" / "lank.txt").symlink_to("/etc/passwd")


def _link_instead(folder: Path) -> None:
    (folder / "data" / "tal.csv").rename(folder.parent / "tal.csv")
    (folder / "data" / "tal.csv").symlink_to(folder.parent / "tal.csv")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "data" / "ror")


def _sparse(folder: Path) -> None:
    with (folder / "data" / "stor.bin").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
