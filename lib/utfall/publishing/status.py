"""What became of every report of a month, over all runs, in the month's ``status.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from utfall.publishing.files import MonthFolder, file_digest, write_whole
from utfall.publishing.jobs import ReportJob
from utfall.publishing.outcome import Failure, FailureKind, Outcome
from utfall.publishing.plan import Plan

FORMAT = 2
"""Version of the file's format; another version is not read."""


class State(StrEnum):
    """Whether a report can be read."""

    OK = "ok"
    FAILED = "failed"
    MISSING = "missing"
    """Planned, and not made: the run was stopped before."""


@dataclass(frozen=True)
class ReportStatus:
    """What became of one report.

    Parameters
    ----------
    slug, title, level, unit_code, unit_name, parent_code
        As in `ReportJob`.
    state : State
        Whether it can be read.
    failure : Failure or None
        Why not.
    warnings : tuple of str
        What the notebook printed.
    key_figures : mapping
        Key figures for the front page.
    seconds : float
        How long it took.
    kind, receivers, pdf
        As in `ReportJob`.
    fingerprint : str
        What decided what the report says, when it was made.
    files : mapping
        What was written: path below the month's folder → SHA-256 of its content.
    """

    slug: str
    title: str
    level: str
    unit_code: str
    unit_name: str
    parent_code: str | None = None
    state: State = State.MISSING
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    key_figures: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0
    kind: str = ""
    receivers: tuple[str, ...] = ()
    pdf: bool = False
    fingerprint: str = ""
    files: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def planned(cls, job: ReportJob) -> ReportStatus:
        """Status of a report that has not been made yet."""
        return cls(
            job.slug,
            job.title,
            job.level,
            job.unit_code,
            job.unit_name,
            job.parent_code,
            kind=job.kind,
            receivers=job.receivers,
            pdf=job.pdf,
        )

    def is_fresh(self, job: ReportJob, folder: MonthFolder) -> bool:
        """Whether the report would come out the same if it were made again, and all its files are as they were made.

        Parameters
        ----------
        job : ReportJob
            The report as it is planned now.
        folder : MonthFolder
            Where its files lie.

        Returns
        -------
        bool
        """
        return (
            self.state is State.OK
            and bool(job.fingerprint)
            and self.fingerprint == job.fingerprint
            and bool(self.files)
            and all(file_digest(folder.path / name) == digest for name, digest in self.files.items())
        )

    def after(self, outcome: Outcome, fingerprint: str = "") -> ReportStatus:
        """Status when the report has been made, or has failed."""
        return replace(
            self,
            state=State.FAILED if outcome.failure else State.OK,
            failure=outcome.failure,
            warnings=outcome.warnings,
            key_figures=outcome.key_figures,
            seconds=round(outcome.seconds, 3),
            fingerprint=fingerprint,
            files=dict(outcome.files),
        )

    @classmethod
    def from_dict(cls, entry: Mapping[str, Any]) -> ReportStatus:
        """Read what `asdict` wrote."""
        failure = entry["failure"]
        return cls(
            **{
                **entry,
                "state": State(entry["state"]),
                "failure": Failure(**{**failure, "kind": FailureKind(failure["kind"])}) if failure else None,
                "warnings": tuple(entry["warnings"]),
                "receivers": tuple(entry["receivers"]),
            }
        )


@dataclass(frozen=True)
class MonthStatus:
    """What became of every report of a month.

    Parameters
    ----------
    period, title, fictitious, publisher
        As in `Plan`.
    reports : mapping
        Slug → status, in the order of the plan.
    """

    period: str
    title: str
    fictitious: bool
    publisher: str
    reports: Mapping[str, ReportStatus]

    @classmethod
    def begin(cls, plan: Plan, path: Path) -> MonthStatus:
        """Status when a run begins: planned reports, and what earlier runs of the month have left.

        Parameters
        ----------
        plan : Plan
            The run.
        path : Path
            The month's ``status.json``; need not exist.

        Returns
        -------
        MonthStatus
        """
        earlier = _read(path)
        planned = {job.slug: ReportStatus.planned(job) for job in plan.jobs}
        reports = {
            slug: _carried(planned.get(slug), earlier.get(slug))
            for slug in [*(slug for slug in earlier if slug not in planned and not plan.complete), *planned]
        }
        return cls(plan.period, plan.title, plan.fictitious, plan.publisher, reports)

    def after(self, outcome: Outcome, fingerprint: str = "") -> MonthStatus:
        """Status when one more report has been made, or has failed."""
        after = self.reports[outcome.slug].after(outcome, fingerprint)
        return replace(self, reports={**self.reports, outcome.slug: after})

    @classmethod
    def read(cls, path: Path) -> MonthStatus | None:
        """Read a month's ``status.json``; None when it is missing, damaged or of another format."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            if content["format"] != FORMAT:
                return None
            reports = {entry["slug"]: ReportStatus.from_dict(entry) for entry in content["reports"]}
            return cls(content["period"], content["title"], content["fictitious"], content["publisher"], reports)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, path: Path) -> None:
        """Write the month's ``status.json``."""
        content = {
            "format": FORMAT,
            **asdict(self),
            "reports": [asdict(report) for report in self.reports.values()],
        }
        write_whole(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def slugs_of_earlier_runs(path: Path) -> set[str]:
    """Reports that a month's ``status.json`` knows of."""
    return set(_read(path))


def publisher_of_earlier_run(path: Path) -> str | None:
    """Who published what a month's ``status.json`` knows of; None when there is nothing, or it cannot be told."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return str(content["publisher"]) if content["reports"] else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _carried(planned: ReportStatus | None, earlier: ReportStatus | None) -> ReportStatus:
    """Status until the report is made again: what an earlier run left is still there to be read."""
    if planned is None or earlier is None:
        found = earlier or planned
        assert found is not None
        return found
    return replace(
        planned,
        state=earlier.state,
        failure=earlier.failure,
        warnings=earlier.warnings,
        key_figures=earlier.key_figures,
        seconds=earlier.seconds,
        fingerprint=earlier.fingerprint,
        files=earlier.files,
    )


def _read(path: Path) -> Mapping[str, ReportStatus]:
    status = MonthStatus.read(path)
    return status.reports if status else {}
