"""The page for whoever opens the package can be followed word by word."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from utfall.appendix.package import write_package
from utfall.appendix.package.readme import WIDTH, readme


@pytest.fixture
def page(info):
    return readme(info, "3.11.7").decode()


def test_it_names_the_case_and_where_its_root_hash_stands(page):
    words = " ".join(page.split())
    assert "Ärende RS/2025/31, Region Exempel, 2026-11-22." in words
    assert "ska stå i diariet för ärende RS/2025/31" in words


def test_it_says_what_is_not_proved(page):
    words = " ".join(page.split())
    assert "VAD SOM INTE BEVISAS" in words
    assert "Utan diariets rothash är en genomgående ändring osynlig" in words


def test_it_tells_of_windows_and_of_the_version_of_python(page):
    assert "certutil -hashfile tagmanifest-sha256.txt SHA256" in page
    assert "Python 3.11 " in " ".join(page.split())


def test_no_line_is_too_long_to_read(page):
    assert max(map(len, page.splitlines())) <= WIDTH


def test_no_placeholder_is_left(page):
    assert not re.search(r"[{}]", page)


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")
def test_its_commands_for_linux_work_in_the_packages_folder(page, payload, info, tmp_path):
    package = write_package({**payload, "LASMIG.txt": page.encode()}, info, tmp_path)
    commands = [line.strip() for line in page.splitlines() if line.startswith("    sha256sum")]
    assert len(commands) == 3
    for command in commands:
        done = subprocess.run(command.split(), cwd=package.folder, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == package.root_hash


def test_its_way_of_counting_files_is_right(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    oxum = (package.folder / "bag-info.txt").read_text(encoding="utf-8").splitlines()[-1]
    listed = (package.folder / "manifest-sha256.txt").read_text(encoding="utf-8").splitlines()
    there = [path for path in (package.folder / "data").rglob("*") if path.is_file()]
    assert int(oxum.rsplit(".", 1)[1]) == len(listed) == len(there)
