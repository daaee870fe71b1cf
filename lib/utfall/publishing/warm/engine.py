"""A papermill engine that spends little of its own: papermill's client, waiting on the sockets themselves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from time import monotonic
from typing import Any

import zmq
from jupyter_client.manager import KernelManager
from nbclient.client import timestamp
from nbclient.exceptions import CellExecutionComplete, CellTimeoutError, DeadKernelError
from nbclient.util import run_hook, run_sync
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import NBClientEngine
from papermill.log import logger

LOOK_SECONDS = 1.0
"""How often a silent kernel is asked after."""


class WarmEngine(NBClientEngine):
    """Runs a notebook as papermill's own engine does, with the same outputs, for less.

    Registered with papermill as ``utfall-warm``. Whether its kernels are warm is the kernel provisioner's matter: where
    there are none, the engine runs plain ones.
    """

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man: Any,
        kernel_name: str,
        log_output: bool = False,
        stdout_file: Any = None,
        stderr_file: Any = None,
        start_timeout: int = 60,
        execution_timeout: int | None = None,
        **kwargs: Any,
    ) -> NotebookNode:
        """Run a notebook; called by papermill.

        Parameters
        ----------
        nb_man : NotebookExecutionManager
            The notebook and its state.
        kernel_name : str
            The kernel's name.
        log_output : bool
            Whether outputs are logged.
        stdout_file, stderr_file : file, optional
            Where outputs are written too.
        start_timeout : int
            Seconds a kernel may take to start.
        execution_timeout : int, optional
            Seconds a cell may take.
        **kwargs
            What else nbclient's client is to be set to.

        Returns
        -------
        NotebookNode
        """
        settings = {name: value for name, value in kwargs.items() if name not in ("input_path", "startup_timeout")}
        settings["timeout"] = execution_timeout or settings.get("timeout")
        client = BlockingNotebookClient(
            nb_man,
            kernel_name=kernel_name,
            startup_timeout=start_timeout,
            log=logger,
            log_output=log_output,
            stdout_file=stdout_file,
            stderr_file=stderr_file,
            **settings,
        )
        notebook: NotebookNode = client.execute()
        return notebook


class BlockingNotebookClient(PapermillNotebookClient):
    """Papermill's client without an event loop.

    nbclient waits for each message of a kernel in a task of its own, which costs more than a small cell. One cell runs
    at a time, so there is nothing to do meanwhile, and this client waits for the two sockets in the plain way. What the
    messages mean is left to nbclient.
    """

    def create_kernel_manager(self) -> KernelManager:
        """Make the manager of a kernel, on the process's own ZeroMQ context."""
        self.km = KernelManager(kernel_name=self.kernel_name, context=zmq.Context.instance(), config=self.config)
        return self.km

    def start_new_kernel(self, **kwargs: Any) -> None:
        """Start a kernel."""
        arguments = list(self.extra_arguments)
        if self.km.ipykernel and not any(given.startswith("--HistoryManager.hist_file") for given in arguments):
            arguments.append(f"--HistoryManager.hist_file={self.ipython_hist_file}")
        self.km.start_kernel(extra_arguments=arguments, **kwargs)

    def start_new_kernel_client(self) -> Any:
        """Connect to the kernel, and wait until it answers."""
        try:
            self.kc = self.km.client()
            self.kc.start_channels(stdin=False, hb=False, control=False)
            self._shell, self._iopub = self.kc.shell_channel.socket, self.kc.iopub_channel.socket
            self._poller = zmq.Poller()
            self._poller.register(self._shell, zmq.POLLIN)
            self._poller.register(self._iopub, zmq.POLLIN)
            self._wait_until_ready()
        except BaseException:
            self._cleanup_kernel()
            raise
        _call(self.on_notebook_start, notebook=self.nb)
        return self.kc

    def _wait_until_ready(self) -> None:
        deadline = monotonic() + self.startup_timeout
        silent = {self._shell, self._iopub}
        while silent:
            self.kc.kernel_info()  # again each time: what a kernel publishes before we are connected is lost
            ask_again = monotonic() + LOOK_SECONDS
            while silent and monotonic() < ask_again:
                silent.difference_update(socket for socket, _ in self._messages(ask_again))
            if silent and not self.km.is_alive():
                raise RuntimeError("The kernel died before it answered.")
            if silent and monotonic() > deadline:
                raise RuntimeError(f"The kernel did not answer in {self.startup_timeout:g} seconds.")

    def _messages(self, until: float) -> Iterator[tuple[zmq.Socket, dict[str, Any]]]:
        """Wait for the kernel to say something, and give all it has said."""
        for socket, _ in self._poller.poll(max(0, math.ceil((until - monotonic()) * 1000))):
            while (message := self.kc.session.recv(socket)[1]) is not None:
                yield socket, message

    def execute_cell(
        self, cell: NotebookNode, cell_index: int, execution_count: int | None = None, store_history: bool = True
    ) -> NotebookNode:
        """Run one cell.

        Parameters
        ----------
        cell : NotebookNode
            The cell; its outputs are put into it.
        cell_index : int
            Its place.
        execution_count : int, optional
            Its number, when that is not to be the kernel's.
        store_history : bool
            Whether the kernel counts and remembers it.

        Returns
        -------
        NotebookNode
            The cell.

        Raises
        ------
        CellExecutionError
            When the cell raised an error that is not allowed.
        CellTimeoutError
            When it ran too long.
        DeadKernelError
            When the kernel died.
        """
        _call(self.on_cell_start, cell=cell, cell_index=cell_index)
        tags = cell.metadata.get("tags", [])
        if cell.cell_type != "code" or not cell.source.strip() or self.skip_cells_with_tag in tags:
            return cell
        if self.record_timing:
            cell.metadata["execution"] = {}
        _call(self.on_cell_execute, cell=cell, cell_index=cell_index)
        goes_on = not self.force_raise_errors and (self.allow_errors or "raises-exception" in tags)
        request = self.kc.execute(
            cell.source, store_history=store_history, allow_stdin=False, stop_on_error=not goes_on
        )
        _call(self.on_cell_complete, cell=cell, cell_index=cell_index)
        self.code_cells_executed += 1
        cell.outputs = []
        self.clear_before_next_output = False
        reply = self._outcome(request, cell, cell_index)
        if execution_count:
            cell.execution_count = execution_count
        _call(self.on_cell_executed, cell=cell, cell_index=cell_index, execute_reply=reply)
        if reply["content"]["status"] == "error":
            run_sync(self._check_raise_for_error)(cell, cell_index, reply)
        self.nb.cells[cell_index] = cell
        return cell

    def _outcome(self, request: str, cell: NotebookNode, cell_index: int) -> dict[str, Any]:
        """Collect a cell's outputs until the kernel has both answered and come to rest."""
        seconds = self._get_timeout(cell)
        deadline = monotonic() + seconds if seconds else float("inf")
        reply: dict[str, Any] | None = None
        at_rest = False
        while reply is None or not at_rest:
            look = min(deadline, monotonic() + LOOK_SECONDS)
            for socket, message in self._messages(look):
                if message["parent_header"].get("msg_id") != request:
                    continue
                if socket is self._shell:
                    reply, deadline = message, monotonic() + self.iopub_timeout
                    if self.record_timing:
                        cell.metadata["execution"]["shell.execute_reply"] = timestamp(message)
                    continue
                try:
                    self.process_message(message, cell, cell_index)
                except CellExecutionComplete:
                    at_rest = True
            if monotonic() < look or (reply and at_rest):
                continue
            if reply is None and not self.km.is_alive():
                raise DeadKernelError("Kernel died")
            if monotonic() >= deadline:
                if reply is not None:
                    raise CellTimeoutError.error_from_timeout_and_cell(
                        "Timeout waiting for IOPub output", self.iopub_timeout, cell
                    )
                reply = run_sync(self._async_handle_timeout)(seconds, cell)  # raises, or interrupts the cell
                deadline = monotonic() + (seconds if reply is None else self.iopub_timeout)
        return reply

    def wait_for_reply(self, msg_id: str, cell: NotebookNode | None = None) -> dict[str, Any]:
        """Wait for the answer to another message than a cell's.

        Parameters
        ----------
        msg_id : str
            The message.
        cell : NotebookNode, optional
            Not used; nbclient has it.

        Returns
        -------
        dict
            The answer.
        """
        while True:
            look = monotonic() + LOOK_SECONDS
            for socket, message in self._messages(look):
                if socket is self._shell and message["parent_header"].get("msg_id") == msg_id:
                    return message
            if monotonic() >= look and not self.km.is_alive():
                raise DeadKernelError("Kernel died")

    def _cleanup_kernel(self) -> None:
        """Stop the kernel and close the connections to it."""
        try:
            if self.km.is_alive():
                self.km.shutdown_kernel(now=self.shutdown_kernel == "immediate")
        finally:
            self.km.cleanup_resources()
            if self.kc is not None:
                self.kc.shell_channel.stop()
                self.kc.iopub_channel.stop()
            self.kc = self.km = None


def _call(hook: Any, **arguments: Any) -> None:
    """Call one of nbclient's hooks, which may be a coroutine."""
    if hook is not None:
        run_sync(run_hook)(hook, **arguments)
