"""A proposal as the three files a person goes on with: YAML in the order it is read, with each doubt at its place."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from utfall.errors import InvalidParameter
from utfall.region.registers import REGION_FILE
from utfall.region.tables import TABLES
from utfall.starting.accounts import ACCOUNTS_TOLD, SOURCE
from utfall.starting.doubts import MARK, Doubt
from utfall.starting.propose import Proposal
from utfall.starting.tables import TableProposal

ORGANISATION_FILE, ACCOUNTS_FILE = "organisation.yaml", "accounts.yaml"

COMMENT_WIDTH = 110
"""Signs after which a comment goes on in the next row."""

ONE_LINE = 10_000


def write_proposal(proposal: Proposal, *, replace: bool = False) -> list[Path]:
    """Write a proposal into its folder.

    Parameters
    ----------
    proposal : Proposal
        The proposal.
    replace : bool, default False
        Whether files of an earlier proposal may be replaced.

    Returns
    -------
    list of Path
        ``region.yaml``, ``organisation.yaml`` and ``accounts.yaml``; all of them, or none.

    Raises
    ------
    InvalidParameter
        When one of them is there already.
    """
    folder = proposal.folder
    texts = {
        ORGANISATION_FILE: organisation_text(proposal),
        ACCOUNTS_FILE: accounts_text(proposal),
        REGION_FILE: region_text(proposal),
    }
    refuse_to_replace(folder, replace=replace)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = {folder / f".{file}.new": folder / file for file in texts}
    for (new, _), text in zip(unfinished.items(), texts.values(), strict=True):
        new.write_text(text, encoding="utf-8", newline="\n")
    return [new.replace(path) for new, path in unfinished.items()]


def refuse_to_replace(folder: Path, *, replace: bool) -> None:
    """Refuse a folder that has a region already, before anything is read.

    Parameters
    ----------
    folder : Path
        The folder.
    replace : bool
        Whether it may be replaced.

    Raises
    ------
    InvalidParameter
        When it holds one of the files, and they may not be replaced.
    """
    there = [file for file in (REGION_FILE, ORGANISATION_FILE, ACCOUNTS_FILE) if (folder / file).exists()]
    if there and not replace:
        raise InvalidParameter(
            f"{', '.join(there)} exist in {folder} and are left as they are. Choose another folder, correct them by "
            "hand, or give --replace to write a new proposal over them."
        )


def region_text(proposal: Proposal) -> str:
    """Write ``region.yaml``.

    Parameters
    ----------
    proposal : Proposal
        The proposal.

    Returns
    -------
    str
    """
    doubts = _by_place(proposal.doubts)
    lines = [
        f"# Förslag av utfall init. Gå igenom det som är {MARK} och ta bort kommentarerna när det är rätt.",
        *_comments(doubts.pop(REGION_FILE, [])),
        *_comments(doubts.pop("name", [])),
        f"name: {_flow(proposal.name)}",
        "description: ''",
        f"reference: {proposal.reference}   # budget eller previous_year",
    ]
    if proposal.budget_version is not None:
        lines += [*_comments(doubts.pop("budget_version", [])), f"budget_version: {_flow(proposal.budget_version)}"]
    lines += _comments(doubts.pop("latest_period", []))
    lines += ["", "# Till vänster kitets kolumn, till höger filens.", "tables:"]
    for table in proposal.tables:
        lines += _table(table, doubts)
    for place, found in doubts.items():
        if place.split(".")[0] in TABLES:
            lines += _comments(found)
    return "\n".join(lines) + "\n"


def organisation_text(proposal: Proposal) -> str:
    """Write ``organisation.yaml``.

    Parameters
    ----------
    proposal : Proposal
        The proposal.

    Returns
    -------
    str
    """
    doubts = _by_place(proposal.doubts)
    lines = [
        "# En nämnd överst; bara enheter bär bokföring. En nivå får hoppas över.",
        *_comments(doubts.get("organisation", [])),
    ]
    lines.append("units:")
    level = ""
    for row in proposal.organisation.rows:
        if row["level"] != level and level:
            lines.append("")
        level = row["level"]
        lines.append(f"  - {_flow(row)}")
    return "\n".join(lines) + "\n"


def accounts_text(proposal: Proposal) -> str:
    """Write ``accounts.yaml``.

    Parameters
    ----------
    proposal : Proposal
        The proposal.

    Returns
    -------
    str
    """
    doubts = _by_place(proposal.doubts)
    lines = ["# Resultatrapportens rader i den ordning de skrivs ut, och kontona som hör till var och en."]
    lines += [*_comments(doubts.get("accounts", [])), "lines:"]
    for line in proposal.accounts.lines:
        lines.append(f"  - {_flow({'line': line.line, 'name': line.name, 'group': line.group, 'kind': line.kind})}")
    lines += [
        "",
        "# Jämförs siffra för siffra: 40–45 rymmer 4010 och 4599. Under varje rad: kontona som finns i filerna.",
        "accounts:",
    ]
    for interval in proposal.accounts.intervals:
        row = {
            "first": interval.first,
            "last": interval.last,
            "line": interval.line,
            "name": interval.name,
            "source": SOURCE,
        }
        lines.append(f"  - {_flow(row)}")
        shown = ", ".join(interval.accounts[:ACCOUNTS_TOLD])
        more = len(interval.accounts) - ACCOUNTS_TOLD
        lines += _wrapped(f"{shown} och {more} till" if more > 0 else shown, "    # ")
    return "\n".join(lines) + "\n"


def _table(table: TableProposal, doubts: dict[str, list[Doubt]]) -> list[str]:
    lines = [f"  {table.name}:", *_comments(doubts.pop(table.name, []), 4)]
    for key, value in table.mapping.items():
        lines += _comments(doubts.pop(f"{table.name}.{key}", []), 4)
        if key == "columns":
            lines += _columns(table, value, doubts)
        elif key == "exclude":
            lines += [
                "    exclude:   # rader som inte hör till tabellen",
                *(f"      - {_flow(rule)}" for rule in value),
            ]
        else:
            lines.append(f"    {key}: {_flow(value)}")
    return lines


def _columns(table: TableProposal, columns: Mapping[str, Any], doubts: dict[str, list[Doubt]]) -> list[str]:
    lines = ["    columns:"]
    width = max(map(len, columns), default=0) + 2
    for column, rule in columns.items():
        lines += _comments(doubts.pop(f"{table.name}.{column}", []), 6)
        if column == "amount" and table.factor.reason:
            lines += _wrapped(table.factor.reason, "      # ")
        short = rule["column"] if set(rule) == {"column"} else rule
        lines.append(f"      {(column + ':').ljust(width)}{_flow(short)}")
    return lines


def _by_place(doubts: Iterable[Doubt]) -> dict[str, list[Doubt]]:
    places: dict[str, list[Doubt]] = {}
    for doubt in doubts:
        places.setdefault(doubt.place, []).append(doubt)
    return places


def _comments(doubts: Sequence[Doubt], indent: int = 0) -> list[str]:
    return [line for doubt in doubts for line in _wrapped(f"{MARK}: {doubt.text}", " " * indent + "# ")]


def _wrapped(text: str, before: str) -> list[str]:
    return textwrap.wrap(text, COMMENT_WIDTH, initial_indent=before, subsequent_indent=f"{before}  ")


def _flow(value: Any) -> str:
    """Write a value on one row, with quotes where YAML needs them."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=ONE_LINE)
    return text.removesuffix("...\n").strip()
