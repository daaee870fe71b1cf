"""Whether the provenance, and the page for whoever opens the package, are about these very files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.bag import sha256
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.checks import Payload

_ASK = "Begär ett nytt exemplar av paketet."


def provenance_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Compare the provenance with the files; see `ContentCheck`.

    Yields
    ------
    Fault
        What is missing in either, or has another hash.
    """
    try:
        graph = json.loads(payload[layout.CRATE])["@graph"]
        entities: dict[str, dict[str, Any]] = {str(entity["@id"]): dict(entity) for entity in graph}
    except (ValueError, KeyError, TypeError, RecursionError):
        yield Fault(FaultKind.UNREADABLE, layout.CRATE, f"Filen kan inte läsas som RO-Crate. {_ASK}")
        return
    files = {name: entity for name, entity in entities.items() if "File" in _types(entity)}
    for name in sorted((set(payload) | set(files)) - {layout.CRATE}):
        if name not in files:
            yield _contradicts(name, f"Filen står inte i {layout.CRATE}")
        elif name not in payload:
            yield _contradicts(name, f"Filen står i {layout.CRATE} men finns inte")
        elif files[name].get("sha256") != sha256(payload[name]):
            yield _contradicts(name, f"Filen är inte den som står i {layout.CRATE}: kontrollsumman är en annan")
    root = entities.get("./", {})
    told = {
        "identifier": info.diary_number,
        "name": info.title,
        "datePublished": info.date.isoformat(),
    }
    for key, value in told.items():
        if root.get(key) != value:
            yield _contradicts(layout.CRATE, f"Filen säger {root.get(key)!r} där bag-info.txt säger {value!r}")
    if entities.get("#organisation", {}).get("name") != info.organisation:
        yield _contradicts(layout.CRATE, "Filen nämner en annan organisation än bag-info.txt")
    for entity in entities.values():
        for reference in _referred(entity):
            if reference not in entities and not reference.startswith(("http://", "https://")):
                yield _contradicts(layout.CRATE, f"Filen hänvisar till {reference!r}, som inte finns")
    yield from _runs(payload, entities)
    page = payload[layout.README].decode("utf-8", "replace")
    if f"Ärende {info.diary_number}, {info.organisation}, {info.date.isoformat()}." not in " ".join(page.split()):
        yield _contradicts(layout.README, "Filen nämner ett annat ärende, en annan organisation eller ett annat datum")


def _runs(payload: Payload, entities: Mapping[str, Mapping[str, Any]]) -> Iterator[Fault]:
    """Each notebook has its action: run from it, with its parameters and inputs, to its executed copy."""
    inputs = {name for name in payload if name.startswith(layout.INPUTS)}
    for notebook in layout.notebook_ids(payload):
        action = entities.get(f"#korning-{notebook}", {})
        uses = {str(reference.get("@id")) for reference in action.get("object", ())}
        makes = {str(reference.get("@id")) for reference in action.get("result", ())}
        whole = (
            action.get("instrument") == {"@id": layout.source(notebook)}
            and uses == {layout.parameters(notebook), *inputs}
            and layout.executed(notebook) in makes
        )
        if not whole:
            yield _contradicts(layout.CRATE, f"Filen säger inte rätt vad körningen av {notebook} läste och gjorde")


def _types(entity: Mapping[str, Any]) -> list[str]:
    kinds = entity.get("@type", [])
    return [kinds] if isinstance(kinds, str) else [str(kind) for kind in kinds]


def _referred(entity: Mapping[str, Any]) -> Iterator[str]:
    for value in entity.values():
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and "@id" in part:
                yield str(part["@id"])


def _contradicts(name: str, what: str) -> Fault:
    return Fault(FaultKind.CONTENT, name, f"{what}. {_ASK}")
