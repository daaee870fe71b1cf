"""Every dependency has been thought about: what it saves, and under what licence it comes."""

from __future__ import annotations

import importlib.metadata
import re

import pytest

from tests.project.lockfiles import ROOT, direct_dependencies, project


def rows() -> list[tuple[str, ...]]:
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    cells = [tuple(c.strip() for c in line.strip("|").split("|")) for line in page.splitlines() if "|" in line]
    return [row for row in cells if row[0] != "package" and not set(row[0]) <= {"-"}]


def names(*, dev: bool) -> list[str]:
    return sorted(dependency.name for dependency in direct_dependencies(dev=dev))


def test_the_page_lists_the_dependencies_of_pyproject_in_order():
    run_time = names(dev=False)
    development = sorted(set(names(dev=True)) - set(run_time))
    assert [row[0] for row in rows()] == run_time + development


def test_no_dependency_is_both_run_time_and_development():
    table = project()
    assert len(table["dependencies"]) + len(table["optional-dependencies"]["dev"]) == len(rows())


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_a_row_says_what_the_package_saves_and_where_it_is_used(row):
    _, saves, licence, used_in = row
    assert saves
    assert licence
    assert used_in


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0])
def test_the_licence_is_the_one_the_package_states(row):
    name, _, licence, _ = row
    metadata = importlib.metadata.metadata(name)
    if metadata.get("License-Expression"):
        assert licence == metadata.get("License-Expression")
        return
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    stated = " ".join([metadata.get("License") or "", *classifiers, *licence_files(name)])
    family = {"Apache-2.0": "Apache"}.get(licence)
    assert re.search(family or licence.partition("-")[0], stated)
    if licence.startswith("BSD"):
        # The third clause is the one that forbids using contributors' names.
        third_clause = re.search(r"(?i)\bneither the name|names of its\s+contributors", stated)
        assert bool(third_clause) == (licence == "BSD-3-Clause")


def licence_files(name: str) -> list[str]:
    files = importlib.metadata.files(name) or []
    return [
        file.read_text(encoding="utf-8")
        for file in files
        if file.name.upper().startswith(("LICENSE", "LICENCE")) and ".dist-info" in str(file)
    ]
