"""Fixed-width import records are read to the öre, or refused by their row."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from utfall.errors import InvalidData
from utfall.sources.raindance import FieldPlace, RecordLayout, read_import_records


def placed(length: int, *fields: tuple[int, str]) -> str:
    """A record of spaces with texts at positions, counted from 1: written apart from the kit's own layout."""
    record = [" "] * length
    for start, text in fields:
        record[start - 1 : start - 1 + len(text)] = text
    assert len(record) == length
    return "".join(record)


def customer() -> str:
    return placed(305, (1, "S"), (15, "Åsa Öberg"), (195, "556012" + "5790"))


def head() -> str:
    return placed(359, (1, "H"), (145, "5560125790"))


def row(ore: int, text: str = "Hyra") -> str:
    return placed(105, (1, "R"), (3, text), (63, f"{abs(ore):>15}"), (78, "-" if ore < 0 else " "), (79, "K25"))


def period_text(text: str = "2026-07") -> str:
    return placed(105, (1, "R"), (3, text))


def accounting(ore: int, *, account: str = "3410", period: str = "2607", sign: str | None = None) -> str:
    return placed(
        184,
        (1, "K"),
        (3, account),
        (13, "1100"),
        (23, "350"),
        (33, "A7"),
        (43, "OBJ"),
        (53, "P12"),
        (63, "F"),
        (73, "MOTP"),
        (125, f"{abs(ore):>15}"),
        (140, sign if sign is not None else ("-" if ore < 0 else " ")),
        (145, "Hyra på Åsgatan"),
        (175, period),
    )


SOUND = [customer(), head(), row(12550), period_text(), accounting(10050), accounting(2500, account="3420")]


def read(folder, lines, encoding="iso-8859-1", end="\r\n"):
    path = folder / "invoices.txt"
    path.write_bytes("".join(line + end for line in lines).encode(encoding))
    return read_import_records(path)


def refused(folder, lines, **options):
    with pytest.raises(InvalidData) as error:
        read(folder, lines, **options)
    return [(fault.row, fault.what) for fault in error.value.faults]


def test_accounting_rows_have_the_kits_columns(tmp_path):
    first = read(tmp_path, SOUND).table.to_pylist()[0]
    assert first == {
        "period": date(2026, 7, 1),
        "unit": "1100",
        "account": "3410",
        "activity": "350",
        "counterparty": "MOTP",
        "project": "P12",
        "voucher": "",
        "amount": Decimal("100.50"),
        "text": "Hyra på Åsgatan",
        "booked_on": None,
        "period_to": None,
        "sub_activity": "A7",
        "object": "OBJ",
        "free": "F",
        "source_row": 5,
    }


def test_nothing_of_a_customer_is_kept(tmp_path):
    source = read(tmp_path, SOUND)
    assert "Öberg" not in str(source.table.to_pylist())
    assert source.left_out() == {"customer (S)": 1, "invoice head (H)": 1, "invoice row (R)": 2}
    assert source.table.num_rows + sum(source.left_out().values()) == len(SOUND)


def test_a_minus_in_its_own_column_makes_a_credit(tmp_path):
    source = read(tmp_path, [customer(), head(), row(-500), accounting(-700), accounting(200)])
    assert source.table["amount"].to_pylist() == [Decimal("-7.00"), Decimal("2.00")]


def test_an_amount_spread_over_months_has_its_last_month(tmp_path):
    source = read(tmp_path, [customer(), head(), row(300), accounting(300, period="2611 2701")])
    assert source.table.select(["period", "period_to"]).to_pylist() == [
        {"period": date(2026, 11, 1), "period_to": date(2027, 1, 1)}
    ]


@pytest.mark.parametrize("end", ["\r\n", "\n"], ids=["CRLF", "LF"])
def test_a_file_is_read_with_either_end_of_line_and_a_mark_of_its_end(tmp_path, end):
    source = read(tmp_path, [*SOUND, "", "\x1a"], end=end)
    assert source.table.num_rows == 2
    assert source.left_out()["mark of the end of the file"] == source.left_out()["blank line"] == 1


@pytest.mark.parametrize(
    ("lines", "row", "what"),
    [
        ([*SOUND[:4], SOUND[4][:-1], SOUND[5]], 5, "the accounting row record K is 183 characters long, not 184."),
        ([*SOUND[:4], SOUND[4] + " ", SOUND[5]], 5, "the accounting row record K is 185 characters long, not 184."),
        (["X" * 305, *SOUND[1:]], 1, "the record begins with 'X', which is no type of record."),
        ([*SOUND[:4], accounting(10050, sign="+"), SOUND[5]], 5, "the sign is '+'."),
        (
            [*SOUND[:4], placed(184, (1, "K"), (3, "3410"), (125, "        -100.50"), (175, "2607")), SOUND[5]],
            5,
            "the amount is '-100.50', not digits.",
        ),
        ([*SOUND[:4], placed(184, (1, "K"), (3, "3410"), (175, "2607")), SOUND[5]], 5, "the amount is '', not digits."),
        ([*SOUND[:4], accounting(10050, period="2613"), SOUND[5]], 5, "the period is '2613', which is no month."),
        ([*SOUND[:4], accounting(10050, period=""), SOUND[5]], 5, "the period is empty."),
        ([*SOUND[:4], accounting(10050, period="2609 2607"), SOUND[5]], 5, "the period is '2609 2607', not one month"),
        ([*SOUND[:4], accounting(10050, account=""), SOUND[5]], 5, "the account is empty."),
        (SOUND[:-1], 3, "the invoice row is 125.50, but its accounting rows sum to 100.50."),
        ([*SOUND, customer(), head(), row(100), accounting(99)], 9, "the invoice row is 1.00, but its accounting rows"),
        ([customer(), head(), accounting(1)], 3, "the accounting row stands after no invoice row with an amount."),
        ([row(1), accounting(1)], 1, "the invoice row stands before any invoice head."),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_this_record_is_refused_by_its_row(tmp_path, lines, row, what):
    ((refused_row, told),) = refused(tmp_path, lines)
    assert refused_row == row
    assert told.startswith(what)


def test_a_file_of_utf_8_is_refused_since_its_fields_are_moved(tmp_path):
    assert refused(tmp_path, SOUND, encoding="utf-8") == [
        (1, "the file is written as UTF-8, so that what stands after å, ä and ö is moved.")
    ]


def test_an_empty_and_a_missing_file_are_told_plainly(tmp_path):
    assert refused(tmp_path, []) == [(None, "the file is empty.")]
    with pytest.raises(InvalidData, match="the file is missing"):
        read_import_records(tmp_path / "none.txt")


def test_another_sites_layout_is_a_table_of_its_own(tmp_path):
    sign_and_amount = (FieldPlace("amount", 2, 8), FieldPlace("minus", 10, 1))
    layout = (
        RecordLayout("R", "invoice row", 10, sign_and_amount),
        RecordLayout(
            "K",
            "accounting row",
            22,
            (*sign_and_amount, FieldPlace("account", 11, 4), FieldPlace("unit", 15, 4), FieldPlace("period", 19, 4)),
        ),
        RecordLayout("H", "invoice head", 1),
    )
    path = tmp_path / "other.txt"
    path.write_bytes(b"H\r\nR     100 \r\nK     100 341011002601\r\n")
    (read_row,) = read_import_records(path, layout=layout).table.to_pylist()
    assert (read_row["account"], read_row["unit"], read_row["amount"]) == ("3410", "1100", Decimal("1.00"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(-(10**15) + 1, 10**15 - 1), min_size=1, max_size=4), max_size=4))
def test_what_is_written_is_read_back_to_the_ore(tmp_path, invoices):
    invoices = [parts for parts in invoices if abs(sum(parts)) < 10**15]
    lines = [line for parts in invoices for line in (customer(), head(), row(sum(parts)), *map(accounting, parts))]
    if not lines:
        return
    assert read(tmp_path, lines).table["amount"].to_pylist() == [
        Decimal(ore) / 100 for parts in invoices for ore in parts
    ]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_are_read_or_refused_and_every_record_counted(tmp_path, data):
    content = bytearray("\r\n".join(SOUND).encode("iso-8859-1"))
    for _ in range(data.draw(st.integers(0, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    path = tmp_path / "invoices.txt"
    path.write_bytes(bytes(content))
    try:
        source = read_import_records(path)
    except InvalidData:
        return
    lines = bytes(content).count(b"\n") + (not content.endswith(b"\n"))
    assert source.table.num_rows + sum(source.left_out().values()) == lines
