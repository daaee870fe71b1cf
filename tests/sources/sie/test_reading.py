"""A SIE 4 file is read by the standard: what it says of itself, its chart, balances and vouchers."""

from datetime import date
from decimal import Decimal

import pytest

from tests.sources.sie.files import HEAD, as_bytes, read, rows_of
from utfall.errors import InvalidData
from utfall.sources.sie import Account, read_sie

# The standard's own example of a voucher with added and struck rows (edition 4B, #BTRANS).
CORRECTED = [
    '#VER "" "" 20260108 "Porto"',
    "{",
    "#TRANS 1910 { } -1000.00",
    "#TRANS 2640 { } 200.00",
    "#BTRANS 6110 { } 800.00",
    "#RTRANS 6250 { } 800.00",
    "#TRANS 6250 { } 800.00",
    "}",
]


def test_the_head_is_read(tmp_path):
    header = read(tmp_path, [*HEAD, "#ORGNR 232100-0214", "#VALUTA SEK", "#OMFATTN 20260630"]).header
    assert (header.sie_type, header.programme, header.company) == ("4", "Ekonomi 1.0", "Region Ås")
    assert (header.organisation_number, header.currency, header.generated_on, header.extent) == (
        "232100-0214",
        "SEK",
        date(2026, 1, 31),
        date(2026, 6, 30),
    )
    assert header.years == {
        0: (date(2026, 1, 1), date(2026, 12, 31)),
        -1: (date(2025, 1, 1), date(2025, 12, 31)),
    }
    assert header.encoding == "cp437"


def test_a_file_without_type_is_of_type_1_and_one_without_currency_in_kronor(tmp_path):
    header = read(tmp_path, ["#FLAGGA 0"]).header
    assert (header.sie_type, header.currency) == ("1", "SEK")


def test_accounts_have_their_names_and_kinds(tmp_path):
    chart = ['#KONTO 1915 "Kassa \\"special\\""', "#KTYP 1915 T", "#KONTO 5600 Läkemedel"]
    assert read(tmp_path, [*HEAD, *chart]).accounts == {
        "1915": Account('Kassa "special"', "T"),
        "5600": Account("Läkemedel", ""),
    }


def test_dimensions_have_their_objects_and_the_dimension_above(tmp_path):
    dimensions = [
        '#DIM 20 "Avdelning"',
        '#UNDERDIM 21 "Underavdelning" 20',
        '#OBJEKT 20 "01" "Barnavd"',
        '#OBJEKT 21 "0101" "Spädbarn"',
    ]
    read_dimensions = read(tmp_path, [*HEAD, *dimensions]).dimensions
    assert read_dimensions["20"].objects == {"01": "Barnavd"}
    assert (read_dimensions["21"].parent, read_dimensions["21"].objects) == ("20", {"0101": "Spädbarn"})


def test_balances_are_kept_by_label_with_their_rows(tmp_path):
    balances = [
        "#IB 0 1930 23780.78",
        "#UB 0 1930 23680.78",
        "#RES 0 3011 -23780.78",
        '#OIB 0 1510 {8 "12345"} 1.00',
        '#OUB 0 1510 {8 "12345"} 2.00',
    ]
    file = read(tmp_path, [*HEAD, *balances])
    read_rows = file.balances.select(["label", "account", "amount", "source_row"]).to_pylist()
    assert [tuple(row.values()) for row in read_rows] == [
        ("#IB", "1930", Decimal("23780.78"), 9),
        ("#UB", "1930", Decimal("23680.78"), 10),
        ("#RES", "3011", Decimal("-23780.78"), 11),
        ("#OIB", "1510", Decimal("1.00"), 12),
        ("#OUB", "1510", Decimal("2.00"), 13),
    ]
    assert file.object_lists[file.balances["objects"][3].as_py()] == (("8", "12345"),)


def test_a_struck_row_does_not_count_and_an_added_one_counts_once(tmp_path):
    file = read(tmp_path, [*HEAD, *CORRECTED])
    amounts = {row["account"]: row["amount"] for row in file.postings.to_pylist()}
    assert amounts == {"1910": Decimal("-1000.00"), "2640": Decimal("200.00"), "6250": Decimal("800.00")}
    assert [reason.split(":")[0] for reason in file.left_out] == ["#BTRANS", "#RTRANS"]


def test_an_added_row_without_its_twin_is_refused_by_its_row(tmp_path):
    lines = [*HEAD, *CORRECTED]
    lines[14] = "#TRANS 6250 { } 799.00"
    with pytest.raises(InvalidData) as error:
        read(tmp_path, lines)
    assert [(fault.row, fault.what.split()[0]) for fault in error.value.faults] == [(14, "#RTRANS")]


def test_a_voucher_that_does_not_balance_is_refused_by_its_row_and_sum(tmp_path):
    voucher = ['#VER A 12 20260108 "Porto"', "{", "#TRANS 1910 {} -100", "#TRANS 6250 {} 99.5", "}"]
    with pytest.raises(InvalidData) as error:
        read(tmp_path, [*HEAD, *voucher])
    (fault,) = error.value.faults
    assert (fault.row, fault.what) == (9, "the rows of the voucher A 12 sum to -0.50, not to 0.")


def test_a_day_outside_the_years_is_refused_by_its_row(tmp_path):
    voucher = ["#VER A 1 20270101", "{", "#TRANS 1910 {} -1", "#TRANS 6250 {} 1 20261231", "}"]
    with pytest.raises(InvalidData, match=r"row 11: the day 2027-01-01 is in no financial year"):
        read(tmp_path, [*HEAD, *voucher])


def test_a_financial_year_that_is_no_calendar_year_holds_its_own_days(tmp_path):
    lines = ["#RAR 0 20250701 20260630", "#VER A 1 20260630", "{", "#TRANS 1910 {} -1", "#TRANS 6250 {} 1", "}"]
    assert read(tmp_path, lines).postings.num_rows == 2


def test_months_that_do_not_sum_to_the_years_result_refuse_the_file_unless_told_otherwise(tmp_path):
    lines = [*HEAD, "#PSALDO 0 202601 3011 {} -10.00", "#PSALDO 0 202602 3011 {} -5.00", "#RES 0 3011 -16.00"]
    with pytest.raises(InvalidData, match=r"row 11: account 3011 changes by -16.00 in the year 0, but its periods"):
        read(tmp_path, lines)
    file = read(tmp_path, lines, strict=False)
    assert "do not sum to the year's balances" in " ".join(file.doubts)


def test_months_of_a_balance_account_sum_to_what_it_changed_by(tmp_path):
    lines = [*HEAD, "#IB 0 1930 100.00", "#PSALDO 0 202601 1930 {} -30.00", "#UB 0 1930 70.00"]
    assert read(tmp_path, lines).balances.num_rows == 3


def test_months_after_the_files_extent_do_not_count_against_its_balances(tmp_path):
    lines = [
        *HEAD,
        "#OMFATTN 20260131",
        "#PSALDO 0 202601 3011 {} -10",
        "#PSALDO 0 202602 3011 {} -5",
        "#RES 0 3011 -10",
    ]
    assert read(tmp_path, lines).balances.num_rows == 3


def test_vouchers_that_do_not_sum_to_the_years_result_are_a_doubt(tmp_path):
    voucher = ["#VER A 1 20260108", "{", "#TRANS 1910 {} -100", "#TRANS 6250 {} 100", "}"]
    file = read(tmp_path, [*HEAD, *voucher, "#RES 0 6250 300"])
    assert "may lack vouchers" in " ".join(file.doubts)


def test_unknown_records_are_left_out_by_label_with_the_rows_in_their_braces(tmp_path):
    lines = [*HEAD, "#NYTT 1 2", "#ANNAT", "{", "#TRANS 1 {} 1", "vad som helst", "}", "#KONTO 5600 Läkemedel"]
    file = read(tmp_path, lines)
    assert file.left_out == {
        "unknown label #NYTT": 1,
        "unknown label #ANNAT": 1,
        "braces of an unknown record": 2,
        "inside the unknown record of row 10": 2,
    }
    assert file.rows == sum(file.used.values()) + sum(file.left_out.values()) == 15


def test_fields_that_later_editions_add_at_the_end_do_no_harm(tmp_path):
    lines = [
        *HEAD,
        '#VER A 1 20260108 "Text" 20260109 "sign" nytt',
        "{",
        '#TRANS 1910 {} 0 "" "" 1 "sign" nytt "x"',
        "}",
    ]
    file = read(tmp_path, [*lines, "#KONTO 5600 Läkemedel nytt"])
    assert file.vouchers["registered_on"].to_pylist() == [date(2026, 1, 9)]
    assert file.postings["amount"].to_pylist() == [Decimal("0.00")]


def test_a_row_that_lacks_its_empty_object_list_is_read(tmp_path):
    lines = [*HEAD, "#VER A 1 20260108", "{", "#TRANS 1910 -1.00", "#TRANS 6250 1.00", "}", "#PSALDO 0 202601 3011 -5"]
    assert read(tmp_path, lines).postings["account"].to_pylist() == ["1910", "6250"]


def test_tabs_part_fields_as_spaces_do(tmp_path):
    lines = ["#VER\tA\t1\t20260108", "\t{", '\t#TRANS\t6250\t{1\t"10"}\t1.00', "\t#TRANS 1910 {}  -1.00", "\t}"]
    file = read(tmp_path, lines)
    assert file.object_lists == ((), (("1", "10"),))


def test_an_escaped_quotation_mark_and_a_brace_may_stand_in_an_object(tmp_path):
    lines = ["#VER A 1 20260108", "{", '#TRANS 6250 {1 "a}b \\"c\\""} 1', "#TRANS 1910 {} -1", "}"]
    assert read(tmp_path, lines).object_lists[1] == (("1", 'a}b "c"'),)


def test_a_missing_file_is_told_plainly(tmp_path):
    with pytest.raises(InvalidData, match=r"year\.se: the file is missing"):
        read_sie(tmp_path / "year.se")


def test_the_usual_form_of_a_row_and_every_other_form_are_read_alike(tmp_path):
    usual = '#TRANS 6250 {1 "10" 6 "P"} 12.50 20260109 "Frimärken"'
    others = [
        '#TRANS "6250" {"1" "10" "6" "P"} "12.50" "20260109" "Frimärken"',
        '#trans 6250 {1 10 6 P} 12.5 20260109 Frimärken 3 "sign"',
        ' \t#TRANS  6250\t{ 1 "10"  6 "P" }  +12.500  20260109  "Frimärken"  ',
    ]
    rows = [f"#TRANS 1910 {{}} {-4 * Decimal('12.50')}", usual, *others]
    postings = read(tmp_path, [*HEAD, "#VER A 1 20260108", "{", *rows, "}"]).postings
    shared = postings.drop_columns(["source_row"]).to_pylist()[1:]
    assert shared == [shared[0]] * 4
    assert shared[0]["amount"] == Decimal("12.50")


@pytest.mark.parametrize(
    ("encoding", "told"), [("cp437", "cp437"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("latin-1", "cp1252")]
)
def test_a_file_is_read_in_the_encoding_it_has_whatever_it_says(tmp_path, encoding, told):
    content = as_bytes([*HEAD, '#KONTO 5600 "Läkemedel på räkning, övrigt"'], encoding)
    file = read(tmp_path, content)
    assert (file.header.encoding, file.header.company) == (told, "Region Ås")
    assert file.accounts["5600"].name == "Läkemedel på räkning, övrigt"
    assert any("#FORMAT PC8" in doubt for doubt in file.doubts) == (told != "cp437")


def test_balances_of_a_year_the_file_does_not_give_are_refused(tmp_path):
    with pytest.raises(InvalidData, match="row 9: #PSALDO is of the year -2, which the file does not give"):
        read(tmp_path, [*HEAD, "#PSALDO -2 202401 3011 {} 5"])


def test_a_file_read_into_another_program_before_is_a_doubt(tmp_path):
    assert "#FLAGGA 1" in read(tmp_path, ["#FLAGGA 1"]).doubts[0]


def test_rows_of_the_ledger_name_their_place_in_the_file(tmp_path):
    source = read(tmp_path, [*HEAD, "", *CORRECTED]).ledger(unit="1100")
    assert [row[-1] for row in rows_of(source)] == [12, 13, 16]
