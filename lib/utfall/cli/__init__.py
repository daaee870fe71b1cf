"""The command line: ``utfall report`` and its like; `utfall --help` lists them."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from utfall.cli.ahead import hand_over, scenario
from utfall.cli.data import check, fetch, init, registers
from utfall.cli.screen import DEMO, FAILED, NOTEBOOKS, Data, err, out, told_plainly
from utfall.errors import UtfallError
from utfall.needless import leave_out_needless

if TYPE_CHECKING:
    from utfall.publishing import BatchResult, Plan
    from utfall.region import Region

REPORTS = Path("reports")
LAST_MONTH = 12
"""December has no year end to forecast."""

PUBLISHED = "published.yaml"
"""Name of the register of figures published earlier."""

PUBLISHED_HEADING = "Tidigare publicerade tal"
"""What the front page calls them."""

MAX_FAILURES_PRINTED = 10
"""Failed reports named on the screen; the front page names them all."""

app = typer.Typer(
    help="Analysis kit for the controllers and analysts of a Swedish healthcare region.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for bringing_in in (init, check, registers, fetch):
    app.command()(bringing_in)
app.command()(scenario)
app.command("hand-over")(hand_over)


@app.command()
def demo(
    directory: Annotated[Path, typer.Argument(help="Folder to make it in.")] = Path(DEMO),
    seed: Annotated[int, typer.Option(help="The same seed gives the same region, to the byte.")] = 2026,
) -> None:
    """Make the made-up region."""
    from utfall.demo import make_region

    started = time.monotonic()
    with told_plainly():
        where = make_region(directory, seed=seed)
        out.print(f"The made-up region is in {where} ({time.monotonic() - started:.0f} s).", markup=False)


@app.command()
def report(
    period: Annotated[str, typer.Argument(help="Month, YYYY-MM.")],
    data: Data = DEMO,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", help="Only this unit's report (name or code); may be repeated."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Reports made at once; chosen from the cores by default.")
    ] = None,
    notebook: Annotated[
        str | None,
        typer.Option(
            help="Render this notebook, such as root_cause.ipynb, instead of the report plan's; by default into a "
            "folder of its own below reports."
        ),
    ] = None,
    reports: Annotated[
        Path | None, typer.Option("--out", help="Folder the month's folder is made in; reports by default.")
    ] = None,
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Also make a PDF of every report, and the board's collected volume.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Make every report anew, also those that would come out the same.")
    ] = False,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, such as tcp://host:8786, whose workers make the reports."),
    ] = None,
) -> None:
    """Render a month's reports for every unit, with a front page; goes on where an earlier run stopped."""
    leave_out_needless()
    from utfall.publishing import render_reports
    from utfall.region import open_region

    if scheduler and workers:
        raise typer.BadParameter("--workers is for this machine; the scheduler has workers of its own.")

    started = time.monotonic()
    with told_plainly():
        region = open_region(data)
        if not unit and not notebook:
            _keep_forecast(region, period)
        plan = _plan(region, period, data, unit, notebook, pdf=pdf)
        if pdf:
            from utfall.publishing.pdf import require_pdf

            require_pdf()
        out_folder = reports or (REPORTS / Path(notebook).stem if notebook else REPORTS)
        notes = {} if notebook else _published_now(region)
        result = render_reports(
            plan, out=out_folder, workers=workers, progress=True, force=force, scheduler=scheduler, notes=notes
        )
    _tell(result, time.monotonic() - started)
    raise typer.Exit(result.exit_code)


@app.command()
def forecast(
    period: Annotated[str, typer.Argument(help="Last month with an outcome, YYYY-MM.")],
    data: Data = DEMO,
    since: Annotated[
        str | None,
        typer.Option(
            help="Also reconstruct the forecasts of the months from this one, YYYY-MM, from what had been booked "
            "when each month's books closed."
        ),
    ] = None,
    closed_after: Annotated[
        int | None, typer.Option(min=0, help="Days after a month's last day when its books closed; 11 by default.")
    ] = None,
) -> None:
    """Forecast the year of every unit, and keep the forecast so that it can be scored when the outcome is there."""
    from rich.progress import Progress

    from utfall.followup.forecast_accounts.ledger_then import BOOKS_CLOSE_AFTER
    from utfall.followup.forecast_accounts.make import forecast_months, make_forecasts
    from utfall.region import open_region
    from utfall.region.stored_forecasts import forecast_folder, months_to_make, store_forecasts

    started = time.monotonic()
    stored = 0
    with told_plainly():
        region = open_region(data)
        months = forecast_months(region, period, since)
        missing = months_to_make(region, months)
        with Progress(console=err, transient=True) as progress:
            task = progress.add_task("Forecasts", total=len(missing))
            days = BOOKS_CLOSE_AFTER if closed_after is None else closed_after
            for made in make_forecasts(region, missing, books_close_after=days):
                stored += store_forecasts(region, made) is not None
                progress.advance(task)
        kept = len(months) - stored
        already = f", {kept} were there already" if kept else ""
        took = time.monotonic() - started
        where = forecast_folder(region)
        out.print(f"Forecasts of {stored} months stored{already} ({took:.0f} s). They are in {where}.", markup=False)


@app.command()
def appendix(
    case: Annotated[Path, typer.Argument(help="The case file, such as cases/REV-31-2025.yaml.")],
    directory: Annotated[Path, typer.Option("--out", help="Folder the package is made in.")] = Path("reports/bilagor"),
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an earlier package of the same case with another content.")
    ] = False,
) -> None:
    """Build the appendix to an audit response; exit 1 and write nothing when a number or a claim has no support."""
    started = time.monotonic()
    leave_out_needless()
    from utfall.appendix.processes import one_thread

    one_thread()
    from utfall.appendix.build import build_appendix

    status = err.status("…")

    def told(step: str) -> None:
        status.update(f"{step} …")
        status.start()  # with the first step: its thread would keep the work from being shared

    with told_plainly():
        try:
            built = build_appendix(case, directory, replace=replace, told=told)
        finally:
            status.stop()
    for sentence in (*built.warnings, *built.left_behind):
        err.print(f"Obs: {sentence}", markup=False)
    package = built.package
    out.print(
        f"{built.numbers} tal i svaret är belagda. Paketet ligger i {package.folder} och {package.archive} "
        f"({time.monotonic() - started:.0f} s).\nRothash att skriva i diariet: {package.root_hash}",
        markup=False,
    )


@app.command()
def verify(
    package: Annotated[Path, typer.Argument(help="The package: its folder, or the zip of it.")],
    root_hash: Annotated[str | None, typer.Option("--root-hash", help="The root hash in the diary.")] = None,
    rerun: Annotated[
        bool,
        typer.Option(
            "--rerun",
            help="Also run the package's notebooks again, in a new environment with its versions, and compare.",
        ),
    ] = False,
    here: Annotated[
        bool, typer.Option("--here", help="With --rerun: in this environment instead of a new one.")
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option("--data", help="With --rerun: the house's own data, where some of the inputs stayed there."),
    ] = None,
) -> None:
    """Check an appendix; exit 1 and name each difference."""
    leave_out_needless()
    from utfall.appendix.verify import rerun_package, verify_package

    with told_plainly(), err.status("Kontrollerar paketet …") as status:
        found = verify_package(package, root_hash)
        out.print(found.text(), markup=False)
        if not found.holds:
            raise typer.Exit(FAILED)
        if not rerun:
            return
        status.update("Kör om beräkningarna …")
        again = rerun_package(package, environment="here" if here else "fresh", data=data, root_hash=root_hash)
        out.print(again.text(), markup=False)
        if not again.holds:
            raise typer.Exit(FAILED)


@app.command()
def published(
    data: Data = DEMO,
    register: Annotated[
        Path | None, typer.Option(help="The register of published figures; published.yaml beside the data by default.")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Keep what the figures are made of, on the day they are published.")
    ] = False,
) -> None:
    """Compute figures published earlier again; exit 1 when one has changed without its change being told."""
    leave_out_needless()
    from utfall.appendix.published import read_published, recompute_published, record_published, world_of
    from utfall.region import open_region

    with told_plainly():
        region = open_region(data)
        where = register or _register(region)
        figures = read_published(where)
        if not figures:
            raise UtfallError(f"{where} has no published figures; docs/appendix.md shows how they are registered.")
        if record:
            kept = 0
            for figure in figures:
                world = world_of(region, figure, NOTEBOOKS)
                kept += world is not None and record_published(region, figure, world) is not None
            out.print(f"Kept what {kept} of {len(figures)} figures are made of; the others were kept before.")
            return
        found = recompute_published(figures, region, notebooks=NOTEBOOKS)
        out.print(f"{found.table.to_text()}\n\n{found.text()}", markup=False)
        if len(found.changed):
            raise typer.Exit(FAILED)


@app.command()
def lab() -> None:
    """Open JupyterLab in the notebooks' folder."""
    os.chdir(NOTEBOOKS)
    os.execv(sys.executable, [sys.executable, "-m", "jupyterlab"])


def _register(region: Region) -> Path:
    """The register of published figures: in the region's folder, or beside its DuckDB file."""
    where = region.location or Path()
    return (where.parent if where.is_file() else where) / PUBLISHED


def _published_now(region: Region) -> dict[str, str]:
    """What has become of the figures published earlier, for the screen and the front page; a change stops nothing."""
    register = _register(region)
    if not register.is_file():
        return {}
    from utfall.appendix.published import read_published, recompute_published

    try:
        figures = read_published(register)
        told = recompute_published(figures, region, notebooks=NOTEBOOKS).text() if figures else ""
    except (UtfallError, OSError) as error:
        err.print(f"Note: the published figures were not tried: {error}", markup=False)
        return {PUBLISHED_HEADING: "Talen kunde inte prövas; körningen sade varför."}
    if not told:
        return {}
    err.print(f"Note: {told}", markup=False)
    return {PUBLISHED_HEADING: told}


def _keep_forecast(region: Region, period: str) -> None:
    """Store the forecasts of the month's reports, so that they can be scored; reports do not wait for a full disk."""
    from utfall.followup.forecast_accounts.make import forecast_months, make_forecasts
    from utfall.region.stored_forecasts import months_to_make, store_forecasts

    if region.period(period).month == LAST_MONTH:
        return  # the year is finished
    try:
        for made in make_forecasts(region, months_to_make(region, forecast_months(region, period))):
            store_forecasts(region, made)
    except (UtfallError, OSError) as error:
        err.print(f"Note: the month's forecasts were not stored: {error}", markup=False)


def _plan(region: Region, period: str, data: str, units: list[str] | None, notebook: str | None, *, pdf: bool) -> Plan:
    """The month's reports by the report plan, or of `notebook` for every unit."""
    from utfall.publishing import NotebookOrder, ReportNode, notebook_title, plan_reports
    from utfall.region.registers import ReportOrder
    from utfall.region.stored_forecasts import stored_digest

    month = region.period(period)
    rows = region.reports or (ReportOrder(notebook="monthly_report.ipynb", title="Månadsrapport"),)
    if notebook:
        rows = (ReportOrder(notebook=notebook, title=notebook_title(NOTEBOOKS / notebook)),)
    nodes = region.organisation.nodes(month)
    orders = [
        NotebookOrder(
            NOTEBOOKS / row.notebook,
            row.title,
            kind=row.id or "",
            units={n.code for n in nodes if n.level in row.levels and (not row.units or n.code in row.units)},
            parameters=row.parameters,
            receivers=row.receivers,
            pdf=pdf or row.pdf,
            cell_seconds=row.time_limit,
        )
        for row in rows
        if row.is_due(month.month)
    ]
    return plan_reports(
        orders,
        f"{month:%Y-%m}",
        data,
        [ReportNode(node.code, node.name, node.level, node.parent) for node in nodes],
        only=None if not units else {region.node(unit, month).code for unit in units},
        fictitious=region.fictitious,
        publisher=region.name,
        inputs=f"{region.data_version} {stored_digest(region)}",
    )


def _tell(result: BatchResult, seconds: float) -> None:
    """Say where to look, how long it took, and what failed and why."""
    for failure in result.failed[:MAX_FAILURES_PRINTED]:
        err.print(f"Failed: {failure.unit_name}: {failure.failure.reason}", markup=False)
    if len(result.failed) > MAX_FAILURES_PRINTED:
        err.print(f"… and {len(result.failed) - MAX_FAILURES_PRINTED} more; the front page names them all.")
    for slug, said in list(result.warnings.items())[:MAX_FAILURES_PRINTED]:
        err.print(f"Note: {slug}: {'; '.join(said)}", markup=False)
    made = len(result.ok)
    kept = f", {len(result.kept)} were there already" if result.kept else ""
    out.print(
        f"{made} of {made + len(result.failed)} reports made in {seconds:.0f} s{kept}. Open {result.index}",
        markup=False,
    )
    if result.volume:
        out.print(f"The collected volume is {result.volume}", markup=False)
