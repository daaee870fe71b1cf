"""Each month's run tries the figures published earlier: told on the screen and the front page, never a failure."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

from tests.small_region import ledger, write_region
from utfall import open_region
from utfall.cli import _register, app
from utfall.publishing.gates import faults_of_page
from utfall.publishing.index import render_index
from utfall.publishing.status import MonthStatus
from utfall.region import write_duckdb

FIGURE = {
    "id": "lakemedel",
    "name": "Läkemedel",
    "value": 3918.0,  # two units, six months: 300 a month, and 24 to 29 kronor of growth since 2024
    "unit": "kr",
    "decimals": 2,
    "published_on": "2026-08-20",
    "amounts": {"unit": "Division Kirurgi", "since": "2026-01", "until": "2026-06", "lines": ["drugs"]},
}


def booked():
    """Every posting five days after its month, and 82 kronor of drugs in June booked after the figure was published."""
    rows = ledger()
    rows = rows.assign(booked_on=rows["period"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=5))
    late = rows[(rows["period"] == "2026-06-01") & (rows["unit"] == "K1") & (rows["account"] == "5610")]
    late = late.assign(amount=-82.0, booked_on=pd.Timestamp("2026-09-15"))
    return pd.concat([rows, late], ignore_index=True)


def write_register(folder, *figures):
    text = yaml.safe_dump({"published": list(figures)}, allow_unicode=True, sort_keys=False)
    (folder / "published.yaml").write_text(text.replace("'2026-08-20'", "2026-08-20"), encoding="utf-8")


def run_month(folder, out):
    """The month's run of one unit: what it said, and its front page."""
    done = CliRunner().invoke(app, ["report", "2026-10", "--data", str(folder), "--unit", "M1", "--out", str(out)])
    assert done.exit_code == 0, done.output
    return " ".join(done.output.split()), (out / "2026-10" / "index.html").read_text(encoding="utf-8")


def test_a_month_tells_which_figure_has_changed_and_why_and_goes_on(tmp_path):
    folder = write_region(tmp_path / "region", ledger=booked())
    write_register(folder, FIGURE, {**FIGURE, "id": "samma", "name": "Samma", "value": 4000.0})
    said, page = run_month(folder, tmp_path / "reports")
    told = "Av 2 publicerade tal har 1 ändrats utan att det redovisats. Läkemedel publicerades som 3 918,00 kr"
    for text in (said, " ".join(page.split())):
        assert told in text.replace("\u00a0", " ")
        assert "och är nu 4 000,00 kr: sen bokning." in text.replace("\u00a0", " ")
    assert "Tidigare publicerade tal</h2>" in page
    write_register(folder, {**FIGURE, "amounts": {**FIGURE["amounts"], "until": "2025-06"}})
    said, page = run_month(folder, tmp_path / "reports")
    assert "Note: the published figures were not tried: published.yaml" in said
    assert "Talen kunde inte prövas" in page
    (folder / "published.yaml").unlink()
    said, page = run_month(folder, tmp_path / "reports")
    assert "publicera" not in said.lower()
    assert "Tidigare publicerade tal" not in page


def test_the_front_page_with_a_note_passes_the_gates_of_a_page():
    month = MonthStatus("2026-10", "Månadsrapport", False, "", {})
    page = render_index(month, notes={"Tidigare publicerade tal": "A < B"})
    assert "<p>A &lt; B</p>" in page
    assert faults_of_page(page) == faults_of_page(render_index(month))


@pytest.mark.parametrize("as_file", [False, True])
def test_the_register_lies_beside_the_regions_own(as_file, tmp_path):
    region = open_region(write_region(tmp_path / "region"))
    if as_file:
        region = open_region(write_duckdb(region, tmp_path / "region" / "region.duckdb"))
    assert _register(region) == tmp_path / "region" / "published.yaml"
