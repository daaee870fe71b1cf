"""How a SIE file is written: the standard says code page 437, programs write that, Latin-1 or UTF-8."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from utfall.errors import Fault, InvalidData

_UTF8_MARK = b"\xef\xbb\xbf"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SWEDISH_437 = "äåÄÅöÖ".encode("cp437")
_SWEDISH_LATIN = "äåÄÅöÖ".encode("latin-1")
_FORMAT = re.compile(rb"(?:^|[\r\n])[ \t]*#FORMAT[ \t]+\"?PC8", re.IGNORECASE)
_CONTROL_BYTES = bytes({*range(0x20), 0x7F} - {*b"\t\r\n"})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

END_OF_FILE = "\x1a"
"""The mark that programs from the days of DOS put at the end of a text (Ctrl-Z)."""


@dataclass(frozen=True)
class TextLines:
    """A text file's lines as an editor numbers them.

    Parameters
    ----------
    lines : list of str
        The lines without their ends; a mark of the end of the file is taken off.
    encoding : str
        ``utf-8``, ``cp437``, ``cp1252`` or ``latin-1``.
    control : dict of int to str
        Rows that hold a control character, which no field of a SIE file may hold, and the character as it is told of.
    end_mark : int or None
        The row that holds nothing but the mark of the end of the file.
    """

    lines: list[str]
    encoding: str
    control: dict[int, str]
    end_mark: int | None


def read_lines(path: Path) -> TextLines:
    r"""Read a text file's lines, and tell how it is written.

    The order is: a UTF-8 mark, then UTF-8 when every byte is right, then code page 437 when its å, ä and ö dominate
    among the bytes above 127, then Windows-1252 or Latin-1. Lines end in LF, CRLF or CR.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    TextLines

    Raises
    ------
    InvalidData
        When the file is missing, empty or in no encoding a SIE file is written in.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "year.se"
    >>> _ = path.write_bytes("#FNAMN \"Region Ås\"\r\n#FORMAT PC8\r\n".encode("cp437"))
    >>> text = read_lines(path)
    >>> text.lines, text.encoding
    (['#FNAMN "Region Ås"', '#FORMAT PC8'], 'cp437')
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        fault = Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
        raise InvalidData([fault]) from None
    except OSError as error:
        fault = Fault(path.name, None, f"cannot be read ({error.strerror}).", "Check that it is a file you may read.")
        raise InvalidData([fault]) from None
    if not content.strip():
        raise InvalidData([Fault(path.name, None, "the file is empty.", "Export it again.")])
    text, encoding = _decoded(path.name, content)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    end_mark = _without_end_mark(lines)
    control = {}
    if len(content.translate(None, _CONTROL_BYTES)) < len(content):  # quicker than looking through the text
        for row, line in enumerate(lines, 1):
            if found := _CONTROL.search(line):
                control[row] = repr(found[0])[1:-1]
    return TextLines(lines, encoding, control, end_mark)


def _without_end_mark(lines: list[str]) -> int | None:
    for place in range(len(lines) - 1, -1, -1):
        if bare := lines[place].strip(f" \t{END_OF_FILE}"):
            if lines[place].rstrip().endswith(END_OF_FILE):
                lines[place] = lines[place].rstrip(f" \t{END_OF_FILE}")
            return None
        if END_OF_FILE in lines[place]:
            lines[place] = bare
            return place + 1
    return None


def _decoded(file: str, content: bytes) -> tuple[str, str]:
    if content.startswith(_UTF16_MARKS):
        fault = Fault(file, None, "the file is written as UTF-16.", "Export it again as SIE, or save it as UTF-8.")
        raise InvalidData([fault])
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError as error:
        if content.startswith(_UTF8_MARK):
            place = len(_UTF8_MARK) + error.start  # counted without the mark
            row = len(re.findall(rb"\r\n?|\n", content[:place])) + 1
            what = f"the file says that it is UTF-8, but the byte {content[place]:02X} is not."
            raise InvalidData([Fault(file, row, what, "Export the file again.")]) from None
    of_437, of_latin = (
        len(content) - len(content.translate(None, letters)) for letters in (_SWEDISH_437, _SWEDISH_LATIN)
    )
    if of_437 > of_latin or (of_437 == of_latin and _FORMAT.search(content)):
        return content.decode("cp437"), "cp437"
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        return content.decode("latin-1"), "latin-1"
