"""Measure the month's run: ``python -m benchmarks.publishing [--count 200] [--rounds 1] [--quick]``.

The stand-in report imports pandas, statsmodels and matplotlib, slices made data, fits one model and draws four charts.
Three ways to make it are measured in turn and back again, each in a process of its own:

* the *floor*: the notebook's code alone, over and over in one warm process;
* the *loop*: papermill and nbconvert's HTML exporter, one report after the other, without its own start;
* the *kit*: `render_reports`, with everything it starts.

Processor seconds are those of a process and of all it started. Wall time means something only on an idle machine.
Then it is checked that the kit's outputs are those of an ordinary kernel, and how large and how quick a page is.
Prints Markdown.
"""

from __future__ import annotations

import argparse
import filecmp
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from utfall.publishing import ReportJob, ReportNode, make_plan, render_reports

if TYPE_CHECKING:  # loaded where it is used: the kit's own process does without
    from nbformat import NotebookNode

PERIOD = "2026-10"
STANDIN = "standin.ipynb"
DEMO = Path("data/demo")
DEMO_NOTEBOOK = Path("notebooks/monthly_report.ipynb")

WALL_BAR, PROCESSOR_BAR = 10.0, 1.5
"""How many times quicker than the loop, and how many times the floor's processor seconds."""

BYTES_BAR, HTML_BAR, PDF_BAR = 150_000, 0.3, 1.0
"""Size of a page before its figures; seconds a page and a document may take."""

IDLE = 0.3
"""Load of the machine above which wall time is not to be trusted."""

LOOP_COUNT, FLOOR_COUNT = 20, 40
"""A report in the loop takes as long as the last; there is no need for 200."""

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

MODEL = """
rng = np.random.default_rng(int(unit))
months = pd.date_range("2019-01-01", periods=94, freq="MS")
rows = pd.DataFrame({
    "period": np.repeat(months, 300),
    "account": np.tile(np.arange(300), 94),
    "amount": rng.normal(-1e5, 2e4, 94 * 300),
})
series = rows.groupby("period")["amount"].sum().asfreq("MS")
fit = sm.tsa.SARIMAX(series / 1e6, order=(1, 0, 0), trend="ct").fit(disp=False)
"""

FIGURE = """
figure = Figure(figsize=(6, 3.5))
axes = figure.subplots()
axes.plot(series.index, series.to_numpy() / 1e6, label="Utfall")
axes.plot(series.index, fit.fittedvalues, label="Modell")
axes.set_title("Kostnad per månad, figur {number}")
axes.set_ylabel("mkr")
axes.legend()
file = io.StringIO()
figure.savefig(file, format="svg", metadata={{"Date": None}})
show_chart(file.getvalue(), "Kostnaden är {number}", "Kostnaden är jämn {number}")
"""


def standin() -> NotebookNode:
    """The stand-in report."""
    from nbformat.v4 import new_code_cell, new_markdown_cell

    from tests.publishing.standin import CHART, TABLE, notebook_of

    imports = (
        "import io\nimport numpy as np\nimport pandas as pd\nimport statsmodels.api as sm\nimport matplotlib\n"
        "from matplotlib.figure import Figure\nmatplotlib.rcParams['svg.hashsalt'] = 'x'"
    )
    cells = [new_code_cell(imports + CHART), new_markdown_cell("## Modell"), new_code_cell(MODEL), new_code_cell(TABLE)]
    for number in range(4):
        cells += [new_markdown_cell(f"## Figur {number}"), new_code_cell(FIGURE.format(number=number))]
    return notebook_of(*cells)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200, help="reports the kit makes in one run")
    parser.add_argument("--rounds", type=int, default=1, help="how many times there and back")
    parser.add_argument("--workers", type=int, help="reports at once; by default the kit decides")
    parser.add_argument("--quick", action="store_true", help="a few reports, to see that all of it runs")
    parser.add_argument("--way", choices=sorted(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        print(json.dumps(WAYS[options.way](options.count, options.folder, options.workers)))
        return
    counts = {"floor": FLOOR_COUNT, "loop": LOOP_COUNT, "kit": options.count}
    if options.quick:
        counts = {"floor": 3, "loop": 2, "kit": 6}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # Python's compiled modules are there in an installation; where they were not, the loop would compile all of
        # them for every report.
        environment = {**os.environ, **ONE_THREAD, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        runs = list(_there_and_back(counts, options, folder, environment))
        print(_speed_table(runs, counts))
        print(_page_table(folder, sorted(folder.glob("kit-*"))))


def _floor(count: int, folder: Path, workers: int | None) -> list[float]:
    code = [
        compile(cell.source.replace("from IPython.display import display", ""), "cell", "exec")
        for cell in standin().cells
        if cell.cell_type == "code"
    ]

    def run(times: int) -> None:
        for _ in range(times):
            scope: dict[str, object] = {"display": lambda *_, **__: None, "__name__": "__main__"}
            for cell in code:
                exec(cell, scope)

    run(2)
    return _measured(lambda: run(count))


def _loop(count: int, folder: Path, workers: int | None) -> list[float]:
    from nbconvert import HTMLExporter
    from papermill import execute_notebook

    def run() -> None:
        for number in range(count):
            done = folder / f"{number}.ipynb"
            notebook = execute_notebook(str(folder / STANDIN), str(done), {"unit": str(number)}, progress_bar=False)
            page, _ = HTMLExporter(exclude_input=True).from_notebook_node(notebook)
            (folder / f"{number}.html").write_text(page, encoding="utf-8")

    return _measured(run)


def _kit(count: int, folder: Path, workers: int | None) -> list[float]:
    result = render_reports(_plan(count, folder), out=folder, workers=workers, progress=False)
    if result.failed:
        raise SystemExit(f"{len(result.failed)} reports failed: {result.failed[0].failure}")
    return []


WAYS: dict[str, Callable[[int, Path, int | None], list[float]]] = {"floor": _floor, "loop": _loop, "kit": _kit}
"""Each way makes some reports in a folder; seconds it has measured itself, or none when its start counts."""


def _plan(count: int, folder: Path) -> Any:
    nodes = [ReportNode(str(number), f"Enhet {number}", "unit") for number in range(count)]
    return make_plan(folder / STANDIN, PERIOD, folder, nodes)


@dataclass(frozen=True)
class Run:
    """One way, once: wall and processor seconds a report."""

    way: str
    wall: float
    processor: float


def _there_and_back(
    counts: dict[str, int], options: argparse.Namespace, folder: Path, environment: dict[str, str]
) -> Iterator[Run]:
    for way in counts:  # once before anything counts: compiled modules, font caches, files read from disk
        _run(way, 2, options.workers, folder / f"before-{way}", environment)
    load = os.getloadavg()[0]
    print(f"Load of the machine before: {load:.2f} on {len(os.sched_getaffinity(0))} cores.")
    if not _idle():
        print("**The machine is not idle: wall times below say little, and processor seconds are too many.**")
    print()
    for number in range(options.rounds):
        for turn, order in enumerate((list(counts), list(reversed(counts)))):
            for way in order:
                yield _run(way, counts[way], options.workers, folder / f"{way}-{number}-{turn}", environment)


def _idle(seconds: float = 2.0) -> bool:
    """Whether the machine's cores rest; the load average still remembers what we did ourselves."""

    def busy() -> float:
        user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
        return (user + nice + system) / os.sysconf("SC_CLK_TCK")

    before = busy()
    time.sleep(seconds)
    return (busy() - before) / seconds < IDLE


def _write_standin(folder: Path) -> None:
    import nbformat

    folder.mkdir(exist_ok=True)
    nbformat.write(standin(), folder / STANDIN)


def _run(way: str, count: int, workers: int | None, folder: Path, environment: dict[str, str]) -> Run:
    _write_standin(folder)
    command = [sys.executable, "-m", "benchmarks.publishing", "--way", way, "--count", str(count), "--folder", folder]
    command += ["--workers", str(workers)] if workers else []
    seconds: list[float] = []

    def run() -> None:
        answer = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True).stdout
        seconds.extend(json.loads(answer.splitlines()[-1]))

    whole = _measured(run)
    wall, processor = seconds or whole
    return Run(way, wall / count, processor / count)


def _measured(what: Callable[[], None]) -> list[float]:
    """Wall and processor seconds of a call; the latter with all processes that it started and that have ended."""
    before, start = _processor_seconds(), time.perf_counter()
    what()
    return [time.perf_counter() - start, _processor_seconds() - before]


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _speed_table(runs: Sequence[Run], counts: dict[str, int]) -> str:
    middle = {
        way: (
            statistics.median(run.wall for run in runs if run.way == way),
            statistics.median(run.processor for run in runs if run.way == way),
        )
        for way in counts
    }
    lines = [
        "| way | reports | wall, s a report | processor, s a report | each run's wall | quicker than the loop "
        "| processor ÷ floor |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for way, (wall, processor) in middle.items():
        each = ", ".join(f"{run.wall:.3f}" for run in runs if run.way == way)
        quicker, share = middle["loop"][0] / wall, processor / middle["floor"][1]
        lines.append(
            f"| {way} | {counts[way]} | {wall:.3f} | {processor:.3f} | {each} | {quicker:.1f} × | {share:.2f} |"
        )
    quicker = middle["loop"][0] / middle["kit"][0]
    share = middle["kit"][1] / middle["floor"][1]
    return "\n".join(
        [
            *lines,
            "",
            f"- {quicker:.1f} × the loop: {_verdict(quicker >= WALL_BAR)} (at least {WALL_BAR:g})",
            f"- {share:.2f} × the floor's processor seconds: {_verdict(share <= PROCESSOR_BAR)} (at most "
            f"{PROCESSOR_BAR:g})",
        ]
    )


def _page_table(folder: Path, runs: Sequence[Path]) -> str:
    import nbformat

    _write_standin(folder)
    first, *others = runs
    pages = sorted((first / PERIOD).glob("enhet-*.html"))
    same_bytes = all(filecmp.cmp(page, other / PERIOD / page.name, shallow=False) for page in pages for other in others)
    lines = [
        "",
        f"- The kit's outputs are the ordinary kernel's, cell by cell: {_verdict(_same_outputs(first, folder))}",
        f"- {len(pages)} pages have the same bytes in {len(runs)} runs: {_verdict(same_bytes)}",
        "",
        "| report | bytes before figures | page, s | page and gates, s | document, s |",
        "| --- | --- | --- | --- | --- |",
    ]
    job = _plan(1, folder).jobs[0]
    lines.append(_page_row("stand-in", nbformat.read(_executed(first, job), 4), job))
    if DEMO.exists():
        lines.append(_page_row("monthly report", *_demo_report(folder)))
    lines.append(f"| *bar* | {BYTES_BAR} | {HTML_BAR:g} | | {PDF_BAR:g} |")
    return "\n".join(lines)


def _page_row(name: str, notebook: NotebookNode, job: ReportJob) -> str:
    from utfall.publishing.gates import faults_of_page
    from utfall.publishing.render import render_page

    render_page(notebook, job)
    pages: list[str] = []
    page = _median(lambda: pages.append(render_page(notebook, job)))
    gates = _median(lambda: faults_of_page(pages[0], notebook))
    size = len(re.sub(r"<svg\b.*?</svg>", "", pages[0], flags=re.DOTALL).encode())
    return f"| {name} | {size} | {page:.3f} | {page + gates:.3f} | {_document_seconds(pages[0])} |"


def _document_seconds(page: str) -> str:
    try:
        from utfall.publishing.pdf import render_pdf, require_pdf

        require_pdf()
    except Exception as missing:
        return f"not measured: {missing}"
    render_pdf(page)
    return f"{_median(lambda: render_pdf(page)):.3f}"


def _median(what: Callable[[], object], times: int = 5) -> float:
    def seconds() -> float:
        start = time.perf_counter()
        what()
        return time.perf_counter() - start

    return statistics.median(seconds() for _ in range(times))


def _same_outputs(run: Path, folder: Path) -> bool:
    import nbformat
    from papermill import execute_notebook

    job = _plan(1, folder).jobs[0]
    ordinary = execute_notebook(str(job.notebook), None, dict(job.parameters), progress_bar=False)
    return _outputs(ordinary) == _outputs(nbformat.read(_executed(run, job), 4))


def _outputs(notebook: NotebookNode) -> list[tuple[Any, ...]]:
    """What a reader sees of each cell; the parameters say where the data lie, which differs."""
    return [(cell.get("execution_count"), cell.get("outputs")) for cell in notebook.cells]


def _executed(run: Path, job: ReportJob) -> Path:
    from utfall.publishing.files import MonthFolder

    return MonthFolder(run / PERIOD).notebook(job.slug)


def _demo_report(folder: Path) -> tuple[NotebookNode, ReportJob]:
    """The demo region's monthly report of its board, made here and now."""
    import shutil

    from utfall.publishing.execute import run_notebook

    data = folder / "demo"  # what a notebook keeps of its own must not end up in the demo region
    shutil.copytree(DEMO, data)
    node = ReportNode("HSN", "Hälso- och sjukvårdsnämnden", "board")
    job = make_plan(DEMO_NOTEBOOK, PERIOD, data, [node]).jobs[0]
    job = replace(job, parameters={**job.parameters, "data": str(data.resolve())})
    return run_notebook(job.notebook.resolve(), job.parameters, folder / "demo.ipynb"), job


def _verdict(holds: bool) -> str:
    return "holds" if holds else "**does not hold**"


if __name__ == "__main__":
    main()
