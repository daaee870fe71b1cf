"""Score the localisation of causes: ``python -m benchmarks.root_cause [--data DIR] [--draws N] [--peers] [--verbose]``.

A cause counts when it selects exactly the right leaves, however it is worded. Prints one row a family: F1 over all
causes, the share of null cases left empty, and the seconds a case takes. The families of the shared bench come
first where its folder exists, then fresh draws of `benchmarks.root_cause_cases`, then of the regimes of
`benchmarks.root_cause_stress`; with ``--peers`` public methods on the first cases of every family.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import pandas as pd

from benchmarks import root_cause_peers as peers
from benchmarks import root_cause_region
from benchmarks.root_cause_cases import FAMILIES, LEDGER_PARENTS, Case, make_case, selects
from benchmarks.root_cause_stress import REGIMES, make_stress
from utfall.rootcause.segments.localise import localise

BENCH = Path(__file__).parents[2] / "shared" / "bench" / "rootcause"
"""Where the shared cases lie, beside the checkout."""

BAR = {"R": 0.99, "C": 0.97, "H": 0.85}
"""F1 to reach."""

NULL_BAR = 0.9
"""Share of null cases that must be left empty."""

MEDIAN_SECONDS, MOST_SECONDS = 0.1, 2.0
"""Time a case may take: in the median, and ever."""

FIRST_SEED = 1_000
"""Draws for the score start here; development looked at lower seeds."""


@dataclass
class Score:
    """What was found of what was planted, over the cases of a family."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    nulls: int = 0
    empty: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall over all causes."""
        return 2 * self.right / max(1, 2 * self.right + self.wrong + self.missed)

    def __str__(self) -> str:
        nulls = f"{self.empty}/{self.nulls}" if self.nulls else "-"
        found = f"{len(self.seconds):>5} {self.f1:>6.3f} {self.wrong:>6} {self.missed:>7} {nulls:>8}"
        return f"{found} {statistics.median(self.seconds):>7.3f} {max(self.seconds):>7.3f}"


def read_bench(folder: Path) -> Iterator[Case]:
    """Read the shared cases: budget and actual in cents, causes as ``a=a1&b=b2;c=c3``."""
    truth = pd.read_csv(folder / "truth.csv", keep_default_na=False).set_index("case")
    for file in sorted(folder.glob("leaves_*.parquet")):
        for name, rows in pd.read_parquet(file).groupby("case", sort=False):
            known = truth.loc[str(name)]
            dimensions = str(known["dims"]).split(";")
            leaves = rows[dimensions].astype(str).reset_index(drop=True)
            leaves["expected"] = rows["budget_cents"].to_numpy() / 100
            leaves["actual"] = rows["actual_cents"].to_numpy() / 100
            planted = [cause for cause in str(known["root_causes"]).split(";") if cause]
            causes = [dict(part.split("=") for part in cause.split("&")) for cause in planted]
            family = str(known["family"])
            yield Case(str(name), family, leaves, dimensions, LEDGER_PARENTS if family == "C" else None, causes)


def draw(families: Iterable[str], draws: int) -> Iterator[Case]:
    """Draw fresh cases: `draws` of each family or regime with causes, and half as many without."""
    for family in families:
        make = make_case if family in FAMILIES else make_stress
        for seed in range(FIRST_SEED, FIRST_SEED + draws):
            yield make(family, seed)
        for seed in range(FIRST_SEED, FIRST_SEED + draws // 2):
            yield make(family, seed, null=True)


def score(cases: Iterable[Case], *, verbose: bool = False) -> dict[str, Score]:
    """Localise every case and compare with what was planted.

    Parameters
    ----------
    cases : iterable of Case
        What to solve.
    verbose : bool, default False
        Print every case that is not solved exactly.

    Returns
    -------
    dict of str to Score
        By family.
    """
    return compare(map(_solve, cases), verbose=verbose)


def _solve(case: Case) -> tuple[Case, list[dict[str, str]], float]:
    start = time.perf_counter()
    found = localise(case.leaves, case.dimensions, parents=case.parents).causes
    return case, found, time.perf_counter() - start


def compare(answers: Iterable[tuple[Case, list[dict[str, str]], float]], *, verbose: bool = False) -> dict[str, Score]:
    """Compare what was found, in so many seconds, with what was planted.

    Parameters
    ----------
    answers : iterable of (Case, list of dict, float)
        Cases, what was found in each, and the seconds it took.
    verbose : bool, default False
        Print every case that is not solved exactly.

    Returns
    -------
    dict of str to Score
        By family.
    """
    scores: dict[str, Score] = defaultdict(Score)
    for case, found, seconds in answers:
        answer = {selects(case.leaves, cause).tobytes() for cause in found}
        planted = {selects(case.leaves, cause).tobytes() for cause in case.causes}
        family = scores[case.family]
        family.seconds.append(seconds)
        family.nulls += not planted
        family.empty += not planted and not answer
        family.right += len(answer & planted)
        family.wrong += len(answer - planted)
        family.missed += len(planted - answer)
        if verbose and answer != planted:
            print(f"{case.name}: planted {case.causes}, found {found}")
    return dict(scores)


def first_of_each(cases: Iterable[Case], number: int) -> list[Case]:
    """The first cases of every family that have a cause."""
    taken: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if case.causes and len(taken[case.family]) < number:
            taken[case.family].append(case)
    return [case for family in taken.values() for case in family]


def table(title: str, scores: dict[str, Score], bars: Mapping[str, float] = BAR) -> str:
    """Print scores as a table, with the bar where there is one."""
    lines = [title, f"{'family':<12} cases     F1  wrong  missed    nulls  median     max   bar"]
    for family, one in scores.items():
        fast = statistics.median(one.seconds) <= MEDIAN_SECONDS and max(one.seconds) <= MOST_SECONDS
        quiet = one.empty >= NULL_BAR * one.nulls
        bar = bars.get(family)
        verdict = "" if bar is None else "met" if one.f1 >= bar and quiet and fast else "MISSED"
        lines.append(f"{family:<12} {one} {'' if bar is None else f'{bar:.2f}':>5} {verdict}")
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=BENCH, help="folder of the shared cases")
    parser.add_argument("--draws", type=int, default=40, help="fresh cases of each family; 0 for none")
    parser.add_argument("--families", nargs="+", default=[*FAMILIES, *REGIMES], help="families and regimes to draw")
    parser.add_argument("--peers", action="store_true", help="run public methods too, installed from PyPI")
    parser.add_argument("--peer-cases", type=int, default=10, help="cases of each family that peers solve")
    parser.add_argument("--verbose", action="store_true", help="print the cases that are not solved exactly")
    given = parser.parse_args()
    families = [family for family in FAMILIES if family in given.families]
    regimes = [regime for regime in REGIMES if regime in given.families]
    if given.data.exists():
        print(table("Shared cases", score(read_bench(given.data), verbose=given.verbose)))
    else:
        print(f"No shared cases in {given.data}.")
    if given.draws:
        print(table("Fresh draws", score(draw(families, given.draws), verbose=given.verbose)))
        print(table("Broken assumptions", score(draw(regimes, given.draws), verbose=given.verbose)))
    print(root_cause_region.main())
    if given.peers:
        own = [family for family in families if family not in BAR or not given.data.exists()]
        shared = read_bench(given.data) if given.data.exists() else ()
        cases = first_of_each(chain(shared, draw(own, given.peer_cases)), given.peer_cases)
        print(table("The kit on the cases of the peers", score(cases)))
        for peer in peers.PEERS:
            title = f"{peer} {peers.version_of(peer)}, told the number of causes"
            print(table(title, compare(peers.solve(peer, cases)), {}))


if __name__ == "__main__":
    main()
