"""How fast a batch is, against the floor and the plain loop: ``python -m tests.publishing.batch_speed``.

The stand-in report imports pandas, statsmodels and matplotlib, slices made data, fits one model and draws four charts.
The *floor* is its code alone, over and over in one warm process. The *plain loop* runs it through papermill and
nbconvert's HTML exporter, one after the other. Wall time means something only on a machine that does nothing else;
processor time is of this process and all it started.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.publishing.standin import CHART, TABLE, notebook_of, written
from utfall.publishing import ReportNode, make_plan, render_reports

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


def report() -> NotebookNode:
    """The stand-in report."""
    imports = (
        "import io\nimport numpy as np\nimport pandas as pd\nimport statsmodels.api as sm\nimport matplotlib\n"
        "from matplotlib.figure import Figure\nmatplotlib.rcParams['svg.hashsalt'] = 'x'"
    )
    cells = [new_code_cell(imports + CHART), new_markdown_cell("## Modell"), new_code_cell(MODEL), new_code_cell(TABLE)]
    for number in range(4):
        cells += [new_markdown_cell(f"## Figur {number}"), new_code_cell(FIGURE.format(number=number))]
    return notebook_of(*cells)


def floor(count: int) -> None:
    """Run the notebook's code alone, in this process."""
    code = [compile(c.source.replace("from IPython.display import display", ""), "cell", "exec") for c in _code()]
    for _ in range(count):
        scope: dict[str, object] = {"display": lambda *_, **__: None, "__name__": "__main__"}
        for cell in code:
            exec(cell, scope)


def plain_loop(count: int) -> None:
    """Run papermill and nbconvert, one report after the other."""
    from nbconvert import HTMLExporter
    from papermill import execute_notebook

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = written(report(), folder)
        for number in range(count):
            done = folder / f"{number}.ipynb"
            notebook = execute_notebook(str(path), str(done), {"unit": str(number)}, progress_bar=False)
            page, _ = HTMLExporter(exclude_input=True).from_notebook_node(notebook)
            (folder / f"{number}.html").write_text(page, encoding="utf-8")


def batch(count: int, workers: int | None = None) -> None:
    """Run the kit."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nodes = [ReportNode(str(number), f"Enhet {number}", "unit") for number in range(count)]
        plan = make_plan(written(report(), folder), "2026-10", folder, nodes)
        result = render_reports(plan, out=folder, workers=workers)
        if result.failed:
            raise SystemExit(f"{len(result.failed)} reports failed: {result.failed[0].failure}")


def _code() -> list[NotebookNode]:
    return [cell for cell in report().cells if cell.cell_type == "code"]


def measured(what: Callable[[int], None], count: int) -> tuple[float, float]:
    """Wall and processor seconds a report."""
    before, start = _processor_seconds(), time.perf_counter()
    what(count)
    return (time.perf_counter() - start) / count, (_processor_seconds() - before) / count


def _processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="+", choices=["floor", "loop", "batch"])
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--workers", type=int)
    options = parser.parse_args()
    os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1"))
    ways: dict[str, Callable[[int], None]] = {
        "floor": floor,
        "loop": plain_loop,
        "batch": lambda count: batch(count, options.workers),
    }
    floor(2) if "floor" in options.what else None
    for name in options.what:
        wall, processor = measured(ways[name], options.count)
        print(f"{name}: {wall:.3f} s wall, {processor:.3f} s processor a report (load {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    main()
