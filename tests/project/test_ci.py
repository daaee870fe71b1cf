"""What runs on a clean checkout: nothing is hidden, nothing is asked, nothing is fetched by a hook."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.project.lockfiles import ROOT

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="shell scripts")


@pytest.fixture
def checkout(tmp_path):
    """A copy of the scripts, and a folder of stand-ins for the computer's own programs."""
    shutil.copytree(ROOT / ".ci", tmp_path / ".ci", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "bin").mkdir()
    add_program(tmp_path, "python3", "echo '3.11 '")
    return tmp_path


def add_program(checkout: Path, name: str, script: str) -> None:
    program = checkout / "bin" / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def run(checkout: Path, script: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / ".ci" / script],
        env={"PATH": f"{checkout / 'bin'}:{os.environ['PATH']}"},
        input="an answer nobody should wait for\n",
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("code", [0, 1, 2])
def test_the_exit_code_of_make_is_the_exit_code_of_the_run(checkout, code):
    add_program(checkout, "make", f"exit {code}")
    assert run(checkout, "run").returncode == code


def test_the_run_makes_test_to_the_end_without_standard_input(checkout):
    add_program(checkout, "make", 'echo "make $*"; cat; echo "ci=$CI"')
    lines = run(checkout, "run").stdout.splitlines()
    assert lines == ["make --no-print-directory --keep-going test", "ci=true"]


def test_a_missing_package_that_cannot_be_installed_is_named_and_stops_nothing(checkout):
    add_program(checkout, "dpkg-query", "exit 1")
    add_program(checkout, "id", "echo 1000")
    result = run(checkout, "system_packages")
    assert result.returncode == 0
    assert "will be skipped; to run them: sudo apt install chromium" in result.stdout


def test_root_installs_what_is_missing_and_nothing_else(checkout):
    add_program(checkout, "dpkg-query", 'case "$*" in *chromium*) exit 1 ;; *) echo installed ;; esac')
    add_program(checkout, "id", "echo 0")
    add_program(checkout, "apt-get", 'echo "$*" >>"$(dirname "$0")/asked"')
    assert run(checkout, "system_packages").returncode == 0
    update, install = (checkout / "bin" / "asked").read_text().splitlines()
    assert update.startswith("update")
    assert install.endswith("--no-install-recommends chromium")


def test_a_failing_package_source_stops_nothing(checkout):
    add_program(checkout, "dpkg-query", "exit 1")
    add_program(checkout, "id", "echo 0")
    add_program(checkout, "apt-get", "exit 100")
    result = run(checkout, "system_packages")
    assert result.returncode == 0
    assert "Could not install chromium" in result.stdout


def test_nothing_is_said_or_done_when_nothing_is_missing(checkout):
    add_program(checkout, "dpkg-query", "echo installed")
    add_program(checkout, "apt-get", "exit 100")
    result = run(checkout, "system_packages")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def hooks() -> list[dict]:
    (repository,) = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert repository["repo"] == "local"
    return repository["hooks"]


@pytest.mark.parametrize("hook", hooks(), ids=lambda hook: hook["id"])
def test_a_hook_runs_from_the_environment_and_downloads_nothing(hook):
    program, *arguments = hook["entry"].split()
    assert hook["language"] == "system"
    assert program.startswith(".venv/bin/")
    assert all((ROOT / argument).exists() for argument in arguments if argument.endswith(".py"))
