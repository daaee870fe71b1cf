"""Whether the inputs in the package are those of the list of inputs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.bag import sha256
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.checks import Payload

FILE, LEAVES, LEFT_AS, LEFT_SHA256 = "fil", "lämnas ut", "fil i underlag", "sha256 i underlag"

NO = "nej"

_ASK = "Begär ett nytt exemplar av paketet."


def input_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Compare the inputs with the list of inputs, both ways; see `ContentCheck`.

    Yields
    ------
    Fault
        An input that is not listed, is listed and not there, or has another hash.
    """
    hashes = {f"{layout.INPUTS}{row[LEFT_AS]}": row[LEFT_SHA256] for row in _rows(payload) if row.get(LEFT_AS)}
    there = {name for name in payload if name.startswith(layout.INPUTS)}
    for name in sorted(there | set(hashes)):
        if name not in hashes:
            what = f"Filen står inte i {layout.INPUTS_LIST}"
        elif name not in there:
            what = f"Filen står i {layout.INPUTS_LIST} men finns inte"
        elif sha256(payload[name]) != hashes[name]:
            what = f"Filen har inte den kontrollsumma som står i {layout.INPUTS_LIST}"
        else:
            continue
        yield Fault(FaultKind.CONTENT, name, f"{what}. {_ASK}")


def stayed(payload: Payload) -> tuple[str, ...]:
    r"""Name the inputs that stayed in the house.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path below ``data/`` → content.

    Returns
    -------
    tuple of str
        Files of the region, in the order of the list.

    Examples
    --------
    >>> stayed({"indata.csv": "fil;lämnas ut\nledger.csv;ja\nstaffing.csv;nej".encode()})
    ('staffing.csv',)
    """
    return tuple(row[FILE] for row in _rows(payload) if row.get(LEAVES) == NO)


def _rows(payload: Payload) -> list[dict[str, str]]:
    text = payload[layout.INPUTS_LIST].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))
