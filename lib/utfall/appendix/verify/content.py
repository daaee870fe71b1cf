"""Whether the files of a package say the same thing.

Whoever exchanges one file and rewrites the lists leaves a package that is whole. What the exchanged file says is then
contradicted by another: the provenance has a hash of every file, a number stands in the answer, in the list of numbers
and in the notebook, and a page and its PDF are one text. Whoever rewrites them all is found by the registered root hash
alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.answer import answer_faults
from utfall.appendix.verify.checks import ContentCheck, Payload
from utfall.appendix.verify.inputs_listed import input_faults
from utfall.appendix.verify.nested import nested_faults
from utfall.appendix.verify.provenance import provenance_faults
from utfall.appendix.verify.remade import remade_faults
from utfall.appendix.verify.reports import report_faults
from utfall.appendix.verify.runs import run_faults
from utfall.appendix.verify.traced import traced_faults
from utfall.appendix.verify.tried import claim_faults

MOST_TOLD = 20
"""Faults that one check tells."""

ASK = "Begär ett nytt exemplar av paketet."

_CHECKS: tuple[ContentCheck, ...] = (
    provenance_faults,
    remade_faults,
    input_faults,
    run_faults,
    traced_faults,
    answer_faults,
    claim_faults,
    report_faults,
)


def content_faults(payload: Payload, info: PackageInfo) -> tuple[Fault, ...]:
    """Compare the files of a package with each other.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path below ``data/`` → content.
    info : PackageInfo
        What the package says of itself.

    Returns
    -------
    tuple of Fault
        Empty when no two files contradict each other. A file that cannot be read is a fault; nothing is raised.

    Examples
    --------
    >>> import datetime
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> content_faults({}, info)[0].kind
    <FaultKind.MISSING: 'missing'>
    """
    lacking = [*_lacking(payload)]
    if lacking:
        return tuple(lacking)
    bombs = tuple(nested_faults(payload))
    if bombs:  # nothing inside them is opened
        return bombs[:MOST_TOLD]
    return tuple(fault for check in _CHECKS for fault in _guarded(check, payload, info))


def _lacking(payload: Payload) -> Iterator[Fault]:
    notebooks = layout.notebook_ids(payload)
    needed = [*layout.NEEDED]
    for notebook in notebooks:
        report = layout.report(notebook, notebooks)
        needed += [layout.source(notebook), layout.executed(notebook), layout.parameters(notebook)]
        needed += [f"{report}.html", f"{report}.pdf"]
    for name in needed:
        if name not in payload:
            yield Fault(FaultKind.MISSING, name, f"Filen saknas; varje paket har den. {ASK}")
    for folder, what in (
        (layout.NOTEBOOKS, "anteckningsbok"),
        (layout.INPUTS, "underlag"),
        (layout.METHODS, "metodsida"),
    ):
        if not any(name.startswith(folder) for name in payload):
            yield Fault(FaultKind.MISSING, folder, f"Paketet har inget i mappen ({what} saknas). {ASK}")
    if not any(name.startswith(layout.ENVIRONMENT) and name.endswith(".whl") for name in payload):
        yield Fault(FaultKind.MISSING, layout.ENVIRONMENT, f"Programmet (en fil .whl) saknas. {ASK}")


def _guarded(check: ContentCheck, payload: Payload, info: PackageInfo) -> list[Fault]:
    """Run a check on files that may hold anything: what none of the readers foresaw is a fault, too."""
    found: list[Fault] = []
    try:
        for fault in check(payload, info):
            found.append(fault)
            if len(found) == MOST_TOLD:
                break
    except Exception as error:  # whoever made the file chose its bytes
        what = f"En fil kan inte läsas som det den heter ({type(error).__name__} i {check.__name__}). {ASK}"
        found.append(Fault(FaultKind.UNREADABLE, "", what))
    return found
