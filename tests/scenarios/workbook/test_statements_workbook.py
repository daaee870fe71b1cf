"""The workbook of the statements: its sums are formulas that a second reader works out to the same, and they tie."""

from decimal import Decimal

import openpyxl
import pytest

import utfall
from tests.scenarios.example_region import assumption, registers, write_example
from tests.scenarios.result import small_simulation
from tests.scenarios.workbook.calculator import Calculator, row_of
from utfall.scenarios.simulate_years import simulate_years
from utfall.scenarios.workbook import write_statements

SHEETS = [
    *("Resultaträkning", "Balansräkning", "Kassaflöde", "Balanskrav", "Antaganden", "Investeringar", "Osäkerhet"),
    "Kontroll",
]


@pytest.fixture
def small(tmp_path):
    return write_statements(small_simulation.scenario(), tmp_path / "small.xlsx")


@pytest.fixture(scope="module")
def uncertain(tmp_path_factory):
    """Seven draws of an uncertain example: no mean is a whole öre."""
    folder = tmp_path_factory.mktemp("uncertain")
    content = registers()["scenarios.yaml"]
    rows = [row for row in content["assumptions"] if row["driver"] not in ("tax_base", "borrow_below")]
    rows += [
        assumption("tax_base", "", 0.01, low=-0.03, high=0.06),
        assumption("unrealised_gain", "", 0.02, low=-0.1, high=0.1),
        assumption("placement", "", 12_345_678.9),
        assumption("borrow_below", "", 20.0),
    ]
    region = utfall.open_region(write_example(folder / "region", scenarios=content | {"assumptions": rows}))
    scenario = simulate_years(region, "example", years=5, draws=7)
    return scenario, write_statements(scenario, folder / "statements.xlsx")


def labelled(path, sheet, label, column):
    calculator = Calculator(path)
    return calculator.value(sheet, f"{column}{row_of(calculator.book, sheet, label)}")


def test_it_has_its_sheets_and_says_what_it_is(small):
    book = openpyxl.load_workbook(small)
    assert book.sheetnames == SHEETS
    for sheet in book:
        assert sheet["A2"].value.startswith("Påhittade uppgifter")
        assert "visas i kr" in sheet["A3"].value
        assert sheet.freeze_panes == "B6"
        assert sheet.page_setup.orientation == "landscape"


def test_the_figures_are_those_counted_by_hand(small):
    # Columns: B 2024, C 2025, D 2026, E 2027.
    assert labelled(small, "Resultaträkning", "Årets resultat", "C") == 50
    assert labelled(small, "Resultaträkning", "Årets resultat", "E") == -108
    assert labelled(small, "Balansräkning", "Likvida medel", "E") == 84
    assert labelled(small, "Balansräkning", "Summa tillgångar", "E") == 1928
    assert labelled(small, "Kassaflöde", "Förändring av likvida medel", "D") == -96
    assert labelled(small, "Balanskrav", "Årets balanskravsresultat", "D") == -120


def test_every_sum_and_every_rolled_balance_is_a_formula(small):
    book = openpyxl.load_workbook(small)
    for sheet, label in [
        ("Resultaträkning", "Verksamhetens nettokostnader"),
        ("Resultaträkning", "Årets resultat"),
        ("Balansräkning", "Summa tillgångar"),
        ("Balansräkning", "Eget kapital"),
        ("Balansräkning", "Likvida medel"),
        ("Balansräkning", "Långfristiga lån"),
        ("Kassaflöde", "Förändring av likvida medel"),
        ("Balanskrav", "Årets balanskravsresultat"),
    ]:
        assert str(book[sheet][f"E{row_of(book, sheet, label)}"].value).startswith("="), label


@pytest.mark.parametrize("of", ["small", "uncertain"])
def test_a_second_reader_works_every_formula_out_to_the_value_that_stands_in_it(of, request):
    made = request.getfixturevalue(of)
    path = made[1] if isinstance(made, tuple) else made
    calculator, stored = Calculator(path), openpyxl.load_workbook(path, data_only=True)
    formulas = calculator.formulas()
    assert len(formulas) > 100
    for sheet, cell in formulas:
        worked, kept = calculator.value(sheet, cell), stored[sheet][cell].value
        if isinstance(worked, str):
            assert worked == kept == "Stämmer"
        else:
            assert worked == Decimal(str(kept)).quantize(Decimal("0.01")), (sheet, cell)


def test_every_control_is_zero_to_the_oere_though_no_mean_is(uncertain):
    _, path = uncertain
    calculator = Calculator(path)
    controls = [cell for sheet, cell in calculator.formulas() if sheet == "Kontroll" and cell[0] != "A"]
    worked = [calculator.value("Kontroll", cell) for cell in controls]
    assert {value for value in worked if not isinstance(value, str)} == {Decimal(0)}
    assert "Stämmer" in worked


def test_cells_hold_whole_oere_and_sums_keep_within_an_oere_a_part_of_the_means(uncertain):
    scenario, path = uncertain
    calculator = Calculator(path)
    for sheet in ("Resultaträkning", "Balansräkning", "Kassaflöde"):
        for row in calculator.book[sheet].iter_rows(min_row=6, min_col=2):
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert Decimal(str(cell.value)) * 100 % 1 == 0
    last = openpyxl.utils.get_column_letter(calculator.book["Balansräkning"].max_column)
    cash = calculator.value("Balansräkning", f"{last}{row_of(calculator.book, 'Balansräkning', 'Likvida medel')}")
    assert float(cash) == pytest.approx(scenario.spread("balance_sheet", "cash")["mean"].iloc[-1], abs=0.5)


def test_a_changed_amount_runs_through_result_equity_and_cash_and_the_books_still_balance(uncertain):
    _, path = uncertain
    calculator = Calculator(path)
    book = calculator.book
    last = openpyxl.utils.get_column_letter(book["Balansräkning"].max_column)
    places = {
        "result": ("Resultaträkning", "Årets resultat"),
        "equity": ("Balansräkning", "Eget kapital"),
        "cash": ("Balansräkning", "Likvida medel"),
    }
    before = {
        name: calculator.value(sheet, f"{last}{row_of(book, sheet, label)}") for name, (sheet, label) in places.items()
    }
    tax = f"{last}{row_of(book, 'Resultaträkning', 'Skatteintäkter')}"
    calculator.set("Resultaträkning", tax, book["Resultaträkning"][tax].value + 1000)
    for name, (sheet, label) in places.items():
        assert calculator.value(sheet, f"{last}{row_of(book, sheet, label)}") - before[name] == 1000
    balance = row_of(book, "Kontroll", "Summa tillgångar minus summa eget kapital, avsättningar och skulder")
    assert calculator.value("Kontroll", f"{last}{balance}") == 0


def test_a_formula_that_somebody_has_typed_over_shows_on_the_control_sheet(small):
    calculator = Calculator(small)
    row = row_of(calculator.book, "Balansräkning", "Likvida medel")
    calculator.set("Balansräkning", f"E{row}", 85.0)
    balance = row_of(calculator.book, "Kontroll", "Summa tillgångar minus summa eget kapital, avsättningar och skulder")
    assert calculator.value("Kontroll", f"E{balance}") == 1
    said = next(cell for sheet, cell in calculator.formulas() if sheet == "Kontroll" and cell.endswith("4"))
    assert calculator.value("Kontroll", said) == "Stämmer inte"


def test_the_control_sheet_marks_what_is_not_zero(small):
    rules = openpyxl.load_workbook(small)["Kontroll"].conditional_formatting
    assert {rule.operator for area in rules for rule in area.rules} == {"notEqual", "equal"}


def test_assumptions_investments_and_intervals_have_sheets_of_their_own(small):
    book = openpyxl.load_workbook(small)
    assumptions = [row[0].value for row in book["Antaganden"].iter_rows(min_row=6)]
    assert assumptions == ["Volym utöver behov och pris: Löner", "Skatteunderlag", "Besparing"]
    assert book["Investeringar"]["A6"].value == "Magnetkamera"
    assert book["Investeringar"]["C7"].value == "=SUM(C6:C6)"
    rows = {(row[0].value, row[1].value): row for row in book["Osäkerhet"].iter_rows(min_row=6)}
    assert rows["Årets resultat", "2026"][2].value == -84
    assert rows["Årets resultat", "2026"][4].value == pytest.approx(-228)


@pytest.mark.parametrize(("unit", "code"), [("mkr", "#,##0.0,,"), ("tkr", "#,##0,"), ("sek", "#,##0")])
def test_the_unit_shown_is_said_and_the_cells_keep_their_kronor(tmp_path, unit, code):
    path = write_statements(small_simulation.scenario(), tmp_path / "unit.xlsx", unit=unit)
    book = openpyxl.load_workbook(path)
    cell = book["Resultaträkning"][f"D{row_of(book, 'Resultaträkning', 'Skatteintäkter')}"]
    assert (cell.number_format, cell.value) == (code, 840)
    assert f"visas i {'kr' if unit == 'sek' else unit};" in book["Resultaträkning"]["A3"].value


def test_the_same_scenario_gives_the_same_bytes(small, tmp_path):
    again = write_statements(small_simulation.scenario(), tmp_path / "again.xlsx")
    assert again.read_bytes() == small.read_bytes()


def test_a_file_that_cannot_be_replaced_leaves_the_old_and_nothing_half_done(small, tmp_path):
    folder = tmp_path / "taken"
    folder.mkdir()
    (folder / "inside").write_text("kept")
    with pytest.raises(OSError, match=r".*"):
        write_statements(small_simulation.scenario(), folder)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
