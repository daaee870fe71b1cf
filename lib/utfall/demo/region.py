"""`make_region`: the whole made-up region, written to one folder."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa

from utfall.demo.accounts import accounts_register
from utfall.demo.age_groups import population_by_age_table
from utfall.demo.budget import budget_table
from utfall.demo.columns import write_parquet
from utfall.demo.events import events_register
from utfall.demo.files import REGION_FILE, replaced_folder, write_yaml
from utfall.demo.income_statement import income_statement_table
from utfall.demo.investments import investments_register
from utfall.demo.kpis import kpi_table
from utfall.demo.ledger import ROWS, ledger_table, make_cells
from utfall.demo.measures import (
    comments_register,
    decisions_register,
    goals_register,
    measures_register,
    reports_register,
)
from utfall.demo.organisation import organisation_rows
from utfall.demo.own_forecast import own_forecast_table
from utfall.demo.prices import price_index_table
from utfall.demo.projects import projects_register
from utfall.demo.scenarios import scenarios_register
from utfall.demo.staffing import hired_ore, staffing_table
from utfall.demo.statements import population_table
from utfall.demo.timeline import LATEST_PERIOD
from utfall.demo.truth import truth_register
from utfall.demo.volumes import event_ratio, volumes_table
from utfall.demo.waiting import waiting_table
from utfall.demo.world import World, draw_world

NOTE = "Alla uppgifter är påhittade för demonstration."
"""What every register says on its first line."""

_FEWEST_ROWS = 1  # for a ledger that nobody reads row by row; each unit, account and month has at least one

_READ_ME = """Påhittad region

Allt i den här mappen är påhittat för demonstration: belopp, volymer, personal, prognoser, leverantörer, beslut och mål.
Enheternas namn och budgetens summor per division 2024 liknar en verklig regions dokument, men ingen siffra
säger något om en verklig verksamhet. Företagsnamn är påhittade.

{truth}
"""

_TRUTH = """truth.yaml säger vilka orsaker och effekter som har planterats, så att en analys kan prövas mot facit.
Mappen skapas på nytt med kommandot: utfall demo"""

_OTHER_COURSE = """Sedan 2019 har priser, löner, skatter och behov gått en annan väg än i den vanliga
påhittade regionen, dragen ur basscenariots antaganden, så att en flerårsprognos kan prövas mot vad som sedan hände."""


def make_region(directory: str | Path, *, seed: int = 2026, economy: int | None = None) -> Path:
    """Make the made-up region: the same files, to the byte, from the same seed.

    With `economy`, prices, wages, taxes, needs and inhabitants take another course from 2020 on, drawn from what the
    base scenario assumes; budgets, measures and planted events are the same. The base scenario is then right about how
    far such worlds differ, so that forecasts of several years can be held against what came. Its ledger has one row for
    most units, accounts and months, and there is no ``truth.yaml``: the effects are not those planted.

    Parameters
    ----------
    directory : str or Path
        Folder to make; a region that is already there is replaced once the new one is complete.
    seed : int, default 2026
        Decides every draw.
    economy : int, optional
        Which other course of the world; the known history when not given.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InvalidParameter
        When the folder exists and is not a region.
    """
    directory = Path(directory)
    with replaced_folder(directory) as folder:
        world = draw_world(seed, economy)
        _write_tables(world, folder)
        _write_registers(world, folder)
    return directory


def _write_tables(world: World, folder: Path) -> None:
    organisation, seed, actuals = world.organisation, world.seed, world.actuals
    amounts = actuals.ledger_ore()
    rows = ROWS if world.economy is None else _FEWEST_ROWS
    cells = make_cells(organisation, amounts, actuals.cases, world.supplier, rows)
    ledger, row_groups = ledger_table(organisation, cells, seed)
    write_parquet(ledger, folder / "ledger.parquet", row_groups)

    ratio = event_ratio(organisation, actuals.ratio)
    staffing = staffing_table(organisation, actuals.salaries, hired_ore(actuals.amounts), world.prices["Löner"], seed)
    waiting = waiting_table(organisation, world.planned_volume, ratio, seed)
    population, sheets = population_table(world.county), world.statements.sheets
    tables: dict[str, pa.Table | pd.DataFrame] = {
        "budget": budget_table(organisation, world.budget),
        "volumes": volumes_table(organisation, world.planned_volume, ratio, actuals.drug_use, seed),
        "drug_use": actuals.drug_use.table(organisation),
        "staffing": staffing,
        "purchased_care": actuals.cases.table(organisation),
        "waiting": waiting,
        "kpi_values": kpi_table(organisation, world.booked, staffing, waiting, seed, population, sheets),
        "price_index": price_index_table(world.prices),
        "population": population,
        "population_by_age": population_by_age_table(world.inhabitants),
        "balance_sheet": sheets,
        "income_statement": income_statement_table(world.statements.items),
        "own_forecast": own_forecast_table(organisation, world.budget, world.booked, world.log, seed),
    }
    for name, table in tables.items():
        if isinstance(table, pd.DataFrame):
            table = pa.Table.from_pandas(table, preserve_index=False)
        write_parquet(table, folder / f"{name}.parquet")


def _write_registers(world: World, folder: Path) -> None:
    registers: dict[str, dict[str, object]] = {
        REGION_FILE: {
            "name": "Region Demo",
            "description": "Påhittad region för demonstration. Inga uppgifter gäller en verklig verksamhet.",
            "fictitious": True,
            "currency": "SEK",
            "reference": "budget",
            "latest_period": LATEST_PERIOD,
        },
        "organisation.yaml": {"units": organisation_rows(world.organisation)},
        "accounts.yaml": dict(accounts_register()),
        "measures.yaml": {"measures": measures_register(world.organisation, world.plan.effects)},
        "goals.yaml": {"goals": goals_register()},
        "decisions.yaml": {"decisions": decisions_register()},
        "comments.yaml": {"comments": comments_register(world.organisation)},
        "events.yaml": {"events": events_register(world.organisation)},
        "reports.yaml": {"reports": reports_register()},
        "scenarios.yaml": dict(scenarios_register()),
        "investments.yaml": dict(investments_register(world.organisation)),
        "projects.yaml": dict(projects_register(world.organisation)),
    }
    if world.economy is None:
        registers["truth.yaml"] = truth_register(world.organisation, world.log)
    for file, content in registers.items():
        write_yaml(content, folder / file, NOTE)
    read_me = _READ_ME.format(truth=_TRUTH if world.economy is None else _OTHER_COURSE)
    (folder / "LASMIG.txt").write_text(read_me, encoding="utf-8", newline="\n")
