"""Workers: forked from one where that can be, replaced when they die, gone when the run is over."""

from __future__ import annotations

import os
import sys

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.publishing.standin import NODES, TABLE, notebook_of, written
from tests.publishing.test_warm import gone
from utfall.publishing import make_plan
from utfall.publishing.files import MonthFolder
from utfall.publishing.outcome import FailureKind
from utfall.publishing.pool import WorkerPool
from utfall.publishing.worker import Task

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")

WHO = "import os\nworker = int(os.environ['JPY_PARENT_PID'])\n"
ORIGIN = WHO + "print(worker, open(f'/proc/{worker}/stat').read().rsplit(')', 1)[1].split()[1])"
DIES = WHO + "if unit == 'HSN':\n    os.kill(worker, 9)\nprint(worker)"


def tasks(tmp_path, source):
    cells = new_markdown_cell("## Utfall"), new_code_cell(TABLE), new_code_cell(source)
    plan = make_plan(written(notebook_of(*cells), tmp_path), "2026-10", tmp_path, NODES)
    folder = MonthFolder(tmp_path / "2026-10")
    folder.notebook("x").parent.mkdir(parents=True)
    return [Task(job, folder, 60) for job in plan.jobs]


def printed(outcome):
    return [int(number) for number in outcome.warnings[0].split(":")[-1].split()]


@pytest.mark.slow
def test_workers_have_one_origin_and_end_with_the_run(tmp_path):
    with WorkerPool(2, {}) as pool:
        outcomes = list(pool.run(tasks(tmp_path, ORIGIN)))
    assert [outcome.failure for outcome in outcomes] == [None] * 4
    workers, origins = zip(*map(printed, outcomes), strict=True)
    assert len(set(workers)) == 2
    assert len(set(origins)) == 1
    assert os.getpid() not in origins
    assert all(gone(pid) for pid in {*workers, *origins})


def test_a_worker_that_dies_costs_one_report_and_is_replaced(tmp_path):
    with WorkerPool(2, {}) as pool:
        outcomes = {outcome.slug: outcome for outcome in pool.run(tasks(tmp_path, DIES))}
    failures = [outcome.failure for outcome in outcomes.values() if outcome.failure]
    assert [failure.kind for failure in failures] == [FailureKind.KERNEL]
    assert len([outcome for outcome in outcomes.values() if not outcome.failure]) == 3


@pytest.mark.slow
def test_workers_end_when_the_run_is_left_in_the_middle(tmp_path):
    with WorkerPool(2, {}) as pool:
        first = next(pool.run(tasks(tmp_path, ORIGIN)))
    assert all(gone(pid) for pid in printed(first))
