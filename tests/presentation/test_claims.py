"""Which numbers of a text are claims, and which are dates, ordinals and names."""

from __future__ import annotations

from decimal import Decimal

import pytest

from utfall.presentation.claims import claims


def written(text, names=()):
    return [claim.written.replace("\u00a0", " ") for claim in claims(text, names)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Avvikelsen är −12,4 mkr.", ["−12,4 mkr"]),
        ("Avvikelsen är -12,4 mkr.", ["-12,4 mkr"]),
        ("Avvikelsen är –12,4 mkr.", ["–12,4 mkr"]),
        ("Kostnaden är 1 234,5 tkr", ["1 234,5 tkr"]),
        ("Kostnaden är 1\u00a0234,5\u00a0tkr", ["1 234,5 tkr"]),
        ("Kostnaden är 1\u202f234\u202fkr", ["1\u202f234\u202fkr"]),
        ("ökade med 3,4 procent", ["3,4 procent"]),
        ("ökade med 3,4%", ["3,4%"]),
        ("1,2 procentenheter högre", ["1,2 procentenheter"]),
        ("12,4mkr", ["12,4mkr"]),
        ("kostade 12 miljoner kronor", ["12 miljoner kronor"]),
        ("mellan 33,2 och 47,0 mkr", ["33,2", "47,0 mkr"]),
        ("33,2–47,0 mkr", ["33,2", "47,0 mkr"]),
        ("9 av 12 poster", ["9", "12"]),
        ("Budget:12", ["12"]),
        ("(12)", ["12"]),
        ("12.4 mkr", ["12.4 mkr"]),
        ("2026 kr", ["2026 kr"]),
        ("2 026 besök", ["2 026"]),
        ("kostnaden per enhet 12 450", ["12 450"]),
        ("Vid enhet 12 mkr", ["12 mkr"]),
    ],
)
def test_a_claim_is_read_with_its_sign_and_unit(text, expected):
    assert written(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "2026-10",
        "2026-10-22 kl. 10.15",
        "oktober 2026",
        "den 22 oktober 2026",
        "januari–oktober 2026",
        "nov 2025 till okt. 2026",
        "under 2026",
        "åren 2024–2026",
        "budgetåret 2025/26",
        "1:a och 5:e",
        "1. Första punkten\n2) Andra punkten",
        "Enhet 12",
        "vecka 3",
        "Tabell 2 och 3",
        "konto 4010",
        "ICD 10",
        "DRG-poäng",
        "DRG 123",
        "Covid-19",
        "HbA1c",
        "A10BA02",
        "dnr RS/1234/2026",
        "beslut 123/2026",
        "SFS 2017:30",
        "12 kap. 3 §",
        "§ 24",
        "klockan 08:30",
        "version 2.1.3",
        "PDF/A-2a",
        "fotnot [3]",
    ],
)
def test_dates_ordinals_and_names_are_no_claims(text):
    assert written(text) == []


def test_a_name_with_digits_is_known_by_its_register():
    assert written("Rum 12 låg 3,4 % högre.", names=["Rum 12"]) == ["3,4 %"]
    assert written("Rum 123 låg 3,4 % högre.", names=["Rum 12"]) == ["123", "3,4 %"]


def test_the_unit_of_the_last_number_belongs_to_those_joined_with_it():
    assert [claim.exponent for claim in claims("från −3,2 till 4,5 mkr, 12 besök")] == [6, 6, None]


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("12,4 mkr sämre än budget", -1),
        ("12,4 mkr bättre än budget", 1),
        ("har förbättrat resultatet med omkring 12,4 mkr", 1),
        ("ett underskott på 12,4 mkr", -1),
        ("3,4 % lägre", -1),
        ("3,4 % högre", 1),
        ("minskade med 3,4 procent", -1),
        ("kostnaden minskade med 12,4 mkr", 0),
        ("kostnaden är 12,4 mkr", 0),
        ("+12,4 mkr", 1),
        ("−12,4 mkr", -1),
    ],
)
def test_the_sign_is_told_by_a_word_or_a_sign(text, sign):
    assert [claim.sign for claim in claims(text)] == [sign]


def test_places_are_those_of_the_text():
    text = "I oktober 2026 låg Enhet 12 på −12,4 mkr."
    (claim,) = claims(text)
    assert text[claim.start : claim.end] == claim.written
    assert (claim.size, claim.decimals, claim.exponent) == (Decimal("12.4"), 1, 6)
