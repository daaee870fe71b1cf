"""Word documents as bytes that do not depend on when or where they were made."""

from __future__ import annotations

import io
import zipfile

EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The only date in the archive: the earliest a zip can tell."""

CONTENT_TYPES = "[Content_Types].xml"
"""The part that readers look for first."""

_ON_UNIX = 3


def packed(document: bytes) -> bytes:
    """Pack a document again with its parts in order and without dates.

    Parameters
    ----------
    document : bytes
        A zip, as Word's files are.

    Returns
    -------
    bytes
        The same parts. They are stored as they are, since libraries compress differently.

    Examples
    --------
    >>> raw = io.BytesIO()
    >>> with zipfile.ZipFile(raw, "w") as archive:
    ...     archive.writestr("b.xml", "<b/>")
    ...     archive.writestr(CONTENT_TYPES, "<a/>")
    >>> zipfile.ZipFile(io.BytesIO(packed(raw.getvalue()))).namelist()
    ['[Content_Types].xml', 'b.xml']
    """
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as given, zipfile.ZipFile(written, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(given.namelist(), key=lambda name: (name != CONTENT_TYPES, name)):
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.create_system = _ON_UNIX
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, given.read(name))
    return written.getvalue()
