"""A text file in an encoding where a byte is no character (UTF-16) written again as UTF-8, line for line."""

from __future__ import annotations

import codecs
from pathlib import Path

from utfall.errors import Fault, InvalidData
from utfall.sources.text.encoding import UTF8
from utfall.sources.text.rows import line_ends

_READ_BYTES = 4 << 20


def transcode(path: Path, encoding: str, target: Path) -> Path:
    """Write a file again as UTF-8.

    Parameters
    ----------
    path : Path
        The file.
    encoding : str
        Its encoding.
    target : Path
        Where to write it.

    Returns
    -------
    Path
        `target`.

    Raises
    ------
    InvalidData
        When bytes cannot be read: the first row with any is named.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.csv").write_bytes("å;ä".encode("utf-16-le"))
    >>> transcode(folder / "a.csv", "utf-16-le", folder / "b.csv").read_bytes().decode()
    'å;ä'
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    lines = 1
    with path.open("rb") as source, target.open("wb") as out:
        while True:
            chunk = source.read(_READ_BYTES)
            pending = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk, final=not chunk).encode(UTF8)
            except UnicodeError as error:
                place = error.start if isinstance(error, UnicodeDecodeError | UnicodeEncodeError) else 0
                before = (pending + chunk)[:place].decode(encoding, errors="replace").encode()
                row = lines + len(line_ends(before))
                what = f"the row cannot be read as {encoding}."
                remedy = "Export the file again; it is cut off or damaged there."
                raise InvalidData([Fault(path.name, row, what, remedy)]) from None
            out.write(text)
            lines += len(line_ends(text))
            if not chunk:
                return target
