"""Every way to tamper with a package is found; what is honest is left in peace."""

from __future__ import annotations

import collections
import shutil
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.appendix import rebuilt
from benchmarks.appendix_tampering import tamperings
from utfall.appendix.faults import FaultKind
from utfall.appendix.verify import verify_package
from utfall.appendix.verify.archive import read_archive
from utfall.errors import InvalidParameter

KINDS = {
    "bit flip in a file": {FaultKind.CHANGED, FaultKind.MANIFEST, FaultKind.MISSING, FaultKind.ADDED},
    "bit flip in the zip": {FaultKind.ARCHIVE, FaultKind.PATH, FaultKind.LIMIT},
    "removed file": {FaultKind.MISSING},
    "added file": {FaultKind.ADDED, FaultKind.PATH},
    "swapped files": {FaultKind.CHANGED},
    "list changed": {
        FaultKind.MANIFEST,
        FaultKind.ADDED,
        FaultKind.MISSING,
        FaultKind.CHANGED,
        FaultKind.CONTENT,
    },
    "one file and the lists rewritten": {FaultKind.CONTENT, FaultKind.UNREADABLE, FaultKind.MISSING},
    "one file, lists and provenance rewritten": {FaultKind.CONTENT, FaultKind.CLAIM, FaultKind.UNREADABLE},
    "rewritten throughout, root hash known": {FaultKind.ROOT_HASH},
    "zip cut or lengthened": {FaultKind.ARCHIVE},
    "path trick in the zip": {FaultKind.PATH},
    "entry of the zip changed": {FaultKind.ARCHIVE, FaultKind.PATH},
    "zip bomb": {FaultKind.LIMIT, FaultKind.ARCHIVE, FaultKind.UNREADABLE, FaultKind.CONTENT},
}
"""Class of tampering → what it may be told as, first of all."""


@pytest.mark.parametrize("share", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_every_tampering_is_found_and_told_as_what_it_is(made, tmp_path, share):
    counts = collections.Counter()
    wrong = []
    for number, tampering in enumerate(tamperings(made.payload, made.info, made.package)):
        counts[tampering.kind] += 1
        if counts[tampering.kind] % share != 1 % share:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        verified = verify_package(tampering.make(folder), tampering.root_hash)
        if not verified.faults or verified.faults[0].kind not in KINDS[tampering.kind]:
            wrong.append((tampering.kind, tampering.what, verified.faults[:2]))
        shutil.rmtree(folder)
    assert wrong == []
    assert counts.keys() == KINDS.keys()
    assert counts.total() >= 200


@pytest.mark.slow
def test_rebuilds_in_other_surroundings_give_the_same_bytes_and_no_alarm(made):
    assert rebuilt(made.package, 2, seed=3)


def test_an_untouched_package_holds_as_folder_and_as_zip(made):
    for path in (made.package.folder, made.package.archive):
        verified = verify_package(path, made.package.root_hash)
        assert verified.faults == ()
        assert verified.root_hash == made.package.root_hash
        assert verified.files == len(made.payload) + 4


def test_a_package_holds_wherever_it_is_moved_under_whatever_name(made, tmp_path):
    moved = shutil.copytree(made.package.folder, tmp_path / "Nedladdat paket (1) åäö")
    assert verify_package(moved, made.package.root_hash).holds
    renamed = shutil.copy(made.package.archive, tmp_path / "bilaga.zip")
    assert verify_package(renamed, made.package.root_hash).holds


def test_an_unpacked_zip_holds(made, tmp_path):
    zipfile.ZipFile(made.package.archive).extractall(tmp_path)
    assert verify_package(tmp_path / made.info.id, made.package.root_hash).holds


def test_without_a_root_hash_the_reader_is_told_to_compare_it_with_the_diary(made):
    said = verify_package(made.package.archive).text()
    assert f"Jämför rothashen {made.package.root_hash} med den som står i diariet" in said


def test_a_root_hash_may_be_written_in_groups_and_capitals(made):
    digits = made.package.root_hash.upper()
    grouped = " ".join(digits[start : start + 8] for start in range(0, 64, 8))
    assert verify_package(made.package.archive, grouped).holds


def test_a_root_hash_that_is_none_is_refused(made):
    with pytest.raises(InvalidParameter, match="not 64 hexadecimal digits"):
        verify_package(made.package.archive, "e3b0c442")


def test_another_registered_root_hash_is_told_with_both(made):
    (fault,) = verify_package(made.package.archive, "0" * 64).faults
    assert fault.kind is FaultKind.ROOT_HASH
    assert made.package.root_hash in fault.text
    assert "0" * 64 in fault.text


def test_checking_writes_nothing(made, tmp_path):
    shutil.copy(made.package.archive, tmp_path / "paket.zip")
    verify_package(tmp_path / "paket.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["paket.zip"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_zip_with_bytes_turned_is_never_taken_for_whole_and_never_stops_the_check(made, tmp_path, data):
    archive = bytearray(made.package.archive.read_bytes())
    places = data.draw(st.lists(st.integers(-len(archive), len(archive) - 1), min_size=1, max_size=4))
    before = bytes(archive)
    for place in places:
        archive[place] = data.draw(st.integers(0, 255))
    changed = tmp_path / "paket.zip"
    changed.write_bytes(archive)
    assert verify_package(changed).holds == (bytes(archive) == before)


@settings(max_examples=300, deadline=None)
@given(start=st.sampled_from([b"", b"PK\x03\x04", b"PK\x05\x06"]), middle=st.binary(max_size=300), end=st.booleans())
def test_any_bytes_are_read_without_a_crash(start, middle, end):
    tail = b"PK\x05\x06" + middle[:18].ljust(18, b"\0") if end else b""
    files, faults = read_archive(start + middle + tail)
    assert faults or len(files) == 0
