"""A region with seven years of accounts that grow evenly: what the year's forecasts are tried on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import yaml

import utfall
from tests.small_region import ACCOUNTS, UNITS, write_region
from utfall.followup.candidates.assembled import candidate_rows
from utfall.followup.candidates.gathered import gather
from utfall.followup.candidates.probabilities import probabilities
from utfall.followup.candidates.records import past_forecasts, record_at
from utfall.followup.candidates.remade import tests_of_outlook
from utfall.followup.outlook import outlook_and_forecast

PERIOD = "2026-09"
MONTHS = pd.date_range("2019-01-01", PERIOD, freq="MS")
YEARS = pd.date_range("2019-01-01", "2026-12-01", freq="MS")


def plain_ledger(seed=1, growth=0.03, noise=0.02, months=MONTHS, units=UNITS):
    """Accounts that grow evenly, with a season and noise; amounts of some millions a month."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in units:
        for account, amount in ACCOUNTS.items():
            season = 1 + 0.1 * np.sin(2 * np.pi * months.month.to_numpy() / 12)
            level = (1 + growth) ** (np.arange(len(months)) / 12)
            values = np.round(1000 * amount * season * level * (1 + noise * rng.standard_normal(len(months))), 2)
            rows.append(pd.DataFrame({"period": months, "unit": unit, "account": account, "amount": values}))
    return pd.concat(rows, ignore_index=True)


def plain_budget(ledger, error=0.0):
    """Each year's outcome by month, off by a share; months still to come repeat the year before."""
    wide = ledger.pivot_table(index="period", columns=["unit", "account"], values="amount").reindex(YEARS)
    wide = wide.fillna(wide.shift(12))
    long = wide.rename_axis("period").melt(ignore_index=False, value_name="amount").reset_index()
    return long.assign(amount=(long["amount"] * (1 + error)).round(2)).dropna()


def region_of(folder, ledger=None, budget="plain", own=None, goals=(), kpis=None, **registers):
    ledger = plain_ledger() if ledger is None else ledger
    if isinstance(budget, str):
        budget = plain_budget(ledger, 0.05)
    write_region(folder, ledger=ledger, budget=budget, volumes=None, measures=None, **registers)
    if own is not None:
        own.to_parquet(folder / "own_forecast.parquet", index=False)
    if kpis is not None:
        kpis.to_parquet(folder / "kpi_values.parquet", index=False)
    if goals:
        (folder / "goals.yaml").write_text(yaml.safe_dump({"goals": list(goals)}, allow_unicode=True), encoding="utf-8")
    return utfall.open_region(folder)


def own_forecasts(ledger, miss=0.0, since="2022-01-01", units=UNITS):
    """The year's true total (what is known of it), off by a share, told every month by every unit and line."""
    lines = {"3010": "care_sold", "4010": "salaries", "5610": "drugs", "5310": "purchased_care"}
    truth = ledger.assign(year=ledger["period"].dt.year, line=ledger["account"].map(lines))
    totals = truth.groupby(["unit", "line", "year"])["amount"].sum()
    rows = [
        {"period": month, "unit": unit, "line": line, "amount": total * (1 + miss)}
        for (unit, line, year), total in totals.items()
        for month in MONTHS
        if month.year == year and month >= pd.Timestamp(since) and unit in units
    ]
    return pd.DataFrame(rows)


def candidates_of(region, unit, period=PERIOD):
    """The candidates of a node alone, without their records."""
    month = pd.Timestamp(period)
    outlook, _ = outlook_and_forecast(region, unit=unit, period=month)
    return candidate_rows(gather(region, region.node(unit, month), month, most=1), outlook).set_index("method")


def record_of(region, unit, most=24, period=PERIOD):
    """The record of the candidates; the model's own only for the node itself."""
    month = pd.Timestamp(period)
    _, forecast = outlook_and_forecast(region, unit=unit, period=month)
    gathered = gather(region, region.node(unit, month), month, most=most)
    past = past_forecasts(gathered, tests_of_outlook(gathered.node, forecast), (month.month,))
    return record_at(past, month.month, gathered.node, gathered.read_after)


def chances_of(region, unit, period=PERIOD):
    """The probabilities of the budget and the goals of a node."""
    month = pd.Timestamp(period)
    return probabilities(
        region, region.node(unit, month), month, *outlook_and_forecast(region, unit=unit, period=month)
    )
