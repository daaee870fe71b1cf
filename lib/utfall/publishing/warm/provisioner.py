"""How Jupyter gets a warm kernel: a kernel provisioner that asks the server for a fork."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_client.provisioning import LocalProvisioner

from utfall.publishing.warm.kernel import ASK
from utfall.publishing.warm.server import read_line
from utfall.publishing.warm.session import ADDRESS, DEFAULT_PROVISIONER, HISTORY_IN_MEMORY

LAUNCHER = "ipykernel_launcher"
"""The module that starts a plain kernel."""

FORK_SECONDS = 30.0
"""How long the server may take to fork; it may be importing what an earlier kernel taught it."""

DEATH_SECONDS = 1.0
"""How long a killed kernel may take to be gone before it is asked after again."""


class WarmProvisioner(LocalProvisioner):
    """Provides kernels forked from a server that has everything imported.

    Registered with Jupyter as ``utfall-warm``. Without a server, for another kernel than ipykernel, or for one with
    settings of its own, it starts a plain process like the provisioner it extends.
    """

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Start a kernel and return where to connect to it.

        Parameters
        ----------
        cmd : list of str
            The command that would start a plain kernel.
        **kwargs
            Its ``env`` and ``cwd``, and what else `subprocess.Popen` takes.

        Returns
        -------
        dict
            Connection information.
        """
        address = os.environ.get(ADDRESS)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :] if LAUNCHER in cmd else []
        if address is None or arguments[:1] != ["-f"] or not set(arguments[2:]) <= {HISTORY_IN_MEMORY}:
            return await super().launch_kernel(cmd, **kwargs)
        folder = str(kwargs.get("cwd") or os.getcwd())
        try:
            self.process = WarmProcess(address, arguments, folder, kwargs["env"])
        except (OSError, ValueError):
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.process.pid  # without a group of its own: signals go through the process
        self.cwd = folder
        return self.connection_info


class WarmProcess:
    """A forked kernel, with as much of `subprocess.Popen` as a provisioner uses.

    Parameters
    ----------
    address : str
        The server's address.
    argv : sequence of str
        Arguments of ipykernel.
    cwd : str
        The kernel's folder.
    env : mapping
        The kernel's environment.

    Raises
    ------
    OSError
        When the server does not answer.
    """

    stdin = stdout = stderr = None

    def __init__(self, address: str, argv: Sequence[str], cwd: str, env: Mapping[str, str]) -> None:
        self._address = address
        self._connection = _connect(address)
        own = {name: value for name, value in env.items() if name not in (ADDRESS, DEFAULT_PROVISIONER)}
        request = {"argv": list(argv), "cwd": cwd, "env": {**own, "JPY_PARENT_PID": str(os.getpid())}}
        try:
            self._connection.sendall(json.dumps(request).encode() + b"\n")
            answer = json.loads(read_line(self._connection))
        except BaseException:
            self._connection.close()
            raise
        self.pid: int = answer["pid"]
        self._tells: bool = answer["tells"]
        self._signalled = False
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Tell whether the process has ended: its exit code, or ``None`` while it runs."""
        if self.returncode is None and self._ended(DEATH_SECONDS if self._signalled else 0.0):
            self._connection.close()
            self.returncode = -signal.SIGKILL if self._signalled else 1
        return self.returncode

    def wait(self) -> int:
        """Wait until the process has ended.

        Returns
        -------
        int
            A code other than 0: a kernel is not expected to end by itself.
        """
        while self.poll() is None:
            self._ended(DEATH_SECONDS)
        assert self.returncode is not None
        return self.returncode

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process and what it has started, unless it has ended.

        Parameters
        ----------
        signum : int
            The signal; before one that kills, the kernel is asked what the server may learn.
        """
        if self.poll() is not None:
            return
        if signum == signal.SIGKILL:
            if self._tells:
                self._tells = False
                with contextlib.suppress(OSError, ValueError):
                    self._teach_server()
            self._signalled = True
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signum)

    def kill(self) -> None:
        """End the process at once."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Ask the process to end."""
        self.send_signal(signal.SIGTERM)

    def _ended(self, seconds: float) -> bool:
        """Whether the kernel's end of the connection is closed, which only its death does."""
        readable, _, _ = select.select([self._connection], [], [], seconds)
        return bool(readable) and self._connection.recv(1, socket.MSG_PEEK) == b""

    def _teach_server(self) -> None:
        self._connection.sendall(ASK)
        modules = json.loads(read_line(self._connection))
        with _connect(self._address) as connection:
            connection.sendall(json.dumps({"learn": modules}).encode() + b"\n")


def _connect(address: str) -> socket.socket:
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(FORK_SECONDS)
    try:
        connection.connect(address)
    except OSError:
        connection.close()
        raise
    return connection
