"""A ledger in a format of its own is a table like any other."""

import pytest
import yaml

import utfall
from tests.small_region import ledger, write_region
from tests.sources.raindance.test_import_records import accounting, customer, head, row
from utfall.errors import InvalidData

SIE_HEAD = '#FLAGGA 0\n#FORMAT PC8\n#SIETYP 4\n#PROGRAM "Prov" 1\n#GEN 20261101\n#FNAMN "Småregionen"\n'


def sie_of(frame):
    """The ledger as vouchers of two rows: the posting, and its other side on account 1930."""
    years = sorted(frame["period"].dt.year.unique(), reverse=True)
    lines = [f"#RAR {-at} {year}0101 {year}1231" for at, year in enumerate(years)]
    lines += [f'#KONTO {account} "Konto {account}"' for account in sorted({*frame["account"], "1930"})]
    lines += ['#DIM 1 "Kostnadsställe"', *(f'#OBJEKT 1 "{unit}" "Enhet {unit}"' for unit in sorted(set(frame["unit"])))]
    for number, posting in enumerate(frame.itertuples(index=False)):
        day, debit = f"{posting.period:%Y%m}15", -posting.amount
        lines += [f'#VER "A" {number} {day} "Bokning"', "{"]
        lines += [f'#TRANS {posting.account} {{1 "{posting.unit}"}} {debit:.2f}']
        lines += [f"#TRANS 1930 {{}} {-debit:.2f}", "}"]
    return SIE_HEAD + "\n".join(lines) + "\n"


def test_a_sie_file_gives_the_ledger_it_was_written_from_without_its_balance_accounts(tmp_path, small_region):
    folder = write_region(tmp_path)
    (folder / "ledger.parquet").unlink()
    frame = ledger()
    (folder / "bokföring.se").write_bytes(sie_of(frame).encode("cp437"))
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    settings["tables"] = {"ledger": {"file": "bokföring.se"}}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    region = utfall.open_region(folder)
    by = ["unit", "account", "period"]
    assert region.amounts(by)["actual"].tolist() == small_region.amounts(by)["actual"].tolist()
    account = region.row_accounts["ledger"]
    assert account.used == len(frame)
    assert account.read == account.used + sum(account.excluded.values())


def yearly(folder, frames):
    """A region whose ledger is one CSV a year."""
    write_region(folder)
    (folder / "ledger.parquet").unlink()
    for year, frame in frames.items():
        text = frame.assign(period=frame["period"].dt.strftime("%Y%m")).to_csv(sep=";", decimal=",", index=False)
        (folder / f"bok-{year}.csv").write_text(text, encoding="utf-8")
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    columns = {name: name for name in ("period", "unit", "account", "amount", "counterparty")}
    settings["tables"] = {"ledger": {"file": "bok-*.csv", "columns": columns}}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    return folder


def by_year():
    frame = ledger()
    return {int(str(year)): rows for year, rows in frame.groupby(frame["period"].dt.year)}


def test_a_ledger_exported_year_by_year_is_one_ledger(tmp_path, small_region):
    region = utfall.open_region(yearly(tmp_path, by_year()))
    by = ["unit", "account", "period", "counterparty"]
    assert region.amounts(by)["actual"].tolist() == small_region.amounts(by)["actual"].tolist()
    assert {name for name in region.inputs if name.startswith("bok-")} == {f"bok-{y}.csv" for y in (2024, 2025, 2026)}


def test_a_fault_in_one_of_several_files_is_named_by_that_file_and_its_row(tmp_path):
    frames = by_year()
    written = frames[2025]["amount"].map(lambda amount: f"{amount:.2f}".replace(".", ","))
    frames[2025] = frames[2025].assign(amount=written).reset_index(drop=True)
    frames[2025].loc[2, "amount"] = "fem"
    with pytest.raises(InvalidData) as error:
        utfall.open_region(yearly(tmp_path, frames))
    (fault,) = error.value.faults
    assert (fault.file, fault.row) == ("bok-2025.csv", 4)


def test_an_unknown_unit_in_one_of_several_files_is_named_there(tmp_path):
    frames = by_year()
    frames[2026] = frames[2026].reset_index(drop=True)
    frames[2026].loc[[5, 9], "unit"] = "K9"
    with pytest.raises(InvalidData) as error:
        utfall.open_region(yearly(tmp_path, frames))
    (fault,) = error.value.faults
    assert (fault.file, fault.row) == ("bok-2026.csv", 7)


def test_several_files_with_different_columns_are_refused(tmp_path):
    frames = by_year()
    frames[2025] = frames[2025].drop(columns="counterparty")
    with pytest.raises(InvalidData, match=r"bok-2025\.csv: the column 'counterparty' is missing"):
        utfall.open_region(yearly(tmp_path, frames))


def region_of_invoices(folder, records):
    """A region whose ledger is a file of Raindance's import records, on its own accounts."""
    write_region(folder, budget=None)
    (folder / "ledger.parquet").unlink()
    (folder / "fakturor.txt").write_bytes("".join(f"{record}\r\n" for record in records).encode("iso-8859-1"))
    settings = yaml.safe_load((folder / "region.yaml").read_text(encoding="utf-8"))
    settings |= {"reference": "previous_year"}
    settings["tables"] = {"ledger": {"file": "fakturor.txt", "kind": "raindance_import"}}
    (folder / "region.yaml").write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    for unused in ("volumes.parquet", "measures.yaml"):
        (folder / unused).unlink(missing_ok=True)
    return folder


def invoice(period):
    sale = accounting(12550, account="3010", period=period)
    return [customer(), head(), row(12550), f"{sale[:12]}{'K1':<10}{sale[22:]}"]


def test_a_sale_in_import_records_is_income(tmp_path):
    region = utfall.open_region(region_of_invoices(tmp_path, invoice("2607")))
    assert region.amounts(["unit", "account", "period"])["actual"].tolist() == [125.50]


def test_an_amount_spread_over_months_is_refused_rather_than_put_in_the_first(tmp_path):
    with pytest.raises(InvalidData) as error:
        utfall.open_region(region_of_invoices(tmp_path, invoice("2607 2612")))
    (fault,) = error.value.faults
    assert (fault.file, fault.row) == ("fakturor.txt", 4)
    assert "spread from 2026-07 to 2026-12" in fault.what
