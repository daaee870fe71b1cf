"""The open-data supplier ledger: recognised, mapped, warned of, and its persons masked."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from utfall.errors import InvalidData
from utfall.sources.mapping import ColumnRule
from utfall.sources.supplier_ledger import (
    MASK,
    is_person,
    is_supplier_ledger,
    mask_persons,
    supplier_ledger_mapping,
)

# As a public converter writes them.
COLUMNS = [
    "kopare",
    "kopare_text",
    "faktura_nr",
    "leverantor",
    "leverantor_id",
    "forvaltning",
    "konto_nr",
    "konto_text",
    "belopp",
    "datum",
    "grund",
    "avtal",
    "kommun_id",
    "verksamhet_kod",
    "ansvar_kod",
    "projekt_kod",
    "objekt_kod",
    "aktivitet_kod",
]

# Numbers that the authorities publish for tests, or that are made up; put together so that none stands here whole.
PERSON = "640823" + "3234"
COORDINATION = "701063" + "2391"
ORGANISATION = "2321000214"


def test_a_supplier_ledger_is_known_by_its_columns():
    assert is_supplier_ledger(COLUMNS)
    assert is_supplier_ledger([column.upper() for column in COLUMNS])
    assert not is_supplier_ledger([column for column in COLUMNS if column != "leverantor_id"])


def test_its_columns_become_the_ledgers_and_a_purchase_a_cost():
    mapping = supplier_ledger_mapping(COLUMNS)
    rules = {name: ColumnRule(**rule) for name, rule in mapping.columns.items()}
    assert {name: rule.column for name, rule in rules.items()} == {
        "period": "datum",
        "unit": "ansvar_kod",
        "account": "konto_nr",
        "activity": "verksamhet_kod",
        "counterparty": "leverantor_id",
        "project": "projekt_kod",
        "voucher": "faktura_nr",
        "amount": "belopp",
        "text": "konto_text",
        "booked_on": "datum",
    }
    assert rules["amount"].factor == -1
    assert mapping.names == "leverantor"


def test_the_mapping_says_that_it_is_purchases_only():
    assert "purchases from suppliers only" in supplier_ledger_mapping(COLUMNS).warning


def test_the_unit_may_be_chosen_and_is_the_department_where_nothing_finer_is_given():
    assert supplier_ledger_mapping(COLUMNS, unit="forvaltning").columns["unit"] == {"column": "forvaltning"}
    plain = [column for column in COLUMNS if not column.endswith("_kod")]
    assert supplier_ledger_mapping(plain).columns["unit"] == {"column": "forvaltning"}


def test_a_table_that_is_no_supplier_ledger_is_refused_with_what_is_missing():
    with pytest.raises(InvalidData, match="the columns belopp, objekt of a supplier ledger are missing"):
        supplier_ledger_mapping([column for column in COLUMNS if column != "belopp"], unit="objekt")


@pytest.mark.parametrize(
    ("identity", "person"),
    [
        (PERSON, True),
        (f"{PERSON[:6]}-{PERSON[6:]}", True),
        (f"19{PERSON}", True),
        (f"19{PERSON[:6]}-{PERSON[6:]}", True),
        (COORDINATION, True),
        (ORGANISATION, False),
        (f"16{ORGANISATION}", False),
        (f"{PERSON[:-1]}5", False),
        (f"640230{PERSON[6:]}", False),
        ("SE556012579001", False),
        ("", False),
    ],
    ids=[
        "a person",
        "a person with hyphen",
        "a person with century",
        "a person with century and hyphen",
        "a coordination number",
        "an organisation",
        "an organisation with its 16",
        "a wrong check digit",
        "a day there is none of",
        "a VAT number",
        "nothing",
    ],
)
def test_a_persons_number_is_told_from_others(identity, person):
    assert is_person(identity) == person


def test_persons_are_masked_and_counted_and_the_others_kept_in_order():
    masked = mask_persons([ORGANISATION, PERSON, "", PERSON])
    assert masked.identities == (ORGANISATION, MASK, "", MASK)
    assert masked.masked == 2


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2099, 12, 31)), st.integers(1, 999))
def test_every_number_built_as_a_persons_is_found(born, serial):
    nine = f"{born:%y%m%d}{serial:03d}"
    doubled = [int(digit) * (2, 1)[place % 2] for place, digit in enumerate(nine)]
    check = -sum(number // 10 + number % 10 for number in doubled) % 10
    assert is_person(f"{nine}{check}")
    assert not is_person(f"{nine}{(check + 1) % 10}")
