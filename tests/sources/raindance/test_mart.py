"""Columns of Raindance's data mart become the kit's, and what is missing is named."""

import unicodedata

import pytest

from utfall.errors import InvalidData
from utfall.sources.mapping import ColumnRule
from utfall.sources.raindance import budget_mapping, code_parts, ledger_mapping

# As public code of one region has them.
COLUMNS = [
    "ANTAL_V",
    "AVTAL_ID",
    "BUDGET_V",
    "EXTERNID",
    "FORETAG",
    "FÖPROC_ID",
    "HUVUDTEXT",
    "IB",
    "INTERNVERNR",
    "KONTO_ID",
    "KST_ID",
    "MOTP_ID",
    "POÄNG_V",
    "PROJ_ID",
    "RADTEXT",
    "REGDATUM",
    "UTFALL_V",
    "VERDATUM",
    "VERNR",
    "VERRAD",
    "VERTYP",
]


def test_the_ledgers_columns_are_found_and_the_sign_is_turned():
    proposal = ledger_mapping(COLUMNS, activity="FÖPROC_ID")
    assert {name: rule["column"] for name, rule in proposal.columns.items()} == {
        "period": "VERDATUM",
        "unit": "KST_ID",
        "account": "KONTO_ID",
        "activity": "FÖPROC_ID",
        "counterparty": "MOTP_ID",
        "project": "PROJ_ID",
        "voucher": "VERNR",
        "amount": "UTFALL_V",
        "text": "RADTEXT",
        "booked_on": "REGDATUM",
    }
    assert proposal.columns["amount"]["factor"] == -1
    assert "AVTAL_ID" in proposal.unused


def test_a_proposal_is_made_of_rules_that_region_yaml_takes():
    rules = {name: ColumnRule(**rule) for name, rule in budget_mapping(COLUMNS, version="beslutad").columns.items()}
    assert (rules["version"].value, rules["amount"].column, rules["amount"].factor) == ("beslutad", "BUDGET_V", -1)


def test_budget_rows_and_opening_balances_in_the_table_are_warned_of():
    warnings = " ".join(ledger_mapping(COLUMNS).warnings)
    assert "BUDGET_V" in warnings
    assert "opening balances" in warnings
    assert "FÖPROC_ID" in warnings


def test_names_are_found_in_lower_case_and_with_letters_taken_apart():
    columns = [unicodedata.normalize("NFD", column.lower()) for column in COLUMNS]
    proposal = ledger_mapping(columns, activity="FÖPROC_ID")
    assert proposal.columns["activity"]["column"] == unicodedata.normalize("NFD", "föproc_id")


def test_a_unit_that_is_not_there_is_named_with_what_there_is():
    with pytest.raises(InvalidData) as error:
        ledger_mapping(COLUMNS, unit="ANSVAR_ID", amount="PRG_V")
    assert [fault.what.split("'")[1] for fault in error.value.faults] == ["ANSVAR_ID", "PRG_V"]
    assert "KST_ID" in error.value.faults[0].remedy


def test_an_export_without_project_is_read_and_says_so():
    proposal = ledger_mapping([column for column in COLUMNS if column != "PROJ_ID"])
    assert "project" not in proposal.columns
    assert "lacks PROJ_ID" in proposal.warnings[0]


def test_the_head_text_stands_in_for_a_row_text_that_is_missing():
    proposal = ledger_mapping([column for column in COLUMNS if column != "RADTEXT"])
    assert proposal.columns["text"] == {"column": "HUVUDTEXT"}


def test_code_parts_are_the_columns_that_end_in_id():
    assert code_parts(COLUMNS) == ("AVTAL_ID", "FÖPROC_ID", "KONTO_ID", "KST_ID", "MOTP_ID", "PROJ_ID")
