"""Run public methods on the same cases, each in a process of an environment that is theirs alone."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.peers.environment import environment
from benchmarks.peers.environment import version_of as version_in
from benchmarks.root_cause_cases import Case

HERE = Path(__file__).parent / "peers"
REQUIREMENTS = HERE / "root_cause.txt"
PEERS = ("wise-pizza", "sliceline", "pysubgroup")
"""Those on PyPI that search combinations of several dimensions; docs/benchmarks_root_cause.md names the others."""

MOST_SECONDS = 900
"""A peer that is not done by then is scored on the cases it has solved."""


def version_of(peer: str) -> str:
    """Version that is run."""
    return version_in(peer, REQUIREMENTS)


def solve(peer: str, cases: Sequence[Case]) -> Iterator[tuple[Case, list[dict[str, str]], float]]:
    """Let a peer solve the cases, told how many causes each has.

    Parameters
    ----------
    peer : str
        One of `PEERS`.
    cases : sequence of Case
        With at least one cause each.

    Yields
    ------
    tuple of (Case, list of dict, float)
        What it found, and the seconds it took.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        asked = [{"dimensions": case.dimensions, "causes": len(case.causes)} for case in cases]
        (folder / "cases.json").write_text(json.dumps(asked))
        for number, case in enumerate(cases):
            case.leaves.to_parquet(folder / f"{number}.parquet")
        try:
            command = [environment(REQUIREMENTS), HERE / "root_cause.py", peer, folder]
            subprocess.run(command, check=True, timeout=MOST_SECONDS, stderr=subprocess.DEVNULL)
        except subprocess.TimeoutExpired:
            print(f"{peer} was stopped after {MOST_SECONDS} s.", file=sys.stderr)
        answers = json.loads((folder / f"{peer}.json").read_text())
    failed = [case.name for case, answer in zip(cases, answers, strict=False) if answer["error"]]
    if failed:
        print(
            f"{peer} gave no answer but an error in {len(failed)} cases, scored as nothing found: {', '.join(failed)}."
        )
    for case, answer in zip(cases, answers, strict=False):
        yield case, answer["causes"], answer["seconds"]
