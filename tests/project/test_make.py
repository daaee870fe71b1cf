"""The commands of the project: each exists, does nothing twice, and says what to do when it cannot start."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import typer

from tests.project.lockfiles import ROOT
from utfall.cli import app

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")

NOW, LATER = 1_000_000_000, 1_000_000_100


def make(*arguments: str, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    # These tests may themselves run under make, whose settings are not theirs.
    outside = {k: v for k, v in os.environ.items() if k not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    return subprocess.run(
        ["make", "--no-print-directory", *arguments],
        cwd=root,
        env=outside,
        capture_output=True,
        text=True,
        check=False,
    )


def targets() -> list[str]:
    (names,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return names.split()


@pytest.mark.parametrize("target", targets())
def test_every_target_can_be_planned(target):
    planned = make("--dry-run", target)
    assert planned.returncode == 0, planned.stderr


def test_help_names_every_target_a_person_asks_for():
    listed = re.findall(r"^  make ([a-z-]+) +\S", make("help").stdout, re.MULTILINE)
    assert set(listed) == set(targets()) - {"setup-dev", "run-tests"} - {
        name for name in targets() if name.startswith("check-")
    }


def test_make_alone_helps():
    assert make().stdout == make("help").stdout


PAGES = [
    "README.md",
    "data/README.md",
    "reports/README.md",
    *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md")),
]


def commands_named(page: str, program: str) -> set[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return set(re.findall(rf"(?:^|`|\$ |\.venv/bin/){program} ([a-z][a-z-]*)", text, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_a_page_names_exists(page):
    assert commands_named(page, "make") <= set(targets())


@pytest.mark.parametrize("page", PAGES)
def test_every_utfall_command_a_page_names_exists(page):
    assert commands_named(page, "utfall") <= set(typer.main.get_command(app).commands)


def test_a_command_is_seen_wherever_a_page_names_it():
    assert commands_named("data/README.md", "utfall") >= {"check"}
    assert commands_named("data/README.md", "make") >= {"demo", "report"}


def test_the_readme_says_how_to_see_the_reports_and_how_to_test():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make report" in text
    assert "make test" in text


@pytest.fixture
def checkout(tmp_path):
    """The files that make looks at, all of the same age, everything installed and the region made."""
    root = tmp_path / "a folder with spaces"
    shutil.copytree(ROOT / ".ci", root / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(ROOT / name, root)
    for name in (
        "lib/utfall/demo/ledger.py",
        ".venv/.installed-run",
        ".venv/.installed-dev",
        "data/demo/region.yaml",
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).touch()
    for path in root.rglob("*"):
        os.utime(path, (NOW, NOW))
    return root


def age(path: Path, when: int) -> None:
    os.utime(path, (when, when))


def test_a_second_call_installs_nothing_and_makes_no_region(checkout):
    planned = make("--dry-run", "report", root=checkout).stdout
    assert ".ci/install" not in planned
    assert "utfall demo" not in planned
    assert "utfall report 2026-10" in planned


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml", ".ci/uv.txt", ".ci/install"])
def test_a_changed_lock_is_installed(checkout, changed):
    age(checkout / changed, LATER)
    assert ".ci/install requirements.lock" in make("--dry-run", "report", root=checkout).stdout


def test_the_development_lock_concerns_the_tests_only(checkout):
    age(checkout / "requirements-dev.lock", LATER)
    assert ".ci/install" not in make("--dry-run", "report", root=checkout).stdout
    assert ".ci/install requirements-dev.lock" in make("--dry-run", "test", root=checkout).stdout


def test_the_region_is_made_anew_when_its_code_has_changed(checkout):
    age(checkout / "lib/utfall/demo/ledger.py", LATER)
    assert "utfall demo" in make("--dry-run", "report", root=checkout).stdout


def test_the_region_is_made_when_it_is_missing(checkout):
    shutil.rmtree(checkout / "data")
    assert "utfall demo" in make("--dry-run", "report", root=checkout).stdout


def test_reports_on_ones_own_data_do_not_make_the_region(checkout):
    shutil.rmtree(checkout / "data")
    planned = make("--dry-run", "report", "DATA=my region", "PERIOD=2026-09", root=checkout).stdout
    assert "utfall demo" not in planned
    assert 'utfall report 2026-09 --data "my region"' in planned


def test_test_all_runs_the_slow_tests_and_test_does_not(checkout):
    assert '-m "not slow"' in make("--dry-run", "test", root=checkout).stdout
    assert "-m" not in re.findall(r"-m pytest (.*)", make("--dry-run", "test-all", root=checkout).stdout)[0].split()


def test_the_tests_run_the_examples_of_the_docstrings(checkout):
    assert "--doctest-modules lib/utfall" in make("--dry-run", "test", root=checkout).stdout


def test_clean_removes_what_was_made_and_keeps_the_reports(checkout):
    (checkout / "reports").mkdir()
    (checkout / "lib/utfall/__pycache__").mkdir()
    assert make("clean", root=checkout).returncode == 0
    assert not (checkout / ".venv").exists()
    assert not (checkout / "data/demo").exists()
    assert not (checkout / "lib/utfall/__pycache__").exists()
    assert (checkout / "reports").exists()
    assert (checkout / "lib/utfall/demo/ledger.py").exists()
