"""The files of a BagIt 1.0 folder (RFC 8493), and the one hash that fixes them all.

The root hash is the SHA-256 of ``tagmanifest-sha256.txt``: its lines hold the hashes of the other tag files, one of
which, ``manifest-sha256.txt``, holds those of all the rest.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from utfall.appendix.package.info import PackageInfo

PAYLOAD = "data/"
"""Where in the folder the package's own files lie."""

DECLARATION, INFO = "bagit.txt", "bag-info.txt"
MANIFEST, TAG_MANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"

DECLARED = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""Content of the file that says what kind of folder it is."""

TAG_FILES = (INFO, DECLARATION, MANIFEST)
"""What the tag manifest covers."""


def bag_of(payload: Mapping[str, bytes], info: PackageInfo) -> dict[str, bytes]:
    """Put the lists that BagIt wants beside the files of a package.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path below ``data/`` → content.
    info : PackageInfo
        Whose it is.

    Returns
    -------
    dict of str to bytes
        Path in the package's folder → content.

    Examples
    --------
    >>> import datetime
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> files = bag_of({"tal.csv": b"1"}, info)
    >>> list(files)
    ['data/tal.csv', 'bag-info.txt', 'bagit.txt', 'manifest-sha256.txt', 'tagmanifest-sha256.txt']
    >>> files["bag-info.txt"].decode().splitlines()[-1]
    'Payload-Oxum: 1.1'
    """
    files = {f"{PAYLOAD}{name}": payload[name] for name in sorted(payload)}
    tags = {INFO: bag_info(info, payload), DECLARATION: DECLARED, MANIFEST: manifest_of(files)}
    return {**files, **tags, TAG_MANIFEST: manifest_of(tags)}


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """List files with their hashes, as ``sha256sum`` reads it.

    Examples
    --------
    >>> manifest_of({"b": b"", "a": b""}).decode().splitlines()[0][-12:]
    'b7852b855  a'
    """
    return "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode("ascii")


def sha256(content: bytes) -> str:
    """SHA-256 of a content, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def root_hash(files: Mapping[str, bytes]) -> str:
    """The one hash that fixes everything in a package's folder."""
    return sha256(files[TAG_MANIFEST])


def oxum(payload: Mapping[str, bytes]) -> str:
    """Bytes and number of files, as BagIt writes them.

    Examples
    --------
    >>> oxum({"a": b"123", "b": b""})
    '3.2'
    """
    return f"{sum(map(len, payload.values()))}.{len(payload)}"


def bag_info(info: PackageInfo, payload: Mapping[str, bytes]) -> bytes:
    """Write the file that says whose the package is."""
    told = {
        "Source-Organization": info.organisation,
        "External-Identifier": info.diary_number,
        "Internal-Sender-Identifier": info.id,
        "External-Description": info.title,
        "Bagging-Date": info.date.isoformat(),
        "Bag-Software-Agent": f"{AGENT}{info.kit_version}",
        "Payload-Oxum": oxum(payload),
    }
    return "".join(f"{label}: {text}\n" for label, text in told.items()).encode()


AGENT = "utfall "
"""What stands before the kit's version."""
