"""Made-up cases that break the assumptions of a tidy cube, and cubes made as the RiskLoc paper makes them.

Regimes: ``restless`` one value of a dimension is 2-4 times as noisy; ``uneven`` every value of a dimension has its own
noise; ``tails`` heavy-tailed noise; ``drift`` all leaves have risen or fallen together; ``unspent`` many leaves were
budgeted and not used; ``chain`` parents with a single child; ``coarse`` amounts rounded to few digits; ``small`` few
leaves; ``riskloc`` and ``riskloc-leaf`` causes in any layer, or in single leaves only.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.root_cause_cases import (
    LEDGER_PARENTS,
    Case,
    cube_causes,
    findable,
    grid,
    ledger_causes,
    ledger_leaves,
    selects,
)

Floats = npt.NDArray[np.float64]

REGIMES = (
    "restless",
    "uneven",
    "tails",
    "drift",
    "unspent",
    "chain",
    "coarse",
    "small",
    "riskloc",
    "riskloc-leaf",
)
RISKLOC_DIMENSIONS = {"riskloc": (10, 12, 10, 8, 5), "riskloc-leaf": (10, 24, 10, 15)}
"""Sizes of the published sets S and L; set H has 24 million leaves, more than any ledger a region keeps."""


def make_stress(regime: str, seed: int, *, null: bool = False) -> Case:
    """Draw one case of a regime, half of them ledgers with a hierarchy and half cubes; `null` plants nothing."""
    rng = np.random.default_rng([REGIMES.index(regime), seed])
    if regime in RISKLOC_DIMENSIONS:
        return _riskloc(regime, seed, rng, null)
    ledger = seed % 2 == 0 or regime == "chain"
    leaves = ledger_leaves(rng) if ledger else grid(int(rng.integers(4, 7)), rng.uniform(0.6, 0.99), rng)
    if regime == "chain":
        # Half of the areas are one unit, and half of the account groups one account.
        for child, parent in (("unit", "area"), ("account", "account_group")):
            single = leaves[parent].isin(list(leaves[parent].unique())[::2])
            leaves[child] = leaves[child].where(~single, leaves[parent] + "-1")
        leaves = leaves.drop_duplicates(ignore_index=True)
    if regime == "small":
        leaves = leaves.sample(int(rng.integers(60, 250)), random_state=int(rng.integers(1 << 30)))
        leaves = leaves.reset_index(drop=True)
    names = list(leaves.columns)
    size = rng.lognormal(8.0 if ledger else 4.6, rng.uniform(1.0, 2.2), len(leaves))
    noise = float(rng.choice([0.03, 0.08, 0.15]))
    power = float(rng.choice([0.0, -1 / 3]))
    scale = noise * size * (size / np.median(size)) ** power * _factor(regime, leaves, rng)
    degrees = float(rng.uniform(2.2, 3.5)) if regime == "tails" else float(rng.choice([5, 30]))
    deviation = scale * rng.standard_t(degrees, len(leaves))
    income = (leaves["account_group"] == "G5").to_numpy() if ledger else np.zeros(len(leaves), dtype=bool)
    expected = np.where(income, size, -size)
    causes = [] if null else _plant(leaves, expected, deviation, scale, ledger, rng)
    if regime == "drift":
        deviation += rng.choice([-1, 1]) * rng.uniform(0.1, 0.7) * noise * (size if rng.random() < 0.5 else expected)
    actual = expected + deviation
    if regime == "unspent":
        unused = rng.random(len(leaves)) < rng.uniform(0.1, 0.3)
        actual[unused & ~_in_any(leaves, causes)] = 0.0
    step = 10 ** np.floor(np.log10(np.median(size)) - 1) if regime == "coarse" else 0.01
    leaves["expected"], leaves["actual"] = np.round(expected / step) * step, np.round(actual / step) * step
    return Case(
        f"{regime}{seed}{'-' if null else '+'}", regime, leaves, names, LEDGER_PARENTS if ledger else None, causes
    )


def _in_any(leaves: pd.DataFrame, causes: list[dict[str, str]]) -> npt.NDArray[np.bool_]:
    return np.any([selects(leaves, cause) for cause in causes] or [np.zeros(len(leaves), dtype=bool)], axis=0)


def _factor(regime: str, leaves: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """How much noisier each leaf is than its size alone would make it."""
    if regime not in ("restless", "uneven"):
        return np.ones(len(leaves))
    code, values = pd.factorize(leaves[str(rng.choice(leaves.columns))])
    if regime == "uneven":
        return np.exp(rng.normal(0, 0.6, len(values)))[code]
    return np.where(code == rng.integers(len(values)), rng.uniform(2, 4), 1.0)


def _plant(
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    ledger: bool,
    rng: np.random.Generator,
) -> list[dict[str, str]]:
    """Move one to three segments in proportion, each far enough to be found; changes `deviation`."""
    if ledger:
        causes = ledger_causes(leaves, int(rng.integers(1, 4)), rng, one_offs=False)
    else:
        causes = cube_causes(leaves, [int(rng.integers(1, 4)) for _ in range(int(rng.integers(1, 4)))], rng, None)
    for cause in causes:
        mask = selects(leaves, cause)
        rate = rng.uniform(1.0, 2.5) * findable(np.abs(expected[mask]), scale[mask])
        deviation[mask] += rng.choice([-1.0, 1.0]) * rate * np.abs(expected[mask])
    return causes


def _riskloc(regime: str, seed: int, rng: np.random.Generator, null: bool) -> Case:
    """Draw a cube as Kalander (2022, arXiv:2205.10004) describes it.

    Values are Weibull, some zero, with a forecast error on either side; causes take away a share of their leaves, all
    on the same side.
    """
    leaf = regime == "riskloc-leaf"
    sizes = RISKLOC_DIMENSIONS[regime]
    names = list("abcdef")[: len(sizes)]
    values = [[f"{name}{i + 1}" for i in range(count)] for name, count in zip(names, sizes, strict=True)]
    leaves = pd.DataFrame(list(product(*values)), columns=names)
    noise = rng.uniform(0, 0.1 if leaf else 0.25)
    real = rng.weibull(rng.uniform(0.5, 1.0), len(leaves)) * 100
    real[rng.random(len(leaves)) < rng.uniform(0, 0.25)] = 0.0
    forecast = np.maximum(real * (1 + rng.normal(0, noise, len(leaves))), 0.0)
    swapped = rng.random(len(leaves)) < 0.5
    actual, expected = np.where(swapped, forecast, real), np.where(swapped, real, forecast)
    low, high = (expected, actual) if actual.sum() > expected.sum() else (actual, expected)
    causes: list[dict[str, str]] = []
    used: list[list[str]] = []
    wanted = 0 if null else int(rng.integers(1, 6 if leaf else 4))
    while len(used) < wanted:
        depth = len(names) if leaf else int(rng.integers(1, len(names) + 1))
        named = sorted(rng.choice(names, depth, replace=False))
        if named in used and not leaf:
            continue
        severity, width = rng.uniform(0.5 if leaf else 0.2, 1.0) + noise, 0.0 if leaf else rng.uniform(0, 0.1)
        for _ in range(1 if leaf else int(rng.integers(1, 4))):
            cause = leaves.iloc[int(rng.integers(len(leaves)))][named].to_dict()
            mask = selects(leaves, cause)
            # Not beside or within another cause, and not a leaf without any amount.
            if high[mask].sum() == 0 or any(all(cause.get(n) == v for n, v in c.items()) for c in causes):
                continue
            if any(all(c.get(n, v) == v for n, v in cause.items()) for c in causes):
                continue
            causes.append(cause)
            rate = rng.normal(severity, width, int(mask.sum()))
            low[mask] = np.maximum(high[mask] * (1 - rate), 0.0)
        used.append(named)
    leaves["expected"], leaves["actual"] = np.round(expected, 2), np.round(actual, 2)
    return Case(f"{regime}{seed}{'-' if null else '+'}", regime, leaves, names, None, causes)
