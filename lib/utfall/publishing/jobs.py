"""One report to be made: which notebook, for which unit, with which parameters, for whom."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class ReportNode:
    """A unit of the organisation that may have a report.

    Parameters
    ----------
    code, name : str
        Code and name of the unit.
    level : str
        ``board``, ``division``, ``area`` or ``unit``.
    parent : str or None
        Code of the unit above.
    """

    code: str
    name: str
    level: str
    parent: str | None = None


@dataclass(frozen=True)
class Crumb:
    """Another report that this one leads to: its name and the file its page has.

    Parameters
    ----------
    name : str
        Name of the unit, or of the kind of report.
    slug : str
        Its page's file name without suffix.
    """

    name: str
    slug: str


@dataclass(frozen=True)
class ReportJob:
    """One report to render: a notebook and the parameters it is run with.

    Parameters
    ----------
    notebook : Path
        The notebook.
    parameters : mapping
        Values for the notebook's cell tagged ``parameters``; plain literals.
    slug : str
        File name of the page, without suffix; the same from month to month.
    title : str
        What kind of report it is, in Swedish.
    period : str
        The month, as ``YYYY-MM``.
    level, unit_code, unit_name, parent_code : str
        The unit, its level and the unit above (``None`` at the top).
    path : tuple of Crumb
        The reports above, from the top.
    fictitious : bool
        Whether the figures are made up; the page then says so.
    publisher : str
        Who publishes the report; printed at the head of the page.
    kind : str
        What kind of report it is, for programs: the same for every unit.
    beside : tuple of Crumb
        The other reports on the same unit.
    receivers : tuple of str
        Who receives it.
    pdf : bool
        Whether a PDF is made beside the page.
    cell_seconds : float or None
        How long a cell of this notebook may run; ``None`` for the run's own limit.
    fingerprint : str
        Names everything that decides what the report says: two equal fingerprints, the same report. Empty when it
        cannot be told; the report is then always made anew.
    stands_alone_beside : str
        Address of the executed notebook, for a page that stands alone, as in an appendix: it has no front page to
        lead to, no neighbours, and one workbook instead of a file for each table. Empty for a report of the month.
    """

    notebook: Path
    parameters: Mapping[str, Any]
    slug: str
    title: str
    period: str
    level: str
    unit_code: str
    unit_name: str
    parent_code: str | None = None
    path: tuple[Crumb, ...] = ()
    fictitious: bool = False
    publisher: str = ""
    kind: str = ""
    beside: tuple[Crumb, ...] = ()
    receivers: tuple[str, ...] = ()
    pdf: bool = False
    cell_seconds: float | None = None
    fingerprint: str = ""
    stands_alone_beside: str = ""


def slug_of(node: ReportNode, kind: str = "") -> str:
    """File name of a unit's page: its name in a-z and its code, so that a page keeps its address every month.

    Parameters
    ----------
    node : ReportNode
        The unit.
    kind : str
        Kind of report, for all but the month's main one.

    Returns
    -------
    str

    Examples
    --------
    >>> board = ReportNode("HSN", "Hälso- och sjukvårdsnämnden", "board")
    >>> slug_of(board)
    'halso-och-sjukvardsnamnden-hsn'
    >>> slug_of(board, "root_cause")
    'root-cause-halso-och-sjukvardsnamnden-hsn'
    """
    return _ascii(f"{kind} {node.name} {node.code}")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate({ord("ø"): "o", ord("æ"): "ae"}))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
