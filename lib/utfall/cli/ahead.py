"""Commands for the years ahead: ``utfall scenario`` and ``hand-over``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from utfall.cli.screen import DEMO, Data, err, out, told_plainly


def scenario(
    name: Annotated[str | None, typer.Argument(help="Identifier in the register; all of them when left out.")] = None,
    data: Data = DEMO,
    years: Annotated[int, typer.Option(help="Calendar years ahead.")] = 5,
    draws: Annotated[int, typer.Option(help="Courses drawn.")] = 1000,
    seed: Annotated[int, typer.Option(help="Decides every draw.")] = 0,
    to_excel: Annotated[
        Path | None, typer.Option("--to-excel", help="Write one scenario's statements there, with sums that live.")
    ] = None,
) -> None:
    """Simulate the years ahead: income statement, balance sheet and cash flow in the register's scenarios."""
    from utfall import compare_scenarios, open_region, simulate_years, write_statements

    if to_excel is not None and name is None:
        raise typer.BadParameter("name the scenario whose statements are written.")
    with told_plainly():
        region = open_region(data)
        if name is None:
            with err.status("Simulating every scenario …"):
                compared = compare_scenarios(region, years=years, draws=draws, seed=seed)
            out.print(compared.text(), markup=False)
            out.print(compared.show_table().to_text(), markup=False)
            return
        with err.status(f"Simulating {name} …"):
            simulated = simulate_years(region, name, years=years, draws=draws, seed=seed)
        out.print(simulated.text(), markup=False)
        for table in (simulated.income_statement, simulated.balance_sheet, simulated.cash_flow_statement):
            out.print()
            out.print(table.to_text(), markup=False)
        if to_excel is not None:
            out.print(f"\nThe statements are in {write_statements(simulated, to_excel)}.", markup=False)


def hand_over(
    project: Annotated[str, typer.Argument(help="Identifier in the register of projects.")],
    data: Data = DEMO,
) -> None:
    """Hand a decided project over to the register of measures, where its effect is followed up."""
    from utfall import benefit_calculation, open_region
    from utfall.errors import InvalidParameter
    from utfall.scenarios import hand_over as measures_of
    from utfall.scenarios import write_hand_over

    with told_plainly():
        region = open_region(data)
        if region.location is None or not region.location.is_dir():
            raise InvalidParameter(f"The registers of {data} lie in a database; add the measure there by hand.")
        calculation = benefit_calculation(region, project)
        measures = measures_of(calculation)
        written = write_hand_over(calculation, region.location)
        out.print(calculation.text(), markup=False)
        for measure in measures:
            out.print(f"Added to {written.name}: {measure.id}, from {measure.start}.", markup=False)
