"""The kit goes with the package as a wheel that any installer takes."""

from __future__ import annotations

import base64
import csv
import hashlib
import importlib.metadata
import io
import json
import subprocess
import sys
import zipfile

import pytest

from utfall.appendix.package import completed_payload, environment_files, kit_wheel
from utfall.appendix.package import environment as making
from utfall.errors import UtfallError


@pytest.fixture(scope="module")
def wheel():
    return zipfile.ZipFile(io.BytesIO(kit_wheel()[1]))


def test_the_wheel_is_named_after_the_installed_version():
    version = importlib.metadata.version("utfall")
    assert kit_wheel()[0] == f"utfall-{version}-py3-none-any.whl"


def test_the_wheel_is_the_same_when_it_is_made_again():
    first = kit_wheel()
    making._kit_wheel.cache_clear()
    assert kit_wheel() == first


def test_every_file_of_the_wheel_has_its_hash_in_the_record(wheel):
    record = next(name for name in wheel.namelist() if name.endswith("/RECORD"))
    rows = {row[0]: row for row in csv.reader(io.StringIO(wheel.read(record).decode()))}
    assert set(rows) == set(wheel.namelist())
    for name in wheel.namelist():
        if name != record:
            digest = base64.urlsafe_b64encode(hashlib.sha256(wheel.read(name)).digest()).rstrip(b"=").decode()
            assert rows[name] == [name, f"sha256={digest}", str(len(wheel.read(name)))]


def test_the_wheel_holds_the_kit_and_nothing_of_the_computer(wheel):
    names = wheel.namelist()
    assert "utfall/appendix/package/readme.j2" in names
    assert "utfall/requirements.lock" in names
    assert "utfall/py.typed" in names
    assert not [name for name in names if "__pycache__" in name or "direct_url" in name or name.endswith(".pyc")]


def test_pip_installs_the_wheel_and_its_commands(tmp_path):
    name, content = kit_wheel()
    (tmp_path / name).write_bytes(content)
    target = tmp_path / "installed"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-compile"]
    done = subprocess.run(
        [*command, "--target", str(target), str(tmp_path / name)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (target / "utfall" / "appendix" / "rerun.py").is_file()
    assert (target / "bin" / "utfall").is_file()
    (installed,) = importlib.metadata.distributions(name="utfall", path=[str(target)])
    assert installed.version == importlib.metadata.version("utfall")


def test_an_environment_that_is_not_the_lock_files_is_refused(monkeypatch):
    monkeypatch.setattr(making, "_lock", lambda: b"pandas==0.1 \\\n    --hash=sha256:0\n")
    with pytest.raises(UtfallError, match=r"Other versions are installed than requirements.lock says \(pandas \d"):
        environment_files()


def test_a_kit_without_a_lock_file_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(making, "KIT", tmp_path / "site-packages" / "utfall")
    with pytest.raises(UtfallError, match=r"requirements.lock is not with the kit"):
        making._lock()


def test_a_package_gets_its_environment_readme_and_provenance(payload, info):
    whole = completed_payload(payload, info)
    added = set(whole) - set(payload)
    version = importlib.metadata.version("utfall")
    assert added == {
        "LASMIG.txt",
        "ro-crate-metadata.json",
        "miljo/requirements.lock",
        "miljo/python.txt",
        f"miljo/utfall-{version}-py3-none-any.whl",
    }
    hashed = {entity["@id"]: entity.get("sha256") for entity in json.loads(whole["ro-crate-metadata.json"])["@graph"]}
    for name, content in whole.items():
        if name != "ro-crate-metadata.json":
            assert hashed[name] == hashlib.sha256(content).hexdigest()
