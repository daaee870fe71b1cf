"""Made-up cases with planted causes, in the spirit of the benchmark's families and of what ledgers add to them.

Families: ``R`` dense cubes with strong causes; ``C`` sparse signed ledgers with a hierarchy and one-off postings;
``H`` sparse cubes with weak causes, heavy tails and decoy outliers. What those lack, each on such a ledger: ``F`` a
segment gets the same fixed amount on every leaf; ``P`` price alone, only cost moves; ``V`` volume alone, cost and
income of a unit or area move together; ``A`` amounts reclassified from one account to another, net zero; ``M`` a
month's cost booked in the next month, net zero; ``N`` new, unbudgeted leaves in one segment.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt
import pandas as pd

FAMILIES = ("R", "C", "H", "F", "P", "V", "A", "M", "N")
LEDGER_PARENTS = {"unit": "area", "area": "division", "account": "account_group"}
MOST_DRAWS = 200
"""A cube without such causes is not worth more draws."""
FINDABLE = 9.0
"""Standard errors of the weakest cause planted in a cube or a ledger."""
MONTHS = 6
"""Months of the ledgers that have them: half a year."""
CUBES = {4: (10, 8, 6, 5), 5: (8, 6, 5, 5, 4), 6: (6, 5, 5, 4, 4, 3)}


@dataclass(frozen=True)
class Case:
    """One case: leaves with ``expected`` and ``actual`` (SEK), and the planted causes."""

    name: str
    family: str
    leaves: pd.DataFrame
    dimensions: list[str]
    parents: dict[str, str] | None
    causes: list[dict[str, str]]


def make_case(family: str, seed: int, *, null: bool = False) -> Case:
    """Draw one case of a family; `null` plants nothing."""
    rng = np.random.default_rng([ord(family), seed])
    make = {"R": _dense, "H": _heavy}.get(family, _ledger)
    return make(family, seed, rng, null)


def selects(leaves: pd.DataFrame, cause: dict[str, str]) -> npt.NDArray[np.bool_]:
    """Leaves a cause selects."""
    chosen = np.ones(len(leaves), dtype=bool)
    for name, value in cause.items():
        chosen &= (leaves[name] == value).to_numpy()
    return chosen


def grid(dims: int, kept: float, rng: np.random.Generator) -> pd.DataFrame:
    names = list("abcdef")[:dims]
    rows = np.array(
        list(product(*[[f"{n}{i + 1}" for i in range(k)] for n, k in zip(names, CUBES[dims], strict=True)]))
    )
    return pd.DataFrame(rows[rng.random(len(rows)) < kept], columns=names)


def _distinct(
    leaves: pd.DataFrame, sets: list[list[str]], fewest: int, rng: np.random.Generator, most: float = 0.5
) -> list[dict[str, str]]:
    """One cause a set of dimensions, each with enough leaves and not within another."""
    for _ in range(MOST_DRAWS):
        causes: list[dict[str, str]] = []
        taken: list[npt.NDArray[np.bool_]] = []
        for names in sets:
            row = leaves.iloc[int(rng.integers(len(leaves)))]
            cause = {name: row[name] for name in names}
            mask = selects(leaves, cause)
            if not fewest <= mask.sum() <= most * len(leaves):
                break
            if any((mask & other).sum() > 0.5 * min(mask.sum(), other.sum()) for other in taken):
                break
            causes.append(cause)
            taken.append(mask)
        if len(causes) == len(sets):
            return causes
    raise LookupError("no such causes in this cube")


def cube_causes(
    leaves: pd.DataFrame, depths: list[int], rng: np.random.Generator, same: list[str] | None
) -> list[dict[str, str]]:
    """One cause a depth, drawn again with other dimensions where the cube has no such causes."""
    while depths:
        sets = [same or sorted(rng.choice(leaves.columns, depth, replace=False)) for depth in depths]
        try:
            return _distinct(leaves, sets, 4, rng)
        except LookupError:
            depths = depths[:-1] or [max(1, depths[0] - 1)]
    return []


def _dense(family: str, seed: int, rng: np.random.Generator, null: bool) -> Case:
    leaves = grid(int(rng.integers(4, 7)), rng.uniform(0.75, 0.99), rng)
    names = list(leaves.columns)
    noise = rng.uniform(0.001, 0.1) if rng.random() < 0.5 else rng.uniform(0.15, 0.25)
    number, layer, same = int(rng.integers(1, 4)), int(rng.integers(1, 4)), rng.random() < 0.5
    first = sorted(rng.choice(names, layer, replace=False))
    layers = [layer] * (0 if null else number)
    causes = cube_causes(leaves, layers, rng, first if same else None)
    value = rng.exponential(1, len(leaves)) ** rng.choice([1.0, 2.0]) * 100
    score = rng.normal(0, noise, len(leaves))
    sign, severity, width = rng.choice([-1, 1]), rng.uniform(0.3, 2.0), rng.uniform(0, 0.25)
    for cause in causes:
        mask = selects(leaves, cause)
        if not same:
            severity, width = rng.uniform(0.3, 2.0), rng.uniform(0, 0.25)
        least = max(2.5 * noise, FINDABLE * noise / np.sqrt(mask.sum()), 2 * width)
        score[mask] = sign * rng.normal(max(severity, least), width, mask.sum())
    score = np.clip(score, -2, 2)
    # The deviation score is 2 (actual - expected) / (actual + expected): one of the two is what moved.
    moved = value * (2 - np.abs(score)) / (2 + np.abs(score))
    leaves["expected"] = np.round(np.where(score > 0, moved, value), 2)
    leaves["actual"] = np.round(np.where(score > 0, value, moved), 2)
    return Case(f"{family}{seed}", family, leaves, names, None, causes)


def _heavy(family: str, seed: int, rng: np.random.Generator, null: bool) -> Case:
    leaves = grid(int(rng.integers(4, 7)), 0.65, rng)
    names = list(leaves.columns)
    noise = rng.uniform(0.03, 0.08) if rng.random() < 0.5 else rng.uniform(0.15, 0.25)
    depth = [int(rng.integers(1, 5)) for _ in range(0 if null else int(rng.integers(1, 4)))]
    causes = cube_causes(leaves, depth, rng, None)
    size = rng.lognormal(4.6, 1.5, len(leaves))
    relative = rng.standard_t(4, len(leaves)) / np.sqrt(2) * noise
    decoys = rng.choice(len(leaves), int(rng.integers(0, 8)), replace=False)
    relative[decoys] += rng.choice([-1, 1], len(decoys)) * rng.uniform(5, 25, len(decoys)) * noise
    mixed, sign = rng.random() < 0.5, rng.choice([-1, 1])
    for cause in causes:
        mask = selects(leaves, cause)
        direction = rng.choice([-1, 1]) if mixed else sign
        relative[mask] += direction * rng.uniform(7, 16) * noise / np.sqrt(mask.sum())
    leaves["expected"] = np.round(size, 2)
    leaves["actual"] = np.round(size * (1 + relative), 2)
    return Case(f"{family}{seed}", family, leaves, names, None, causes)


def _ledger(family: str, seed: int, rng: np.random.Generator, null: bool) -> Case:
    leaves = ledger_leaves(rng) if family != "M" else _monthly_leaves(rng)
    names = list(leaves.columns)
    noise = rng.choice([0.03, 0.10])
    income = (leaves["account_group"] == "G5").to_numpy()
    size = rng.lognormal(4.0, 2.2, len(leaves))
    if family == "M":
        # Every month of an account in a unit is of about the same size.
        size = size[leaves.groupby(["unit", "account"]).ngroup()] * rng.lognormal(0, 0.2, len(leaves))
    expected = np.where(income, -size, size)
    scale = noise * 10 * size ** (2 / 3)
    deviation = rng.normal(0, 1, len(leaves)) * scale
    deviation[rng.random(len(leaves)) < 0.002] *= 4
    causes: list[dict[str, str]] = []
    if not null:
        plant = PLANTS.get(family, _plant_rate)
        deviation, expected, causes = plant(family, leaves, expected, deviation, scale, rng)
    leaves["expected"] = np.round(expected, 2)
    leaves["actual"] = np.round(expected + deviation, 2)
    return Case(f"{family}{seed}", family, leaves, names, LEDGER_PARENTS, causes)


def ledger_leaves(rng: np.random.Generator) -> pd.DataFrame:
    rows = int(rng.integers(1000, 1700))
    division, area, unit = rng.integers(1, 5, rows), rng.integers(1, 5, rows), rng.integers(1, 6, rows)
    group, account = rng.integers(1, 6, rows), rng.integers(1, 5, rows)
    leaves = pd.DataFrame(
        {
            "division": [f"D{d}" for d in division],
            "area": [f"D{d}R{r}" for d, r in zip(division, area, strict=True)],
            "unit": [f"D{d}R{r}U{u}" for d, r, u in zip(division, area, unit, strict=True)],
            "account_group": [f"G{g}" for g in group],
            "account": [f"G{g}A{a}" for g, a in zip(group, account, strict=True)],
            "supplier": [f"S{min(29, int(s)):02d}" for s in rng.exponential(9, rows)],
        }
    )
    return leaves.drop_duplicates(ignore_index=True)


def _monthly_leaves(rng: np.random.Generator) -> pd.DataFrame:
    """A smaller ledger without suppliers, with its months as a dimension."""
    pairs = ledger_leaves(rng).drop(columns="supplier").drop_duplicates().head(int(rng.integers(170, 280)))
    months = pd.DataFrame({"month": [f"{month:02d}" for month in range(1, MONTHS + 1)]})
    return months.merge(pairs, how="cross")[[*pairs.columns, "month"]]


Floats = npt.NDArray[np.float64]
Planted = tuple[Floats, Floats, list[dict[str, str]]]

LEDGER_KINDS: dict[str, list[str]] = {
    "unit": ["unit"],
    "area": ["area"],
    "division": ["division"],
    "account": ["account"],
    "supplier": ["supplier"],
    "division+account": ["division", "account"],
    "unit+group": ["unit", "account_group"],
    "division+supplier": ["division", "supplier"],
    "area+account": ["area", "account"],
    "oneoff": ["unit", "account", "supplier"],
}


def findable(shape: Floats, scale: Floats) -> float:
    """Shift that lies `FINDABLE` standard errors from zero, also without the leaf that shows it best.

    Nobody could find a cause that drowns in noise, or tell one that rests on a single leaf from an outlier.
    """
    weight = (shape / scale) ** 2
    return float(FINDABLE / np.sqrt(weight.sum() - (weight.max() if len(weight) > 1 else 0.0)))


def ledger_causes(
    leaves: pd.DataFrame, wanted: int, rng: np.random.Generator, *, one_offs: bool = True
) -> list[dict[str, str]]:
    """Segments of a ledger that hardly overlap; those of three dimensions are one-off postings."""
    causes: list[dict[str, str]] = []
    masks: list[npt.NDArray[np.bool_]] = []
    while len(causes) < wanted:
        kind = str(rng.choice(list(LEDGER_KINDS)[: None if one_offs else -1]))
        try:
            cause = _distinct(leaves, [LEDGER_KINDS[kind]], 1 if kind == "oneoff" else 5, rng, 0.35)[0]
        except LookupError:
            continue
        mask = selects(leaves, cause)
        if all((mask & other).sum() <= 0.2 * min(mask.sum(), other.sum()) for other in masks):
            causes, masks = [*causes, cause], [*masks, mask]
    return causes


def _plant_mixed(
    family: str,
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    rng: np.random.Generator,
) -> Planted:
    causes = ledger_causes(leaves, int(rng.integers(1, 4)), rng)
    mixed, sign = rng.random() < 0.5, rng.choice([-1.0, 1.0])
    gross = np.abs(deviation).sum()
    for cause in causes:
        mask = selects(leaves, cause)
        direction = rng.choice([-1.0, 1.0]) if mixed else sign
        if len(cause) == 3:
            deviation = deviation + direction * mask * gross * rng.uniform(0.06, 0.25)
            continue
        rate = rng.uniform(0.25, 0.9) if len(cause) == 2 else rng.uniform(0.12, 0.4)
        rate = max(rate, _rate(expected, scale, mask))
        deviation = deviation + direction * rate * mask * np.abs(expected)
    return deviation, expected, causes


def _plant_fixed(
    family: str,
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    rng: np.random.Generator,
) -> Planted:
    kind = rng.choice(["unit", "account", "supplier", "division+account"])
    causes = _distinct(leaves, [LEDGER_KINDS[kind]], 8, rng, 0.2)
    mask = selects(leaves, causes[0])
    amount = rng.uniform(1, 2) * findable(np.ones(mask.sum()), scale[mask])
    return deviation + rng.choice([-1.0, 1.0]) * amount * mask, expected, causes


def _plant_reclassified(
    family: str,
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    rng: np.random.Generator,
) -> Planted:
    """Most of one account's cost in a division is booked on another account there."""
    while True:
        division = str(rng.choice(leaves["division"].unique()))
        a, b = (f"G{g}A{rng.integers(1, 5)}" for g in rng.choice(range(1, 5), 2, replace=False))
        causes = [{"division": division, "account": a}, {"division": division, "account": b}]
        here, there = (selects(leaves, cause) for cause in causes)
        if min(here.sum(), there.sum()) >= 6:
            break
    moved = 0.6 * expected[here].sum()
    deviation = deviation - 0.6 * here * expected
    weight = np.where(there, np.sqrt(np.abs(expected)), 0.0)
    return deviation + moved * weight / weight.sum(), expected, causes


def _plant_months(
    family: str,
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    rng: np.random.Generator,
) -> Planted:
    """Most of what a segment cost in one month is booked in the next."""
    while True:
        row = leaves.iloc[int(rng.integers(len(leaves)))]
        names = ["unit", "division+account", "area"][int(rng.integers(3))].split("+")
        cause = {name: str(row[name]) for name in names}
        month = int(rng.integers(1, MONTHS))
        causes = [{**cause, "month": f"{when:02d}"} for when in (month, month + 1)]
        here, there = (selects(leaves, one) for one in causes)
        if min(here.sum(), there.sum()) >= 6 and here.sum() == there.sum():
            break
    share = rng.uniform(0.4, 0.9)
    share = max(share, *(_rate(expected, scale, mask) for mask in (here, there)))
    deviation = deviation.copy()
    # Leaves are in the same order in every month.
    deviation[here] -= share * expected[here]
    deviation[there] += share * expected[here]
    return deviation, expected, causes


def _rate(expected: Floats, scale: Floats, mask: npt.NDArray[np.bool_]) -> float:
    """Share of its leaves that a cause must move to be found."""
    return findable(np.abs(expected[mask]), scale[mask])


def _plant_rate(
    family: str,
    leaves: pd.DataFrame,
    expected: Floats,
    deviation: Floats,
    scale: Floats,
    rng: np.random.Generator,
) -> Planted:
    """A price, a volume, or new leaves without budget."""
    kinds = {
        "P": ["account", "account_group", "division+account"],
        "V": ["unit", "area"],
        "N": ["unit+account_group"],
    }[family]
    cost = expected > 0
    while True:
        causes = _distinct(leaves, [str(rng.choice(kinds)).split("+")], 6, rng, 0.3)
        mask = selects(leaves, causes[0])
        costs = int(cost[mask].sum())
        if family == "N" or (costs == mask.sum() if family == "P" else 2 <= costs <= mask.sum() - 2):
            break
    if family == "N":
        return np.where(mask, expected, deviation), np.where(mask, 0.0, expected), causes
    rate = max(rng.uniform(0.05, 0.3), _rate(expected, scale, mask))
    return deviation + rng.choice([-1.0, 1.0]) * rate * mask * expected, expected, causes


PLANTS = {"C": _plant_mixed, "F": _plant_fixed, "A": _plant_reclassified, "M": _plant_months}
"""How the causes of a family are planted, where it is not by a rate."""
