"""environment.yml gives conda users what pyproject.toml and requirements.lock give everybody else."""

from __future__ import annotations

import make_environment
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from tests.project.lockfiles import ROOT, project, read_lock


@pytest.fixture(scope="module")
def stored() -> str:
    return (ROOT / "environment.yml").read_text(encoding="utf-8")


def pip_section(text: str) -> list[str]:
    (section,) = [entry["pip"] for entry in yaml.safe_load(text)["dependencies"] if isinstance(entry, dict)]
    return section


def test_its_pins_are_those_of_the_lock_markers_included(stored):
    *pins, _ = pip_section(stored)
    assert [str(Requirement(pin)) for pin in pins] == [str(pin.requirement) for pin in read_lock("requirements.lock")]


def test_it_installs_the_checkout_itself_last(stored):
    assert pip_section(stored)[-1] == "--editable ."


def test_its_python_is_the_one_pyproject_asks_for(stored):
    (python,) = [
        entry.removeprefix("python ")
        for entry in yaml.safe_load(stored)["dependencies"]
        if isinstance(entry, str) and entry.startswith("python")
    ]
    assert SpecifierSet(python) == SpecifierSet(project()["requires-python"])


def test_it_is_what_make_lock_would_write_now(stored):
    pyproject, lock = (ROOT / name for name in ("pyproject.toml", "requirements.lock"))
    assert stored == make_environment.environment(
        pyproject.read_text(encoding="utf-8"), lock.read_text(encoding="utf-8")
    )


def test_a_pin_that_changes_in_the_lock_changes_in_the_environment():
    made = make_environment.environment(
        '[project]\nname = "kit"\nrequires-python = ">=3.11"\n',
        "alpha==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:00\nbeta==2.0 \\\n    --hash=sha256:01\n",
    )
    assert pip_section(made) == ["alpha==1.0 ; sys_platform == 'win32'", "beta==2.0", "--editable ."]
