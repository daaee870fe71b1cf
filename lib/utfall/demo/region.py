"""`make_region`: the whole made-up region, written to one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from utfall.demo.accounts import accounts_register
from utfall.demo.actuals import Actuals, draw_actuals
from utfall.demo.budget import budget_table
from utfall.demo.columns import write_parquet
from utfall.demo.drug_events import happen_in_drugs, plan_drug_events
from utfall.demo.drugs import DRUGS
from utfall.demo.effects_log import EffectsLog
from utfall.demo.events import events_register
from utfall.demo.expected import expected_amounts, expected_volume
from utfall.demo.files import REGION_FILE, replaced_folder, write_yaml
from utfall.demo.kpis import kpi_table
from utfall.demo.ledger import ledger_table, make_cells
from utfall.demo.measures import (
    comments_register,
    decisions_register,
    goals_register,
    measures_register,
    reports_register,
)
from utfall.demo.organisation import DemoOrganisation, demo_organisation, organisation_rows
from utfall.demo.own_forecast import own_forecast_table
from utfall.demo.plan import Plan, finish_budget, make_plan, quiet_units
from utfall.demo.prices import price_index_table
from utfall.demo.single_events import happen_at_supplier, happen_in_purchased_care, misplace_postings
from utfall.demo.staffing import hired_ore, staffing_table
from utfall.demo.statements import balance_sheet_table, population_table
from utfall.demo.timeline import LATEST_PERIOD
from utfall.demo.truth import truth_register
from utfall.demo.volumes import event_ratio, volume_ratio, volumes_table
from utfall.demo.waiting import waiting_table

NOTE = "Alla uppgifter är påhittade för demonstration."
"""What every register says on its first line."""

_READ_ME = """Påhittad region

Allt i den här mappen är påhittat för demonstration: belopp, volymer, personal, prognoser, leverantörer, beslut och mål.
Enheternas namn och budgetens summor per division 2024 liknar en verklig regions dokument, men ingen siffra
säger något om en verklig verksamhet. Företagsnamn är påhittade.

truth.yaml säger vilka orsaker och effekter som har planterats, så att en analys kan prövas mot facit.
Mappen skapas på nytt med kommandot: utfall demo
"""


@dataclass(frozen=True)
class _World:
    """Everything that has been drawn, before it is written."""

    organisation: DemoOrganisation
    seed: int
    plan: Plan
    budget: NDArray[np.int64]
    actuals: Actuals
    misplaced: NDArray[np.int64]
    supplier: NDArray[np.int64]
    planned_volume: NDArray[np.float64]
    log: EffectsLog


def make_region(directory: str | Path, *, seed: int = 2026) -> Path:
    """Make the made-up region: the same files, to the byte, from the same seed.

    Parameters
    ----------
    directory : str or Path
        Folder to make; a region that is already there is replaced once the new one is complete.
    seed : int, default 2026
        Decides every draw.

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
        world = _draw(seed)
        _write_tables(world, folder)
        _write_registers(world, folder)
    return directory


def _draw(seed: int) -> _World:
    organisation = demo_organisation()
    log = EffectsLog()
    quiet = quiet_units(organisation)
    planned_volume = expected_volume(organisation, seed)
    plan = make_plan(organisation, expected_amounts(organisation, planned_volume, frozenset(DRUGS)), log, seed)
    ratio = volume_ratio(organisation, quiet, seed)
    actuals = draw_actuals(organisation, plan.expected, ratio, quiet, log, seed)
    plan_drug_events(organisation, plan.spendable, log, actuals.drug_use)
    budget = finish_budget(organisation, plan, log)

    for effect in plan.effects:
        effect.happen(actuals)
    happen_in_drugs(actuals, seed)
    happen_in_purchased_care(actuals)
    supplier = happen_at_supplier(actuals)
    misplaced = misplace_postings(actuals)
    return _World(organisation, seed, plan, budget, actuals, misplaced, supplier, planned_volume, log)


def _write_tables(world: _World, folder: Path) -> None:
    organisation, seed, actuals = world.organisation, world.seed, world.actuals
    amounts = actuals.ledger_ore()
    cells = make_cells(organisation, amounts, actuals.cases, world.supplier)
    ledger, row_groups = ledger_table(organisation, cells, seed)
    write_parquet(ledger, folder / "ledger.parquet", row_groups)

    ratio = event_ratio(organisation, actuals.ratio)
    staffing = staffing_table(organisation, actuals.salaries, hired_ore(actuals.amounts), seed)
    waiting = waiting_table(organisation, world.planned_volume, ratio, seed)
    tables: dict[str, pa.Table | pd.DataFrame] = {
        "budget": budget_table(organisation, world.budget),
        "volumes": volumes_table(organisation, world.planned_volume, ratio, actuals.drug_use, seed),
        "drug_use": actuals.drug_use.table(organisation),
        "staffing": staffing,
        "purchased_care": actuals.cases.table(organisation),
        "waiting": waiting,
        "kpi_values": kpi_table(organisation, amounts + world.misplaced, staffing, waiting, seed),
        "price_index": price_index_table(),
        "population": population_table(),
        "balance_sheet": balance_sheet_table(),
        "own_forecast": own_forecast_table(organisation, world.budget, amounts + world.misplaced, world.log, seed),
    }
    for name, table in tables.items():
        if isinstance(table, pd.DataFrame):
            table = pa.Table.from_pandas(table, preserve_index=False)
        write_parquet(table, folder / f"{name}.parquet")


def _write_registers(world: _World, folder: Path) -> None:
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
        "truth.yaml": truth_register(world.organisation, world.log),
    }
    for file, content in registers.items():
        write_yaml(content, folder / file, NOTE)
    (folder / "LASMIG.txt").write_text(_READ_ME, encoding="utf-8", newline="\n")
