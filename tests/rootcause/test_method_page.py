"""The method's page for auditors: its worked example is what the kit computes, its limits are the kit's."""

import importlib
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import utfall
from tests.small_region import BUDGET_MONTHS, MONTHS, REGISTERS, budget, ledger, write_region
from utfall.presentation.money import Money
from utfall.rootcause.comparison import compare
from utfall.rootcause.drivers.budget_variances import COMPONENTS
from utfall.rootcause.drivers.cost_factors import split_cells
from utfall.rootcause.drivers.variances import budget_variances
from utfall.rootcause.signal.usual_variation import limit

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "method_root_cause.md").read_text(encoding="utf-8")

USE = {
    2025: {"A": (400, 800, 800, 8_000), "B": (100, 200, 200, 4_000)},
    2026: {"A": (400, 800, 800, 8_160), "B": (150, 300, 300, 6_120)},
}
"""Patients, doses, packages and cost (tkr) of the two drugs, January to October."""

COST = {2024: 12_000, 2025: 12_000, 2026: 14_280}
BUDGET, PLANNED, INDEX = 12_000, 1_000, {2024: 100, 2025: 100, 2026: 102}
DOSES = {2024: 1_000, 2025: 1_000, 2026: 1_100}


def number(text: str) -> float:
    return float(text.replace("\u00a0", "").replace(" ", "").replace("−", "-").replace("+", "").replace(",", "."))


def table_after(heading: str) -> list[list[str]]:
    rows = re.split(rf"^#+ {re.escape(heading)}$", PAGE, flags=re.M)[1].split("\n\n")
    table = next(block for block in rows if block.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The clinic of the page, as a region: a month is a tenth of the ten months."""
    drugs = pd.DataFrame(
        {"period": MONTHS, "unit": "K1", "account": "5610", "amount": [-COST[m.year] * 100.0 for m in MONTHS]}
    )
    rows = pd.concat([ledger().query("not (unit == 'K1' and account == '5610')"), drugs], ignore_index=True)
    plan = budget()
    plan.loc[(plan["unit"] == "K1") & (plan["account"] == "5610"), "amount"] = -BUDGET * 100.0
    counted = [month in MONTHS for month in BUDGET_MONTHS]
    volumes = pd.DataFrame(
        {
            "period": BUDGET_MONTHS,
            "unit": "K1",
            "product": "Doser",
            "planned": [PLANNED / 10 if month.year == 2026 else np.nan for month in BUDGET_MONTHS],
            "actual": [
                DOSES[month.year] / 10 if known else np.nan for month, known in zip(BUDGET_MONTHS, counted, strict=True)
            ],
        }
    )
    accounts = dict(REGISTERS["accounts.yaml"])
    accounts["lines"] = [
        dict(line) | ({"price_index": "Läkemedel"} if line["line"] == "drugs" else {}) for line in accounts["lines"]
    ]
    folder = write_region(
        tmp_path_factory.mktemp("example"), ledger=rows, budget=plan, volumes=volumes, accounts=accounts
    )
    use = pd.DataFrame(
        [
            (month, "K1", drug, *(np.array(USE[month.year][drug]) / 10)[:3], -USE[month.year][drug][3] * 100.0)
            for month in MONTHS
            if month.year in USE
            for drug in USE[month.year]
        ],
        columns=["period", "unit", "drug", "patients", "doses", "packages", "amount"],
    )
    use.to_parquet(folder / "drug_use.parquet", index=False)
    prices = pd.DataFrame(
        {
            "index": "Läkemedel",
            "period": BUDGET_MONTHS,
            "value": [float(INDEX[month.year]) for month in BUDGET_MONTHS],
            "status": "outcome",
            "source": "exempel",
        }
    )
    prices.to_parquet(folder / "price_index.parquet", index=False)
    comparison = compare(utfall.open_region(folder), unit="K1", period="2026-10", against="budget")
    split = split_cells(comparison)
    return split, budget_variances(comparison, split, Money.for_amounts([1e6]))


def test_the_examples_data_are_those_of_the_page():
    shown = {row[0]: [number(cell) for cell in row[1:]] for row in table_after("Uppgifter")}
    for drug in ("A", "B"):
        for year in (2025, 2026):
            assert shown[f"Läkemedel {drug}, {year}"] == list(USE[year][drug])


def test_the_examples_factors_are_recomputed(example):
    split, _ = example
    found = split.drugs.groupby("factor")["change"].sum() / 1000
    names = {
        "Prisindex": "price_index",
        "Pris": "price",
        "Förpackningar per dos": "packages_per_dose",
        "Doser per patient": "doses_per_patient",
        "Val av läkemedel": "drug_share",
        "Antal patienter": "patients",
    }
    rows = {row[0]: number(row[1]) for row in table_after("Förändringen sedan förra året")}
    for name, factor in names.items():
        assert rows[name] == pytest.approx(found[factor], abs=0.05), name
    assert rows["Summa"] == pytest.approx(found.sum(), abs=0.05)


def test_the_examples_components_are_recomputed(example):
    _, variances = example
    cell = variances.cells.set_index(["unit", "line"]).loc[("K1", "drugs")] / 1000
    rows = {row[0]: number(row[1]) for row in table_after("Avvikelsen mot budget")}
    for component, word in COMPONENTS.items():
        if word in rows:
            assert rows[word] == pytest.approx(cell[component], abs=0.05), word
        else:
            assert cell[component] == pytest.approx(0, abs=0.05), word
    assert rows["Avvikelse"] == pytest.approx(cell["deviation"], abs=0.05)
    assert rows["Budget vid verklig volym"] == pytest.approx(cell["flexible"], abs=0.05)


def test_the_examples_limit_is_recomputed():
    """Own variance .0006 of six yearly changes; prior .0004 with eight degrees; half of it is undone the year after."""
    own, prior, years, degrees = 0.0006, 0.0004, 6, 8
    variance = (degrees * prior + years * own) / (degrees + years)
    sd = np.sqrt(variance * 0.5) * 12_000
    said = re.search(r"s = ([\d ,]+) tkr.*?gränsen ([\d ,]+) tkr", PAGE, flags=re.S)
    assert number(said[1]) == pytest.approx(sd, abs=0.5)
    assert number(said[2]) == pytest.approx(limit(pd.Series([sd]), pd.Series([14.0])).iloc[0], abs=0.5)


def limits() -> list[list[str]]:
    return table_after("Gränser med namn")


@pytest.mark.parametrize("row", limits(), ids=lambda row: row[0].strip("`"))
def test_a_limit_has_the_value_the_page_gives_it(row):
    name, value, module = (cell.strip("`") for cell in row[:3])
    assert getattr(importlib.import_module(f"utfall.rootcause.{module}"), name) == number(value)


def test_the_page_names_every_step_of_the_trail_in_its_order(demo_folder):
    trail = utfall.explain_deviation(utfall.open_region(demo_folder), unit="Hudmottagningen", period="2026-10").trail
    steps = [row[1] for row in table_after("Stegen")]
    assert list(dict.fromkeys(step.name for step in trail)) == steps
