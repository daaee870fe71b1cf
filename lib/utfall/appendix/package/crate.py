"""What made what, for machines: an RO-Crate 1.1 with one action for each notebook that was run.

It follows the profile Process Run Crate 0.5 (https://w3id.org/ro/wfrun/process/0.5). No action has a time: the run's
own would differ each time, and any other would be untrue. Every file has its SHA-256, so a file that is exchanged
together with its manifest is found here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from typing import Any

from utfall.appendix.package import layout
from utfall.appendix.package.bag import sha256
from utfall.appendix.package.info import PackageInfo

SPECIFICATION = "https://w3id.org/ro/crate/1.1"
PROFILE = "https://w3id.org/ro/wfrun/process/0.5"

CONTEXT = (f"{SPECIFICATION}/context", {"sha256": "http://schema.org/sha256"})
"""RO-Crate's terms, and schema.org's for the hash of a file."""

_MEDIA = {
    ".csv": "text/csv",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".ipynb": "application/x-ipynb+json",
    ".json": "application/json",
    ".md": "text/markdown",
    ".parquet": "application/vnd.apache.parquet",
    ".pdf": "application/pdf",
    ".txt": "text/plain",
    ".whl": "application/zip",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".yaml": "application/yaml",
}

_ROLES = {
    layout.NUMBERS: "Varje tal i svaret, med anteckningsbok, tabell, rad och kolumn",
    layout.CLAIMS: "Varje påstående i svaret, med sin prövning",
    layout.CASE: "Ärendefilen",
    layout.INPUTS_LIST: "Varje ursprunglig indatafil, med kontrollsumma",
    layout.README: "Vad paketet är och hur det kontrolleras",
    layout.LOCK: "Programbibliotekens versioner",
    layout.PYTHON: "Pythons version",
}
"""What the files are whose names do not say it."""

Entity = dict[str, Any]


def crate(payload: Mapping[str, bytes], info: PackageInfo) -> bytes:
    """Write the RO-Crate's metadata.

    Parameters
    ----------
    payload : mapping of str to bytes
        Everything else of the package, by path below ``data/``.
    info : PackageInfo
        Whose it is.

    Returns
    -------
    bytes
        The file ``ro-crate-metadata.json``; the same payload and info give the same bytes.

    Examples
    --------
    >>> import datetime
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> payload = {"notebooks/orsak.ipynb": b"{}", "notebooks/orsak.korning.ipynb": b"{}"}
    >>> graph = json.loads(crate(payload, info))["@graph"]
    >>> [entity["name"] for entity in graph if entity["@type"] == "CreateAction"]
    ['Körning av orsak']
    """
    files = {name: content for name, content in sorted(payload.items()) if name != layout.CRATE}
    notebooks = [name for name in layout.notebook_ids(files) if layout.executed(name) in files]
    actions = [_run(name, notebooks, files) for name in notebooks]
    if layout.CASE in files:
        actions.append(_answering(notebooks, files))
    graph = [
        {
            "@id": layout.CRATE,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": [{"@id": SPECIFICATION}],
        },
        _root(info, files, actions),
        {"@id": PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {"@id": "#organisation", "@type": "Organization", "name": info.organisation},
        {
            "@id": "#villkor",
            "@type": "CreativeWork",
            "name": "Villkor",
            "description": f"{info.organisation} avgör hur handlingarna får användas.",
        },
        _kit(info),
        *(_file(name, content, _is_program(name, notebooks)) for name, content in files.items()),
        *actions,
    ]
    return (json.dumps({"@context": CONTEXT, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _root(info: PackageInfo, files: Iterable[str], actions: Iterable[Entity]) -> Entity:
    return {
        "@id": "./",
        "@type": "Dataset",
        "conformsTo": {"@id": PROFILE},
        "name": info.title,
        "description": f"Bilaga till svar i ärende {info.diary_number}, med allt som behövs för att kontrollera talen.",
        "identifier": info.diary_number,
        "datePublished": info.date.isoformat(),
        "publisher": {"@id": "#organisation"},
        "license": {"@id": "#villkor"},
        "hasPart": _references(files),
        "mentions": _references(action["@id"] for action in actions),
    }


def _kit(info: PackageInfo) -> Entity:
    return {
        "@id": "#utfall",
        "@type": "SoftwareApplication",
        "name": "utfall",
        "version": info.kit_version,
        "softwareVersion": info.kit_version,
        "license": "https://spdx.org/licenses/MIT",
    }


def _file(name: str, content: bytes, program: bool) -> Entity:
    entity: Entity = {
        "@id": name,
        "@type": ["File", "SoftwareSourceCode"] if program else "File",
        "name": _ROLES.get(name, PurePosixPath(name).name),
        "contentSize": str(len(content)),
        "sha256": sha256(content),
        "encodingFormat": _MEDIA.get(PurePosixPath(name).suffix, "application/octet-stream"),
    }
    if program:
        entity |= {"programmingLanguage": "Python", "softwareRequirements": {"@id": "#utfall"}}
    return entity


def _is_program(name: str, notebooks: Iterable[str]) -> bool:
    return any(name == layout.source(notebook) for notebook in notebooks)


def _run(notebook: str, notebooks: list[str], files: Mapping[str, bytes]) -> Entity:
    report = layout.report(notebook, notebooks)
    inputs = [name for name in files if name.startswith(layout.INPUTS)]
    return {
        "@id": f"#korning-{notebook}",
        "@type": "CreateAction",
        "name": f"Körning av {notebook}",
        "instrument": {"@id": layout.source(notebook)},
        "object": _present([layout.parameters(notebook), *inputs], files),
        "result": _present(
            [layout.executed(notebook), *(f"{report}{kind}" for kind in (".html", ".pdf", ".xlsx"))], files
        ),
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        "agent": {"@id": "#organisation"},
    }


def _answering(notebooks: Iterable[str], files: Mapping[str, bytes]) -> Entity:
    answers = [f"{layout.ANSWER}{kind}" for kind in (".docx", ".html", ".pdf")]
    return {
        "@id": "#svar",
        "@type": "CreateAction",
        "name": "Talen sätts in i svaret",
        "instrument": {"@id": "#utfall"},
        "object": _present([layout.CASE, *(layout.executed(name) for name in notebooks)], files),
        "result": _present([*answers, layout.NUMBERS, layout.CLAIMS], files),
        "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        "agent": {"@id": "#organisation"},
    }


def _present(names: Iterable[str], files: Mapping[str, bytes]) -> list[Entity]:
    return _references(name for name in names if name in files)


def _references(names: Iterable[str]) -> list[Entity]:
    return [{"@id": name} for name in names]
