"""Simulated from 2022's data, the outcomes of 2023–2025 in many made-up regions: how many fall inside the bands.

`python -m benchmarks.scenarios --regions 100 --workers 2` regenerates regions, each in another course of the world
(`utfall.demo.make_region(economy=…)`), sets each back to the end of 2022, simulates three years with the base scenario
and compares with what then happened. `--speed REGION` times a simulation instead.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import pandas as pd

import utfall
from utfall.demo import make_region
from utfall.scenarios.engine import read_start, resolve, simulate
from utfall.scenarios.simulation import ASSETS, FINANCING, Simulation

AS_OF = 2022
"""Last closed year that the simulation knows."""

YEARS = 3
"""Years simulated, and compared."""

DRAWS = 1000
"""Courses a region."""

LEVELS = (0.80, 0.95)
"""Nominal rates."""

INCOME = (
    *("external_income", "external_costs", "depreciation", "other_costs", "tax_revenue", "general_grants"),
    *("interest_costs", "pension_indexation", "unrealised_gains", "result"),
)
"""Income items compared."""

BALANCE = ("equity", "pension_provisions", "financial_fixed_assets", "long_term_liabilities", "receivables")
"""Balance items compared; the others follow from these or from a floor under cash."""


def compare(number: int) -> pd.DataFrame:
    """Regenerate one region, simulate it from 2022 and compare.

    Parameters
    ----------
    number : int
        Seed of the region, and which course of the world.

    Returns
    -------
    DataFrame
        ``region, item, year, outcome`` (SEK), and ``rank``: share of the draws below the outcome.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = make_region(Path(name) / "region", seed=number, economy=number)
        later = utfall.open_region(folder)
        outcomes = _outcomes(later)
        then = later.as_of(f"{AS_OF}-12")
        start = read_start(then)
        assert start.first_year == AS_OF + 1, start.first_year
        drawn = simulate(start, resolve(then, "base"), years=YEARS, draws=DRAWS, seed=number)
    rows = []
    for item, values in _simulated(drawn).items():
        for at, year in enumerate(drawn.years):
            outcome = outcomes[item, year]
            rank = (np.mean(values[:, at] < outcome) + np.mean(values[:, at] <= outcome)) / 2
            rows.append((number, item, year, outcome, rank))
    return pd.DataFrame(rows, columns=["region", "item", "year", "outcome", "rank"])


def _simulated(drawn: Simulation) -> dict[str, np.ndarray]:
    values = {item: drawn.yearly_income(item) / 100 for item in INCOME}
    values |= {item: drawn.closing(item) / 100 for item in BALANCE}
    values["total_assets"] = sum(drawn.closing(item) for item in ASSETS) / 100
    return values | {
        f"net_cost {division}": drawn.net_cost[:, :, at].sum(axis=2) / 100
        for at, division in enumerate(drawn.divisions)
    }


def _outcomes(region: utfall.region.Region) -> dict[tuple[str, int], float]:
    start = read_start(region)
    known = start.history.set_index(["item", "year"])["amount"]
    outcomes = {(str(item), int(year)): float(amount) for (item, year), amount in known.items()}
    for year in range(AS_OF + 1, AS_OF + 1 + YEARS):
        outcomes["total_assets", year] = sum(outcomes[item, year] for item in ASSETS)
        assert abs(outcomes["total_assets", year] - sum(outcomes[item, year] for item in FINANCING)) < 0.01
    # The organisation of then: units that have moved since are counted where they were.
    nets = region.amounts(["division", "year"], structure=f"{AS_OF}-12")
    for row in nets.itertuples():
        outcomes[f"net_cost {row.division}", int(row.year)] = float(row.actual)
    return outcomes


def summarise(compared: pd.DataFrame) -> pd.DataFrame:
    """Share of the outcomes inside each band, by item and in all, and how far the middle is off."""
    inside = {f"inside {level:.0%}": (compared["rank"] - 0.5).abs() <= level / 2 for level in LEVELS}
    frame = compared.assign(**inside, above=compared["rank"])
    columns = [*inside, "above"]
    by_item = frame.groupby("item", sort=False)[columns].mean()
    by_year = frame.groupby("year")[columns].mean()
    return pd.concat([by_item, by_year, frame[columns].mean().to_frame("all").T])


def speed(where: str) -> None:
    """Time one simulation: 1 000 draws, five years, every division."""
    region = utfall.open_region(where)
    began = time.perf_counter()
    start = read_start(region)
    read = time.perf_counter()
    drawn = simulate(start, resolve(region, "base"), years=5, draws=1000)
    done = time.perf_counter()
    shown = utfall.simulate_years(region, "base")
    whole = time.perf_counter() - done
    print(
        f"{drawn.draws} draws × {len(drawn.months)} months × {len(drawn.divisions)} divisions × "
        f"{len(drawn.lines)} lines: "
        f"start {read - began:.2f} s, simulation {done - read:.2f} s; simulate_years {whole:.2f} s "
        f"({len(shown.checks)} identities tried)"
    )


def main(arguments: list[str]) -> int:
    """Run the backtest, or time a simulation."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--regions", type=int, default=100)
    parser.add_argument("--first", type=int, default=1, help="seed of the first region")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--out", type=Path, help="write every comparison to this CSV file")
    parser.add_argument("--speed", metavar="REGION", help="time a simulation of a region instead")
    chosen = parser.parse_args(arguments)
    if chosen.speed:
        speed(chosen.speed)
        return 0
    numbers = range(chosen.first, chosen.first + chosen.regions)
    done = []
    with ProcessPoolExecutor(chosen.workers) as pool:
        for compared in pool.map(compare, numbers):
            done.append(compared)
            print(f"\r{len(done)} of {chosen.regions}", end="", file=sys.stderr)
    print(file=sys.stderr)
    every = pd.concat(done, ignore_index=True)
    if chosen.out:
        every.to_csv(chosen.out, index=False)
    print(summarise(every).round(3).to_string())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
