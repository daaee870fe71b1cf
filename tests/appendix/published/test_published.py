"""Figures published earlier: a change nobody told of is found, and each cause carries exactly its own part."""

import shutil
from datetime import date
from decimal import Decimal
from pathlib import Path

import nbformat
import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import REGISTERS, ledger, write_region
from utfall.appendix.published import (
    PublishedFigure,
    check,
    read_published,
    read_records,
    recompute_published,
    record_published,
)
from utfall.appendix.published import causes as causes_module
from utfall.appendix.published.record import record_folder
from utfall.appendix.published.worlds import LedgerWorld, NotebookWorld
from utfall.errors import InvalidData, InvalidParameter

TOLD_ON = date(2026, 8, 20)
LATE = pd.Timestamp("2026-09-15")


def booked_ledger():
    """Every posting of the small region, booked five days after its month."""
    rows = ledger()
    rows = rows[rows["period"] <= "2026-07-01"].reset_index(drop=True)
    return rows.assign(booked_on=rows["period"] + pd.offsets.MonthEnd(0) + pd.Timedelta(days=5))


def posting(amount, account="5610", unit="K1", period="2026-06-01", booked_on=LATE):
    row = {"period": pd.Timestamp(period), "unit": unit, "account": account, "amount": amount}
    return pd.DataFrame([row | {"counterparty": "", "booked_on": booked_on}])


def drugs(**changed):
    """The cost of drugs at Division Kirurgi in the first half of 2026; computed by hand below."""
    row = {
        "id": "lakemedel",
        "name": "Läkemedel",
        "value": "3918.00",
        "unit": "kr",
        "decimals": 2,
        "published_on": TOLD_ON,
        "published_in": "Svar, dnr 31/2025",
        "amounts": {"unit": "Division Kirurgi", "since": "2026-01", "until": "2026-06", "lines": ["drugs"]},
    }
    return PublishedFigure.model_validate(row | changed)


@pytest.fixture
def folder(tmp_path):
    return write_region(tmp_path / "region", ledger=booked_ledger())


@pytest.fixture
def recorded(folder):
    region = utfall.open_region(folder)
    record_published(region, drugs(), LedgerWorld(region, drugs()))
    return folder


def after(folder, *, rows=None, **registers):
    """The region as it is after a change of the ledger or of registers."""
    if rows is not None:
        rows.to_parquet(folder / "ledger.parquet", index=False)
    for name, content in registers.items():
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return utfall.open_region(folder)


def only(result):
    [row] = result.frame.to_dict("records")
    return row


def parts(row):
    return {cause: row[cause] for cause in causes_module.CAUSES if row[cause]}


def moved_account():
    """Account 5310 is led to drugs instead of purchased care."""
    register = REGISTERS["accounts.yaml"]
    accounts = [{**row, "line": "drugs" if row["first"] == "53" else row["line"]} for row in register["accounts"]]
    return register | {"accounts": accounts}


def test_the_figure_is_what_it_is_by_hand():
    rows = booked_ledger()
    chosen = rows["unit"].isin(["K1", "K2"]) & (rows["account"] == "5610")
    months = rows["period"].between("2026-01-01", "2026-06-01")
    assert Decimal(str(-rows.loc[chosen & months, "amount"].sum())) == drugs().value


def test_a_figure_that_comes_out_the_same_is_unchanged(recorded):
    result = recompute_published([drugs()], utfall.open_region(recorded))
    assert only(result)["status"] == check.UNCHANGED
    assert result.text().replace("\u00a0", " ") == "Av 1 publicerat tal har inget ändrats."
    assert result.grade.value == "A"


def test_a_late_booking_is_told_as_one(folder):
    region = after(folder, rows=pd.concat([booked_ledger(), posting(-250.25)]))
    row = only(recompute_published([drugs()], region))
    assert parts(row) == {"late_booking": Decimal("250.25")}
    assert row["cause"] == "sen bokning"
    assert row["now"] == Decimal("4168.25")


def test_what_was_booked_on_the_day_the_figure_knew_is_not_late(folder):
    rows = pd.concat([booked_ledger(), posting(-250.25, booked_on=pd.Timestamp(TOLD_ON))])
    row = only(recompute_published([drugs()], after(folder, rows=rows)))
    assert row["cause"] == "kan inte avgöras"
    row = only(recompute_published([drugs(booked_until=date(2026, 8, 19))], after(folder, rows=rows)))
    assert row["cause"] == "sen bokning"


def test_a_corrected_register_is_told_as_one(recorded):
    row = only(recompute_published([drugs()], after(recorded, accounts=moved_account())))
    assert row["cause"] == "rättat register"
    # Twelve postings of 5310: 150 each and a krona a month from January 2024, as those of 5610.
    assert parts(row) == {"corrected_register": Decimal("3918.00") - 12 * 150}


def test_a_moved_unit_is_a_corrected_register(recorded):
    register = REGISTERS["organisation.yaml"]
    units = [{**row, "parent": "MA"} if row["code"] == "K2" else row for row in register["units"]]
    row = only(recompute_published([drugs()], after(recorded, organisation={"units": units})))
    assert parts(row) == {"corrected_register": Decimal("-1959.00")}


def test_a_corrected_voucher_of_an_old_day_is_told_as_such(recorded):
    rows = booked_ledger()
    at = rows[(rows["unit"] == "K1") & (rows["account"] == "5610") & (rows["period"] == "2026-03-01")].index[0]
    rows.loc[at, "amount"] -= 77.5
    row = only(recompute_published([drugs()], after(recorded, rows=rows)))
    assert parts(row) == {"corrected_booking": Decimal("77.50")}
    assert row["cause"] == "rättad bokföring"


def test_changed_code_is_told_as_such(recorded, monkeypatch):
    region = utfall.open_region(recorded)
    monkeypatch.setattr(causes_module, "kit", lambda: "another kit")
    plain = LedgerWorld._summed
    monkeypatch.setattr(LedgerWorld, "_summed", lambda self, region: plain(self, region) + Decimal("12.34"))
    row = only(recompute_published([drugs()], region))
    assert parts(row) == {"changed_code": Decimal("12.34")}
    assert row["cause"] == "ändrad kod"


def test_causes_that_meet_share_the_difference_and_add_up_to_the_ore(recorded, monkeypatch):
    rows = booked_ledger()
    at = rows[(rows["unit"] == "K2") & (rows["account"] == "5610") & (rows["period"] == "2026-02-01")].index[0]
    rows.loc[at, "amount"] -= 40.1
    rows = pd.concat([rows, posting(-250.25), posting(-1000.0, account="5310")])
    region = after(recorded, rows=rows, accounts=moved_account())
    monkeypatch.setattr(causes_module, "kit", lambda: "another kit")
    plain = LedgerWorld._summed
    monkeypatch.setattr(LedgerWorld, "_summed", lambda self, region: plain(self, region) + Decimal("0.07"))
    result = recompute_published([drugs()], region)
    row = only(result)
    assert parts(row) == {
        "late_booking": Decimal("1250.25"),
        "corrected_register": Decimal("2118.00"),
        "corrected_booking": Decimal("40.10"),
        "changed_code": Decimal("0.07"),
    }
    assert sum(parts(row).values()) == row["difference"] == row["now"] - row["published"]
    assert [check.passed for check in result.checks] == [True]
    said = row["cause"].replace("\u00a0", " ")
    assert said.startswith("rättat register +2 118,00 kr, sen bokning +1 250,25 kr, rättad bokföring +40,10 kr")


def test_without_a_record_what_is_not_late_cannot_be_told(folder):
    rows = pd.concat([booked_ledger(), posting(-250.25)])
    result = recompute_published([drugs()], after(folder, rows=rows, accounts=moved_account()))
    assert parts(only(result)) == {"late_booking": Decimal("250.25"), "undecided": Decimal("2118.00")}
    assert "inte sparat vad den räknades på" in result.warnings[0]
    assert result.grade.value == "D"


def test_a_ledger_without_days_of_booking_leaves_late_and_corrected_undecided(tmp_path):
    rows = booked_ledger().drop(columns="booked_on")
    folder = write_region(tmp_path / "r", ledger=rows)
    region = utfall.open_region(folder)
    record_published(region, drugs(), LedgerWorld(region, drugs()))
    more = pd.concat([rows, posting(-250.25).drop(columns="booked_on")])
    result = recompute_published([drugs()], after(folder, rows=more))
    assert parts(only(result)) == {"undecided": Decimal("250.25")}
    assert any("saknar bokföringsdag" in warning for warning in result.warnings)


def test_a_revision_that_was_told_is_no_silent_one(folder):
    region = after(folder, rows=pd.concat([booked_ledger(), posting(-250.25)]))
    told = drugs(revised=[{"value": "4168.25", "published_on": "2026-10-01", "reason": "sena fakturor"}])
    assert only(recompute_published([told], region))["status"] == check.UNCHANGED


def test_rounding_is_no_revision(folder):
    figure = drugs(value="3.9", unit="tkr", decimals=1)
    row = only(recompute_published([figure], utfall.open_region(folder)))
    assert (row["status"], row["rounding"]) == (check.UNCHANGED, Decimal("18.00"))


def test_a_figure_that_can_no_longer_be_computed_is_said(folder):
    lost = drugs(amounts={"unit": "Division Kirurgi", "since": "2026-01", "until": "2026-06", "lines": []})
    region = utfall.open_region(folder)

    class Lost:
        def value(self, *, booked_until=None, registers=None):
            return None

        def from_sums(self, sums, registers):
            return None

    result = recompute_published([lost], region, worlds={"lakemedel": Lost()})
    assert only(result)["status"] == check.GONE
    assert "kan inte längre räknas fram" in result.text()


def test_a_figure_is_not_recorded_from_other_data_than_it_was_published_from(folder):
    region = after(folder, rows=pd.concat([booked_ledger(), posting(-250.25)]))
    with pytest.raises(InvalidParameter, match=r"published as 3918\.00 kr but comes out as 4168\.25 kr"):
        record_published(region, drugs(), LedgerWorld(region, drugs()))
    assert not record_folder(region).exists()


def test_a_record_is_never_written_again(recorded):
    region = utfall.open_region(recorded)
    before = {path: path.read_bytes() for path in record_folder(region).rglob("*") if path.is_file()}
    assert record_published(region, drugs(), LedgerWorld(region, drugs())) is None
    assert before == {path: path.read_bytes() for path in record_folder(region).rglob("*") if path.is_file()}


def test_records_are_no_part_of_the_data_version(recorded, tmp_path):
    bare = tmp_path / "bare"
    shutil.copytree(recorded, bare, ignore=shutil.ignore_patterns("published", ".utfall"))
    assert utfall.open_region(bare).data_version == utfall.open_region(recorded).data_version


def test_a_damaged_record_is_named(recorded):
    region = utfall.open_region(recorded)
    text = next((record_folder(region) / "registers").glob("*.yaml"))
    text.write_bytes(text.read_bytes() + b"#")
    with pytest.raises(InvalidData, match="is not the one recorded"):
        read_records(region)


def test_the_register_names_each_fault_by_row(tmp_path):
    good = drugs().model_dump(mode="json", exclude_none=True)
    path = tmp_path / "published.yaml"
    path.write_text(yaml.safe_dump({"published": [good, good]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"published.yaml, row \d+: the figure lakemedel is given twice"):
        read_published(path)
    both = {key: value for key, value in good.items() if key != "amounts"}
    path.write_text(yaml.safe_dump({"published": [both]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InvalidData, match=r"row 2: .*give either amounts"):
        read_published(path)
    path.write_text(yaml.safe_dump({"published": [good | {"unit": "st"}]}, allow_unicode=True), encoding="utf-8")
    with pytest.raises(InvalidData, match="amounts are kronor"):
        read_published(path)


def test_the_result_shows_itself(recorded):
    region = after(recorded, rows=pd.concat([booked_ledger(), posting(-250.25)]))
    result = recompute_published([drugs(), drugs(id="samma", value="4168.25")], region)
    said = result.text().replace("\u00a0", " ")
    assert said == (
        "Av 2 publicerade tal har 1 ändrats utan att det redovisats. Läkemedel publicerades som 3 918,00 kr och är nu "
        "4 168,25 kr: sen bokning."
    )
    table = result.table.to_text().replace("\u00a0", " ")
    assert "+250,25 kr" in table
    assert "20 augusti 2026" in table
    assert result.cause_view is not None
    assert "250" in result.plot().alt
    assert result.to_dict()["frame"][0]["difference"] == 250.25


def test_a_register_with_no_figures_says_so(folder):
    result = recompute_published([], utfall.open_region(folder))
    assert result.text() == "Inga publicerade tal är registrerade."
    assert result.plot().alt


@pytest.mark.slow
def test_a_figure_shown_by_a_notebook_is_split_by_running_it_in_each_circumstance(folder, tmp_path):
    cells = [
        nbformat.v4.new_code_cell('data = "nowhere"', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(
            "import utfall\nfrom utfall.presentation.tables import Column, Table\n"
            "region = utfall.open_region(data)\n"
            'costs = region.costs(["line"], unit="Division Kirurgi", since="2026-01", until="2026-06")\n'
            'Table(costs, "Kostnader", {"line": Column("Post"), "cost": Column("Utfall", "amount")})'
        ),
    ]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "costs.ipynb")
    cell = {"notebook": "costs.ipynb", "table": "Kostnader", "row": "drugs", "column": "Utfall"}
    figure = drugs(amounts=None, cell=cell)
    region = utfall.open_region(folder)
    record_published(region, figure, NotebookWorld(region, figure, tmp_path))
    rows = pd.concat([booked_ledger(), posting(-250.25)])
    later = after(folder, rows=rows, accounts=moved_account())
    row = only(recompute_published([figure], later, notebooks=tmp_path))
    assert parts(row) == {"late_booking": Decimal("250.25"), "corrected_register": Decimal("2118.00")}


def test_a_figure_shown_by_a_notebook_needs_the_notebooks(folder):
    cell = {"notebook": "costs.ipynb", "table": "K", "row": "drugs", "column": "Utfall"}
    result = recompute_published([drugs(amounts=None, cell=cell)], utfall.open_region(folder))
    assert only(result)["status"] == check.GONE
    assert "inte har körts om" in result.warnings[0]
    assert Path(folder).exists()
