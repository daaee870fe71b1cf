"""Run one public method on exchanged cases: ``python solve.py METHOD FOLDER``, in an environment that has it.

Reads ``cases.json`` and one parquet file a case, and writes ``METHOD.json``: what was found and the seconds it took.
Each method has its defaults, and is told how many causes there are, which `utfall.localise` never is.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

Cause = dict[str, str]


def wise_pizza(leaves: pd.DataFrame, dimensions: list[str], causes: int) -> list[Cause]:
    """Lasso over slices of one or two dimensions, on the difference of two totals."""
    from wise_pizza import explain_changes_in_totals

    frames = [leaves[dimensions].assign(total=leaves[column], size=1.0) for column in ("expected", "actual")]
    found = explain_changes_in_totals(*frames, dimensions, "total", "size", max_segments=causes)
    return [{name: str(value) for name, value in one["segment"].items()} for one in found.segments]


def sliceline(leaves: pd.DataFrame, dimensions: list[str], causes: int) -> list[Cause]:
    """Slices whose mean relative error is largest, weighed as its paper does (Sagadeeva & Boehm 2021)."""
    from sliceline.slicefinder import Slicefinder

    finder = Slicefinder(alpha=0.95, k=causes, verbose=False)
    finder.fit(leaves[dimensions].to_numpy(), _relative(leaves).abs().to_numpy())
    return [
        {name: str(value) for name, value in zip(dimensions, found, strict=True) if value is not None}
        for found in finder.top_slices_
    ]


def pysubgroup(leaves: pd.DataFrame, dimensions: list[str], causes: int) -> list[Cause]:
    """Subgroups whose mean relative error is most unusual, by beam search."""
    import pysubgroup as ps

    frame = leaves[dimensions].assign(error=_relative(leaves).abs())
    task = ps.SubgroupDiscoveryTask(
        frame,
        ps.NumericTarget("error"),
        ps.create_selectors(frame, ignore=["error"]),
        result_set_size=causes,
        depth=4,
        qf=ps.StandardQFNumeric(1.0),
    )
    found = ps.BeamSearch().execute(task).to_descriptions()
    return [
        {selector.attribute_name: str(selector.attribute_value) for selector in rule.selectors} for _, rule, *_ in found
    ]


def _relative(leaves: pd.DataFrame) -> pd.Series:
    """Deviation as a share of the expected amount; a leaf nobody expected counts as wholly wrong."""
    expected, actual = leaves["expected"].to_numpy(), leaves["actual"].to_numpy()
    size = np.where(expected != 0, np.abs(expected), np.maximum(np.abs(actual), 0.01))
    return pd.Series(actual - expected, index=leaves.index) / size


METHODS: dict[str, Callable[[pd.DataFrame, list[str], int], list[Cause]]] = {
    "wise-pizza": wise_pizza,
    "sliceline": sliceline,
    "pysubgroup": pysubgroup,
}


def _attempt(method: str, leaves: pd.DataFrame, case: dict[str, Any]) -> tuple[list[Cause], str]:
    """What is found and no error, or nothing and the error."""
    try:
        return METHODS[method](leaves, case["dimensions"], case["causes"]), ""
    except Exception as error:  # whatever a public method does with a case that it cannot solve
        return [], f"{type(error).__name__}: {error}"


def main() -> None:
    """Solve every case and write the answers after each, so that a slow method can be stopped."""
    method, folder = sys.argv[1], Path(sys.argv[2])
    warnings.simplefilter("ignore")
    answers = []
    for number, case in enumerate(json.loads((folder / "cases.json").read_text())):
        leaves = pd.read_parquet(folder / f"{number}.parquet")
        if not answers:
            # Once for nothing, so that no case pays for the import.
            _attempt(method, leaves, case)
        start = time.perf_counter()
        found, error = _attempt(method, leaves, case)
        answers.append({"causes": found, "seconds": time.perf_counter() - start, "error": error})
        (folder / f"{method}.json").write_text(json.dumps(answers))


if __name__ == "__main__":
    main()
