"""The page in a package for whoever opens it: what it is, and how it is checked with and without the kit."""

from __future__ import annotations

import textwrap
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from utfall.appendix.package.info import PackageInfo

WIDTH = 88
"""Letters of a line, so that the page can be read in any window."""

_TEMPLATE = Path(__file__).with_name("readme.j2")


def readme(info: PackageInfo, python: str) -> bytes:
    """Write the page for whoever opens the package.

    Parameters
    ----------
    info : PackageInfo
        Whose it is.
    python : str
        Version of Python the package was made with, such as "3.11.7".

    Returns
    -------
    bytes
        Plain text in Swedish, UTF-8, with the line ends of Windows.

    Examples
    --------
    >>> import datetime
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> readme(info, "3.11.7").decode().splitlines()[2:4]
    ['Svar', 'Ärende RS/2025/31, Region Exempel, 2026-11-22.']
    """
    minor = ".".join(python.split(".")[:2])
    template = Environment(undefined=StrictUndefined, autoescape=False).from_string(
        _TEMPLATE.read_text(encoding="utf-8")
    )
    filled = template.render(
        title=info.title,
        diary_number=info.diary_number,
        organisation=info.organisation,
        date=info.date.isoformat(),
        id=info.id,
        python=minor,
    )
    lines = [part for line in filled.splitlines() for part in _folded(line)]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _folded(line: str) -> list[str]:
    """Break a line at words; a command is left as it is, and a point of a list is indented."""
    if not line or line.startswith("    "):
        return [line]
    if line.startswith(" "):
        return textwrap.wrap(line.strip(), WIDTH, initial_indent="- ", subsequent_indent="  ", break_on_hyphens=False)
    return textwrap.wrap(line, WIDTH, break_on_hyphens=False, break_long_words=False)
