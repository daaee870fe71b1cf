"""The pages' style sheets, inlined: a page is one file."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from pathlib import Path

_FOLDER = Path(__file__).parent / "template"


@lru_cache(maxsize=1)
def report_style() -> str:
    """Style of a report page: the page's own, and that of the tables and charts in it."""
    return _compact(_own("page.css") + _presentation() + _own("report/report.css"))


@lru_cache(maxsize=1)
def index_style() -> str:
    """Style of the front page."""
    return _compact(_own("page.css") + _own("index/index.css"))


def _own(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _presentation() -> str:
    """Style of what results show of themselves."""
    return (resources.files("utfall.presentation") / "style.css").read_text(encoding="utf-8")


def _compact(css: str) -> str:
    """Drop comments and indentation; what is read is the source file."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in without_comments.splitlines() if line.strip())
