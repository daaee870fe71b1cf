"""Measure `avoided_cost` where the truth is known: ``python -m benchmarks.avoided_cost [--draws N]``.

A clinic gives an injected drug, patient by patient: doses of some milligrams, packages of one size, packages thrown
away, packages bought somewhat before or after they are used. A measure makes fewer packages go to waste, while the
clinic treats more patients. Each scenario adds one thing that looks like an effect, or hides one. The truth is the cost
of the same patients, doses and months with the waste of before. Prints, for each scenario, the mean error of four ways
to measure what was avoided: the total before and after, packages per dose, milligrams bought per milligram given, and
packages per needed package as `avoided_cost` does, with the introduction declared beforehand and without.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from utfall.effects.avoided.avoided_cost import avoided_cost
from utfall.effects.avoided.guards import Status
from utfall.effects.avoided.result import UNDECIDED, AvoidedCost

BEFORE, AFTER = 36, 12
"""Months without the measure, and with it."""

FIRST = "2023-01"
"""First month."""

YEARLY_PRICE_RISE = 0.03
"""Each January."""

LOW, HIGH = (60.0, 140.0), (220.0, 380.0)
"""Milligrams a dose in the two dose bands."""

STOCK = 3
"""Packages that may lie on the shelf at the end of a month, more or less than usual."""

WITHIN = 20_000.0
"""Mean error that the estimate may have in any scenario, SEK."""

COVERS = 0.93
"""Share of 95 per cent intervals that must hold the truth."""

FIRST_SEED = 5_000
"""Draws for the score start here; development looked at lower seeds."""


@dataclass(frozen=True)
class Scenario:
    """A clinic, its measure, and what happens besides.

    Parameters
    ----------
    patients : float
        Patients a month before the start.
    growth : float
        How many more are treated half a year after the start, as a share.
    price : float
        SEK a package at first.
    waste_before, waste_after : float
        Packages thrown away for each one needed.
    new_pack_after : int or None
        Months after the start when the package becomes half as large and half as dear.
    low_share_after : float
        Share of doses in the low band from the start; half before it.
    price_deal : float
        Change in price at the start.
    stockpile : int
        Packages bought the month before the start and used in the two months from it.
    shared : float
        Share of doses that are drawn from packages opened for the same day's patients.
    """

    patients: float = 70.0
    growth: float = 0.25
    price: float = 900.0
    waste_before: float = 0.16
    waste_after: float = 0.06
    new_pack_after: int | None = None
    low_share_after: float = 0.5
    price_deal: float = 0.0
    stockpile: int = 0
    shared: float = 0.0


HANDLING = Scenario()
SCENARIOS = {
    "handling, more patients": HANDLING,
    "new pack size": replace(HANDLING, new_pack_after=0),
    "mix of doses shifts": replace(HANDLING, low_share_after=0.75, price=1_100.0),
    "price deal": replace(HANDLING, price_deal=-0.15),
    "stockpiling": replace(HANDLING, stockpile=50),
    "clinic-day volume": replace(HANDLING, patients=25.0, growth=0.6, price=1_800.0, shared=0.9),
    "no measure": replace(HANDLING, waste_after=HANDLING.waste_before),
}
"""Six scenarios with a measure, and one without."""


def simulate(scenario: Scenario, seed: int) -> tuple[pd.DataFrame, float]:
    """Draw a clinic.

    Parameters
    ----------
    scenario : Scenario
        What happens.
    seed : int
        Of the draw.

    Returns
    -------
    use : DataFrame
        ``period, price, packages, need, doses, patients, clinic_days`` and ``mg_packages`` (milligrams given, in
        packages).
    avoided : float
        What the measure avoided, SEK.
    """
    rng = np.random.default_rng(seed)
    months = BEFORE + AFTER
    rows, avoided = [], 0.0
    for month in range(months):
        since = month - BEFORE
        with_measure = since >= 0
        halved = scenario.new_pack_after is not None and since >= scenario.new_pack_after
        size = 50.0 if halved else 100.0
        price = scenario.price * (1 + YEARLY_PRICE_RISE) ** (month // 12) / (2 if halved else 1)
        price = round(price * (1 + scenario.price_deal * with_measure), 2)
        season = 1 + 0.1 * np.cos(2 * np.pi * (month - 2) / 12) - 0.25 * (month % 12 == 6)
        growth = 1 + scenario.growth * np.clip((since + 1) / 6, 0, 1)
        patients = int(rng.poisson(scenario.patients * growth * season))
        doses = int(rng.integers(1, 3, patients).sum())
        low = rng.random(doses) < (scenario.low_share_after if with_measure else 0.5)
        mg = np.where(low, rng.uniform(*LOW, doses), rng.uniform(*HIGH, doses))
        needed = np.ceil(mg / size)
        days = int(rng.integers(8, 11))
        day, shares = rng.integers(0, days, doses), rng.random(doses) < scenario.shared
        opened = sum(np.ceil(mg[shares & (day == one)].sum() / size) for one in range(days))
        used = needed[~shares].sum() + opened
        # The same packages could have been thrown away with the measure and without it.
        fate = rng.random(int(needed.sum()))
        wasted, wasted_without = ((fate < share).sum() for share in (scenario.waste_after, scenario.waste_before))
        avoided += with_measure * price * (wasted_without - wasted)
        rows.append(
            {
                "price": price,
                "packages": used + (wasted if with_measure else wasted_without),
                "need": needed.sum(),
                "doses": doses,
                "patients": patients,
                "clinic_days": days,
                "mg_packages": mg.sum() / size,
            }
        )
    use = pd.DataFrame(rows)
    use.insert(0, "period", pd.period_range(FIRST, periods=months, freq="M"))
    use["packages"] += np.diff(rng.integers(-STOCK, STOCK + 1, months + 1))
    use.loc[BEFORE - 1 : BEFORE + 1, "packages"] += np.array([1.0, -0.7, -0.3]) * scenario.stockpile
    return use, float(avoided)


def estimate(use: pd.DataFrame, need: str, profile: str | None = "step") -> AvoidedCost:
    """Estimate what was avoided, with the use held against a need of choice and the profile declared as it was."""
    columns = ["period", "price", "packages", "doses", "patients", "clinic_days"]
    return avoided_cost(use[columns].assign(need=use[need]), use["period"].iloc[BEFORE], profile=profile)


def before_and_after(use: pd.DataFrame) -> float:
    """What the total says: the monthly cost before less that after, times the months after."""
    cost = use["price"] * use["packages"]
    return float((cost.iloc[:BEFORE].mean() - cost.iloc[BEFORE:].mean()) * AFTER)


def score(scenario: Scenario, draws: int, first_seed: int = FIRST_SEED) -> pd.DataFrame:
    """Draw clinics and estimate each.

    Parameters
    ----------
    scenario : Scenario
        What happens.
    draws : int
        Clinics.
    first_seed : int
        Seed of the first.

    Returns
    -------
    DataFrame
        One row a clinic: ``truth``, the errors ``total``, ``doses``, ``mg_packages``, ``need`` and ``undeclared`` (by
        need, with the profile not declared) in SEK, whether the 95 per cent interval of either ``covers`` the truth,
        whether an effect is ``claimed``, the guards ``met`` and the ``seconds`` it took.
    """
    rows = []
    for seed in range(first_seed, first_seed + draws):
        use, truth = simulate(scenario, seed)
        begun = time.process_time()
        found = estimate(use, "need")
        seconds = time.process_time() - begun
        undeclared = estimate(use, "need", None)
        (lo, hi), (lowest, highest) = found.amount_interval(), undeclared.amount_interval()
        rows.append(
            {
                "truth": truth,
                "total": before_and_after(use) - truth,
                **{name: estimate(use, name).amount - truth for name in ("doses", "mg_packages")},
                "need": found.amount - truth,
                "undeclared": undeclared.amount - truth,
                "covers": lo <= truth <= hi,
                "covers_undeclared": lowest <= truth <= highest,
                "claimed": found.verdict != UNDECIDED,
                "met": ", ".join(guard.key for guard in found.guards if guard.status in (Status.MET, Status.RAISED)),
                "seconds": seconds,
            }
        )
    return pd.DataFrame(rows)


def table(draws: int) -> str:
    """Score every scenario, in thousands of SEK."""
    heads = f"{'kkr':<24}{'truth':>7}{'total':>8}{'/dose':>8}{'mg/mg':>8}{'need':>7}{'±':>5}{'covers':>8}"
    lines = [f"{heads}{'undeclared':>12}{'covers':>8}{'claims':>8}{'s':>6}  guards"]
    for name, scenario in SCENARIOS.items():
        drawn = score(scenario, draws)
        mean = drawn[["truth", "total", "doses", "mg_packages", "need", "undeclared"]].mean() / 1000
        right = all(abs(mean[name]) * 1000 <= WITHIN for name in ("need", "undeclared"))
        held = min(drawn["covers"].mean(), drawn["covers_undeclared"].mean()) >= COVERS
        lines.append(
            f"{name:<24}{mean['truth']:>7.0f}{mean['total']:>8.0f}{mean['doses']:>8.0f}{mean['mg_packages']:>8.0f}"
            f"{mean['need']:>7.0f}{drawn['need'].std() / 1000:>5.0f}{drawn['covers'].mean():>8.2f}"
            f"{mean['undeclared']:>12.0f}{drawn['covers_undeclared'].mean():>8.2f}"
            f"{drawn['claimed'].mean():>8.2f}{drawn['seconds'].median():>6.2f}  {drawn['met'].mode()[0]:<20}"
            f"{'met' if right and held else 'MISSED'}"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the benchmark from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=60, help="clinics of each scenario")
    print(table(parser.parse_args().draws))


if __name__ == "__main__":
    main()
