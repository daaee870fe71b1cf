"""The three years of docs/method_scenarios.md, worked by hand there, come out of the simulation."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import utfall
from tests.scenarios.example_region import write_example
from utfall.scenarios.engine import read_start, resolve, simulate
from utfall.scenarios.simulation import Simulation

PAGE = Path(__file__).parents[2] / "docs" / "method_scenarios.md"

ITEMS = {
    "Patientavgifter": ("income", "external_income"),
    "Löner och läkemedel": ("income", "external_costs"),
    "Avskrivningar": ("income", "depreciation"),
    "Övriga verksamheter": ("income", "other_costs"),
    "Skatteintäkter": ("income", "tax_revenue"),
    "Generella statsbidrag": ("income", "general_grants"),
    "Räntor på lån": ("income", "interest_costs"),
    "Uppräkning av pensioner": ("income", "pension_indexation"),
    "Årets resultat": ("income", "result"),
    "Anläggningstillgångar": ("balance", "fixed_assets"),
    "Förråd": ("balance", "inventories"),
    "Fordringar": ("balance", "receivables"),
    "Kassa": ("balance", "cash"),
    "Eget kapital": ("balance", "equity"),
    "Pensionsavsättning": ("balance", "pension_provisions"),
    "Lån": ("balance", "long_term_liabilities"),
    "Kortfristiga skulder": ("balance", "current_liabilities"),
}


def printed() -> dict[str, list[float]]:
    """Rows of the page's table of results: post, then 2025 to 2028, mkr."""
    rows = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("| \n").split("|")]
        if len(cells) == 5 and cells[0] in ITEMS and re.fullmatch(r"[−\d ,]+", cells[1]):
            rows[cells[0]] = [float(cell.replace("−", "-").replace(" ", "").replace(",", ".")) for cell in cells[1:]]
    return rows


@pytest.fixture(scope="module")
def simulation(tmp_path_factory: pytest.TempPathFactory) -> Simulation:
    region = utfall.open_region(write_example(tmp_path_factory.mktemp("example")))
    return simulate(read_start(region), resolve(region, "example"), years=3, draws=1)


def test_every_printed_figure_of_the_example_is_what_the_simulation_gives(simulation: Simulation) -> None:
    rows = printed()
    assert set(rows) == set(ITEMS)
    for name, (statement, item) in ITEMS.items():
        years = simulation.yearly_income(item) if statement == "income" else simulation.closing(item)
        assert years[0] / 1e8 == pytest.approx(rows[name][1:], abs=0.005), name


def test_the_printed_table_itself_adds_up() -> None:
    rows = {name: np.array(values) for name, values in printed().items()}
    parts = [name for name, (statement, _) in ITEMS.items() if statement == "income" and name != "Årets resultat"]
    assert sum(rows[name] for name in parts) == pytest.approx(rows["Årets resultat"], abs=0.02)
    assets = sum(rows[name] for name in ("Anläggningstillgångar", "Förråd", "Fordringar", "Kassa"))
    owed = sum(rows[name] for name in ("Eget kapital", "Pensionsavsättning", "Lån", "Kortfristiga skulder"))
    assert assets == pytest.approx(owed, abs=0.03)
    assert np.diff(rows["Eget kapital"]) == pytest.approx(rows["Årets resultat"][1:], abs=0.011)


def test_the_first_year_by_hand(simulation: Simulation) -> None:
    salaries, drugs = 1200 * 1.03, 240 * 1.02 * 1.05
    others, tax, grants, wear = 360 * 1.025, 1500 * 1.04, 300 * 1.02, 60 * 0.9
    interest, indexation = 240 * 0.05, 480 * 0.05
    result = 120 + tax + grants - salaries - drugs - others - wear - interest - indexation
    assert simulation.yearly_income("result")[0, 0] / 1e8 == pytest.approx(result, abs=1e-6)

    outgoing = salaries + drugs + others
    stock = 36 * outgoing / 1800
    claims = 96 * (120 + tax + grants) / 1920
    owed = 180 * outgoing / 1800
    repaid = 240 * 0.1
    paid_pensions = 480 * 0.05
    cash = 268 + result + wear + indexation - paid_pensions - (stock - 36) - (claims - 96) + (owed - 180) - repaid
    assert simulation.closing("cash")[0, 0] / 1e8 == pytest.approx(cash, abs=1e-6)


def test_the_scanner_wears_from_the_month_it_is_used_and_its_loan_costs_from_the_month_after_it_is_drawn(
    simulation: Simulation,
) -> None:
    scanner = np.zeros(36)
    scanner[18:] = 120 / 10 / 12
    existing = np.repeat([60 * 0.9, 60 * 0.9**2, 60 * 0.9**3], 12) / 12
    assert -simulation.income["depreciation"][0] / 1e8 == pytest.approx(scanner + existing, abs=1e-6)
    opening_loan = np.repeat([240, 216, 192], 12) * 0.05 / 12
    its_loan = np.where(np.arange(36) > 12, 60 * 0.04 / 12, 0.0)
    assert -simulation.income["interest_costs"][0] / 1e8 == pytest.approx(opening_loan + its_loan, abs=1e-6)
