"""The same region in files, DuckDB, PostgreSQL and Spark: the same questions, the same numbers to the öre."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
import yaml

import utfall
from tests.region.engines.servers import postgres, postgres_programs
from tests.small_region import BUDGET_MONTHS, MONTHS, ledger, write_region
from utfall.errors import InvalidData, InvalidParameter
from utfall.region import write_database, write_duckdb
from utfall.sources.database import connect

ENGINES = ("duckdb", "postgres", "spark")

RAW_COLUMNS = {"period": "VERDATUM", "unit": "KST_ID", "account": "KONTO_ID", "counterparty": "MOTP_ID"}
"""What a ledger system's table calls the columns."""


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return utfall.open_region(write_region(tmp_path_factory.mktemp("files")))


@pytest.fixture(scope="module")
def postgres_address():
    if postgres_programs() is None:
        pytest.skip("PostgreSQL is not installed: apt-get install postgresql")
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    with postgres(folder) as address:
        yield address
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def spark_address(tmp_path_factory, region):
    if shutil.which("java") is None:
        pytest.skip("Java is not installed: apt-get install default-jre-headless")
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    folder = tmp_path_factory.mktemp("spark")
    for name in region.tables:
        region.table(name).to_parquet(folder / f"{name}.parquet")
    raw_ledger().to_parquet(folder / "verifikat.parquet")
    texts = {"file": list(region.register_texts), "content": list(region.register_texts.values())}
    pd.DataFrame(texts).to_parquet(folder / "utfall_registers.parquet")
    return f"spark://{folder}"


@pytest.fixture(scope="module", params=ENGINES)
def address(request, tmp_path_factory, region):
    """A database that holds the region, and a ledger system's own table beside it."""
    if request.param == "spark":
        return request.getfixturevalue("spark_address")
    if request.param == "postgres":
        place = request.getfixturevalue("postgres_address")
        write_database(region, place)
        connection = connect(place)
        connection.create_table("verifikat", raw_ledger(), overwrite=True)
        connection.disconnect()
        return place
    path = write_duckdb(region, tmp_path_factory.mktemp("duckdb") / "region.duckdb")
    connection = connect(f"duckdb://{path}", writing=True)
    connection.con.register("raw", raw_ledger())
    connection.raw_sql("CREATE TABLE verifikat AS FROM raw")
    connection.disconnect()
    return f"duckdb://{path}"


def raw_ledger() -> pd.DataFrame:
    """The small region's ledger as a ledger system keeps it: debit positive, posting dates, balance accounts too."""
    rows = ledger()
    frame = pd.DataFrame({name: rows[column].to_numpy() for column, name in RAW_COLUMNS.items()})
    frame["VERDATUM"] = (rows["period"] + pd.Timedelta(days=16)).dt.date
    frame["UTFALL_V"] = -rows["amount"]
    assets = frame.head(7).assign(KONTO_ID="1510", UTFALL_V=123.45)
    return pd.concat([frame, assets], ignore_index=True)


def mapped_region(folder: Path, address: str, **changes: object) -> Path:
    """A region whose registers and budget are files, and whose ledger stays in the database."""
    write_region(folder)
    (folder / "ledger.parquet").unlink()
    columns = {**RAW_COLUMNS, "amount": {"column": "UTFALL_V", "factor": -1}}
    balance = {"column": "KONTO_ID", "first": "1", "last": "2", "reason": "balance accounts"}
    mapping = {"database": address, "table": "verifikat", "columns": columns, "exclude": [balance], **changes}
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    settings["tables"] = {"ledger": mapping}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    return folder


QUESTIONS = {
    "by unit, line and month": {"by": ["unit", "line", "period"]},
    "by supplier and year": {"by": ["counterparty", "year"]},
    "of one division since a month": {"by": ["account"], "unit": "Division Kirurgi", "since": "2026-03"},
    "in all": {"by": []},
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_engine_gives_the_amounts_that_the_files_give(address, region, question):
    asked = utfall.open_region(address)
    expected = region.amounts(**QUESTIONS[question])
    pd.testing.assert_frame_equal(asked.amounts(**QUESTIONS[question]), expected, check_dtype=False)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_ledger_that_stays_in_its_database_gives_the_amounts_that_the_files_give(tmp_path, address, region, question):
    asked = utfall.open_region(mapped_region(tmp_path, address))
    expected = region.amounts(**QUESTIONS[question])
    pd.testing.assert_frame_equal(asked.amounts(**QUESTIONS[question]), expected, check_dtype=False)


def test_rows_control_totals_and_months_are_those_of_the_files(tmp_path, address, region):
    asked = utfall.open_region(mapped_region(tmp_path, address))
    assert (asked.first_period, asked.latest_period) == (MONTHS[0], MONTHS[-1])
    assert asked.control_total(unit="Division Kirurgi", until="2026-09") == region.control_total(
        unit="Division Kirurgi", until="2026-09"
    )
    order = ["period", "unit", "account"]
    rows = asked.table("ledger", unit="K1", since="2026-10").sort_values(order, ignore_index=True)
    expected = region.table("ledger", unit="K1", since="2026-10").sort_values(order, ignore_index=True)
    pd.testing.assert_frame_equal(rows[[*order, "amount"]], expected[[*order, "amount"]], check_dtype=False)
    assert asked.table("budget")["period"].max() == BUDGET_MONTHS[-1]


def test_every_row_of_the_databases_table_is_used_or_left_out_for_a_reason(tmp_path, address):
    account = utfall.open_region(mapped_region(tmp_path, address)).row_accounts["ledger"]
    assert (account.used, account.excluded) == (len(ledger()), {"balance accounts": 7})
    assert account.read == len(raw_ledger())


def test_an_account_in_no_interval_is_named_though_the_rows_have_no_numbers(tmp_path, address):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(mapped_region(tmp_path, address, exclude=[]))
    (fault,) = error.value.faults
    assert fault.row is None
    assert "account 1510 is in no interval (7 rows)" in fault.what


def test_a_databases_sums_are_used_again_until_it_is_asked_anew(tmp_path, postgres_address, region):
    write_database(region, postgres_address)
    connection = connect(postgres_address)
    connection.create_table("verifikat", raw_ledger(), overwrite=True)
    folder = mapped_region(tmp_path, postgres_address)
    before = utfall.open_region(folder)
    connection.create_table(
        "verifikat", raw_ledger().assign(UTFALL_V=lambda frame: 2 * frame["UTFALL_V"]), overwrite=True
    )
    connection.disconnect()
    assert utfall.open_region(folder).data_version == before.data_version
    after = utfall.open_region(folder, anew=True)
    assert after.data_version != before.data_version
    assert after.amounts([])["actual"].item() == 2 * before.amounts([])["actual"].item()


def test_an_address_whose_variable_is_not_set_is_refused_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.delenv("UTFALL_TEST_PASSWORD", raising=False)
    with pytest.raises(InvalidParameter, match="UTFALL_TEST_PASSWORD, which is not set"):
        utfall.open_region(mapped_region(tmp_path, "postgres://anna:${UTFALL_TEST_PASSWORD}@127.0.0.1:1/ekonomi"))


def test_a_database_that_does_not_answer_is_told_without_its_password(monkeypatch):
    monkeypatch.setenv("UTFALL_TEST_PASSWORD", "hemligt")
    with pytest.raises(InvalidParameter) as error:
        connect("postgres://anna:${UTFALL_TEST_PASSWORD}@127.0.0.1:1/ekonomi")
    assert "does not answer" in str(error.value)
    assert "hemligt" not in str(error.value)


def test_an_unknown_kind_of_database_is_refused_with_those_there_are():
    with pytest.raises(InvalidParameter, match=r"duckdb://, postgres://"):
        utfall.open_region("oracle://server/ekonomi")


def test_a_table_that_is_not_there_is_named(tmp_path, postgres_address):
    with pytest.raises(InvalidParameter, match="has no table saknas that can be read"):
        utfall.open_region(mapped_region(tmp_path, postgres_address, table="saknas"))
