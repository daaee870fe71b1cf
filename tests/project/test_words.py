"""The project speaks of itself alone: no own folders, no package hosts, nothing fetched from outside."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.project.lockfiles import ROOT

OWN_FOLDER = re.compile(r"(?<![\w.~/])/(tmp|root|home|work|Users)/\w")
"""A folder that only its owner's computer has."""

PACKAGE_HOST = re.compile(r"pypi\.org|pythonhosted\.org|anaconda\.(org|com)|registry\.npmjs|deb\.debian\.org")
"""Where packages come from is each computer's own setting."""

FETCHED = re.compile(
    r"""<(?:script|img|iframe|source)\b[^>]*\bsrc\s*=\s*["']?(?:https?:)?//"""
    r"""|<link\b[^>]*\bhref\s*=\s*["']?(?:https?:)?//"""
    r"""|url\(\s*["']?(?:https?:)?//"""
    r"""|@import\s+(?:url\()?\s*["']?(?:https?:)?//""",
    re.IGNORECASE,
)
"""What a browser fetches when it shows a page."""

UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b")


def text_files(*suffixes: str) -> list[Path]:
    """Files that are or would be committed, but for generated ones and this one."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout, so what belongs to the project cannot be listed")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [
        path
        for path in paths
        if path.is_file()
        and path.suffix != ".lock"
        and path != Path(__file__)
        and (not suffixes or path.suffix in suffixes)
        and b"\0" not in path.read_bytes()[:8000]
    ]


def lines_with(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [OWN_FOLDER, PACKAGE_HOST], ids=["own folder", "package host"])
def test_no_file_of_the_project_names(pattern):
    assert lines_with(pattern, text_files()) == []


def test_no_page_or_stylesheet_fetches_anything_from_outside():
    pages = text_files(".j2", ".html", ".css", ".svg", ".py", ".ipynb")
    # Tests of the same rule hold pages that break it.
    assert lines_with(FETCHED, [path for path in pages if "tests" not in path.parts]) == []


def test_nothing_is_left_unfinished():
    assert lines_with(UNFINISHED, text_files(".py", ".ipynb", ".j2", ".css", ".md", ".toml", ".yml")) == []


@pytest.mark.parametrize("path", ["data/my-region/ledger.csv", "data/demo/ledger.parquet", "reports/2026-10/x.html"])
def test_a_regions_figures_are_not_committed_by_accident(path):
    ignored = subprocess.run(["git", "check-ignore", "--quiet", path], cwd=ROOT, check=False)
    if ignored.returncode == 128:
        pytest.skip("not a git checkout")
    assert ignored.returncode == 0


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (OWN_FOLDER, "see /home/anna/ledger.csv"),
        (OWN_FOLDER, 'open("/tmp/x")'),
        (PACKAGE_HOST, "https://pypi.org/simple"),
        (FETCHED, '<script src="https://example.org/x.js">'),
        (FETCHED, '<link rel="stylesheet" href="//example.org/x.css">'),
        (FETCHED, "background: url(https://example.org/x.png)"),
        (FETCHED, "@import 'https://example.org/x.css';"),
        (UNFINISHED, "# TODO: write this"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern, text):
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (OWN_FOLDER, "reports/home/x, tests/tmp/x and ../work/x"),
        (FETCHED, '<a href="https://example.org">källan</a>'),
        (FETCHED, '<svg xmlns="http://www.w3.org/2000/svg">'),
    ],
)
def test_the_patterns_leave_alone_what_they_are_not_for(pattern, text):
    assert not pattern.search(text)
