"""A computer's Pythons are many and odd; the right one is found, or a sentence says what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.project.lockfiles import ROOT, pythons

OLDEST, *_, NEWEST = pythons()

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell script")


@pytest.fixture
def path(tmp_path):
    """A folder with the few programs the script uses and no Python."""
    for program in ("sed", "dirname"):
        (tmp_path / program).symlink_to(shutil.which(program))
    return tmp_path


def add_python(path: Path, name: str, answer: str | None) -> None:
    """Add a Python that gives this answer about itself, or one that does not run."""
    script = path / name
    script.write_text("#!/bin/sh\nexit 127\n" if answer is None else f"#!/bin/sh\necho '{answer}'\n")
    script.chmod(0o755)


def find_python(path: Path, **settings: str) -> tuple[str, str]:
    found = subprocess.run(
        [ROOT / ".ci" / "find_python"],
        env={"PATH": str(path), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert bool(found.stdout) == (found.returncode == 0)
    return found.stdout.strip(), found.stderr.strip()


def test_the_python_that_runs_these_tests_is_found_suitable(path):
    found, complaint = find_python(path, PYTHON=sys.executable)
    assert (found, complaint) == (sys.executable, "")


def test_the_newest_allowed_python_is_chosen(path):
    add_python(path, "python3.11", "3.11 ")
    add_python(path, "python3.12", "3.12 ")
    add_python(path, "python3", "3.11 ")
    assert find_python(path)[0] == str(path / "python3.12")


def test_a_command_that_does_not_run_is_passed_over(path):
    add_python(path, "python3.13", None)
    add_python(path, "python3.11", "3.11 ")
    assert find_python(path)[0] == str(path / "python3.11")


def test_a_python_that_cannot_make_environments_is_passed_over_for_one_that_can(path):
    add_python(path, "python3.13", "3.13 venv")
    add_python(path, "python3", "3.11 ")
    assert find_python(path)[0] == str(path / "python3")


def test_without_the_venv_package_one_sentence_names_it(path):
    add_python(path, "python3", "3.11 venv")
    _, complaint = find_python(path)
    assert "sudo apt install python3.11-venv" in complaint
    assert complaint.count("\n") == 0


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.99"])
def test_a_python_out_of_range_is_refused_by_its_version(path, version):
    add_python(path, "python3", f"{version} ")
    _, complaint = find_python(path)
    assert complaint.startswith(f"utfall needs Python {OLDEST} to {NEWEST} and found only Python {version}: install")


def test_without_any_python_one_sentence_says_what_to_install(path):
    _, complaint = find_python(path)
    assert complaint.startswith(
        f"utfall needs Python {OLDEST} to {NEWEST} and found no Python: install Python {NEWEST}"
    )


def test_the_python_a_person_names_is_the_only_one_tried(path):
    add_python(path, "python3.13", "3.13 ")
    add_python(path, "mine", "3.11 ")
    add_python(path, "old", "3.9 ")
    assert find_python(path, PYTHON="mine")[0] == str(path / "mine")
    assert "found only Python 3.9" in find_python(path, PYTHON="old")[1]
