"""The board's collected volume: the reports that lead from the board to its divisions, in one PDF."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from utfall.presentation import numbers
from utfall.publishing.files import MonthFolder, file_digest, write_whole
from utfall.publishing.jobs import ReportJob
from utfall.publishing.plan import Plan
from utfall.publishing.status import MonthStatus, State

VOLUME_LEVELS = ("board", "division")
"""Levels whose reports are in the volume: what a board reads; the rest has PDFs of its own."""

FEWEST_REPORTS = 2
"""A volume of a single report would be that report."""


def keep_volume(plan: Plan, status: MonthStatus, folder: MonthFolder) -> Path | None:
    """Make the collected volume, unless it is there and would come out the same.

    It holds the month's reports of the board and its divisions that have a PDF, the board first, kind by kind.

    Parameters
    ----------
    plan : Plan
        The month's reports; a volume is made only of a whole plan.
    status : MonthStatus
        What became of them.
    folder : MonthFolder
        Where their pages lie.

    Returns
    -------
    Path or None
        The volume; None when the plan orders no PDF at these levels.
    """
    if not plan.complete:
        return folder.volume if folder.volume.exists() else None
    jobs = [job for job in plan.jobs if job.pdf and job.level in VOLUME_LEVELS]
    done = [job for job in jobs if status.reports[job.slug].state is State.OK]
    if len(done) < FEWEST_REPORTS:
        folder.volume.unlink(missing_ok=True)
        _stamp(folder).unlink(missing_ok=True)
        return None
    made_of = _made_of(done, status, plan)
    if not _is_fresh(folder, made_of):
        from utfall.publishing.pdf import render_volume

        pages = [folder.page(job.slug).read_text(encoding="utf-8") for job in done]
        month = numbers.period_name(plan.period)
        content = render_volume(
            pages, title=f"Samlad rapport {month}", publisher=plan.publisher, month=month, fictitious=plan.fictitious
        )
        digest = write_whole(folder.volume, content)
        write_whole(_stamp(folder), json.dumps({"made_of": made_of, "sha256": digest}) + "\n")
    return folder.volume


def _made_of(jobs: list[ReportJob], status: MonthStatus, plan: Plan) -> str:
    listing = [(job.slug, job.fingerprint, sorted(status.reports[job.slug].files.items())) for job in jobs]
    return hashlib.sha256(json.dumps([plan.publisher, plan.fictitious, listing]).encode()).hexdigest()


def _is_fresh(folder: MonthFolder, made_of: str) -> bool:
    try:
        stamp = json.loads(_stamp(folder).read_text(encoding="utf-8"))
        return bool(stamp == {"made_of": made_of, "sha256": file_digest(folder.volume)})
    except (OSError, ValueError):
        return False


def _stamp(folder: MonthFolder) -> Path:
    return folder.volume.with_suffix(".json")
