"""SIE files for tests: a writer of sound ones, and small ways to read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from utfall.errors import InvalidData
from utfall.sources.sie import SieFile, read_sie

HEAD = (
    "#FLAGGA 0",
    '#PROGRAM "Ekonomi" 1.0',
    "#FORMAT PC8",
    "#GEN 20260131",
    "#SIETYP 4",
    '#FNAMN "Region Ås"',
    "#RAR 0 20260101 20261231",
    "#RAR -1 20250101 20251231",
)
"""A head as the standard wants it; eight lines."""


def quoted(text: str) -> str:
    return '"' + text.replace('"', '\\"') + '"'


def voucher(number: int, day: str, rows: Iterable[tuple[str, Sequence[tuple[str, str]], Decimal]]) -> list[str]:
    """One voucher, written by the standard."""
    lines = [f"#VER A {number} {day} {quoted(f'Verifikation {number}')} {day}", "{"]
    for account, objects, amount in rows:
        listed = " ".join(f"{dimension} {quoted(code)}" for dimension, code in objects)
        lines.append(f"#TRANS {account} {{{listed}}} {amount:.2f}")
    return [*lines, "}"]


def as_bytes(lines: Iterable[str], encoding: str = "cp437", end: str = "\r\n") -> bytes:
    return "".join(line + end for line in lines).encode(encoding)


def read(folder: Path, content: bytes | Iterable[str], **options: bool) -> SieFile:
    path = folder / "year.se"
    path.write_bytes(content if isinstance(content, bytes) else as_bytes(content))
    return read_sie(path, **options)


def fault_rows(folder: Path, content: bytes | Iterable[str]) -> list[int | None]:
    try:
        read(folder, content)
    except InvalidData as error:
        return [fault.row for fault in error.faults]
    return []


def rows_of(source, *columns: str) -> list[tuple]:
    """Rows of a source as tuples, with their row in the file last."""
    return [tuple(row.values()) for row in source.table.select([*columns, "source_row"]).to_pylist()]


def lines_in(content: bytes) -> int:
    """Lines as an editor counts them: an independent count."""
    count = 0
    at_start = True
    previous = None
    for byte in content:
        if byte == 0x0A and previous == 0x0D:
            previous = byte
            continue
        if at_start:
            count += 1
        at_start = byte in (0x0A, 0x0D)
        previous = byte
    return count


def accounted_for(folder: Path, content: bytes) -> bool:
    """Hold that the file is read or refused plainly, and that every row of it is counted once; tell if it was read."""
    try:
        file = read(folder, content)
    except InvalidData as refusal:
        faults = refusal.faults
    else:
        assert file.rows == sum(file.used.values()) + sum(file.left_out.values())
        if file.postings.num_rows:
            source = file.ledger(unit="none")
            assert source.table.num_rows + sum(source.left_out().values()) == file.rows
        if file.header.sie_type != "5":  # whose rows are elements
            assert file.rows == lines_in(content)
        return True
    assert all(fault.row is None or 1 <= fault.row <= max(lines_in(content), 1) for fault in faults)
    return False
