"""Warm kernels: the same outputs as plain ones, no process left behind, and never worse than without them."""

from __future__ import annotations

import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from jupyter_client.provisioning import KernelProvisionerFactory
from nbformat.v4 import new_code_cell, new_markdown_cell
from papermill import execute_notebook

from benchmarks.publishing import standin
from tests.publishing.standin import CHART, NODES, SVG, TABLE, failing_for, notebook_of, small_report, written
from utfall.publishing import make_plan, render_reports
from utfall.publishing.execute import ENGINE, NotebookFailed, run_notebook
from utfall.publishing.outcome import FailureKind
from utfall.publishing.pool import ONE_THREAD
from utfall.publishing.warm import session
from utfall.publishing.warm.provisioner import WarmProcess

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only")

WARM = "import os\nprint(os.environ['JPY_PARENT_PID'] != str(os.getppid()))"
"""Prints True in a forked kernel: whoever asked for it is not its parent."""


@pytest.fixture(autouse=True)
def registered(tmp_path, monkeypatch):
    """Register the provisioner, as installing the package does, where an older installation has not."""
    if not session.can_fork():
        info = tmp_path / "site" / "registered-0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: registered\nVersion: 0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(
            "[jupyter_client.kernel_provisioners]\n"
            f"{session.PROVISIONER} = utfall.publishing.warm.provisioner:WarmProvisioner\n",
            encoding="utf-8",
        )
        monkeypatch.syspath_prepend(info.parent)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(info.parent), os.environ.get("PYTHONPATH", "")]))
    assert session.can_fork()


@pytest.fixture
def warm(monkeypatch):
    """Start a server for some notebooks, and let this process take its kernels from it."""
    opened = []

    def start(*notebooks):
        context = session.warm_kernels(notebooks)
        environment = context.__enter__()
        opened.append(context)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        KernelProvisionerFactory.clear_instance()
        return environment

    yield start
    for context in opened:
        context.__exit__(None, None, None)
    monkeypatch.undo()
    KernelProvisionerFactory.clear_instance()


def outputs(notebook):
    """Cells as a reader sees them: without the ids of cells and processes, and without times."""
    cells = [(cell.source, cell.get("execution_count"), cell.get("outputs")) for cell in notebook.cells]
    return json.loads(re.sub(r"ipykernel_\d+", "ipykernel_1", json.dumps(cells)))


def text(notebook):
    return "".join(output.text for output in notebook.cells[-1].outputs)


EVERYTHING = (
    "import io, os, sys, warnings\nimport numpy as np\nimport pandas as pd\nimport matplotlib.pyplot as plt",
    "sys.path, os.getcwd(), __name__, sys.argv[0].endswith('.py'), sys.stdin.read()",
    "print('out')\nprint('err', file=sys.stderr)\nwarnings.warn('look out')",
    "pd.DataFrame({'a': [1.5, None]})",
    "plt.plot([1, 3, 2]);",
    "figure, axes = plt.subplots()\naxes.text(0.5, 0.5, 'åäö $x^2$')\nfile = io.StringIO()\n"
    "plt.rcParams['svg.hashsalt'] = 'x'\nfigure.savefig(file, format='svg', metadata={'Date': None})\nfile.getvalue()",
    "%matplotlib inline\nplt.rcParams['backend'], plt.get_backend()",
    "get_ipython().__class__, len(In), sorted(Out)",
    "import subprocess\nsubprocess.run(['echo', 'x'], capture_output=True).stdout",
    "os.environ['OPENBLAS_NUM_THREADS'], os.environ.get('UTFALL_WARM_KERNELS'), bool(os.environ['MPLBACKEND'])",
    TABLE,
    CHART + f"show_chart({SVG!r}, 'alt', 'title')",
    "from IPython.display import clear_output\nshown = display('before', display_id='one')\nprint('seen')",
    "display('wiped')\nclear_output()\nshown.update('after')",
    "import asyncio\nawait asyncio.sleep(0, 'awaited')",
    "!echo from a shell",
)


def ordinary(path, parameters, monkeypatch):
    """What papermill's own engine makes of a notebook in Jupyter's own kernel."""
    for name, value in ONE_THREAD.items():
        monkeypatch.setenv(name, value)
    return execute_notebook(str(path), None, parameters, cwd=str(path.parent), progress_bar=False)


def test_a_warm_kernel_gives_the_same_outputs_cell_by_cell_as_a_plain_one(tmp_path, monkeypatch, warm):
    skipped = new_code_cell("'not run'", metadata={"tags": ["skip-execution"]})
    path = written(notebook_of(*map(new_code_cell, EVERYTHING), skipped), tmp_path)
    plain = ordinary(path, {"unit": "1"}, monkeypatch)
    warm(path)
    forked = [run_notebook(path, {"unit": "1"}, tmp_path / "warm.ipynb") for _ in range(2)]
    assert plain.cells[7].outputs, "the picture is there to be compared"
    assert outputs(forked[0]) == outputs(plain)
    assert outputs(forked[1]) == outputs(plain)


@pytest.mark.parametrize("name", ["stand-in", "monthly_report", "root_cause"])
@pytest.mark.slow
def test_reports_come_out_of_a_warm_kernel_as_out_of_an_ordinary_one(name, tmp_path, monkeypatch, warm):
    path = written(standin(), tmp_path)
    if name != "stand-in":
        path = shutil.copy(ROOT / "notebooks" / f"{name}.ipynb", tmp_path)
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data")  # a notebook may keep something beside them
    parameters = {"unit": "1" if name == "stand-in" else "Reumatologmottagningen", "data": str(tmp_path / "data")}
    plain = ordinary(Path(path), parameters, monkeypatch)
    shutil.rmtree(tmp_path / "data")
    shutil.copytree(ROOT / "data" / "demo", tmp_path / "data")
    warm(Path(path))
    forked = run_notebook(Path(path), parameters, tmp_path / "warm.ipynb")
    assert sum(bool(cell.get("outputs")) for cell in plain.cells) >= 5
    assert outputs(forked) == outputs(plain)


def test_an_error_looks_the_same_in_a_warm_kernel(tmp_path, warm):
    path = written(notebook_of(new_code_cell("def f(n):\n    return 1 / n\n\nf(0)")), tmp_path)
    failures = []
    for start in (lambda: None, lambda: warm(path)):
        start()
        with pytest.raises(NotebookFailed) as caught:
            run_notebook(path, {"unit": "1"}, tmp_path / "x.ipynb")
        failures.append(caught.value.failure)
    assert failures[0] == failures[1]


def test_what_the_notebook_imports_is_imported_before_it_starts(tmp_path, warm):
    path = written(notebook_of(new_code_cell("import sys\nprint('wave' in sys.modules)\nimport wave")), tmp_path)
    assert text(run_notebook(path, {}, tmp_path / "x.ipynb")) == "False\n"
    warm(path)
    assert text(run_notebook(path, {}, tmp_path / "x.ipynb")) == "True\n"


def test_what_a_function_imports_is_learnt_from_the_first_kernel(tmp_path, warm):
    source = "import sys\nprint('wave' in sys.modules)\n__import__('wave');"
    path = written(notebook_of(new_code_cell(source)), tmp_path)
    warm(path)
    told = [text(run_notebook(path, {}, tmp_path / "x.ipynb")) for _ in range(2)]
    assert told == ["False\n", "True\n"]


STARTS_THREAD = "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()"


@pytest.mark.parametrize("how", ["import starts_thread", "__import__('starts_thread');"])
def test_a_module_that_starts_a_thread_is_left_to_the_kernels(tmp_path, monkeypatch, warm, how):
    (tmp_path / "starts_thread.py").write_text(STARTS_THREAD, encoding="utf-8")
    source = f"{WARM}\nimport sys\nprint('starts_thread' in sys.modules, 'wave' in sys.modules)\n{how}\nimport wave"
    path = written(notebook_of(new_code_cell(source)), tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")]))
    warm(path)
    for _ in range(2):
        assert text(run_notebook(path, {}, tmp_path / "x.ipynb")) == "True\nFalse True\n"


def test_two_kernels_do_not_share_random_numbers_or_variables(tmp_path, warm):
    source = "import random\nimport numpy as np\nleft = dir().count('mark')\nmark = 1\n"
    source += "print(left, random.random(), np.random.rand())"
    path = written(notebook_of(new_code_cell(source)), tmp_path)
    warm(path)
    first, second = (text(run_notebook(path, {}, tmp_path / "x.ipynb")).split() for _ in range(2))
    assert first[0] == second[0] == "0"
    assert first[1] != second[1]
    assert first[2] != second[2]


def test_a_warm_kernel_that_dies_or_hangs_is_told_like_a_plain_one(tmp_path, warm):
    path = written(failing_for("killed", "os.kill(os.getpid(), 9)"), tmp_path)
    warm(path)
    with pytest.raises(NotebookFailed) as caught:
        run_notebook(path, {"unit": "killed"}, tmp_path / "x.ipynb")
    assert caught.value.failure.kind is FailureKind.KERNEL
    hanging = written(failing_for("hangs", "__import__('threading').Event().wait()"), tmp_path, "hanging.ipynb")
    with pytest.raises(NotebookFailed) as caught:
        run_notebook(hanging, {"unit": "hangs"}, tmp_path / "x.ipynb", cell_seconds=1)
    assert caught.value.failure.kind is FailureKind.HANGING


def test_a_kernel_with_settings_of_its_own_is_a_plain_one(tmp_path, warm):
    path = written(notebook_of(new_code_cell(f"{WARM}\n1\n2")), tmp_path)
    warm(path)
    settings = {"extra_arguments": ["--InteractiveShell.ast_node_interactivity=all"], "engine_name": ENGINE}
    done = execute_notebook(str(path), None, {"unit": "1"}, progress_bar=False, **settings)
    told, *numbers = done.cells[-1].outputs
    assert told.text == "False\n"
    assert [number.data["text/plain"] for number in numbers] == ["1", "2"]


def test_when_the_server_dies_reports_run_in_plain_kernels(tmp_path, warm):
    source = f"{WARM}\nos.kill(os.getppid(), 9) if unit == 'kills server' else None"
    path = written(notebook_of(new_code_cell(source)), tmp_path)
    warm(path)
    assert text(run_notebook(path, {"unit": "kills server"}, tmp_path / "x.ipynb")) == "True\n"
    assert text(run_notebook(path, {"unit": "1"}, tmp_path / "x.ipynb")) == "False\n"


def gone(pid, seconds=20):
    """Whether a process ends within some seconds."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    ended, _, _ = select.select([watched], [], [], seconds)
    os.close(watched)
    return bool(ended)


ASKER = """
import os, sys
from utfall.publishing.warm.provisioner import WarmProcess
kernel = WarmProcess(os.environ["UTFALL_WARM_KERNELS"], ["-f", sys.argv[1]], os.getcwd(), dict(os.environ))
print(kernel.pid, flush=True)
sys.stdin.read()
"""


def test_a_kernel_ends_with_whoever_asked_for_it(tmp_path, warm):
    environment = warm(written(small_report(), tmp_path))
    asker = subprocess.Popen(
        [sys.executable, "-c", ASKER, str(tmp_path / "connection.json")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
    )
    kernel = int(asker.stdout.readline())
    os.kill(kernel, 0)
    asker.kill()
    asker.communicate()
    assert gone(kernel)


def test_the_server_ends_with_whoever_started_it(tmp_path):
    path = written(small_report(), tmp_path)
    script = (
        "import os, sys\nfrom pathlib import Path\nfrom utfall.publishing.warm.session import warm_kernels\n"
        "with warm_kernels([Path(sys.argv[1])]) as environment:\n"
        "    print(environment['UTFALL_WARM_KERNELS'], flush=True)\n    sys.stdin.read()"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    address = starter.stdout.readline().strip()
    kernel = WarmProcess(address, ["-f", str(tmp_path / "connection.json")], str(tmp_path), dict(os.environ))
    with open(f"/proc/{kernel.pid}/stat", encoding="utf-8") as stat:
        server = int(stat.read().rsplit(")", 1)[1].split()[1])
    kernel.kill()
    assert kernel.wait() == -signal.SIGKILL
    starter.kill()
    starter.communicate()
    assert gone(server)
    assert not Path(address).parent.exists()


def test_a_whole_run_in_warm_kernels_gives_the_same_pages_as_in_plain_ones(tmp_path):
    told = new_code_cell(f"{WARM}")
    path = written(notebook_of(new_markdown_cell("## Utfall"), new_code_cell(TABLE), told), tmp_path)
    plan = make_plan(path, "2026-10", tmp_path, NODES[:2])
    results = {
        name: render_reports(plan, out=tmp_path / name, workers=2, progress=False, warm=name == "warm")
        for name in ("warm", "plain")
    }
    assert ["True" in warnings[0] for warnings in results["warm"].warnings.values()] == [True, True]
    assert ["False" in warnings[0] for warnings in results["plain"].warnings.values()] == [True, True]
    pages = [{p.name: p.read_bytes() for p in result.index.parent.glob("*.html")} for result in results.values()]
    assert pages[0] == pages[1]


def test_the_imports_of_a_notebook_are_read_from_its_cells(tmp_path):
    cells = [
        "import a.b as c, d\nfrom e import f, g",
        "%matplotlib inline\nimport unseen",
        "def h():\n    from i import *",
    ]
    path = written(notebook_of(*map(new_code_cell, cells), new_markdown_cell("import no")), tmp_path)
    assert session.imports_of([path]) == ["a.b", "d", "e", "e.f", "e.g", "i"]


def test_without_notebooks_or_where_the_provisioner_is_unknown_there_is_no_server(tmp_path, monkeypatch):
    with session.warm_kernels([]) as environment:
        assert environment == {}
    monkeypatch.setattr(session, "PROVISIONER", "nobody-registered-this")
    path = written(small_report(), tmp_path)
    assert json.loads(path.read_text(encoding="utf-8"))["cells"]
    with session.warm_kernels([path]) as environment:
        assert environment == {}
