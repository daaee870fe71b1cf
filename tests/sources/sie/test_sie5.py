"""SIE 5 is read by the public schema, and no XML can reach outside itself or blow itself up."""

from datetime import date
from decimal import Decimal

import pytest

from tests.sources.sie.files import read, rows_of
from utfall.errors import InvalidData

FILE = """<?xml version="1.0" encoding="UTF-8"?>
<Sie xmlns="http://www.sie.se/sie5">
<FileInfo>
<SoftwareProduct name="Ekonomi" version="5.1"/><FileCreation time="2026-02-01T10:00:00Z" by="AN"/>
<Company organizationId="232100-0214" name="Region Ås"/>
<FiscalYears><FiscalYear start="2025-01" end="2025-12"/><FiscalYear start="2026-01" end="2026-12"
 primary="1"/></FiscalYears>
<AccountingCurrency currency="SEK"/></FileInfo>
<Accounts>
<Account id="5600" name="Läkemedel" type="cost">
<ClosingBalance month="2026-01" amount="12.50"/>
<Budget month="2026-01" amount="10.00"><ObjectReference dimId="1" objectId="1100"/></Budget>
<Budget amount="120.00"/>
</Account>
<Account id="2440" name="Leverantörsskulder" type="liability"/>
</Accounts>
<Dimensions><Dimension id="1" name="Ansvar"><Object id="1100" name="Akuten"/></Dimension></Dimensions>
<SupplierInvoices primaryAccountId="2440"><SupplierInvoice id="1" supplierId="7" invoiceNumber="9">
<Balances><ClosingBalance month="2026-01" amount="-12.50"/></Balances></SupplierInvoice></SupplierInvoices>
<Journal id="A" name="Leverantörer">
<JournalEntry id="7" journalDate="2026-01-30" text="Dos">
<EntryInfo date="2026-02-03" by="AN"/>
<LedgerEntry accountId="5600" amount="12.5" text="Januari"><ObjectReference dimId="1" objectId="1100"/></LedgerEntry>
<LedgerEntry accountId="6250" amount="12.50"><Overstrike date="2026-02-04" by="AN"/></LedgerEntry>
<LedgerEntry accountId="2440" amount="-12.50" ledgerDate="2026-02-01"/>
</JournalEntry>
</Journal>
</Sie>
"""


def changed(old: str, new: str) -> bytes:
    assert old in FILE
    return FILE.replace(old, new).encode()


def test_a_sie_5_file_gives_the_same_as_a_sie_4_file(tmp_path):
    file = read(tmp_path, FILE.encode())
    assert (file.header.sie_type, file.header.programme, file.header.company) == ("5", "Ekonomi 5.1", "Region Ås")
    assert file.header.years[0] == (date(2026, 1, 1), date(2026, 12, 31))
    assert file.header.years[-1] == (date(2025, 1, 1), date(2025, 12, 31))
    assert file.accounts["5600"].kind == "cost"
    assert file.dimensions["1"].objects == {"1100": "Akuten"}
    assert file.balances["label"].to_pylist() == ["ClosingBalance", "Budget"]


def test_its_ledger_is_made_of_ledger_entries_that_are_not_struck(tmp_path):
    source = read(tmp_path, FILE.encode()).ledger(account_from="3")
    assert rows_of(source, "period", "unit", "account", "voucher", "amount", "text", "booked_on") == [
        (date(2026, 1, 1), "1100", "5600", "A 7", Decimal("12.50"), "Januari", date(2026, 2, 3), 23)
    ]
    assert source.left_out()["LedgerEntry: a row struck from its voucher (Overstrike)"] == 1


def test_its_budget_is_made_of_the_months(tmp_path):
    file = read(tmp_path, FILE.encode())
    assert rows_of(file.budget(version="v1"), "period", "unit", "amount") == [
        (date(2026, 1, 1), "1100", Decimal("10.00"), 12)
    ]
    assert "Budget: of a whole year, not of a month" in file.doubts


def test_every_element_is_used_or_left_out(tmp_path):
    file = read(tmp_path, FILE.encode())
    assert file.rows == FILE.count("<") - FILE.count("</") - 1  # the declaration is none
    assert file.rows == sum(file.used.values()) + sum(file.left_out.values())
    source = file.ledger(account_from="3")
    assert source.table.num_rows + sum(source.left_out().values()) == file.rows
    assert file.left_out["ClosingBalance: not an account's"] == 1


@pytest.mark.parametrize(
    ("old", "new", "row", "what"),
    [
        ('amount="-12.50" ledger', 'amount="-12.51" ledger', 21, "the rows of the voucher A 7 sum to -0.01, not to 0."),
        ('journalDate="2026-01-30"', 'journalDate="2026-02-30"', 21, "JournalEntry cannot be read: the date is"),
        ('amount="12.5"', 'amount="12,5"', 23, "LedgerEntry cannot be read: the amount is '12,5'"),
        ('amount="12.5" ', "", 23, "LedgerEntry cannot be read: its amount is missing."),
        ('accountId="6250"', 'accountId="konto"', 24, "LedgerEntry cannot be read: the account is 'konto'"),
        ('ledgerDate="2026-02-01"', 'ledgerDate="2027-02-01"', 25, "the day 2027-02-01 is in no financial year"),
        ("<Journal id", "<LedgerEntry/><Journal id", 20, "LedgerEntry stands in Sie, not in JournalEntry."),
        ("</Journal>\n", "", 27, "the XML is broken (mismatched tag)."),
        ("sie.se/sie5", "sie.se/sie6", 2, "the file is XML, but its root is 'Sie'"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_what_is_wrong_in_it_is_refused_by_its_row(tmp_path, old, new, row, what):
    with pytest.raises(InvalidData) as error:
        read(tmp_path, changed(old, new))
    assert error.value.faults[0].row == row
    assert error.value.faults[0].what.startswith(what)


BOMB = """<?xml version="1.0"?>
<!DOCTYPE Sie [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<Sie xmlns="http://www.sie.se/sie5">&c;</Sie>"""
OUTSIDE = """<?xml version="1.0"?>
<!DOCTYPE Sie [<!ENTITY x SYSTEM "file:///etc/hostname">]>
<Sie xmlns="http://www.sie.se/sie5"><FileInfo><Company name="&x;"/></FileInfo></Sie>"""


@pytest.mark.parametrize("content", [BOMB, OUTSIDE], ids=["a bomb of entities", "a reference to another file"])
def test_a_document_type_is_refused_before_anything_in_it_is_used(tmp_path, content):
    with pytest.raises(InvalidData, match="row 2: the XML has a document type"):
        read(tmp_path, content.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_xml_is_read_in_the_encoding_it_declares(tmp_path, encoding):
    content = FILE.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    assert read(tmp_path, content).header.company == "Region Ås"


def test_xml_in_an_encoding_no_one_knows_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="row 1: the XML is"):
        read(tmp_path, changed('encoding="UTF-8"', 'encoding="nonsense"'))


def test_a_file_cut_off_is_refused(tmp_path):
    with pytest.raises(InvalidData, match="the XML is broken"):
        read(tmp_path, FILE.encode()[:900])


def test_a_file_cut_off_after_a_line_is_refused_by_its_last_line(tmp_path):
    lines = FILE.splitlines(keepends=True)[:10]
    with pytest.raises(InvalidData, match="row 10: the XML is broken"):
        read(tmp_path, "".join(lines).encode())


def test_a_signature_is_not_verified_and_that_is_said(tmp_path):
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/></Sie>'
    assert "signature is not verified" in " ".join(read(tmp_path, changed("</Sie>", signature)).doubts)
