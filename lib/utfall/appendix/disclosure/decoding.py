"""Text in the form a reader would see it, whatever it was wrapped in."""

from __future__ import annotations

import base64
import binascii
import html
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote

MAX_UNWRAPPINGS = 4
"""How many times a text that was encoded several times over is decoded."""

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−⁃﹣－", "-") | {"⁺": "+", "＋": "+"})
_SPACES = re.compile(r"[^\S\n]")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff\u202a-\u202e\u180e\u034f]")
_ESCAPE = re.compile(r"\\u(?:([0-9a-fA-F]{4})|\{([0-9a-fA-F]{1,6})\})|\\x([0-9a-fA-F]{2})")
_URL_BYTE = re.compile(r"%[0-9a-fA-F]{2}")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{16,}(?:\r?\n[A-Za-z0-9+/_-]+)*={0,2}")
_HEX = re.compile(r"(?<![0-9A-Za-z])(?:[0-9a-fA-F]{2}){10,}(?![0-9A-Za-z])")
_SOFT_BREAK = re.compile(r"=\r?\n")
_QUOTED = re.compile(r"=([0-9A-F]{2})")
_LEAST_QUOTED = 3


def readable(text: str) -> str:
    r"""Write a text as it would be read: entities, escapes and URL codes undone, one sort of dash, space and digit.

    Parameters
    ----------
    text : str
        As it stands in a file.

    Returns
    -------
    str
        The same text; nothing that could be seen is lost.

    Examples
    --------
    >>> readable("R%C3%B6da&#32;korset\u00a01\u20112")
    'Röda korset 1-2'
    """
    for _ in range(MAX_UNWRAPPINGS):
        before = text
        if "&" in text:
            text = html.unescape(text)
        if "%" in text and _URL_BYTE.search(text):
            text = unquote(text, errors="replace")
        if "\\" in text:
            text = _ESCAPE.sub(_escaped, text)
        if len(_QUOTED.findall(text)) >= _LEAST_QUOTED:
            text = _QUOTED.sub(lambda found: chr(int(found[1], 16)), _SOFT_BREAK.sub("", text))
        if text == before:
            break
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _INVISIBLE.sub("", text.translate(_DASHES))
        text = "".join(_digit(letter) for letter in text) if any(map(_is_foreign_digit, set(text))) else text
    return re.sub(r"-\n[ ]*", "-", _SPACES.sub(" ", text))


def unwrapped(text: str) -> Iterator[bytes]:
    """Give what is wrapped in a text as base64 or hexadecimal digits and makes sense when it is taken out.

    Parameters
    ----------
    text : str
        The text.

    Yields
    ------
    bytes
        A file, or a text.

    Examples
    --------
    >>> list(unwrapped("data:text/plain;base64,UGF0aWVudGVucyBuYW1u"))
    [b'Patientens namn']
    """
    for found in _BASE64.finditer(text):
        run = re.sub(r"\s", "", found[0]).rstrip("=").replace("-", "+").replace("_", "/")
        if len(run) % 4 == 1:
            run = run[:-1]
        try:
            content = base64.b64decode(run + "=" * (-len(run) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        if _makes_sense(content):
            yield content
    for found in _HEX.finditer(text):
        content = bytes.fromhex(found[0])
        if _makes_sense(content):
            yield content


MAGICS = (
    b"PK\x03\x04",
    b"%PDF",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"PAR1",
    b"\x1f\x8b\x08",
    *(b"BZh%d1AY&SY" % level for level in range(1, 10)),
    b"\xfd7zXZ",
    b"wOFF",
    b"wOF2",
    b"OTTO",
    b"\x00\x01\x00\x00\x00",
)
"""How files begin that can be looked into, or that hold only pictures and letters."""


def _makes_sense(content: bytes) -> bool:
    if content.startswith(MAGICS):
        return True
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter in "\t\r\n" for letter in text)


def _escaped(found: re.Match[str]) -> str:
    code = int(found[1] or found[2] or found[3], 16)
    return chr(code) if 32 <= code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]


def _is_foreign_digit(letter: str) -> bool:
    return not letter.isascii() and letter.isdecimal()


def _digit(letter: str) -> str:
    return str(unicodedata.decimal(letter)) if _is_foreign_digit(letter) else letter
