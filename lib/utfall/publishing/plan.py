"""What to render: the reports of one month, each notebook for the units it is ordered for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from utfall.errors import InvalidParameter
from utfall.publishing.fingerprint import fingerprint
from utfall.publishing.jobs import Crumb, ReportJob, ReportNode, slug_of
from utfall.publishing.notebook_file import parameter_names, refuse_unless_it_takes

RESERVED_SLUGS = frozenset({"index", "status", "notebooks", "data", "samlad-rapport"})
"""File names that belong to the month's folder itself."""


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
        What kind of report the month's main one is, in Swedish.
    fictitious : bool
        Whether the figures are made up.
    publisher : str
        Who publishes the reports.
    complete : bool
        Whether these are all of the month's reports; reports of an earlier run that are not among them are then
        removed.

    Raises
    ------
    InvalidParameter
        When two reports would have the same page.
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


@dataclass(frozen=True)
class NotebookOrder:
    """One line of a report plan: a notebook, and the units it is rendered for.

    Parameters
    ----------
    notebook : Path
        The notebook; must have a cell tagged ``parameters`` that names ``data`` and ``period``, and ``unit`` where it
        is about one.
    title : str
        What kind of report it is, in Swedish.
    kind : str
        What kind it is, for programs; by default the notebook's file name.
    units : collection of str, optional
        Codes of its units; all by default.
    parameters : mapping
        Values for further parameters of the notebook.
    receivers : tuple of str
        Who receives it.
    pdf : bool
        Whether a PDF is made beside the page.
    cell_seconds : float, optional
        How long a cell may run.
    """

    notebook: Path
    title: str
    kind: str = ""
    units: Collection[str] | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    receivers: tuple[str, ...] = ()
    pdf: bool = False
    cell_seconds: float | None = None

    @property
    def name(self) -> str:
        """Its kind, for programs."""
        return self.kind or self.notebook.stem


def plan_reports(
    orders: Sequence[NotebookOrder],
    period: str,
    data: str | Path,
    nodes: Iterable[ReportNode],
    *,
    only: Collection[str] | None = None,
    fictitious: bool = False,
    publisher: str = "",
    inputs: str = "",
) -> Plan:
    """Plan the reports of a month.

    A notebook is run for each of its units with the parameters ``data``, ``unit`` (the unit's code) and ``period``,
    and those of its order. A notebook that has no parameter ``unit`` is about the whole region: one report, for the
    unit at the top. The first order is the month's main report: its pages bear the unit's name alone, and links
    upwards lead to them where a unit above has no report of the same kind.

    Parameters
    ----------
    orders : sequence of NotebookOrder
        What is ordered.
    period : str
        The month, as ``YYYY-MM``.
    data : str or Path
        Where the notebooks find their data: a folder, a DuckDB file or a connection URL.
    nodes : iterable of ReportNode
        Every unit, also those that are not rendered this time: links upwards lead to them.
    only : collection of str, optional
        Codes of the units to render now; all by default.
    fictitious : bool
        Whether the figures are made up; every page then says so.
    publisher : str
        Who publishes the reports.
    inputs : str
        Names the exact content of the data; decides, with notebook and parameters, whether a report must be made
        anew. Empty when it cannot be told.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidParameter
        When a notebook is missing or lacks a parameter, the period is not a month, two units share a code, a report
        is ordered twice, or a unit asked for does not exist or has no report.
    """
    from utfall.region.periods import parse_period  # workers, which read only the jobs, do without the region

    period = f"{parse_period(period):%Y-%m}"
    by_code = _by_code(nodes)
    missing = sorted(set(only or ()) - set(by_code))
    if missing:
        raise InvalidParameter(f"There is no unit with code {', '.join(missing)} to report on in {period}.")
    jobs: list[ReportJob] = []
    main = orders[0].name if orders else ""
    whole_region = False
    for order in orders:
        given = {"data": _absolute(data), "period": period, **order.parameters}
        refuse_unless_it_takes(order.notebook.resolve(), given)
        per_unit = "unit" in parameter_names(order.notebook.resolve())
        whole_region |= not per_unit
        for node in _units_of(order, per_unit, by_code):
            job = ReportJob(
                notebook=order.notebook.resolve(),
                parameters={**given, "unit": node.code} if per_unit else given,
                slug=slug_of(node, "" if order.name == main else order.name),
                title=order.title,
                period=period,
                level=node.level,
                unit_code=node.code,
                unit_name=node.name,
                parent_code=node.parent if node.parent in by_code else None,
                fictitious=fictitious,
                publisher=publisher,
                kind=order.name,
                receivers=order.receivers,
                pdf=order.pdf,
                cell_seconds=order.cell_seconds,
            )
            _refuse_twice(job, jobs)
            jobs.append(job)
    linked = _linked(jobs, by_code, main)
    # A region's own report is rendered whatever unit is asked for, when it is the only one there is.
    chosen = [job for job in linked if only is None or job.unit_code in only] or (linked if whole_region else [])
    if only and not chosen:
        raise InvalidParameter(f"The report plan has no report for {', '.join(sorted(only))} in {period}.")
    return Plan(
        period,
        tuple(replace(job, fingerprint=fingerprint(job, inputs)) for job in chosen),
        title=orders[0].title if orders else "Månadsrapport",
        fictitious=fictitious,
        publisher=publisher,
        complete=len(chosen) == len(linked),
    )


def make_plan(
    notebook: str | Path,
    period: str,
    data: str | Path,
    nodes: Iterable[ReportNode],
    *,
    title: str = "Månadsrapport",
    **options: Any,
) -> Plan:
    """Plan one notebook for each unit: `plan_reports` with a single order.

    Parameters
    ----------
    notebook : str or Path
        The notebook.
    period, data, nodes
        As in `plan_reports`.
    title : str
        What kind of report it is, in Swedish.
    **options
        As in `plan_reports`.

    Returns
    -------
    Plan

    Raises
    ------
    InvalidParameter
        As `plan_reports`.

    Examples
    --------
    >>> make_plan("missing.ipynb", "2026-13", "data/demo", [])
    Traceback (most recent call last):
    utfall.errors.InvalidParameter: The period '2026-13' is not a month; write it as YYYY-MM, for example 2026-10.
    """
    return plan_reports([NotebookOrder(Path(notebook), title)], period, data, nodes, **options)


def _units_of(order: NotebookOrder, per_unit: bool, by_code: Mapping[str, ReportNode]) -> list[ReportNode]:
    if not per_unit:
        return [node for node in by_code.values() if node.parent is None][:1]
    return [node for code, node in by_code.items() if order.units is None or code in order.units]


def _refuse_twice(job: ReportJob, earlier: Sequence[ReportJob]) -> None:
    if any(job.slug == other.slug and job.kind == other.kind for other in earlier):
        raise InvalidParameter(
            f"{job.title} ({job.kind}) is ordered twice for {job.unit_name}; give one of the orders another 'id', or "
            "other levels or units."
        )


def _linked(jobs: Sequence[ReportJob], by_code: Mapping[str, ReportNode], main: str) -> list[ReportJob]:
    """Each report with the way to those above it, and to the others on its unit."""
    slugs = {(job.kind, job.unit_code): job.slug for job in jobs}
    of_unit: dict[str, list[ReportJob]] = {}
    for job in jobs:
        of_unit.setdefault(job.unit_code, []).append(job)

    def above(job: ReportJob) -> tuple[Crumb, ...]:
        places = _ancestors(by_code[job.unit_code], by_code)
        found = ((node, slugs.get((job.kind, node.code)) or slugs.get((main, node.code))) for node in places)
        return tuple(Crumb(node.name, slug) for node, slug in found if slug)

    return [
        replace(
            job,
            path=above(job),
            beside=tuple(Crumb(other.title, other.slug) for other in of_unit[job.unit_code] if other is not job),
        )
        for job in jobs
    ]


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
