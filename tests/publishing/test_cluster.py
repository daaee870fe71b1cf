"""The same reports on a Dask cluster of two workers, of which one is killed midway."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import psutil
import pytest

from tests.publishing.standin import NODES, failing_for, small_report, written
from utfall.errors import UtfallError
from utfall.publishing import ReportNode, make_plan, render_reports
from utfall.publishing.outcome import FailureKind

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="workers are killed by signal only on POSIX")


class Cluster:
    """A scheduler and its workers, each in a process of its own on this machine."""

    def __init__(self, folder):
        self._folder = folder
        self._file = folder / "scheduler.json"
        self._processes = [self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard")]

    def add_worker(self):
        process = self._start("worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", "--host", "127.0.0.1")
        self._processes.append(process)
        return process

    @property
    def address(self):
        from distributed import Client

        with Client(scheduler_file=str(self._file), timeout=60, set_as_default=False) as client:
            return client.scheduler.address

    def close(self):
        for process in self._processes:
            process.kill()
            process.wait()

    def _start(self, what, *options):
        command = [sys.executable, "-m", f"distributed.cli.dask_{what}", "--scheduler-file", str(self._file), *options]
        return subprocess.Popen(
            command, cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )


@pytest.fixture
def cluster(tmp_path):
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    yield made
    made.close()


def test_every_report_arrives_though_a_worker_is_killed_midway(cluster, tmp_path):
    # The first report tells through a pipe which process makes it, and waits: its worker is then killed. Made again by
    # the other worker, it finds that it has been there before.
    os.mkfifo(tmp_path / "running")
    tells = (
        "open('been', 'w').write(os.environ['JPY_PARENT_PID']); open('running', 'w').write('x'); "
        "__import__('threading').Event().wait()"
    )
    notebook = written(failing_for("1", f"if not os.path.exists('been'): {tells}"), tmp_path)
    workers = [cluster.add_worker(), cluster.add_worker()]
    address = cluster.address
    nodes = [ReportNode(str(number), f"Enhet {number}", "unit") for number in range(1, 7)]
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    run = subprocess.Popen([sys.executable, script, tmp_path, address, notebook], stdout=subprocess.PIPE, text=True)
    (tmp_path / "running").read_text(encoding="utf-8")
    maker = int((tmp_path / "been").read_text(encoding="utf-8"))
    (midway,) = [worker for worker in workers if worker.pid == psutil.Process(maker).ppid()]
    midway.send_signal(signal.SIGKILL)
    printed, _ = run.communicate(timeout=240)
    result = json.loads(printed)
    assert result == {"ok": sorted(f"enhet-{number}-{number}" for number in range(1, 7)), "exit_code": 0}
    month = tmp_path / "reports" / "2026-10"
    assert len(list(month.glob("enhet-*.html"))) == len(nodes)
    assert len(list((month / "notebooks").glob("enhet-*.ipynb"))) == len(nodes)


SCRIPT = """
import json, sys
from utfall.publishing import ReportNode, make_plan, render_reports
folder, address, notebook = sys.argv[1:]
nodes = [ReportNode(str(number), f"Enhet {number}", "unit") for number in range(1, 7)]
plan = make_plan(notebook, "2026-10", folder, nodes)
result = render_reports(plan, out=folder + "/reports", progress=False, scheduler=address)
print(json.dumps({"ok": sorted(result.ok), "exit_code": result.exit_code}))
"""


@pytest.mark.slow
def test_pages_are_the_same_bytes_as_those_made_here(cluster, tmp_path):
    cluster.add_worker()
    plan = make_plan(written(small_report(), tmp_path), "2026-10", tmp_path, NODES[:2])
    here = render_reports(plan, out=tmp_path / "here", workers=1, progress=False)
    there = render_reports(plan, out=tmp_path / "there", scheduler=cluster.address, progress=False)
    assert there.ok == here.ok
    for slug in here.ok:
        name = f"{slug}.html"
        assert (there.index.parent / name).read_bytes() == (here.index.parent / name).read_bytes()


def test_a_kernel_that_dies_on_the_cluster_costs_that_report(cluster, tmp_path):
    cluster.add_worker()
    plan = make_plan(written(failing_for("20", "os.kill(os.getpid(), 9)"), tmp_path), "2026-10", tmp_path, NODES[:2])
    result = render_reports(plan, out=tmp_path / "reports", scheduler=cluster.address, progress=False)
    assert [report.failure.kind for report in result.failed] == [FailureKind.KERNEL]
    assert len(result.ok) == 1


def test_a_scheduler_that_does_not_answer_is_named_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("utfall.publishing.cluster.CONNECT_SECONDS", 1)
    plan = make_plan(written(small_report(), tmp_path), "2026-10", tmp_path, NODES[:1])
    with pytest.raises(UtfallError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9; start one with"):
        render_reports(plan, out=tmp_path, scheduler="tcp://127.0.0.1:9", progress=False)
