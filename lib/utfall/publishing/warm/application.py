"""The kernel application in two halves: what the server makes once, and what each fork adds."""

from __future__ import annotations

import logging
import sys
import uuid
from collections.abc import Sequence
from typing import Any

from ipykernel.kernelapp import IPKernelApp
from zmq.eventloop.zmqstream import ZMQStream

from utfall.publishing.warm.session import HISTORY_IN_MEMORY

PREPARED = ("--HistoryManager.enabled=False", "--IPKernelApp.log_level=ERROR")
"""No database of what was typed, which nobody will ask for, and no log, which nobody will read."""


class WarmKernelApp(IPKernelApp):
    """An ipykernel whose shell and kernel exist before the process does.

    Configuration, the interactive shell and the kernel object take most of the time ipykernel needs to start, and
    touch most of the memory that a fork has to copy. They need no thread and no socket, so `prepare` makes them in
    the server, once; `initialize` connects them in the fork. There is no heartbeat: the provisioner's connection
    tells when the kernel has died, and no debugger.
    """

    def prepare(self) -> None:
        """Make the shell and the kernel, without connections; called in the server."""
        super(IPKernelApp, self).initialize([HISTORY_IN_MEMORY, *PREPARED])
        self.init_pdb()
        self.kernel = self.kernel_class.instance(
            parent=self, log=self.log, profile_dir=self.profile_dir, user_ns=self.user_ns
        )
        self.log.setLevel(logging.ERROR)  # the application sets the level of its handlers alone
        self.init_path()
        self.init_shell()
        self.init_extensions()
        self.init_code()
        self.kernel.shell.display_formatter.format(self)  # makes the formatters

    def initialize(self, argv: Sequence[str] | None = None) -> None:
        """Connect the kernel; called in the fork.

        Parameters
        ----------
        argv : sequence of str
            ``-f`` and the connection file.
        """
        assert argv is not None
        self.connection_file = argv[argv.index("-f") + 1]
        self.init_connection_file()
        self.init_sockets()
        self._ports = {name: getattr(self, f"{name}_port") for name in ("shell", "iopub", "stdin", "hb", "control")}
        self.init_io()
        self.init_signal()
        self.init_kernel()
        self.kernel.shell.init_environment()  # once more: the environment is now that of this report
        self.init_gui_pylab()
        sys.stdout.flush()
        sys.stderr.flush()

    def init_kernel(self) -> None:
        """Give the prepared kernel its connections and an identity of its own."""
        kernel = self.kernel
        self.shell_channel_thread.shell_stream = ZMQStream(self.shell_socket, self.shell_channel_thread.io_loop)
        connections: dict[str, Any] = {
            "session": self.session,
            "shell_stream": self.shell_channel_thread.shell_stream,
            "control_stream": ZMQStream(self.control_socket, self.control_thread.io_loop),
            "control_thread": self.control_thread,
            "shell_channel_thread": self.shell_channel_thread,
            "iopub_thread": self.iopub_thread,
            "iopub_socket": self.iopub_socket,
            "stdin_socket": self.stdin_socket,
            "ident": str(uuid.uuid4()),
        }
        self.control_thread.start()
        self.shell_channel_thread.start()
        for name, connection in connections.items():
            setattr(kernel, name, connection)
        for publisher in (kernel.shell.displayhook, kernel.shell.display_pub):
            publisher.session = self.session
            publisher.pub_socket = self.iopub_socket
        kernel.shell.displayhook.topic = kernel._topic("execute_result")
        kernel.record_ports({f"{name}_port": port for name, port in self._ports.items()})
        self.displayhook.get_execution_count = lambda: kernel.execution_count
