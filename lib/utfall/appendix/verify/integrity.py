"""Whether a package is whole: every file as listed, none missing, none added, and the root hash the registered one."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package.archive import zip_of
from utfall.appendix.package.bag import (
    AGENT,
    DECLARATION,
    DECLARED,
    INFO,
    MANIFEST,
    PAYLOAD,
    TAG_FILES,
    TAG_MANIFEST,
    bag_info,
    manifest_of,
    root_hash,
    sha256,
)
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.contents import Contents
from utfall.errors import InvalidParameter

_LINE = re.compile(rb"([0-9a-f]{64})  ([\x21-\x7e]+)")

_INFO_LINE = re.compile(r"([A-Za-z-]+): (.*)")

_ASK = "Begär ett nytt exemplar av paketet."


def integrity_faults(contents: Contents, registered: str | None = None) -> tuple[Fault, ...]:
    """Compare a package's files with its lists.

    Parameters
    ----------
    contents : Contents
        The package, read without faults.
    registered : str, optional
        The root hash in the diary; 64 hexadecimal digits, which may be in groups.

    Returns
    -------
    tuple of Fault
        Empty when every byte is as it was written; with `registered`, also the one that was registered.

    Raises
    ------
    InvalidParameter
        When `registered` is no SHA-256.

    Examples
    --------
    >>> [fault.place for fault in integrity_faults(Contents("REV-31", {}, None, ()))][:2]
    ['bag-info.txt', 'bagit.txt']
    """
    given = None if registered is None else as_hash(registered)
    files = contents.files
    lacking = [name for name in (*TAG_FILES, TAG_MANIFEST) if name not in files]
    if lacking:
        return tuple(
            Fault(FaultKind.MISSING, name, f"Filen saknas, så paketet kan inte prövas. {_ASK}") for name in lacking
        )
    payload = {name: content for name, content in files.items() if name.startswith(PAYLOAD)}
    tags = {name: files[name] for name in TAG_FILES}
    others = sorted(set(files) - set(payload) - set(tags) - {TAG_MANIFEST})
    faults = [
        Fault(FaultKind.ADDED, name, f"Filen hör inte till paketet. Ta bort den, eller: {_lower(_ASK)}")
        for name in others
    ]
    faults += _listed(MANIFEST, files[MANIFEST], payload)
    faults += _listed(TAG_MANIFEST, files[TAG_MANIFEST], tags)
    if files[DECLARATION] != DECLARED:
        faults.append(Fault(FaultKind.MANIFEST, DECLARATION, f"Filen säger inte att detta är en BagIt-mapp. {_ASK}"))
    faults += _about(contents, payload)
    if given is not None and given != root_hash(files):
        what = (
            f"Paketets rothash är {root_hash(files)}, men den registrerade är {given}. Det är inte det paket som "
            f"registrerades. Begär det ur diariet."
        )
        faults.append(Fault(FaultKind.ROOT_HASH, TAG_MANIFEST, what))
    return tuple(faults)


def as_hash(text: str) -> str:
    """Read a SHA-256 as people write it.

    Examples
    --------
    >>> as_hash("E3B0C442 98fc1c14 9afbf4c8 996fb924 27ae41e4 649b934c a495991b 7852b855")[:8]
    'e3b0c442'

    Raises
    ------
    InvalidParameter
        When it is none.
    """
    digits = re.sub(r"[\s:-]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise InvalidParameter(f"Root hash {text[:100]!r} is not 64 hexadecimal digits; copy it whole from the diary.")
    return digits


def told_info(files: Mapping[str, bytes]) -> PackageInfo | None:
    """Read what a package says of itself.

    Returns
    -------
    PackageInfo or None
        ``None`` when the file cannot be read.
    """
    try:
        lines = files[INFO].decode("utf-8").splitlines()
        found = [match for line in lines if (match := _INFO_LINE.fullmatch(line))]
        told = {match[1]: match[2] for match in found}
        return PackageInfo(
            told["Internal-Sender-Identifier"],
            told["External-Description"],
            told["External-Identifier"],
            datetime.date.fromisoformat(told["Bagging-Date"]),
            told["Source-Organization"],
            told["Bag-Software-Agent"].removeprefix(AGENT),
        )
    except (KeyError, ValueError, InvalidParameter):
        return None


def _listed(list_name: str, listing: bytes, files: Mapping[str, bytes]) -> list[Fault]:
    faults, hashes = [], {}
    for number, line in enumerate(listing.splitlines(), start=1):
        match = _LINE.fullmatch(line)
        if match is None or match[2].decode() in hashes:
            what = f"Rad {number} är ingen kontrollsumma följd av ett filnamn som inte redan stått. {_ASK}"
            return [Fault(FaultKind.MANIFEST, list_name, what)]
        hashes[match[2].decode()] = match[1].decode()
    for name in sorted(set(files) | set(hashes)):
        if name not in files:
            faults.append(Fault(FaultKind.MISSING, name, f"Filen saknas men står i {list_name}. {_ASK}"))
        elif name not in hashes:
            what = f"Filen är tillagd; den står inte i {list_name}. Ta bort den, eller: {_lower(_ASK)}"
            faults.append(Fault(FaultKind.ADDED, name, what))
        elif sha256(files[name]) != hashes[name]:
            what = f"Filen är ändrad; den har inte den kontrollsumma som står i {list_name}. {_ASK}"
            faults.append(Fault(FaultKind.CHANGED, name, what))
    if not faults and listing != manifest_of(files):
        faults.append(
            Fault(FaultKind.MANIFEST, list_name, f"Listan är omskriven; raderna står i en annan form. {_ASK}")
        )
    return faults


def _about(contents: Contents, payload: Mapping[str, bytes]) -> list[Fault]:
    """Compare what the package says of itself with what it is, and its zip with the one that would be written."""
    info = told_info(contents.files)
    below = {name.removeprefix(PAYLOAD): content for name, content in payload.items()}
    if info is None or contents.files[INFO] != bag_info(info, below):
        what = f"Filen säger inte rätt vad paketet är, eller hur många filer det har. {_ASK}"
        return [Fault(FaultKind.MANIFEST, INFO, what)]
    if contents.archive is None:
        return []
    packed = zip_of({f"{info.id}/{name}": content for name, content in contents.files.items()}, info.date)
    if packed == contents.archive:
        return []
    what = (
        "Zip-filen är inte den som gjordes: ordning, datum, mappens namn eller rättigheter är andra. Packa upp den och "
        "kontrollera mappen, eller begär ett nytt exemplar."
    )
    return [Fault(FaultKind.ARCHIVE, "", what)]


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
