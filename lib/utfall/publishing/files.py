"""Files that are either whole or not there, and where a month's files lie."""

from __future__ import annotations

import glob
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from utfall.errors import UtfallError

DATA = "data"
"""Folder of the figures behind tables and charts, below a month's."""

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

    def pdf(self, slug: str) -> Path:
        """The same report as PDF."""
        return self.path / f"{slug}.pdf"

    @property
    def volume(self) -> Path:
        """The board's collected volume, a PDF."""
        return self.path / "samlad-rapport.pdf"

    def workbook(self, slug: str) -> Path:
        """The figures of one report, as an Excel workbook."""
        return self.path / DATA / f"{slug}.xlsx"

    def csv(self, slug: str, number: str) -> Path:
        """The figures of one table or chart of a report."""
        return self.path / DATA / f"{slug}-{number}.csv"

    def files_of(self, slug: str) -> Iterator[Path]:
        """Every file of one report that is there."""
        numbered = re.compile(rf"{re.escape(slug)}-\d+-\d+\.csv")
        data = self.path / DATA
        found = (path for path in data.glob(f"{glob.escape(slug)}-*.csv") if numbered.fullmatch(path.name))
        for path in (self.page(slug), self.pdf(slug), self.notebook(slug), self.workbook(slug), *found):
            if path.exists():
                yield path

    def remove(self, slug: str) -> None:
        """Remove every file of one report."""
        for path in list(self.files_of(slug)):
            path.unlink(missing_ok=True)

    def relative(self, path: Path) -> str:
        """A file's path below the month's folder, as ``status.json`` has it."""
        return path.relative_to(self.path).as_posix()

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
        for folder in self._folders:
            folder.mkdir(parents=True, exist_ok=True)
        with _locked(self.path):
            self._clear()
            yield

    @property
    def _folders(self) -> tuple[Path, ...]:
        return (self.path, self.path / "notebooks", self.path / DATA)

    def _clear(self) -> None:
        for folder in self._folders:
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


def write_whole(path: Path, content: str | bytes) -> str:
    """Write a file so that a reader sees the old one or the new one, never a part, also after a power cut.

    Parameters
    ----------
    path : Path
        The file.
    content : str or bytes
        Its new content; text is written as UTF-8, with the line ends it has.

    Returns
    -------
    str
        SHA-256 of what was written.

    Raises
    ------
    OSError
        When it cannot be written; the old file is then left as it was.
    """
    written = content.encode() if isinstance(content, str) else content
    unfinished = path.with_name(f"{_UNFINISHED}{os.getpid()}-{path.name}")
    try:
        with unfinished.open("wb") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())  # else the name may reach the disk before the content does
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)
    return hashlib.sha256(written).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file's content; empty when there is no such file.

    Examples
    --------
    >>> file_digest(Path("no such file"))
    ''
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
