"""The pages' style sheets, inlined: a page is one file."""

from __future__ import annotations

import re
from functools import lru_cache

from utfall.presentation.theme import stylesheet
from utfall.publishing.pages import TEMPLATES


@lru_cache(maxsize=1)
def report_style() -> str:
    """Style of a report page: the page's own, and that of the tables and charts in it."""
    return _compact(_own("page.css") + stylesheet() + _own("report/report.css"))


@lru_cache(maxsize=1)
def index_style() -> str:
    """Style of the front page."""
    return _compact(_own("page.css") + _own("index/index.css"))


def _own(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def _compact(css: str) -> str:
    """Drop comments and indentation; what is read is the source file."""
    without_comments = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return "".join(f"{line.strip()}\n" for line in without_comments.splitlines() if line.strip())
