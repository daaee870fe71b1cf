"""The files: the same bytes every time, in the canonical form, moved into place when complete."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import utfall
from utfall.demo import make_region
from utfall.demo.files import replaced_folder
from utfall.errors import InvalidParameter
from utfall.region import TABLES
from utfall.region.schemas import validate_table


def digests(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.glob("*.*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_another_process(made, tmp_path):
    again = tmp_path / "again"
    command = "import sys; from utfall.demo import make_region; make_region(sys.argv[1])"
    # Another order of sets and dicts of text must not matter.
    environment = os.environ | {"PYTHONHASHSEED": "4711"}
    subprocess.run([sys.executable, "-c", command, str(again)], env=environment, check=True)
    assert digests(again) == digests(made.folder)


@pytest.mark.slow
def test_another_seed_gives_another_ledger_but_the_same_organisation(made, tmp_path):
    other = digests(make_region(tmp_path / "other", seed=7))
    first = digests(made.folder)
    assert other["ledger.parquet"] != first["ledger.parquet"]
    assert other["organisation.yaml"] == first["organisation.yaml"]


@pytest.mark.parametrize("name", [name for name in TABLES if name != "ledger"])
def test_every_table_is_canonical(made, name):
    frame = made.table(name)
    assert validate_table(frame, TABLES[name], name).shape == (len(frame), len(TABLES[name].columns))


@pytest.mark.slow
def test_the_region_opens_without_a_fault(made):
    region = utfall.open_region(made.folder)
    assert region.fictitious
    assert len(region.measures) == 12


def test_the_ledger_has_the_canonical_columns_and_exact_amounts(made):
    schema = pq.read_schema(made.folder / "ledger.parquet")
    assert tuple(schema.names) == TABLES["ledger"].columns
    assert schema.field("amount").type == pa.decimal128(15, 2)
    assert schema.field("period").type == pa.timestamp("us")
    assert pa.types.is_dictionary(schema.field("unit").type)


def test_a_row_group_of_the_ledger_is_one_unit_in_order_of_time(made):
    file = pq.ParquetFile(made.folder / "ledger.parquet")
    units = []
    for group in range(file.num_row_groups):
        statistics = file.metadata.row_group(group).column(file.schema_arrow.names.index("unit")).statistics
        assert statistics.min == statistics.max
        units.append(statistics.min)
    assert units == sorted(set(units))
    first = file.read_row_group(0, columns=["period"]).to_pandas()["period"]
    assert first.is_monotonic_increasing


def test_the_ledger_has_about_two_million_rows_of_uneven_size(made):
    rows = pq.read_metadata(made.folder / "ledger.parquet").num_rows
    assert 1_900_000 <= rows <= 2_100_000


def test_voucher_rows_look_like_a_ledger(made):
    columns = ["period", "unit", "account", "voucher", "amount", "counterparty", "text", "booked_on"]
    unit = made.code("Dialysmottagningen")
    rows = pd.read_parquet(made.folder / "ledger.parquet", columns=columns, filters=[("unit", "==", unit)])
    assert not rows.duplicated(["period", "unit", "account", "voucher"]).any()
    assert rows["voucher"].str.fullmatch(r"[BFIKL]\d\d-\d{7}").all()
    assert (rows["voucher"].str[1:3].astype(int) == rows["period"].dt.year % 100).all()
    assert (rows["booked_on"] >= rows["period"]).all()
    late = (rows["booked_on"] - rows["period"]).dt.days > 45
    assert 0 < late.mean() < 0.03
    assert (rows["text"].astype(str).str.len() > 0).all()
    ore = (rows["amount"].astype(float) * 100).round() % 100
    assert (ore != 0).mean() > 0.9
    costs = rows[rows["account"].astype(str).str.startswith("57")]
    assert 0 < (costs["amount"].astype(float) > 0).mean() < 0.02  # a few credits


def test_every_invented_company_says_that_it_is_invented(made):
    parties = pq.read_table(made.folder / "ledger.parquet", columns=["counterparty"])["counterparty"]
    names = {name for chunk in parties.chunks for name in chunk.dictionary.to_pylist()}
    assert all("(påhittat)" in name for name in names if " AB" in name)


def test_the_folder_says_that_everything_is_invented(made):
    assert made.register("region")["fictitious"] is True
    assert "påhittat" in (made.folder / "LASMIG.txt").read_text(encoding="utf-8")
    for file in made.folder.glob("*.yaml"):
        assert file.read_text(encoding="utf-8").startswith("# Alla uppgifter är påhittade")
    assert made.table("price_index")["source"].eq("Påhittad för demonstration").all()


def test_a_folder_that_is_not_a_region_is_left_alone(tmp_path):
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "letter.txt").write_text("viktigt", encoding="utf-8")
    with pytest.raises(InvalidParameter, match=r"letters exists and is not a region"):
        make_region(tmp_path / "letters")
    assert (tmp_path / "letters" / "letter.txt").read_text(encoding="utf-8") == "viktigt"


def test_a_file_in_the_way_is_left_alone(tmp_path):
    (tmp_path / "region").write_text("viktigt", encoding="utf-8")
    with pytest.raises(InvalidParameter, match="choose another folder"):
        make_region(tmp_path / "region")


def filled(folder: Path, text: str) -> None:
    with replaced_folder(folder) as new:
        (new / "region.yaml").write_text(text, encoding="utf-8")


def interrupted(folder: Path) -> None:
    with replaced_folder(folder) as new:
        (new / "region.yaml").write_text("name: halv", encoding="utf-8")
        raise KeyboardInterrupt


def test_an_older_region_is_replaced_as_a_whole(tmp_path):
    folder = tmp_path / "region"
    filled(folder, "name: gammal")
    (folder / "left_over.parquet").write_bytes(b"old")
    filled(folder, "name: ny")
    assert [path.name for path in folder.iterdir()] == ["region.yaml"]
    assert (folder / "region.yaml").read_text(encoding="utf-8") == "name: ny"
    assert [path.name for path in tmp_path.iterdir()] == ["region"]


def test_an_older_region_stays_when_the_new_one_is_not_completed(tmp_path):
    folder = tmp_path / "region"
    filled(folder, "name: gammal")
    with pytest.raises(KeyboardInterrupt):
        interrupted(folder)
    assert (folder / "region.yaml").read_text(encoding="utf-8") == "name: gammal"
    assert [path.name for path in tmp_path.iterdir()] == ["region"]


def test_an_empty_folder_may_become_a_region(tmp_path):
    (tmp_path / "region").mkdir()
    filled(tmp_path / "region", "name: ny")
    assert (tmp_path / "region" / "region.yaml").exists()
