"""Files that are either whole or not there, and where a month's files lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from utfall.errors import UtfallError

_UNFINISHED = ".unfinished-"
"""How the name of a file that is being written begins; such a file is left only by a process that was killed."""


@dataclass(frozen=True)
class MonthFolder:
    """Where the files of one month lie.

    Parameters
    ----------
    path : Path
        The month's folder, such as ``reports/2026-10``.

    Examples
    --------
    >>> MonthFolder(Path("reports/2026-10")).page("division-kirurgi-20").as_posix()
    'reports/2026-10/division-kirurgi-20.html'
    """

    path: Path

    @property
    def index(self) -> Path:
        """The front page."""
        return self.path / "index.html"

    @property
    def status(self) -> Path:
        """What became of each report, for programs."""
        return self.path / "status.json"

    def page(self, slug: str) -> Path:
        """Page of one report."""
        return self.path / f"{slug}.html"

    def notebook(self, slug: str) -> Path:
        """Executed notebook of one report."""
        return self.path / "notebooks" / f"{slug}.ipynb"

    def unfinished_notebook(self, slug: str) -> Path:
        """Where a notebook is written while it runs; in the folder of the finished one."""
        return self.path / "notebooks" / f"{_UNFINISHED}{os.getpid()}-{slug}.ipynb"

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Make the folders and keep other runs out: two at once would overwrite each other's front page.

        What a killed run left half-written is cleared away.

        Raises
        ------
        UtfallError
            When another run is at work in the folder.
        """
        (self.path / "notebooks").mkdir(parents=True, exist_ok=True)
        with _locked(self.path):
            self._clear()
            yield

    def _clear(self) -> None:
        for folder in (self.path, self.path / "notebooks"):
            for leftover in folder.glob(f"{_UNFINISHED}*"):
                leftover.unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a lock on a folder, which the system releases however the process ends."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        yield
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise UtfallError(f"Another run is making reports in {folder}; wait until it is done, or stop it.") from None
    except OSError:  # a file system without locks
        pass
    try:
        yield
    finally:
        os.close(handle)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old one or the new one, never a part.

    Parameters
    ----------
    path : Path
        The file.
    text : str
        Its new content; written as UTF-8, with the line ends it has.
    """
    unfinished = path.with_name(f"{_UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with unfinished.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
