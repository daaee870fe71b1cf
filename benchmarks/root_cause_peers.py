"""Run public methods on the same cases, each in a process of an environment that is theirs alone."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.root_cause_cases import Case

HERE = Path(__file__).parent / "peers"
REQUIREMENTS = HERE / "requirements.txt"
PEERS = ("wise-pizza", "sliceline", "pysubgroup")
"""Those on PyPI that search combinations of several dimensions; docs/benchmarks_root_cause.md names the others."""

MOST_SECONDS = 900
"""A peer that is not done by then is scored on the cases it has solved."""


def version_of(peer: str) -> str:
    """Version that is run."""
    lines = REQUIREMENTS.read_text().splitlines()
    return next(line.partition("==")[2] for line in lines if line.startswith(f"{peer}=="))


def environment() -> Path:
    """Python of the peers' environment, made when its requirements are new."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "utfall"
    folder = cache / f"peers-{hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "complete").exists():
        print(f"Making {folder}", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check"]
        subprocess.run([*install, "-r", REQUIREMENTS], check=True)
        (folder / "complete").touch()
    return python


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
            command = [environment(), HERE / "solve.py", peer, folder]
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
