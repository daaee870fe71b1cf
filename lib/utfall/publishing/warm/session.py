"""The server's life: started before a run, gone after it."""

from __future__ import annotations

import ast
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from utfall.publishing.pool import ONE_THREAD

ADDRESS = "UTFALL_WARM_KERNELS"
"""Environment variable with the address of the server."""

SERVER = (sys.executable, "-m", "utfall.publishing.warm.server")
"""The command that starts the server; without ``-P``, which a kernel would take for its own."""

DEFAULT_PROVISIONER = "JUPYTER_DEFAULT_PROVISIONER_NAME"
"""Jupyter's own variable for who provides kernels whose specification does not say."""

PROVISIONER = "utfall-warm"
"""Name under which the package registers its kernel provisioner with Jupyter."""

HISTORY_IN_MEMORY = "--HistoryManager.hist_file=:memory:"
"""What nbclient tells every kernel; the only argument, beside the connection file, that a warm one is prepared for."""

KERNEL_MODULES = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")
"""What every kernel imports."""

INLINE = {"MPLBACKEND": "module://matplotlib_inline.backend_inline"}
"""Variable of the server: matplotlib finds what a kernel would have set."""


@contextmanager
def warm_kernels(notebooks: Iterable[Path]) -> Iterator[dict[str, str]]:
    """Keep a server of warm kernels while a run lasts.

    Parameters
    ----------
    notebooks : iterable of Path
        The notebooks that will be run; what they import, the server imports. None when there shall be no server.

    Yields
    ------
    dict
        Variables to set for the processes that run notebooks; empty where there are no warm kernels.
    """
    notebooks = list(notebooks)
    if not notebooks or not can_fork():
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="utfall-") as folder:
        address = str(Path(folder) / "warm")
        server = _start(address, [*KERNEL_MODULES, *imports_of(notebooks)])
        try:
            yield {ADDRESS: address, DEFAULT_PROVISIONER: PROVISIONER}
        finally:
            server.kill()
            server.communicate()


def can_fork() -> bool:
    """Whether kernels can be forked here.

    Forking a process that has loaded numerical libraries is sound on Linux, not on macOS, and unknown to Windows.
    """
    if sys.platform != "linux":
        return False
    return bool(importlib.metadata.entry_points(group="jupyter_client.kernel_provisioners", name=PROVISIONER))


def single_threaded() -> bool:
    """Whether this process has only one thread, also counting those of libraries where the system can tell."""
    try:
        return len(os.listdir("/proc/self/task")) == 1
    except OSError:
        return threading.active_count() == 1


def imports_of(notebooks: Iterable[Path]) -> list[str]:
    """Modules that notebooks import in their own cells, in order.

    Parameters
    ----------
    notebooks : iterable of Path
        The notebooks.

    Returns
    -------
    list of str
        Names of modules; a name imported *from* a module is among them, in case it is a module itself.
    """
    names: dict[str, None] = {}
    for notebook in notebooks:
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                names.update(dict.fromkeys(_imports("".join(cell["source"]))))
    return list(names)


def _imports(source: str) -> Iterator[str]:
    try:
        statements = list(ast.walk(ast.parse(source)))
    except SyntaxError:  # a cell with a magic command; its kernel imports for itself
        return
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            yield statement.module
            yield from (f"{statement.module}.{alias.name}" for alias in statement.names if alias.name != "*")


def _start(address: str, modules: Iterable[str]) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(
        [*SERVER, address, *modules],
        cwd=Path(address).parent,
        stdin=subprocess.PIPE,  # its end tells the server that the run is over
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**INLINE, **os.environ, **ONE_THREAD},
        start_new_session=True,
    )
    assert server.stdout is not None
    server.stdout.readline()  # it listens from here on, and answers when it has imported
    return server
