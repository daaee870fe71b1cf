"""What to render: one report for each unit, in one month."""

from __future__ import annotations

import ast
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utfall.errors import InvalidParameter

RESERVED_SLUGS = frozenset({"index", "status", "notebooks"})
"""File names that belong to the month's folder itself."""


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
    """A report above this one: its name and the file its page has.

    Parameters
    ----------
    name : str
        Name of the unit.
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


@dataclass(frozen=True)
class Plan:
    """The reports of one month.

    Parameters
    ----------
    period : str
        The month, as ``YYYY-MM``; also the name of the folder the pages end up in.
    jobs : tuple of ReportJob
        What to render, in the order it is started.
    title : str
        What kind of report it is, in Swedish.
    fictitious : bool
        Whether the figures are made up.
    publisher : str
        Who publishes the reports.
    complete : bool
        Whether these are all of the month's reports; reports of an earlier run that are not among them are then
        removed.
    """

    period: str
    jobs: tuple[ReportJob, ...]
    title: str = "Månadsrapport"
    fictitious: bool = False
    publisher: str = ""
    complete: bool = True

    def __post_init__(self) -> None:
        uses = Counter(job.slug for job in self.jobs)
        for slug, count in uses.items():
            if count > 1 or slug in RESERVED_SLUGS or not re.fullmatch(r"[a-z0-9-]+", slug):
                raise InvalidParameter(
                    f"The file name {slug!r} of a report is taken, reserved or not made of a-z, 0-9 and '-'; "
                    "give each unit a code and a name of its own."
                )

    def __len__(self) -> int:
        return len(self.jobs)


def make_plan(
    notebook: str | Path,
    period: str,
    data: str | Path,
    nodes: Iterable[ReportNode],
    *,
    only: Collection[str] | None = None,
    title: str = "Månadsrapport",
    fictitious: bool = False,
    publisher: str = "",
) -> Plan:
    """Plan one report for each unit.

    Every report is the same notebook, run with the parameters ``data``, ``unit`` (the unit's code) and ``period``. A
    notebook that has no parameter ``unit`` is about the whole region: one report, for the unit at the top.

    Parameters
    ----------
    notebook : str or Path
        The notebook; must have a cell tagged ``parameters`` that names ``data`` and ``period``, and ``unit`` where it
        is about one.
    period : str
        The month, as ``YYYY-MM``.
    data : str or Path
        Where the notebook finds its data: a folder, a DuckDB file or a connection URL.
    nodes : iterable of ReportNode
        Every unit that has a report, also those that are not rendered this time: links upwards lead to them.
    only : collection of str, optional
        Codes of the units to render now; all by default.
    title : str
        What kind of report it is, in Swedish.
    fictitious : bool
        Whether the figures are made up; every page then says so.
    publisher : str
        Who publishes the reports.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidParameter
        When the notebook is missing or lacks a parameter, the period is not a month, two units share a code, or a
        unit asked for does not exist.

    Examples
    --------
    >>> make_plan("missing.ipynb", "2026-13", "data/demo", [])
    Traceback (most recent call last):
    utfall.errors.InvalidParameter: The period '2026-13' is not a month; write it as YYYY-MM, for example 2026-10.
    """
    from utfall.region.periods import parse_period  # workers, which read only the jobs, do without the region

    period = f"{parse_period(period):%Y-%m}"
    notebook = Path(notebook).resolve()
    by_code = _by_code(nodes)
    missing = sorted(set(only or ()) - set(by_code))
    if missing:
        raise InvalidParameter(f"There is no unit with code {', '.join(missing)} to report on in {period}.")
    parameters = {"data": _absolute(data), "period": period}
    _check_parameters(notebook, set(parameters))
    per_unit = "unit" in _parameter_names(notebook)
    if not per_unit:
        only = {node.code for node in by_code.values() if node.parent is None}
    jobs = tuple(
        ReportJob(
            notebook=notebook,
            parameters={**parameters, "unit": node.code} if per_unit else parameters,
            slug=slug_of(node),
            title=title,
            period=period,
            level=node.level,
            unit_code=node.code,
            unit_name=node.name,
            parent_code=node.parent if node.parent in by_code else None,
            path=tuple(Crumb(above.name, slug_of(above)) for above in _ancestors(node, by_code)),
            fictitious=fictitious,
            publisher=publisher,
        )
        for node in by_code.values()
        if only is None or node.code in only
    )
    return Plan(
        period, jobs, title=title, fictitious=fictitious, publisher=publisher, complete=only is None or not per_unit
    )


def notebook_title(notebook: Path) -> str:
    """What kind of report a notebook makes: the title in its metadata, or else its file name.

    Parameters
    ----------
    notebook : Path
        The notebook.

    Returns
    -------
    str

    Raises
    ------
    InvalidParameter
        When there is no such notebook.
    """
    if not notebook.is_file():
        there = ", ".join(sorted(path.name for path in notebook.parent.glob("*.ipynb")))
        raise InvalidParameter(f"There is no notebook {notebook.name} in {notebook.parent.name}/, which has {there}.")
    metadata = json.loads(notebook.read_text(encoding="utf-8")).get("metadata", {})
    return str(metadata.get("title", notebook.stem))


def slug_of(node: ReportNode) -> str:
    """File name of a unit's page: its name in a-z and its code, so that a page keeps its address every month.

    Examples
    --------
    >>> slug_of(ReportNode("HSN", "Hälso- och sjukvårdsnämnden", "board"))
    'halso-och-sjukvardsnamnden-hsn'
    """
    return _ascii(f"{node.name} {node.code}")


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate({ord("ø"): "o", ord("æ"): "ae"}))
    return re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")


def _absolute(data: str | Path) -> str:
    """Path of the data as seen from any folder; a connection URL is left as it is."""
    return str(data) if "://" in str(data) else str(Path(data).resolve())


def _by_code(nodes: Iterable[ReportNode]) -> dict[str, ReportNode]:
    by_code: dict[str, ReportNode] = {}
    for node in nodes:
        if node.code in by_code:
            raise InvalidParameter(
                f"The code {node.code} belongs to both {by_code[node.code].name} and {node.name}; "
                "give each unit a code of its own."
            )
        by_code[node.code] = node
    return by_code


def _ancestors(node: ReportNode, by_code: Mapping[str, ReportNode]) -> list[ReportNode]:
    """Units above, from the top."""
    above: list[ReportNode] = []
    parent = by_code.get(node.parent or "")
    while parent is not None:
        if parent in above or parent is node:
            raise InvalidParameter(f"Unit {node.code} {node.name} is above itself; correct its parent.")
        above.append(parent)
        parent = by_code.get(parent.parent or "")
    return above[::-1]


def _check_parameters(notebook: Path, needed: set[str]) -> None:
    """Refuse a notebook that would ignore a parameter: every unit would then get the same report."""
    if not notebook.is_file():
        raise InvalidParameter(f"There is no notebook {notebook}; give the path of the report's notebook.")
    lacking = sorted(needed - _parameter_names(notebook))
    if lacking:
        raise InvalidParameter(
            f"{notebook.name} has no parameter {', '.join(lacking)}; add it to the cell tagged 'parameters'."
        )


def _parameter_names(notebook: Path) -> set[str]:
    """Names assigned in the cell tagged ``parameters``."""
    try:
        cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
        source = next(
            ("".join(cell["source"]) for cell in cells if "parameters" in cell["metadata"].get("tags", ())),
            "",
        )
        statements = ast.parse(source).body
    except (ValueError, KeyError, TypeError, SyntaxError) as error:
        raise InvalidParameter(f"{notebook.name} cannot be read as a notebook with parameters: {error}.") from error
    assigned = [s for s in statements if isinstance(s, ast.Assign | ast.AnnAssign)]
    targets = [t for s in assigned for t in (s.targets if isinstance(s, ast.Assign) else [s.target])]
    return {target.id for target in targets if isinstance(target, ast.Name)}
