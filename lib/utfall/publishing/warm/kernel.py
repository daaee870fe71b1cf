"""What a fork of the server becomes: an ordinary ipykernel."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import sys
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from utfall.publishing.warm.application import WarmKernelApp

ASK = b"?"
"""What the provisioner sends to hear which modules the kernel has imported itself."""

_FOUND = importlib.util.find_spec("ipykernel_launcher")
LAUNCHER = str(_FOUND.origin) if _FOUND else "ipykernel_launcher"
"""The file that would have started a plain kernel."""


def run_kernel(app: WarmKernelApp, connection: socket.socket, request: Mapping[str, Any], *, tells: bool) -> None:
    """Run a kernel until it is shut down, killed, or whoever asked for it is gone.

    Parameters
    ----------
    app : WarmKernelApp
        The prepared kernel.
    connection : socket
        To the provisioner; lives as long as the kernel, so that each end sees when the other is gone.
    request : mapping
        ``argv`` of ipykernel, ``cwd`` and ``env``.
    tells : bool
        Whether the kernel will be asked what it imported.
    """
    os.setsid()  # signals reach the kernel and what it starts, as with a plain kernel
    os.chdir(request["cwd"])
    os.environ.clear()
    os.environ.update(request["env"])
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    sys.argv = [LAUNCHER, *request["argv"]]
    _reseed()
    connection.sendall(json.dumps({"pid": os.getpid(), "tells": tells}).encode() + b"\n")
    # Looking through all modules would touch, and so copy, much of the server's memory.
    before = frozenset(sys.modules) if tells else frozenset()
    threading.Thread(target=_attend, args=(connection, before), daemon=True).start()

    app.initialize(request["argv"])
    app.start()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _attend(connection: socket.socket, before: frozenset[str]) -> None:
    """Answer the provisioner's question, and stop when it is gone."""
    try:
        while connection.recv(1) == ASK:
            modules = [
                name
                for name, module in list(sys.modules.items())
                if name not in before and getattr(module, "__spec__", None) is not None
            ]
            connection.sendall(json.dumps(modules).encode() + b"\n")
    except OSError:
        pass
    os._exit(1)


def _reseed() -> None:
    """Give the kernel random numbers of its own: numpy, unlike Python, would repeat the same in every fork."""
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()
