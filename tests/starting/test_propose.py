"""What a proposal makes of files that are unclear: nothing is guessed silently, and nothing is written over."""

import dataclasses
from pathlib import Path

import pandas as pd
import pytest
import yaml

import utfall
from utfall.errors import InvalidData, InvalidParameter
from utfall.starting import Weight, propose_region, refuse_to_replace, tell_proposal, try_region, write_proposal
from utfall.starting.columns import choose_columns
from utfall.starting.looking import LookedFile, column_look, look_at
from utfall.starting.recognising import recognise
from utfall.starting.vocabulary import name_fit
from utfall.starting.writing import region_text

ROWS = [
    ("2026-01", "0101", "3010", "-100,50"),
    ("2026-01", "0101", "5610", "300,25"),
    ("2026-02", "0101", "3010", "-100,50"),
    ("2026-02", "0102", "4010", "700,00"),
]


def export(path, header, rows=ROWS, more=()):
    """A text file with the rows, and a value in each further column."""
    lines = [";".join(header), *(";".join([*row, *more]) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def ledger(tmp_path):
    return export(tmp_path / "huvudbok.csv", ["Period", "Kst", "Konto", "Belopp"])


@pytest.fixture(scope="module")
def proposal(tmp_path_factory):
    """What is proposed of the ledger alone, written."""
    folder = tmp_path_factory.mktemp("plain")
    made = propose_region(folder / "r", [export(folder / "huvudbok.csv", ["Period", "Kst", "Konto", "Belopp"])])
    write_proposal(made)
    return made


def test_a_ledger_alone_is_compared_with_the_year_before(proposal):
    assert "reference: previous_year" in (proposal.folder / "region.yaml").read_text(encoding="utf-8")
    region = utfall.open_region(proposal.folder)
    assert region.table("ledger")["amount"].tolist() == [100.5, -300.25, 100.5, -700.0]
    assert sorted(region.table("ledger")["unit"].unique()) == ["0101", "0102"]


def test_of_two_columns_that_may_be_the_unit_the_better_is_used_and_the_other_named(tmp_path):
    path = export(tmp_path / "a.csv", ["Period", "Kostnadsställe", "Konto", "Belopp", "Ansvar"], more=("9",))
    proposal = propose_region(tmp_path / "r", [path])
    assert proposal.tables[0].mapping["columns"]["unit"] == {"column": "Kostnadsställe"}
    (doubt,) = [each for each in proposal.doubts if each.place == "ledger.unit"]
    assert "Ansvar" in doubt.text
    text = region_text(proposal)
    above = text.splitlines()[[line.strip().startswith("unit:") for line in text.splitlines()].index(True) - 1]
    assert above.strip().startswith("# OSÄKERT: kolumnen Kostnadsställe används för enheten; Ansvar")


def test_a_column_that_seldom_is_the_unit_is_used_only_for_lack_of_a_better_and_said(tmp_path):
    path = export(tmp_path / "a.csv", ["Per", "Verksamhet", "Kto", "Bel"])
    proposal = propose_region(tmp_path / "r", [path])
    assert proposal.tables[0].mapping["columns"]["unit"] == {"column": "Verksamhet"}
    assert any(doubt.place == "ledger.unit" and "i brist på" in doubt.text for doubt in proposal.doubts)
    header = ("Period", "Kst", "Konto", "Belopp", "Verksamhet")
    looks = {name: column_look(name, [value]) for name, value in zip(header, (*ROWS[0], "7"), strict=True)}
    chosen = {column: rule["column"] for column, rule in choose_columns(looks, "ledger").rules.items()}
    assert (chosen["unit"], chosen["activity"]) == ("Kst", "Verksamhet")


def test_the_proposed_yaml_says_what_the_proposal_holds(proposal):
    read = {file: yaml.safe_load((proposal.folder / file).read_text(encoding="utf-8")) for file in FILES}
    assert read["organisation.yaml"]["units"] == list(proposal.organisation.rows)
    columns = read["region.yaml"]["tables"]["ledger"]["columns"]
    assert columns == {
        "period": "Period",
        "unit": "Kst",
        "account": "Konto",
        "amount": {"column": "Belopp", "factor": -1},
    }
    assert read["region.yaml"]["tables"]["ledger"]["file"] == "../huvudbok.csv"
    assert {row["source"] for row in read["accounts.yaml"]["accounts"]} == {"förslag, ej verifierat"}


FILES = ("region.yaml", "organisation.yaml", "accounts.yaml")


def test_amounts_without_a_sign_are_the_first_doubt(tmp_path):
    rows = [(*row[:3], row[3].lstrip("-")) for row in ROWS]
    path = export(tmp_path / "a.csv", ["Period", "Kst", "Konto", "Belopp"], rows)
    first = propose_region(tmp_path / "r", [path]).doubts[0]
    assert (first.weight, first.place) == (Weight.SIGN, "ledger.amount")
    assert "samma tecken" in first.text
    assert "exportera beloppen med tecken" in first.text


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (
            ["Period", "Kst", "Konto", "Debet", "Kredit"],
            [(*row[:3], "1,00", "0,00") for row in ROWS],
            "Debet och Kredit",
        ),
        (["År", "Månad", "Kst", "Konto", "Belopp"], [("2026", "1", *row[1:]) for row in ROWS], "År och Månad"),
        (["Period", "Kst", "Konto", "Belopp"], [("jan 2026", *row[1:]) for row in ROWS], "'jan 2026'"),
        (["Datum", "Kst", "Konto", "Belopp"], [("31.01.2026", *row[1:]) for row in ROWS], "'31.01.2026'"),
        (
            ["Period", "Kst", "Konto (text)", "Belopp"],
            [(*row[:2], f"{row[2]} Namn", row[3]) for row in ROWS],
            "Konto (text)",
        ),
        (
            ["Kst", "Konto", "Budget", "jan", "feb", "mars", "april", "maj", "juni"],
            [(*row[1:], *["1,0"] * 6) for row in ROWS],
            "jan, feb, mars",
        ),
    ],
)
def test_a_layout_that_no_mapping_can_read_is_refused_with_what_to_export(header, rows, said, tmp_path):
    path = export(tmp_path / "huvudbok.csv", header, rows)
    with pytest.raises(InvalidParameter) as error:
        propose_region(tmp_path / "r", [path])
    assert said in str(error.value)
    assert "exportera" in str(error.value)


def test_rows_of_outcome_and_budget_in_one_file_are_parted_by_their_kind(tmp_path):
    rows = [
        *((*row, "Utfall") for row in ROWS),
        *((*row[:3], "10,00" if "-" not in row[3] else "-10,00", "Budget") for row in ROWS),
    ]
    path = export(tmp_path / "a.csv", ["Period", "Kst", "Konto", "Belopp", "Slag"], rows)
    proposal = propose_region(tmp_path / "r", [path])
    sums = {table.name: table.summary.frame["amount"].sum() for table in proposal.tables}
    assert sums == {"ledger": 799.25, "budget": 0.0}
    assert proposal.tables[0].mapping["exclude"] == [
        {"column": "Slag", "values": ["Budget"], "reason": "rader av annat slag"}
    ]


def test_files_with_the_same_columns_are_read_as_one_table(tmp_path):
    header = ["Period", "Kst", "Konto", "Belopp"]
    files = [
        export(tmp_path / "2025.csv", header, [("2025" + row[0][4:], *row[1:]) for row in ROWS]),
        export(tmp_path / "2026.csv", header),
    ]
    proposal = propose_region(tmp_path / "r", files)
    assert proposal.tables[0].mapping["file"] == ["../2025.csv", "../2026.csv"]
    assert proposal.tables[0].summary.rows == 2 * len(ROWS)


def test_a_region_that_is_there_is_left_as_it_is(proposal, tmp_path):
    proposal = dataclasses.replace(proposal, folder=tmp_path / "r")
    write_proposal(proposal)
    (tmp_path / "r" / "region.yaml").write_text("mine", encoding="utf-8")
    for action in (lambda: write_proposal(proposal), lambda: refuse_to_replace(tmp_path / "r", replace=False)):
        with pytest.raises(InvalidParameter, match=r"region\.yaml.*are left as they are.*--replace"):
            action()
    assert (tmp_path / "r" / "region.yaml").read_text(encoding="utf-8") == "mine"
    write_proposal(proposal, replace=True)
    assert (tmp_path / "r" / "region.yaml").read_text(encoding="utf-8").startswith("# Förslag")


def test_an_export_named_as_a_register_of_the_folder_is_refused(tmp_path):
    path = export(tmp_path / "accounts.xlsx", ["Konto", "Namn"], [("5610", "Läkemedel")])
    with pytest.raises(InvalidParameter, match=r"accounts\.xlsx has the name of a register"):
        propose_region(tmp_path, [path])


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InvalidData, match="the file is missing"):
        propose_region(tmp_path / "r", [tmp_path / "nowhere.csv"])


def test_names_of_units_and_accounts_come_from_lists_of_them(ledger, tmp_path):
    units = export(tmp_path / "enheter.csv", ["Kod", "Namn", "Division"], [("0101", "Hudmottagningen", "Öppenvård")])
    accounts = export(tmp_path / "kontoplan.csv", ["Konto", "Benämning"], [("5610", "Läkemedel, recept")])
    proposal = propose_region(tmp_path / "r", [ledger, units, accounts])
    assert proposal.files == {"huvudbok.csv": "ledger", "enheter.csv": "organisation", "kontoplan.csv": "accounts"}
    rows = {row["code"]: row for row in proposal.organisation.rows}
    assert rows["0101"]["name"] == "Hudmottagningen"
    assert rows[rows["0101"]["parent"]]["name"] == "Öppenvård"
    assert rows[rows["0102"]["parent"]]["name"] == "Att fördela"
    assert any("0102" in doubt.text and doubt.weight == Weight.UNIT_NAMES for doubt in proposal.doubts)
    assert "5610 Läkemedel, recept" in [each for interval in proposal.accounts.intervals for each in interval.accounts]


def test_a_sie_file_gives_ledger_names_and_organisation(tmp_path):
    rows = [
        "#FLAGGA 0",
        "#FORMAT PC8",
        "#SIETYP 4",
        "#RAR 0 20260101 20261231",
        '#KONTO 5610 "Läkemedel"',
        '#KONTO 3010 "Avgifter"',
        '#KONTO 1910 "Kassa"',
        '#DIM 1 "Kostnadsställe"',
        '#OBJEKT 1 "101" "Hudmottagningen"',
        '#VER A 1 20260115 "Inköp"',
        "{",
        '#TRANS 5610 {"1" "101"} 300.25',
        '#TRANS 3010 {"1" "101"} -100.50',
        "#TRANS 1910 {} -199.75",
        "}",
    ]
    path = tmp_path / "år.se"
    path.write_bytes("\r\n".join(rows).encode("cp437"))
    write_proposal(propose_region(tmp_path / "r", [path]))
    tried = try_region(tmp_path / "r")
    assert tried.holds, tried.lines
    region = utfall.open_region(tmp_path / "r")
    assert dict(zip(region.table("ledger")["account"], region.table("ledger")["amount"], strict=True)) == {
        "5610": -300.25,
        "3010": 100.5,
    }
    assert region.organisation.find("Hudmottagningen", pd.Timestamp(2026, 1, 1)).code == "101"


def test_a_supplier_ledger_is_told_to_be_purchases_only(tmp_path):
    header = ["kopare", "faktura_nr", "leverantor", "leverantor_id", "forvaltning", "konto_nr", "belopp", "datum"]
    rows = [("232100", "F1", "Bolaget", "556012-5790", "Vård", "5610", "100,00", "2026-01-15")]
    proposal = propose_region(tmp_path / "r", [export(tmp_path / "reskontra.csv", header, rows)])
    assert proposal.doubts[0].weight == Weight.UNREAD
    assert "bara köp" in proposal.doubts[0].text
    assert proposal.tables[0].mapping["columns"]["amount"] == {"column": "belopp", "factor": -1}


def test_what_is_refused_is_said_with_its_first_faults(ledger, tmp_path):
    budget = export(tmp_path / "budget.csv", ["Period", "Kst", "Konto", "Budget"], [ROWS[0], ROWS[1]])
    write_proposal(propose_region(tmp_path / "r", [ledger, budget]))
    tried = try_region(tmp_path / "r")
    assert not tried.holds
    assert any("has no rows for 2026-02" in line for line in tried.lines)
    assert tried.lines[-1].startswith("Rätta dem och fortsätt med: utfall check ")


def test_the_printed_list_has_the_sign_and_the_doubts_in_order(proposal):
    lines = tell_proposal(proposal)
    assert lines[0] == "huvudbok.csv: ledger"
    assert any("gånger -1: debet är plus i filen" in line for line in lines)
    weights = [doubt.weight for doubt in proposal.doubts]
    assert weights == sorted(weights)


@pytest.mark.parametrize(
    "table",
    [
        "volumes",
        "drug_use",
        "staffing",
        "purchased_care",
        "waiting",
        "kpi_values",
        "price_index",
        "population",
        "population_by_age",
        "balance_sheet",
        "income_statement",
        "own_forecast",
    ],
)
def test_every_table_of_the_made_up_region_is_known_by_its_columns(table, demo_folder):
    (look,) = look_at(demo_folder / f"{table}.parquet")
    assert list(recognise(look).tables) == [table]
    chosen = choose_columns(look.columns, table)
    assert {column: rule["column"] for column, rule in chosen.rules.items()} == {
        column: column for column in look.columns
    }


@pytest.mark.parametrize(
    ("table", "header", "expected"),
    [
        (
            "volumes",
            "Period;Enhet;Besökstyp;Planerat;Utfall",
            {"product": "Besökstyp", "planned": "Planerat", "actual": "Utfall"},
        ),
        (
            "drug_use",
            "Månad;Kst;Preparat;Patienter;Doser;Förpackningar;Kostnad kr",
            {"drug": "Preparat", "packages": "Förpackningar"},
        ),
        (
            "staffing",
            "Månad;Kst;Personalkategori;Anställningsform;Antal anställda;Årsarbetare;Timmar;Belopp",
            {"fte": "Årsarbetare"},
        ),
    ],
)
def test_swedish_headers_of_the_other_tables_are_known(table, header, expected):
    values = {name: ["202601"] if name in ("Period", "Månad") else ["12"] for name in header.split(";")}
    look = {name: column_look(name, each) for name, each in values.items()}
    assert list(recognise(LookedFile(Path("export.csv"), "table", columns=look)).tables) == [table]
    rules = choose_columns(look, table).rules
    assert {column: rules[column]["column"] for column in expected} == expected


def test_an_account_of_six_digits_is_no_month():
    look = column_look("Konto", ["301011", "561012"])
    assert (look.days, look.codes) == (0.0, 1.0)
    assert column_look("Period", ["202601", "202612"]).days == 1.0


def test_a_name_that_is_known_as_something_else_is_not_taken_in_part():
    assert name_fit("Kostnadsställenamn", "unit").points == 0
    assert name_fit("Kostnadsställe 2", "unit").points > 0


def test_a_list_of_the_whole_organisation_is_taken_as_it_stands(ledger, tmp_path):
    rows = [
        ("HSN", "Hälsonämnden", "Nämnd", "", "", ""),
        ("D1", "Öppenvård", "Division", "HSN", "", ""),
        ("0101", "Hud", "Enhet", "D1", "2024-01-01 00:00:00", "2025-12-31"),
        ("0101", "Hudmottagningen", "Enhet", "D1", "2026-01-01", ""),
    ]
    listed = export(tmp_path / "org.csv", ["Kod", "Namn", "Nivå", "Överordnad", "Giltig från", "Giltig till"], rows)
    proposal = propose_region(tmp_path / "r", [ledger, listed])
    units = [row for row in proposal.organisation.rows if row["level"] == "unit"]
    assert units == [
        {
            "code": "0101",
            "name": "Hud",
            "level": "unit",
            "parent": "D1",
            "valid_from": "2024-01-01",
            "valid_to": "2025-12-31",
        },
        {"code": "0101", "name": "Hudmottagningen", "level": "unit", "parent": "D1", "valid_from": "2026-01-01"},
        {"code": "0102", "name": "0102", "level": "unit", "parent": "FORDELA"},
    ]
    write_proposal(proposal)
    assert try_region(tmp_path / "r").holds


def test_debit_and_credit_apart_do_not_stand_in_for_an_amount_that_has_a_column(tmp_path):
    header = ["Period", "Kst", "Konto", "Debet", "Kredit", "Belopp"]
    path = export(tmp_path / "a.csv", header, [(*row[:3], "1,00", "0,00", row[3]) for row in ROWS])
    assert propose_region(tmp_path / "r", [path]).tables[0].mapping["columns"]["amount"]["column"] == "Belopp"
