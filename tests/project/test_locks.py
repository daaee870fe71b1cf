"""The lock files hold on every computer the kit is for, and nothing in them is taken on trust."""

from __future__ import annotations

import importlib.metadata
import re
from itertools import product

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.lockfiles import ROOT, direct_dependencies, pythons, read_lock

LOCKS = ["requirements.lock", "requirements-dev.lock", ".ci/uv.txt"]

SYSTEMS = {
    "Linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macOS": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "Windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
MACHINES = {"Linux": "x86_64", "macOS": "arm64", "Windows": "AMD64"}


def environment(system: str, python: str) -> dict[str, str]:
    return {
        **SYSTEMS[system],
        "platform_machine": MACHINES[system],
        "python_version": python,
        "python_full_version": f"{python}.8",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }


ENVIRONMENTS = [
    pytest.param(environment(system, python), id=f"{system}-{python}") for system, python in product(SYSTEMS, pythons())
]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_to_one_version_and_to_its_hashes(lock):
    pins = read_lock(lock)
    assert pins
    for pin in pins:
        assert [specifier.operator for specifier in pin.requirement.specifier] == ["=="], pin.name
        assert pin.hashes, pin.name
        for digest in pin.hashes:
            assert re.fullmatch(r"sha256:[0-9a-f]{64}", digest), pin.name


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_names_no_package_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|^-", text, re.MULTILINE)


@pytest.mark.parametrize("there", ENVIRONMENTS)
@pytest.mark.parametrize(("lock", "dev"), [("requirements.lock", False), ("requirements-dev.lock", True)])
def test_every_direct_dependency_has_exactly_one_pin_that_satisfies_it(lock, dev, there):
    pins = [pin for pin in read_lock(lock) if pin.holds_in(there)]
    for dependency in direct_dependencies(dev=dev):
        found = [pin for pin in pins if pin.name == canonicalize_name(dependency.name)]
        assert len(found) == 1, f"{dependency.name}: {[pin.version for pin in found]}"
        assert dependency.specifier.contains(found[0].version), f"{dependency} is pinned to {found[0].version}"


@pytest.mark.parametrize("there", ENVIRONMENTS)
@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_no_package_has_two_versions_in_one_environment(lock, there):
    names = [pin.name for pin in read_lock(lock) if pin.holds_in(there)]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("there", ENVIRONMENTS)
def test_the_development_lock_holds_the_run_time_lock(there):
    development = {pin.name: pin for pin in read_lock("requirements-dev.lock") if pin.holds_in(there)}
    for pin in read_lock("requirements.lock"):
        if pin.holds_in(there):
            assert development[pin.name].version == pin.version
            assert development[pin.name].hashes == pin.hashes


def test_the_installer_is_the_one_that_the_development_lock_holds():
    (installer,) = read_lock(".ci/uv.txt")
    assert installer in read_lock("requirements-dev.lock")


def test_what_is_installed_is_what_the_development_lock_says():
    here = default_environment()
    for pin in read_lock("requirements-dev.lock"):
        if pin.holds_in(here):
            assert importlib.metadata.version(pin.name) == pin.version, f"{pin.name}: run make setup-dev"


def test_what_the_installed_packages_need_is_in_the_run_time_lock():
    here = default_environment()
    pins = {pin.name: pin for pin in read_lock("requirements.lock") if pin.holds_in(here)}
    waiting = [(d.name, frozenset(d.extras)) for d in direct_dependencies(dev=False)]
    seen = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        for text in importlib.metadata.requires(name) or ():
            needed = Requirement(text)
            wanted = [needed.marker is None or needed.marker.evaluate({"extra": e}) for e in {"", *extras}]
            if any(wanted):
                pin = pins[canonicalize_name(needed.name)]
                assert needed.specifier.contains(pin.version, prereleases=True), f"{name} needs {needed}"
                waiting.append((needed.name, frozenset(needed.extras)))
    assert len(seen) > len(direct_dependencies(dev=False))
