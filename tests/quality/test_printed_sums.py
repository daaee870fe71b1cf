"""The sums of a printed table are tried, and the one cell that is wrong is named."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.errors import InvalidParameter
from utfall.evidence import Grade
from utfall.quality.printed import check_printed_sums, printed_sums_of_file
from utfall.quality.printed.read import read_lines, read_number

PLAN = """\
Enhet | Ext intäkter | Int intäkter | Externa kostnader | Avskrivningar | Interna kostnader | SUMMA NETTOBUDGET
HS-direktör 5,7 9,8 -282,9 0 -2,1 -269,5
Division Medicin 94,7 260,8 -1341,0 -42,7 -177,8 -1206,0
Division Kirurgi 111,1 0 -1198,8 -0,6 -142,6 -1230,9
Division Nära vård 238,5 732,9 -1396,2 -14,7 -206,7 -646,2
Tjänstemannabudget 450,0 1003,5 -4218,9 -58,0 -529,2 -3352,6
Förtroendemanna 0 0 -3,5 0 0 -3,5
Summa 450,0 1003,5 -1127,4 -58,0 -529,3 -3356,1
"""
"""The division budget of the board's plan for 2024, mkr, as it is printed."""

INVESTMENTS = pd.DataFrame(
    {
        "Investering (tkr)": ["Medicinteknik", "Inventarier", "Lokaler", "Summa"],
        "2024": ["41 500", "7 495", "10 000", "58 995"],
        "2025": ["38 000", "6 000", "-", "44 000"],
    }
)


def test_the_plans_own_table_has_one_wrong_cell_and_it_is_named_with_what_it_should_be():
    result = check_printed_sums(PLAN)
    assert result.cells[["row", "column", "stated", "expected"]].to_numpy().tolist() == [
        ["Summa", "Externa kostnader", -1127.4, -4222.4]
    ]
    assert set(zip(result.frame["direction"], result.frame["row"], result.frame["column"], strict=True)) == {
        ("kolumn", "Summa", "Externa kostnader"),
        ("rad", "Summa", "SUMMA NETTOBUDGET"),
    }
    assert "ska vara −4\u00a0222,4 och inte −1\u00a0127,4" in result.text()


def test_a_tenth_of_rounding_in_the_plans_table_is_no_fault():
    sums = check_printed_sums(PLAN).sums
    internal = sums[(sums["row"] == "Summa") & (sums["column"] == "Interna kostnader")].iloc[0]
    assert internal["difference"] == pytest.approx(-0.1)
    assert internal["tolerance"] == pytest.approx(0.15)


def test_the_plans_table_holds_once_the_cell_is_right():
    result = check_printed_sums(PLAN.replace("-1127,4", "- 4 222,4"))
    assert result.frame.empty
    assert result.grade is Grade.A
    assert all(check.passed for check in result.checks)


def test_a_row_that_is_a_sum_without_saying_so_is_found_by_arithmetic():
    sums = check_printed_sums(PLAN).sums
    officials = sums[(sums["direction"] == "kolumn") & (sums["row"] == "Tjänstemannabudget")]
    assert set(officials["terms"]) == {"HS-direktör, Division Medicin, Division Kirurgi, Division Nära vård"}
    assert len(officials) == 6


def test_an_investment_table_in_thousands_is_read_and_holds():
    result = check_printed_sums(INVESTMENTS)
    assert result.values["2024"].tolist() == [41500.0, 7495.0, 10000.0, 58995.0]
    assert len(result.sums) == 2
    assert result.frame.empty


def test_a_wrong_sum_in_whole_thousands_is_told_with_the_difference():
    wrong = INVESTMENTS.assign(**{"2024": ["41 500", "7 495", "10 000", "59 895"]})
    fault = check_printed_sums(wrong).frame.iloc[0]
    assert (fault["stated"], fault["computed"], fault["difference"]) == (59895.0, 58995.0, 900.0)


def test_a_net_over_costs_printed_without_sign_is_no_wrong_sum():
    table = pd.DataFrame(
        {
            "Post": ["Intäkter", "Kostnader", "Netto"],
            "2025": ["100,0", "130,5", "-30,5"],
            "2026": ["90,0", "80,1", "9,9"],
        }
    )
    result = check_printed_sums(table)
    assert len(result.sums) == 2
    assert result.frame.empty


def test_a_part_of_a_row_that_is_said_to_be_one_is_not_summed():
    lines = "Läkemedel 10,0 12,0\nvarav förmån 4,0 5,0\nMaterial 1,5 1,5\nSumma 11,5 13,5"
    assert check_printed_sums(lines).frame.empty


def test_a_table_without_sums_is_said_to_have_none():
    result = check_printed_sums("Anna 10,0 12,0\nBo 4,3 5,1")
    assert result.grade is Grade.D
    assert result.text() == "Tabellen har inga summor att pröva."


def test_text_without_numbers_is_refused():
    with pytest.raises(InvalidParameter, match="No line holds a number"):
        check_printed_sums("Enhet\nKirurgi")


def test_a_label_that_is_no_column_is_refused():
    with pytest.raises(InvalidParameter, match="no column 'Enhet'"):
        check_printed_sums(INVESTMENTS, label="Enhet")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("- 3 802,6", -3802.6),
        ("−12,4", -12.4),
        ("12,50-", -12.5),
        ("(4,0)", -4.0),
        ("1\u00a0003,5", 1003.5),
        ("0", 0.0),
    ],
)
def test_numbers_are_read_as_people_write_them(text, value):
    assert float(read_number(text).value) == value


@pytest.mark.parametrize("text", ["LPIK", "2024 års", "12,4 %", "1.5", "", "-"])
def test_what_is_no_number_is_not_read_as_one(text):
    assert read_number(text) is None


def test_one_space_parts_cells_or_thousands_as_the_other_lines_have_it():
    table = read_lines("Medel 12 345,0 1,5\nKostnad 450,0 1 003,5\nTal 12 345,0", ",")
    assert [len([c for c in table.cells if c[0] == row]) for row in range(3)] == [2, 2, 2]
    assert float(table.value((0, 0))) == 12345.0


def test_a_file_with_a_closing_sum_row_is_checked_as_it_is_printed(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text(
        "Enhet;Intäkter;Kostnader;Netto\nA;10,0;-4,0;6,0\nB;5,0;-1,0;4,0\nSumma;15,0;-6,0;10,0\n", encoding="utf-8"
    )
    result = printed_sums_of_file(path)
    assert result.cells[["row", "column", "expected"]].to_numpy().tolist() == [["Summa", "Kostnader", -5.0]]


def test_a_sheet_of_a_workbook_is_checked(tmp_path):
    path = tmp_path / "plan.xlsx"
    frame = pd.DataFrame({"Enhet": ["A", "B", "Summa"], "2026": [1.1, 2.2, 3.3], "2027": [1.0, 2.0, 4.0]})
    frame.to_excel(path, sheet_name="Budget", index=False)
    assert printed_sums_of_file(path, "Budget").frame["column"].tolist() == ["2027"]


def made_up(blocks: list[int], columns: int, seed: int) -> pd.DataFrame:
    """A table of blocks with subtotals, a total and a net column; every number is rounded by itself."""
    random = np.random.default_rng(seed)
    rows, names, subtotals = [], [], []
    for block, size in enumerate(blocks):
        leaves = random.normal(0, 10 ** random.uniform(0, 3), (size, columns))
        rows += [*leaves, leaves.sum(axis=0)]
        names += [f"Post {block} {n}" for n in range(size)] + [f"Summa block {block}"]
        subtotals.append(leaves.sum(axis=0))
    rows.append(np.sum(subtotals, axis=0))
    names.append("Totalt")
    exact = np.array(rows)
    exact = np.column_stack([exact, exact.sum(axis=1)])
    frame = pd.DataFrame(exact, columns=[*(f"Kolumn {n}" for n in range(columns)), "Summa"])
    printed = frame.map(lambda value: f"{value:.1f}".replace(".", ","))
    printed.insert(0, "Rad", names)
    return printed


tables = st.builds(
    made_up,
    st.lists(st.integers(2, 5), min_size=2, max_size=4),
    st.integers(2, 6),
    st.integers(0, 2**32 - 1),
)


@settings(max_examples=40, deadline=None)
@given(tables)
def test_a_right_table_rounded_to_a_decimal_never_raises_an_alarm(table):
    result = check_printed_sums(table)
    assert result.frame.empty
    assert len(result.sums) > 0


def test_one_wrong_cell_is_named_in_nearly_every_table():
    random = np.random.default_rng(20)
    named = wrong = 0
    tried = 100
    for number in range(tried):
        table = made_up(random.integers(2, 6, 3).tolist(), int(random.integers(2, 7)), number)
        row, column = int(random.integers(len(table))), int(random.integers(1, table.shape[1]))
        # Larger than any rounding: a smaller error cannot be told from it, by this method or another.
        error = float(random.choice([-1, 1]) * random.uniform(5, 500))
        stated = float(table.iloc[row, column].replace(",", "."))
        table.iloc[row, column] = f"{stated + error:.1f}".replace(".", ",")
        cells = check_printed_sums(table).cells
        right = cells[(cells["row"] == table["Rad"][row]) & (cells["column"] == table.columns[column])]
        named += len(right) == 1 and abs(right["expected"].iloc[0] - stated) < 0.5
        wrong += len(cells) - len(right)
    assert named / tried >= 0.95
    assert wrong / tried <= 0.02


def test_a_table_pasted_out_of_a_printed_page_is_checked_from_its_text_file(tmp_path):
    path = tmp_path / "plan.txt"
    path.write_bytes("Kirurgi 10,5 -3 802,6\r\nÖvrigt 20,0 -100,0\r\nSumma 30,5 -4 902,6\r\n".encode("cp1252"))
    (failing,) = printed_sums_of_file(path).frame.itertuples()
    assert (failing.row, failing.stated, failing.computed) == ("Summa", -4902.6, pytest.approx(-3902.6))
