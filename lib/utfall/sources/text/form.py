"""How a text file is written: encoding, line ends, separator, header row. Found from the file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from utfall.errors import Fault, InvalidData
from utfall.sources.text.dialect import Dialect, split_row
from utfall.sources.text.encoding import WIDE, FoundEncoding, check_encoding, find_encoding
from utfall.sources.text.header import NoHeader, find_header, header_names, looks_like_number
from utfall.sources.text.quotes import find_quoted
from utfall.sources.text.rows import find_rows, last_row_end

SAMPLE_BYTES = 1 << 18
"""Bytes from the start of the file that separator, header row and decimal sign are found from."""

SAMPLE_ROWS = 1000
"""Rows of the sample that are looked at, at most."""

SEPARATORS = ";\t|,"
"""Signs that part values, the likelier first: where decimals have commas, a comma is found in every row too."""

QUOTES = "\"'"

_PACKED = (b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1"))
"""First bytes of a zip file, which a workbook is, and of an old workbook."""

_ALIKE = 0.9
"""Share of rows with as many values as there are names, from which a sign is taken to part values."""

_ENCLOSED_BYTES = 1 << 16
"""Part of the sample that apostrophes around values are looked for in."""

LineEnds = Literal["LF", "CRLF", "CR", "mixed"]


@dataclass(frozen=True)
class TextForm:
    r"""How a text file is written.

    Parameters
    ----------
    encoding : str
        Python's name of the encoding.
    separator, quote : str
        What parts values, and what encloses them; see `Dialect`.
    header_row : int
        Line of the column names (the first line of the file is 1).
    columns : tuple of str
        The column names, without the spaces around them.
    line_ends : {"LF", "CRLF", "CR", "mixed"}
        How lines end.
    trailing_separator : bool
        Whether rows end in a separator after their last value.
    decimal : {",", "."} or None
        Decimal sign of the numbers, where any has one.
    doubts : tuple of str
        What was chosen without being certain, one sentence each.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.csv"
    >>> _ = path.write_bytes("Rapport 2026\n\nkonto;belopp\n5600;-12,50\n".encode("cp1252"))
    >>> form = read_form(path)
    >>> form.separator, form.header_row, form.columns, form.decimal
    (';', 3, ('konto', 'belopp'), ',')
    """

    encoding: str
    separator: str
    quote: str
    header_row: int
    columns: tuple[str, ...]
    line_ends: LineEnds = "LF"
    trailing_separator: bool = False
    decimal: Literal[",", "."] | None = None
    doubts: tuple[str, ...] = ()

    @property
    def dialect(self) -> Dialect:
        """The signs that part the file."""
        return Dialect(self.separator, self.quote)


def read_form(
    path: Path, *, encoding: str | None = None, separator: str | None = None, header_row: int | None = None
) -> TextForm:
    r"""Find how a text file is written; what is given is taken as it is.

    The whole file is read for its encoding, its beginning for the rest.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str, optional
        Its encoding.
    separator : str, optional
        What parts its values: one ASCII character.
    header_row : int, optional
        Line of its column names, counted from 1.

    Returns
    -------
    TextForm

    Raises
    ------
    InvalidData
        When the file is missing or empty, has no row of column names, or what is given cannot be so.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.txt"
    >>> _ = path.write_bytes("konto\ttext\r\n5600\tLäkemedel\r\n".encode("cp1252"))
    >>> form = read_form(path)
    >>> form.encoding, form.separator, form.line_ends
    ('cp1252', '\t', 'CRLF')
    """
    if separator is not None and not _can_separate(separator):
        what = f"separator is {separator!r}; it must be one ASCII character, and no letter, digit, quote or line end."
        raise InvalidData([Fault(path.name, None, what, "Give another separator, or none to have it found.")])
    try:
        _refuse_packed(path)
        found = find_encoding(path) if encoding is None else check_encoding(path, encoding)
        sample, ends_in_sample = _sample(path, found)
    except OSError as error:
        raise InvalidData([_unreadable(path, error)]) from None
    if not sample.strip("\0\x1a\ufeff \t\r\n"):
        raise InvalidData([Fault(path.name, None, "the file is empty.", "Export it again.")])
    declared = _declared_separator(sample)
    guess = _guess(path, sample, ends_in_sample, separator or declared, header_row, skip_first=declared is not None)
    doubts = [*found.doubts, *guess.doubts]
    line_ends = _line_ends(sample)
    if line_ends == "mixed":
        doubts.append("Lines end in different ways (LF, CR LF, CR); each is taken as the end of a line.")
    if not found.doubts and "\ufffd" in sample:
        doubts.append("Letters are lost in the file itself: it holds the sign \ufffd where they were.")
    twice = [sign for sign in "åäöÅÄÖ" if sign.encode().decode("cp1252", errors="replace") in sample]
    if twice:
        doubts.append(f"Letters such as {twice[0]} seem to have been encoded twice before the file was written.")
    decimal, doubt = _decimal(guess.body)
    return TextForm(
        found.encoding,
        guess.dialect.separator,
        guess.dialect.quote,
        guess.header_row,
        guess.names,
        line_ends,
        guess.trailing,
        decimal,
        tuple(doubts + doubt),
    )


@dataclass(frozen=True)
class _Guess:
    dialect: Dialect
    header_row: int
    names: tuple[str, ...]
    body: Sequence[list[str]]
    trailing: bool
    share: float
    doubts: list[str]


def _unreadable(path: Path, error: OSError) -> Fault:
    if isinstance(error, FileNotFoundError):
        return Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
    reason = error.strerror or type(error).__name__
    return Fault(path.name, None, f"the file cannot be read ({reason}).", "Check that it is a file you may read.")


def _refuse_packed(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(_PACKED):
        what = "it is a workbook or another packed file, in spite of its name."
        raise InvalidData([Fault(path.name, None, what, "Name a workbook .xlsx, or export it as text.")])


def _sample(path: Path, found: FoundEncoding) -> tuple[str, bool]:
    with path.open("rb") as file:
        raw = file.read(SAMPLE_BYTES)
        whole = not file.read(1)
    raw = raw.removeprefix(found.mark)
    if found.encoding in WIDE and len(raw) % 2 and not whole:
        raw = raw[:-1]
    # What cannot be decoded is named by its row when the file is read as a whole.
    return raw.decode(found.encoding, errors="replace"), whole


def _declared_separator(sample: str) -> str | None:
    # Excel's own way to say it: a first line "sep=;".
    first = sample[:8].splitlines()[0].strip('"') if sample[:8].strip() else ""
    return first[4:] if first.lower().startswith("sep=") and _can_separate(first[4:]) else None


def _can_separate(sign: str) -> bool:
    return len(sign) == 1 and sign.isascii() and not sign.isalnum() and sign not in "\r\n\0\"'"


def _guess(
    path: Path, sample: str, whole: bool, separator: str | None, header_row: int | None, *, skip_first: bool
) -> _Guess:
    guesses: list[_Guess] = []
    problems: list[NoHeader] = []
    for sign in separator or SEPARATORS:
        for quote in QUOTES:
            dialect = Dialect(sign, quote)
            if quote == "'" and not _encloses(sample, dialect):
                continue
            numbered = _numbered_rows(sample, whole, dialect)
            try:
                guesses.append(_guess_with(dialect, numbered, header_row, skip_first))
            except NoHeader as problem:
                problems.append(problem)
    wide = [guess for guess in guesses if len(guess.names) > 1]
    # A sign that parts the row where names should stand, though there are none, is what the file means; one column
    # whose name holds that sign is not.
    worst = max(problems, key=lambda problem: problem.width, default=None)
    if worst is not None and not wide and (worst.width > 1 or not guesses):
        raise InvalidData([Fault(path.name, worst.row, worst.what, worst.remedy)])
    if not wide:
        only = guesses[0]
        doubt = [f"Only one column was found; if there are more, say what parts them ({only.names[0]!r})."]
        return only if separator else replace(only, doubts=only.doubts + doubt)
    # Of those that part nearly all rows alike, the one that finds the most columns: a sign within texts or numbers
    # finds few. Where they are as many, the likelier sign, which comes first.
    best = max(
        wide, key=lambda guess: (guess.dialect.quote == "'", guess.share >= _ALIKE, len(guess.names), guess.share)
    )
    rivals = [
        guess
        for guess in wide
        if guess.dialect.separator != best.dialect.separator
        and guess.share >= best.share
        and len(guess.names) == len(best.names)
        and guess.header_row <= best.header_row
    ]
    doubts = [
        f"Values are taken to be parted by {best.dialect.separator!r}; {guess.dialect.separator!r} would fit as well."
        for guess in rivals
    ]
    return replace(best, doubts=best.doubts + doubts)


def _encloses(sample: str, dialect: Dialect) -> bool:
    # An apostrophe is a quote only where it stands on both sides of values in every row, and the double quote on none.
    joint = f"'{dialect.separator}'"
    lines = [line for line in sample[:_ENCLOSED_BYTES].splitlines()[:-1] or [sample] if dialect.separator in line]
    return bool(lines) and all(joint in line for line in lines) and f'"{dialect.separator}"' not in sample


def _numbered_rows(sample: str, whole: bool, dialect: Dialect) -> list[tuple[int, list[str]]]:
    data = sample.encode("utf-8", errors="replace")
    quoted = find_quoted(data, dialect, last=whole)
    if not whole:
        end = last_row_end(data, quoted)
        if end:
            data = data[:end]
            quoted = find_quoted(data, dialect, last=True)
    rows = find_rows(data, quoted, dialect)
    spans = zip(rows.lines.tolist(), rows.starts.tolist(), rows.ends.tolist(), strict=True)
    return [
        (line + 1, split_row(data[start:end].decode("utf-8", errors="replace"), dialect))
        for line, start, end in list(spans)[:SAMPLE_ROWS]
    ]


def _guess_with(
    dialect: Dialect, numbered: list[tuple[int, list[str]]], header_row: int | None, skip_first: bool
) -> _Guess:
    filled = [(line, cells) for line, cells in numbered if any(cell.strip() for cell in cells)]
    if skip_first:
        filled = [(line, cells) for line, cells in filled if line > 1]
    if header_row is None:
        header = find_header(filled)
        row, doubts = header.row, list(header.doubts)
    else:
        row, doubts = header_row, []
        if header_row not in dict(filled):
            last = numbered[-1][0] if numbered else 0
            what = f"header_row is {header_row}, but no row with names begins on that line (of the first {last})."
            raise NoHeader(header_row, what, "Say which line the column names are on.", 1)
    cells = dict(filled)[row]
    names = header_names(cells, row)
    body = [cells for line, cells in filled if line > row]
    full = len(names)
    ended = sum(len(cells) == full + 1 and not cells[-1].strip() for cells in body)
    plain = sum(len(cells) == full for cells in body)
    share = (ended + plain + 1) / (len(body) + 1)
    return _Guess(dialect, row, names, body, ended > 0 and ended >= plain, share, doubts)


def _line_ends(sample: str) -> LineEnds:
    both = sample.count("\r\n")
    counts = {"CRLF": both, "LF": sample.count("\n") - both, "CR": sample.removesuffix("\r").count("\r") - both}
    kinds: list[LineEnds] = [kind for kind in ("CRLF", "LF", "CR") if counts[kind] > 0]
    if len(kinds) > 1:
        return "mixed"
    if not kinds:
        return "CR" if sample.endswith("\r") else "LF"
    return kinds[0]


def _decimal(body: Sequence[list[str]]) -> tuple[Literal[",", "."] | None, list[str]]:
    signs = [looks_like_number(cell) for cells in body for cell in cells]
    commas, points = signs.count(","), signs.count(".")
    if not commas and not points:
        return None, []
    doubt = [f"Numbers are written both with a comma ({commas}) and with a point ({points})."]
    return ("," if commas >= points else "."), (doubt if commas and points else [])
