"""Nasty SIE files, each with what must come of it: the amounts that are read, or the rows that are refused."""

from __future__ import annotations

from collections.abc import Sequence

from tests.sources.sie.files import as_bytes

START = ["#FLAGGA 0", "#SIETYP 4", "#RAR 0 20260101 20261231"]
SOUND = ["#VER A 1 20260108", "{", '#TRANS 5600 {1 "1100"} 12.50', "#TRANS 2440 {} -12.50", "}"]
AMOUNTS = (1250, -1250)

Refused = tuple[int | None, ...]
Case = tuple[str, bytes, tuple[int, ...] | None, Refused]
"""What the file is, its bytes, the amounts in öre when it is read, and the rows that are refused when it is not."""


def _read(what: str, content: bytes, amounts: tuple[int, ...] = AMOUNTS) -> Case:
    return what, content, amounts, ()


def _refused(what: str, content: bytes | Sequence[str], *rows: int | None) -> Case:
    return what, content if isinstance(content, bytes) else as_bytes([*START, *content]), None, rows


def _with(at: int, line: str) -> list[str]:
    """The sound voucher with one of its lines another; its first is row 4 of the file."""
    return [line if number == at else old for number, old in enumerate(SOUND, 4)]


def _posting(row: str) -> list[str]:
    return _with(6, row)


CASES: list[Case] = [
    _read("a sound file", as_bytes([*START, *SOUND])),
    _read("lines that end in LF", as_bytes([*START, *SOUND], end="\n")),
    _read("lines that end in CR alone", as_bytes([*START, *SOUND], end="\r")),
    _read("no end of the last line", as_bytes([*START, *SOUND]).removesuffix(b"\r\n")),
    _read("Ctrl-Z at the end of a line", as_bytes([*START, *SOUND]).removesuffix(b"\r\n") + b"\x1a"),
    _read("Ctrl-Z on a line of its own", as_bytes([*START, *SOUND]) + b"\x1a\r\n"),
    _read("blank lines anywhere", as_bytes(["", *START, "", *SOUND[:3], "  \t", *SOUND[3:], ""])),
    _read("a UTF-8 mark", as_bytes([*START, "#FNAMN Åre", *SOUND], "utf-8-sig")),
    _read("Latin-1 that says PC8", as_bytes([*START, "#FORMAT PC8", "#FNAMN Åre", *SOUND], "latin-1")),
    _read("an unknown label in a voucher", as_bytes([*START, *SOUND[:4], "#NYTRANS 1 2 3", *SOUND[4:]])),
    _read("a misspelt label", as_bytes([*START, "#KONTON 1510", *SOUND])),
    _read("labels in lower case", as_bytes([line.lower() for line in [*START, *SOUND]])),
    _read("an object of a dimension no one declared", as_bytes([*START, *_posting('#TRANS 5600 {77 "x"} 12.50')])),
    _read("negative nought", as_bytes([*START, "#VER A 1 20260108", "{", "#TRANS 5600 {} -0.00", "}"]), (0,)),
    _read(
        "amounts without öre",
        as_bytes([*START, "#VER A 1 20260108", "{", "#TRANS 1 {} 7", "#TRANS 2 {} -7", "}"]),
        (700, -700),
    ),
    _read(
        "one decimal",
        as_bytes([*START, "#VER A 1 20260108", "{", "#TRANS 1 {} 7.5", "#TRANS 2 {} -7.5", "}"]),
        (750, -750),
    ),
    _read(
        "the largest amount",
        as_bytes([*START, *(line.replace("12.50", "9999999999999999.99") for line in SOUND)]),
        (10**18 - 1, 1 - 10**18),
    ),
    _read("a voucher without series and number", as_bytes([*START, *_with(4, '#VER "" "" 20260108 "Porto"')])),
    _read("a voucher of no rows", as_bytes([*START, "#VER A 0 20260101", "{", "}", *SOUND])),
    _read("no #FLAGGA first", as_bytes([*START[1:], *SOUND])),
    _refused("an empty file", b"", None),
    _refused("a file of blanks", b" \r\n\t\r\n", None),
    _refused("a file of something else", b"konto;belopp\r\n5600;12,50\r\n", 1, 2),
    _refused("UTF-16", "#FLAGGA 0\r\n".encode("utf-16"), None),
    _refused("a UTF-8 mark before other bytes", b"\xef\xbb\xbf#FLAGGA 0\r\n#FNAMN \x86re\r\n", 2),
    _refused("a text without its closing quotation mark", ['#FNAMN "Region', *SOUND], 4),
    _refused("an object without its closing quotation mark", _posting('#TRANS 5600 {1 "1100} 12.50'), 6),
    _refused("a text that goes on after its quotation mark", _with(4, '#VER A 1 20260108 "Por"to'), 4),
    _refused("an object list without its closing brace", _posting('#TRANS 5600 {1 "1100" 12.50'), 6),
    _refused("an object list with an odd number of fields", _posting("#TRANS 5600 {1} 12.50"), 6),
    _refused("an object list with a dimension twice", _posting('#TRANS 5600 {1 "a" 1 "b"} 12.50'), 6),
    _refused("an amount with a comma", _posting('#TRANS 5600 {1 "1100"} 12,50'), 6),
    _refused(
        "an amount with a thousands space that cannot break",
        ["#FORMAT PC8", *SOUND[:2], "#TRANS 5600 {} 1\u00a0000.00", "}"],
        7,
    ),
    _refused("an amount of three decimals", _posting('#TRANS 5600 {1 "1100"} 12.505'), 6),
    _refused("an amount of letters", _posting("#TRANS 5600 {} abc"), 6),
    _refused("an amount larger than can be kept", _posting(f"#TRANS 5600 {{}} {10**16}"), 6),
    _refused("an amount of five thousand digits", _posting(f"#TRANS 5600 {{}} {'9' * 5000}"), 6),
    _refused("a row without amount", _posting("#TRANS 5600 {}"), 6),
    _refused("a row with nothing", _posting("#TRANS"), 6),
    _refused("an account of letters", _posting("#TRANS Läkemedel {} 12.50"), 6),
    _refused("object list and account in the wrong order", _posting("#TRANS {} 5600 12.50"), 6),
    _refused("a day that there is none of", _with(4, "#VER A 1 20260230"), 4),
    _refused("a date with hyphens", _with(4, "#VER A 1 2026-01-08"), 4),
    _refused("a voucher without date", _with(4, "#VER A 1"), 4),
    _refused("a voucher with an empty date", _with(4, '#VER A 1 ""'), 4),
    _refused("a date without its closing quotation mark", _posting('#TRANS 5600 {1 "1100"} 12.50 "20260108'), 6),
    _refused("a row with a broken date", _posting('#TRANS 5600 {} 12.50 "2026"'), 6),
    _refused("a row of another year", _posting("#TRANS 5600 {} 12.50 20270108"), 6),
    _refused("a voucher that does not balance", _posting("#TRANS 5600 {} 12.51"), 4),
    _refused("a voucher without opening brace", [SOUND[0], *SOUND[2:]], 5, 6, 7, 4),
    _refused("a voucher without closing brace, and the next", [*SOUND[:4], *SOUND], 8),
    _refused("a brace on the line of its voucher", [f"{SOUND[0]} {{", *SOUND[2:]], 4),
    _refused("a closing brace too many", [*SOUND, "}"], 9),
    _refused("a file cut off inside a voucher", as_bytes([*START, *SOUND])[:-30], 6),
    _refused("a file cut off after a voucher's head", as_bytes([*START, SOUND[0]]), 4),
    _refused("a NUL", _with(6, "#TRANS 5600 {} 12.50 \x00"), 6),
    _refused("a row outside a voucher", [SOUND[2], *SOUND], 4),
    _refused("a year that ends before it begins", as_bytes(["#RAR 0 20261231 20260101"]), 1),
    _refused("a year given twice", ["#RAR 0 20260701 20270630"], 4),
    _refused("a thirteenth month", ["#PSALDO 0 202613 5600 {} 1"], 4),
    _refused("a month of the year after", ["#PSALDO 0 202701 5600 {} 1"], 4),
    _refused("a month given twice", ["#PSALDO 0 202601 5600 {} 1", "#PSALDO 0 202601 5600 { } 1"], 5),
    _refused("a year number of letters", ["#IB nu 1930 5"], 4),
    _refused("a balance without amount", ["#UB 0 1930"], 4),
    _refused("an object balance without object list", ["#OIB 0 1510 5"], 4),
    _refused("a type there is none of", as_bytes(["#SIETYP 9"]), 1),
    _refused("a closing sum without its opening", ["#KSUMMA 123", *SOUND], 4),
    _refused("an opening sum without its closing", ["#KSUMMA", *SOUND], 4),
    _refused("a wrong closing sum", ["#KSUMMA", *SOUND, "#KSUMMA 1"], 10),
    _refused("a closing sum that is no number", ["#KSUMMA", *SOUND, "#KSUMMA x"], 10),
    _refused("an unknown record whose braces never close", ["#NYTT", "{", *SOUND[:1]], 6),
]
