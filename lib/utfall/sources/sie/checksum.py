"""The control sum of a SIE file, ``#KSUMMA`` (SIE file format, edition 4B, chapter 10).

CRC-32 with the generator polynomial EDB88320, begun with all bits set and inverted at the end – the CRC-32 of zlib –
over the labels and fields of every record between the two ``#KSUMMA``. Left out are spaces and tabs between fields,
the quotation marks around them, the backslash before a quotation mark inside one, and braces. Characters count by
their value in code page 437.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence

from utfall.sources.sie.content import Content
from utfall.sources.sie.encoding import TextLines
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import plain, tokens

_SEPARATORS = str.maketrans("", "", ' \t"{}\\')


def checksums(lines: Sequence[str], encoding: str = "cp437") -> list[int] | None:
    r"""Work out the sums that a program may have written for these records.

    The standard gives one. Three readings of it are met with as well: characters by their value in the file, spaces
    inside a text left out, and the label taken without its ``#``. A file that agrees with any of them is unchanged.

    Parameters
    ----------
    lines : sequence of str
        The lines between the two ``#KSUMMA``.
    encoding : str, default "cp437"
        How the file is written.

    Returns
    -------
    list of int or None
        The sums, the standard's first; ``None`` when a character has no value in code page 437, so that
        the standard's cannot be known.

    Examples
    --------
    >>> standard = zlib.crc32(b'#KONTO1915Kassa "special"')
    >>> standard == checksums([r'#KONTO 1915 "Kassa \"special\""', ""])[0]
    True
    """
    sums: list[int] = []
    for code in dict.fromkeys(("cp437", encoding)):
        standard = squeezed = unlabelled = 0
        try:
            for line in lines:
                text = "".join(_texts(line))
                standard = zlib.crc32(text.encode(code), standard)
                unlabelled = zlib.crc32(text.removeprefix("#").encode(code), unlabelled)
                squeezed = zlib.crc32(line.translate(_SEPARATORS).encode(code), squeezed)
        except UnicodeEncodeError:
            return None
        sums += [standard, squeezed, unlabelled]
    return sums


def verify(content: Content, text: TextLines, sums: Sequence[tuple[int, str]], faults: FaultList, strict: bool) -> None:
    """Compare the sums a file gives with its lines, and note how its control sum stands.

    Parameters
    ----------
    content : Content
        The file.
    text : TextLines
        Its lines.
    sums : sequence of (int, str)
        Row and field of every ``#KSUMMA``: the first without field, the last with the sum.
    faults : FaultList
        Where faults go.
    strict : bool
        Whether a sum that disagrees is a fault; otherwise it is a doubt.
    """
    if not sums:
        return
    export_again = "The file is cut off or changed: export it again."
    first, begins = sums[0]
    last, stated = sums[-1]
    if len(sums) != 2 or begins or not stated:
        what = "the control sum #KSUMMA is begun and not given, or given and not begun."
        faults.add(first, what, export_again)
        return
    possible = checksums(text.lines[first : last - 1], text.encoding)
    number = int(stated) % 2**32 if re.fullmatch(r"-?[0-9]{1,10}", stated) else None
    if possible is None:
        content.checksum = "unverified"
        content.doubts.append("The control sum is not verified: the file has characters that the standard lacks.")
    elif number in possible:
        content.checksum = "verified"
    elif strict:
        what = f"the control sum #KSUMMA is {stated!r}, but the file's lines give {possible[0]}."
        faults.add(last, what, export_again)
    else:
        content.checksum = "unverified"
        content.doubts.append(f"The control sum #KSUMMA {stated!r} does not agree with the file's lines.")


def _texts(line: str) -> Iterable[str]:
    for token in tokens(line):
        if token[0] == "{" or token == "}":
            yield from map(plain, tokens(token[1:-1]))
        else:
            yield plain(token)
