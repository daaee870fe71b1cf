"""A package is there whole or not at all, and never in the place of another."""

from __future__ import annotations

import datetime
import os

import pytest

from utfall.appendix.package import PackageInfo, write_package
from utfall.appendix.package import write as writing
from utfall.errors import InvalidParameter, UtfallError


def everything_in(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_payload_gives_the_same_bytes_wherever_it_is_written(payload, info, tmp_path):
    write_package(payload, info, tmp_path / "here")
    backwards = dict(reversed(payload.items()))
    write_package(backwards, info, tmp_path / "there" / "deeper")
    assert everything_in(tmp_path / "here") == everything_in(tmp_path / "there" / "deeper")


def test_an_equal_package_is_left_as_it_is(payload, info, tmp_path):
    first = write_package(payload, info, tmp_path)
    before = first.archive.stat().st_mtime_ns
    assert write_package(payload, info, tmp_path) == first
    assert first.archive.stat().st_mtime_ns == before


def test_another_package_of_the_case_is_not_overwritten(payload, info, tmp_path):
    write_package(payload, info, tmp_path)
    before = everything_in(tmp_path)
    with pytest.raises(UtfallError, match="already has another package REV-31-2025"):
        write_package({**payload, "tal.csv": b"0"}, info, tmp_path)
    assert everything_in(tmp_path) == before


def test_another_package_of_the_case_is_replaced_when_asked_for(payload, info, tmp_path):
    write_package(payload, info, tmp_path / "out")
    fewer = {name: content for name, content in payload.items() if name != "tom.txt"}
    write_package(fewer, info, tmp_path / "out", replace=True)
    write_package(fewer, info, tmp_path / "anew")
    assert everything_in(tmp_path / "out") == everything_in(tmp_path / "anew")


def test_a_folder_without_its_zip_gets_it_back(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    content = package.archive.read_bytes()
    package.archive.unlink()
    write_package(payload, info, tmp_path)
    assert package.archive.read_bytes() == content


@pytest.mark.parametrize("fails_at", range(1, 14))
def test_a_write_that_fails_leaves_nothing_behind(payload, info, tmp_path, monkeypatch, fails_at):
    fail_at(monkeypatch, fails_at)
    with pytest.raises(OSError, match="disk is full"):
        write_package(payload, info, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("fails_at", range(1, 14))
def test_a_replacement_that_fails_leaves_the_former_package(payload, info, tmp_path, monkeypatch, fails_at):
    write_package(payload, info, tmp_path)
    before = everything_in(tmp_path)
    fail_at(monkeypatch, fails_at)
    with pytest.raises(OSError, match="disk is full"):
        write_package({**payload, "tal.csv": b"0"}, info, tmp_path, replace=True)
    assert everything_in(tmp_path) == before


def test_a_second_move_that_fails_brings_the_former_package_back(payload, info, tmp_path, monkeypatch):
    write_package(payload, info, tmp_path)
    before = everything_in(tmp_path)
    real = os.replace

    def replace(source, target):
        if str(target).endswith("REV-31-2025.zip") and str(source).endswith("new.zip"):
            raise OSError("disk is full")
        real(source, target)

    monkeypatch.setattr(writing.os, "replace", replace)
    with pytest.raises(OSError, match="disk is full"):
        write_package({**payload, "tal.csv": b"0"}, info, tmp_path, replace=True)
    assert everything_in(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    [
        "../ut.txt",
        "/etc/x",
        "a\\b",
        "C:/x",
        "svär.txt",
        "a b.txt",
        ".dold",
        "con.txt",
        "a//b",
        "a/./b",
        "x.",
        "-rf",
        "",
    ],
)
def test_a_name_that_could_mean_something_else_is_refused(payload, info, tmp_path, name):
    with pytest.raises(UtfallError, match="cannot be a file of the package"):
        write_package({**payload, name: b""}, info, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["TAL.csv", "tal.csv/x", "Notebooks/x.ipynb"])
def test_names_that_some_computers_take_for_the_same_are_refused(payload, info, tmp_path, name):
    with pytest.raises(UtfallError, match="cannot lie in one package"):
        write_package({**payload, name: b""}, info, tmp_path)


def test_a_package_of_too_many_files_is_refused(info, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST_FILES", 2)
    with pytest.raises(UtfallError, match="leave inputs in the house"):
        write_package({"a": b"", "b": b"", "c": b""}, info, tmp_path)


def test_an_empty_package_is_refused(info, tmp_path):
    with pytest.raises(UtfallError, match="holds 1 to"):
        write_package({}, info, tmp_path)


@pytest.mark.parametrize(
    ("key", "value"),
    [("id", "REV/31"), ("id", "../31"), ("title", "Två\nrader"), ("diary_number", " "), ("organisation", "")],
)
def test_what_would_break_the_lists_is_refused(info, key, value):
    with pytest.raises(InvalidParameter):
        PackageInfo(**{**vars(info), key: value})


def test_a_year_that_no_zip_can_hold_is_refused(info):
    with pytest.raises(InvalidParameter, match="cannot be stored in a zip"):
        PackageInfo(**{**vars(info), "date": datetime.date(1979, 12, 31)})


def fail_at(monkeypatch, number):
    """Have the disk fill up at the file written as the given number."""
    count = 0
    real = writing.write_whole

    def write_whole(path, content):
        nonlocal count
        count += 1
        if count == number:
            raise OSError("disk is full")
        return real(path, content)

    monkeypatch.setattr(writing, "write_whole", write_whole)
