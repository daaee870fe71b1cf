"""What the RO-Crate says of where the files come from."""

from __future__ import annotations

import json

import pytest

from utfall.appendix.package.crate import crate


@pytest.fixture
def graph(payload, info):
    return {entity["@id"]: entity for entity in json.loads(crate(payload, info))["@graph"]}


def test_the_descriptor_and_the_root_are_as_ro_crate_asks(graph):
    descriptor = graph["ro-crate-metadata.json"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert {"@id": "https://w3id.org/ro/crate/1.1"} in descriptor["conformsTo"]
    root = graph["./"]
    assert root["@type"] == "Dataset"
    assert root["datePublished"] == "2026-11-22"
    assert all(root[key] for key in ("name", "description", "license"))


def test_the_root_conforms_to_the_profile_for_processes_that_were_run(graph):
    profile = graph["./"]["conformsTo"]["@id"]
    assert profile.startswith("https://w3id.org/ro/wfrun/process/")
    assert graph[profile]["@type"] == "CreativeWork"
    assert graph[profile]["version"] == profile.rsplit("/", 1)[1]


def test_every_file_is_a_part_of_the_root(graph, payload):
    assert {part["@id"] for part in graph["./"]["hasPart"]} == set(payload)
    assert all("File" in graph[name]["@type"] for name in payload)


def test_a_notebooks_run_tells_its_program_inputs_and_outputs(graph):
    run = graph["#korning-orsak"]
    assert run["@type"] == "CreateAction"
    assert run["instrument"] == {"@id": "notebooks/orsak.ipynb"}
    assert {part["@id"] for part in run["object"]} == {"parametrar/orsak.json", "underlag/ledger.csv"}
    assert {part["@id"] for part in run["result"]} == {"notebooks/orsak.korning.ipynb"}
    assert {"@id": "#korning-orsak"} in graph["./"]["mentions"]


def test_a_notebook_names_the_kit_it_needs(graph):
    assert graph["notebooks/orsak.ipynb"]["@type"] == ["File", "SoftwareSourceCode"]
    kit = graph[graph["notebooks/orsak.ipynb"]["softwareRequirements"]["@id"]]
    assert (kit["@type"], kit["version"]) == ("SoftwareApplication", "0.1.0")


def test_nothing_is_referred_to_that_is_not_described(graph):
    def referred(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if "@id" in value else []
        elif isinstance(value, list):
            for part in value:
                yield from referred(part)

    named = {name for entity in graph.values() for value in entity.values() for name in referred(value)}
    assert {name for name in named if name not in graph} == {
        "https://w3id.org/ro/crate/1.1",
        "http://schema.org/CompletedActionStatus",
    }


def test_the_provenance_does_not_depend_on_the_order_of_the_files(payload, info):
    assert crate(dict(reversed(payload.items())), info) == crate(payload, info)
