"""Writing a region's folder: registers as YAML, and the finished folder moved into place in one step."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml

from utfall.errors import InvalidParameter

REGION_FILE = "region.yaml"
"""The file that makes a folder a region."""


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes dates as dates and lists of plain values on one line, without anchors."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def write_yaml(content: Mapping[str, object], path: Path, comment: str) -> None:
    """Write a register, with a comment first.

    Parameters
    ----------
    content : mapping
        What the file holds.
    path : Path
        The file.
    comment : str
        One line.
    """
    text = yaml.dump(
        dict(content), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=110, default_flow_style=None
    )
    path.write_text(f"# {comment}\n{text}", encoding="utf-8", newline="\n")


@contextmanager
def replaced_folder(directory: Path) -> Iterator[Path]:
    """Make a new folder to fill, which takes the place of `directory` when it is complete.

    Parameters
    ----------
    directory : Path
        Where the folder is wanted. An older region there stays until the new one is complete.

    Yields
    ------
    Path
        The folder to fill, beside `directory`.

    Raises
    ------
    InvalidParameter
        When `directory` exists and is not a region.
    """
    if directory.exists() and not _may_be_replaced(directory):
        raise InvalidParameter(
            f"{directory} exists and is not a region (it has no {REGION_FILE}); "
            "choose another folder, or empty this one."
        )
    directory.parent.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield unfinished
        unfinished.chmod(0o755)
        if directory.exists():
            old = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
            os.replace(directory, old / directory.name)
            try:
                os.replace(unfinished, directory)
            except OSError:
                os.replace(old / directory.name, directory)
                raise
            finally:
                shutil.rmtree(old, ignore_errors=True)
        else:
            os.replace(unfinished, directory)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _may_be_replaced(directory: Path) -> bool:
    if not directory.is_dir():
        return False
    return (directory / REGION_FILE).is_file() or not any(directory.iterdir())
