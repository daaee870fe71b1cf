"""The same command on data nobody here made: Australian drug cost, 204 months of 336 drugs, as a region."""

import re
from pathlib import Path

import pandas as pd
import pytest
import yaml
from typer.testing import CliRunner

import utfall
from utfall.cli import app

PBS = Path(__file__).resolve().parents[3] / "shared" / "bench" / "forecast" / "pbs.parquet"

pytestmark = pytest.mark.skipif(
    not PBS.is_file(), reason="the Pharmaceutical Benefits data are not beside the checkout"
)

LAST = "2008-06"


@pytest.fixture(scope="module")
def raw():
    return pd.read_parquet(PBS)


@pytest.fixture(scope="module")
def folder(tmp_path_factory, raw):
    """Mapping and registers for the file as it is; the file itself stays where it lies."""
    folder = tmp_path_factory.mktemp("pbs")
    names = raw.drop_duplicates("atc1").set_index("atc1")["atc1_desc"].astype("object").to_dict()
    columns = {"period": "ds", "unit": "atc1"}
    registers = {
        "region.yaml": {
            "name": "Pharmaceutical Benefits Scheme",
            "currency": "AUD",
            "reference": "previous_year",
            "tables": {
                "ledger": {
                    "file": str(PBS),
                    "columns": columns
                    | {
                        "account": {"value": "5600"},
                        "activity": "atc2",
                        "counterparty": "concession",
                        "project": "type",
                        "amount": {"column": "cost", "factor": -1},
                    },
                },
                "volumes": {
                    "file": str(PBS),
                    "combine": "sum",
                    "columns": columns | {"product": {"value": "Recept"}, "actual": "scripts"},
                },
            },
        },
        "organisation.yaml": {
            "units": [{"code": "PBS", "name": "Pharmaceutical Benefits", "level": "board", "parent": None}]
            + [
                {"code": code, "name": str(name) if pd.notna(name) else code, "level": "unit", "parent": "PBS"}
                for code, name in sorted(names.items())
            ]
        },
        "accounts.yaml": {
            "lines": [
                {
                    "line": "drugs",
                    "name": "Läkemedel",
                    "group": "external_cost",
                    "kind": "cost",
                    "volume_driven": True,
                }
            ],
            "accounts": [{"first": "5600", "last": "5600", "line": "drugs", "name": "Läkemedel"}],
        },
    }
    for file, content in registers.items():
        (folder / file).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def region(folder):
    return utfall.open_region(folder)


def cents(amounts):
    return int((amounts * 100).round().astype("int64").sum())


def test_the_sums_of_every_unit_and_year_are_the_files_to_the_cent(region, raw):
    read = region.amounts(["unit", "year"]).set_index(["unit", "year"])["actual"]
    file = raw.groupby([raw["atc1"].astype(str), raw["ds"].dt.year])["cost"]
    for key, cost in file:
        assert round(-read[key] * 100) == cents(cost), key
    assert len(read) == file.ngroups
    assert round(-region.control_total() * 100) == cents(raw["cost"])


def test_volumes_are_added_over_the_drugs_of_a_unit(region, raw):
    scripts = raw[(raw["atc1"] == "N") & (raw["ds"] == "2008-06-01")]["scripts"].sum()
    rows = region.table("volumes", unit="N", since=LAST, until=LAST)
    assert rows["actual"].tolist() == [scripts]


@pytest.mark.slow
def test_every_report_renders_and_shows_the_files_sum(folder, raw, tmp_path):
    result = CliRunner().invoke(app, ["report", LAST, "--data", str(folder), "--out", str(tmp_path), "--workers", "2"])
    assert result.exit_code == 0, result.output
    pages = sorted((tmp_path / LAST).glob("*.html"))
    units = raw["atc1"].nunique()
    assert len(pages) == units + 2  # the whole, and the front page
    assert f"{units + 1} of {units + 1} reports made" in result.output
    year = raw[(raw["ds"] >= "2008-01-01") & (raw["ds"] <= "2008-06-01")]
    by_unit = year.groupby(year["atc1"].astype(str))["cost"]
    for unit, cost in [("A", by_unit.sum()["A"]), ("N", by_unit.sum()["N"])]:
        (page,) = [path for path in pages if path.stem.endswith(f"-{unit.lower()}") or path.stem == unit.lower()]
        shown = f"{cents(pd.Series([cost])) / 1e8:.1f}".replace(".", ",")
        text = page.read_text(encoding="utf-8").replace("\u00a0", " ")
        assert re.search(rf"−{shown} mn AUD", text), (page.name, shown)
        assert "Förändring mot budget" not in text
