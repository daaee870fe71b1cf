"""What others' programs say of a package's folder and zip."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import zipfile

import bagit
import pytest

from utfall.appendix.package import write_package
from utfall.appendix.package.archive import zip_of
from utfall.appendix.package.bag import bag_of

needs_sha256sum = pytest.mark.skipif(shutil.which("sha256sum") is None, reason="there is no sha256sum here")


def sha256sum(folder, *arguments):
    return subprocess.run(["sha256sum", *arguments], cwd=folder, capture_output=True, text=True, check=False)


def test_the_reference_implementation_of_bagit_accepts_the_folder(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    bag = bagit.Bag(str(package.folder))
    assert bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == "RS/2025/31"
    assert bag.info["External-Description"] == "Svar på granskning åäö"
    assert bag.info["Bagging-Date"] == "2026-11-22"


def test_the_reference_implementation_accepts_it_as_a_command(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "bagit", "--validate", str(package.folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_reference_implementation_accepts_the_unpacked_zip(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path / "out")
    zipfile.ZipFile(package.archive).extractall(tmp_path / "unpacked")
    assert bagit.Bag(str(tmp_path / "unpacked" / info.id)).validate()


@needs_sha256sum
@pytest.mark.parametrize("listing", ["manifest-sha256.txt", "tagmanifest-sha256.txt"])
def test_sha256sum_accepts_every_line_of_both_lists(payload, info, tmp_path, listing):
    package = write_package(payload, info, tmp_path)
    done = sha256sum(package.folder, "--check", "--strict", listing)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(done.stdout.splitlines()) == {"manifest-sha256.txt": len(payload), "tagmanifest-sha256.txt": 3}[listing]


@needs_sha256sum
def test_the_root_hash_is_what_sha256sum_prints_of_the_tag_manifest(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    assert sha256sum(package.folder, "tagmanifest-sha256.txt").stdout.split()[0] == package.root_hash


def test_the_root_hash_changes_with_any_file_and_anything_told_of_the_package(payload, info, tmp_path):
    def root(changed_payload, changed_info):
        files = bag_of(changed_payload, changed_info)
        return hashlib.sha256(files["tagmanifest-sha256.txt"]).hexdigest()

    others = [root({**payload, name: content + b"x"}, info) for name, content in payload.items()]
    told = [("diary_number", "RS/2025/32"), ("title", "Annat"), ("organisation", "Annan"), ("kit_version", "2")]
    others += [root(payload, type(info)(**{**vars(info), key: value})) for key, value in told]
    assert len({*others, root(payload, info)}) == len(payload) + len(told) + 1


def test_an_unpacker_finds_the_zip_sound_and_every_file_dated_by_the_case(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    with zipfile.ZipFile(package.archive) as archive:
        assert archive.testzip() is None
        assert {entry.date_time for entry in archive.infolist()} == {(2026, 11, 22, 0, 0, 0)}
        assert {entry.external_attr >> 16 for entry in archive.infolist()} == {0o100644}
        assert archive.read(f"{info.id}/data/svar.html") == payload["svar.html"]
        assert archive.namelist() == sorted(archive.namelist())


@pytest.mark.skipif(shutil.which("unzip") is None, reason="there is no unzip here")
def test_unzip_finds_no_fault(payload, info, tmp_path):
    package = write_package(payload, info, tmp_path)
    done = subprocess.run(["unzip", "-tq", str(package.archive)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_zip_depends_on_neither_the_order_nor_the_clock(info):
    one = zip_of({"a": b"1", "b": b"2"}, info.date)
    other = zip_of({"b": b"2", "a": b"1"}, info.date)
    assert one == other
    assert zipfile.ZipFile(io.BytesIO(one)).read("b") == b"2"
