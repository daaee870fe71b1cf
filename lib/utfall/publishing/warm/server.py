"""The process that imports once and is forked for every kernel: ``python -m utfall.publishing.warm.server``."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import traceback
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from utfall.publishing.warm.rehearsal import rehearse
from utfall.publishing.warm.session import SERVER, single_threaded

NEVER_WARM = frozenset({"matplotlib_inline.backend_inline", "tqdm.auto", "tqdm.autonotebook", "tqdm.notebook"})
"""Modules that look for a notebook around them when they are imported, and so must be imported inside one."""

LEARN_FROM = 3
"""How many kernels are asked which modules they had to import themselves."""

PROBES = 5
"""How many modules that start threads are passed over before the rest is left to the kernels."""

PROBE_SECONDS = 15.0
"""How long an attempt to import them may take: kernels wait meanwhile."""

REQUEST_SECONDS = 10.0
"""How long a request may take to arrive."""

LONGEST_LINE = 1 << 20


def main() -> None:
    """Import what the notebooks import, then fork a kernel for each request until whoever started us is gone.

    Arguments: where to listen, and the modules to import.
    """
    address, *modules = sys.argv[1:]
    del sys.path[0]  # the folder we were started in, as ipykernel does it
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the run's to handle
    if not single_threaded():
        sys.exit("There is a thread already; a process with threads cannot be forked safely.")
    with _listener(address) as listener:
        for place, name in enumerate(modules):
            _import([name])
            if not single_threaded():
                _start_anew_without(modules, place, listener)
        signal.signal(signal.SIGCHLD, _bury)
        Server(listener).serve()
        _clear_away(Path(listener.getsockname()))


class Server:
    """Forks kernels.

    Parameters
    ----------
    listener : socket
        Where requests come in: one line of JSON for each connection.
    """

    def __init__(self, listener: socket.socket) -> None:
        # Imported here and not above: these are modules that may have to be left out, see `_start_anew_without`.
        from utfall.publishing.warm import kernel
        from utfall.publishing.warm.application import WarmKernelApp

        self._listener = listener
        self._to_ask = LEARN_FROM
        self._run_kernel = kernel.run_kernel
        # The connection tells when the parent is gone; 1 is the parent that ipykernel does not look for.
        self._app = WarmKernelApp.instance(parent_handle=1)
        self._app.prepare()
        if not single_threaded():
            sys.exit("A thread was started by what the user's own IPython loads; kernels will be plain ones.")
        _freeze()

    def serve(self) -> None:
        """Answer requests until the standard input ends."""
        while True:
            readable, _, _ = select.select([self._listener, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            connection, _ = self._listener.accept()
            with contextlib.suppress(OSError, ValueError, KeyError):
                self._answer(connection)
            connection.close()

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(REQUEST_SECONDS)
        request = json.loads(read_line(connection))
        if "learn" in request:
            self._learn(request["learn"])
            return
        if os.fork() == 0:
            self._become_kernel(connection, request, tells=self._to_ask > 0)
        self._to_ask = max(0, self._to_ask - 1)

    def _become_kernel(self, connection: socket.socket, request: dict[str, Any], *, tells: bool) -> NoReturn:
        try:
            self._listener.close()
            connection.settimeout(None)
            self._run_kernel(self._app, connection, request, tells=tells)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)

    def _learn(self, modules: Sequence[str]) -> None:
        """Import what a kernel had to import itself, as far as it leaves this process without threads."""
        new = [name for name in modules if name not in sys.modules and name not in NEVER_WARM]
        for _ in range(PROBES):
            harmless = _probe(new)
            _import(harmless)
            new = new[len(harmless) + 1 :]  # after those the one that started a thread
            if not new:
                break
        _freeze()


def _probe(modules: Sequence[str]) -> Sequence[str]:
    """Modules that a process of its own could import, in order, before one started a thread."""
    if not modules:
        return modules
    reading, writing = os.pipe()
    attempt = os.fork()
    if attempt == 0:
        count = 0
        while count < len(modules):
            _import([modules[count]])
            if not single_threaded():
                break
            count += 1
        os.write(writing, str(count).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as answer:
        answered, _, _ = select.select([answer], [], [], PROBE_SECONDS)
        if not answered:
            os.kill(attempt, signal.SIGKILL)
        return modules[: int(answer.read() or b"0")]


def read_line(connection: socket.socket) -> bytes:
    """Read one line, without its end.

    Parameters
    ----------
    connection : socket
        A stream socket.

    Returns
    -------
    bytes

    Raises
    ------
    ConnectionError
        When the other end has gone, or the line is longer than any we send.
    """
    line = bytearray()
    while not line.endswith(b"\n"):
        part = connection.recv(65536)
        if not part or len(line) > LONGEST_LINE:
            raise ConnectionError("the other end has gone")
        line += part
    return bytes(line[:-1])


def _listener(address: str) -> socket.socket:
    """Listen, and say so, before the imports: requests wait meanwhile."""
    if address.isdecimal():
        return socket.socket(fileno=int(address))
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("listening", flush=True)
    return listener


def _clear_away(address: Path) -> None:
    """Remove our address and its folder: whoever started us, and would have done it, has been killed."""
    with contextlib.suppress(OSError):
        address.unlink()
        address.parent.rmdir()


def _start_anew_without(modules: Sequence[str], place: int, listener: socket.socket) -> NoReturn:
    """Leave out a module that starts a thread when imported: a process with threads cannot be forked safely."""
    listener.set_inheritable(True)
    others = [name for number, name in enumerate(modules) if number != place]
    os.execv(sys.executable, [*SERVER, str(listener.fileno()), *others])


def _import(modules: Iterable[str]) -> None:
    for name in modules:
        # A notebook that imports what is not there fails with its own error, in its own kernel.
        with contextlib.suppress(Exception):
            module = importlib.import_module(name)
            for public in getattr(module, "__all__", ()):
                getattr(module, public)  # a module that loads its parts when they are first asked for loads them now
    for name in NEVER_WARM:
        sys.modules.pop(name, None)


def _freeze() -> None:
    """Make the most of what is imported, and leave it out of garbage collection, which would copy shared memory."""
    rehearse()
    gc.collect()
    gc.freeze()


def _bury(signum: int, frame: types.FrameType | None) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


if __name__ == "__main__":
    main()
