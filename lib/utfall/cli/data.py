"""Commands that bring data in: ``utfall init``, ``check``, ``registers`` and ``fetch``."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from utfall.cli.screen import FAILED, err, out, told_plainly

if TYPE_CHECKING:
    from utfall.region import Region


def check(
    data: Annotated[
        str | None, typer.Argument(help="A folder with region.yaml, a DuckDB file or a database's address.")
    ] = None,
    table: Annotated[
        Path | None, typer.Option("--table", help="Instead: a printed table (Excel or text), whose sums are tried.")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="With --table: the sheet of a workbook.")] = None,
) -> None:
    """Validate everything; exit 1 and name each fault by file, row and remedy."""
    if (data is None) == (table is None):
        raise typer.BadParameter("give either a region or --table FILE.")
    with told_plainly():
        if table is not None:
            _check_table(table, sheet)
            return
        _check_region(str(data))


def _check_table(path: Path, sheet: str | None) -> None:
    from utfall.quality import printed_sums_of_file

    found = printed_sums_of_file(path, sheet=sheet)
    out.print(found.text(), markup=False)
    if len(found.frame):
        out.print(f"\n{found.table.to_text()}", markup=False)
        raise typer.Exit(FAILED)


def _check_region(data: str) -> None:
    from utfall.quality import check_data
    from utfall.region import open_region
    from utfall.region.stored_forecasts import count_stored, forecast_folder

    started = time.monotonic()
    with err.status("Reading and checking every row …"):
        region = open_region(data, anew=True)
        quality = check_data(region)
    out.print(f"{region!r} holds ({time.monotonic() - started:.0f} s).", markup=False)
    _tell_rows(region)
    stored = count_stored(region)
    if stored:
        out.print(f"Stored forecasts: {stored}, in {forecast_folder(region)}.", markup=False)
    out.print(f"\n{quality.text()}", markup=False)
    if len(quality.findings):
        out.print("Look closer: notebooks/data_quality.ipynb.", markup=False)


def _tell_rows(region: Region) -> None:
    """Say of each table where its rows went, and which control totals were tried."""
    width = max(len(name) for name in region.row_accounts)
    for name, account in sorted(region.row_accounts.items()):
        reasons = "".join(f", {count} left out ({reason})" for reason, count in account.excluded.items())
        out.print(
            f"  {name.ljust(width)}  {account.file}: {account.read} rows read, {account.used} used{reasons}.",
            markup=False,
        )
        for total in account.totals:
            out.print(f"  {' ' * width}  control total ({total.what}): {total.found:.2f} SEK, as stated.", markup=False)


def init(
    folder: Annotated[Path, typer.Argument(help="The region's folder; made when there is none.")],
    files: Annotated[
        list[Path], typer.Argument(help="Exports: text, Excel, Parquet or SIE; lists of units, accounts.")
    ],
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace region.yaml, organisation.yaml and accounts.yaml in the folder.")
    ] = False,
) -> None:
    """Propose a region from exports: which column is which, units and accounts, and what is uncertain."""
    from utfall.starting import propose_region, refuse_to_replace, tell_proposal, try_region, write_proposal

    with told_plainly():
        refuse_to_replace(folder, replace=replace)
        with err.status("Looking at the files …"):
            proposal = propose_region(folder, files)
        written = write_proposal(proposal, replace=replace)
        for line in tell_proposal(proposal):
            out.print(line, markup=False)
        out.print(f"\nSkrivet: {', '.join(str(path) for path in written)}", markup=False)
        with err.status("Reading and checking every row …"):
            tried = try_region(folder)
        for line in tried.lines:
            out.print(line, markup=False)
    if not tried.holds:
        raise typer.Exit(FAILED)


def registers(
    folder: Annotated[Path, typer.Argument(help="The region's folder.")],
    to_excel: Annotated[
        Path | None, typer.Option("--to-excel", help="Write the registers there, a sheet each, to edit in Excel.")
    ] = None,
    to_yaml: Annotated[
        Path | None, typer.Option("--to-yaml", help="Read this workbook, and write the registers into the folder.")
    ] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what is there.")] = False,
) -> None:
    """Take the registers to Excel and back, by the same rules as when they are read."""
    from utfall.region.register_workbooks import registers_to_excel, registers_to_yaml

    if (to_excel is None) == (to_yaml is None):
        raise typer.BadParameter("give either --to-excel FILE or --to-yaml FILE.")
    with told_plainly():
        if to_excel is not None:
            out.print(f"The registers are in {registers_to_excel(folder, to_excel, replace=replace)}.", markup=False)
        elif to_yaml is not None:
            written = registers_to_yaml(to_yaml, folder, replace=replace)
            out.print(f"Written: {', '.join(path.name for path in written)}.", markup=False)


def fetch(
    source: Annotated[str, typer.Argument(help="kolada, scb or socialstyrelsen.")],
    what: Annotated[str | None, typer.Argument(help="A ready-made question, such as ekonomi or population.")] = None,
    kpi: Annotated[str | None, typer.Option(help="Kolada: key figures, commas between.")] = None,
    region: Annotated[str | None, typer.Option(help="Codes as the source writes them, commas between.")] = None,
    years: Annotated[str | None, typer.Option(help="2019-2025, or 2019,2024.")] = None,
    table: Annotated[str | None, typer.Option(help="SCB: a table.")] = None,
    measure: Annotated[str | None, typer.Option(help="Socialstyrelsen: measures, commas between.")] = None,
    choose: Annotated[
        list[str] | None, typer.Option(help="VARIABLE=CODES of another variable; may be repeated.")
    ] = None,
    to: Annotated[Path, typer.Option(help="Folder that the answer is saved below.")] = Path("data/reference"),
    name: Annotated[str | None, typer.Option(help="Name of its folder.")] = None,
    base: Annotated[str | None, typer.Option(help="Another address of the source.")] = None,
    selections: Annotated[Path | None, typer.Option(help="File of ready-made questions of your own.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="Replace the answer to another question.")] = False,
) -> None:
    """Fetch open data on a computer with a network, and save it for those without."""
    from utfall.sources.open_data.fetching import DEFAULT
    from utfall.sources.open_data.fetching import fetch as fetch_figures

    with told_plainly(), err.status(f"Asking {source} …"):
        fetched = fetch_figures(
            source,
            what,
            kpi=kpi,
            region=region,
            years=years,
            table=table,
            measure=measure,
            choose=choose or (),
            to=to,
            name=name,
            base=base,
            replace=replace,
            selections=selections or DEFAULT,
        )
    out.print(fetched.text(), markup=False)
