"""Numbers typed by hand and comparisons without a check are found; dates and references are not taken for them."""

from __future__ import annotations

import pytest

from utfall.appendix.answer.unsupported import comparisons_typed, numbers_typed, sentence_at


def typed(text, **how):
    return [words.replace("\u00a0", " ") for words, _ in numbers_typed(text, **how)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kostnaden var 12,4 mkr.", ["12,4 mkr"]),
        ("Kostnaden var -12,4 mkr och 3 procent högre.", ["-12,4 mkr", "3 procent"]),
        ("Kostnaden var 1 234 567 kronor.", ["1 234 567 kronor"]),
        ("Andelen var 7,3 %.", ["7,3 %"]),
        ("Det gällde 19 enheter.", ["19"]),
        ("Mellan 33,2 och 47,0 mkr.", ["33,2", "47,0 mkr"]),
        ("Kostnaden har ökat tre gånger.", ["tre gånger"]),
        ("Det är mer än hälften av kostnaden.", ["hälften"]),
        ("Hälften av enheterna klarade budget.", ["Hälften"]),
        ("En tredjedel av ökningen är pris.", ["En tredjedel"]),
        ("Två tredjedelar av vården.", ["Två tredjedelar"]),
        ("En fjärdedel är läkemedel.", ["En fjärdedel"]),
        ("Antalet fördubblades.", ["fördubblades"]),
        ("Det kostade dubbelt så mycket.", ["dubbelt"]),
        ("Kötiden halverades.", ["halverades"]),
        ("Tolv enheter går med underskott.", ["Tolv"]),
        ("Tjugofem procent av budgeten.", ["Tjugofem procent"]),
        ("Ett hundratal patienter.", ["Ett hundratal"]),
        ("Det kostar fem miljoner kronor.", ["fem miljoner"]),
        ("Det kostar en miljon.", ["en miljon"]),
        ("Var femte patient uteblir.", ["Var femte"]),
        ("Under de 3 åren.", ["3"]),
        ("Det finns noll avvikelser.", ["noll"]),
        ("Ett dussin åtgärder.", ["dussin"]),
        ("Över 400 mkr i besparing.", ["400 mkr"]),
        ("Kostnaden var ¤, eller 5 procent av ¤.", ["5 procent"]),
        ("I rekommendation 2 sägs 79 mkr.", ["79 mkr"]),
        ("Av punkt 12 mkr framgår inget.", ["12 mkr"]),
        ("Tre av fem rekommendationer är klara.", ["Tre", "fem"]),
        ("Budgeten är 2026 kr.", ["2026 kr"]),
        ("Under året gjordes 2014 besök.", ["2014 besök"]),
        ("Det är ½ av budgeten.", ["½"]),
        ("1**", ["1"]),
        ("Den 3 mars 2026 var kostnaden 1,5 mkr.", ["1,5 mkr"]),
        ("Nivån är 5-procentig, dvs 5 %.", ["5 %"]),
        ("kostnaden var tre\u00a0gånger så hög", ["tre gånger"]),
    ],
)
def test_a_number_typed_by_hand_is_found(text, found):
    seen = typed(text)
    assert [words for words in found if words not in seen] == []


@pytest.mark.parametrize(
    "text",
    [
        "Beslutet togs den 20 november 2025.",
        "Beslutet togs 2025-11-15.",
        "Mötet är 15/11 kl. 13.30.",
        "Under 2024–2026 gäller planen.",
        "I januari–oktober 2026 var utfallet ¤.",
        "Tertial 2 2025 och kvartal 3.",
        "Diarienummer HSN/1641/2025 och REV/31/2025.",
        "Dnr RS/342/2022.",
        "Enligt 11 kap. 6 § kommunallagen (2017:725).",
        "Prop. 2003/04:105 om god hushållning.",
        "SFS 2017:725 och SOU 2021:71.",
        "Se § 57 och §156.",
        "Rekommendation 2 besvaras här.",
        "Rekommendationerna 2 och 3 hör ihop.",
        "Rekommendation tre gäller mandat.",
        "Revisionsfråga 4 besvaras i avsnitt 7.5.",
        "Svar på fråga 1–3.",
        "Se bilaga 2, tabell 3 och sida 12.",
        "Mål 4 i Regionplan 2025–2027.",
        "1. Inledning",
        "Se avsnitt 2.1.3.",
        "Covid-19 och HbA1c.",
        "Referens [T7] och not [2].",
        "Konto 5520 och enhet 12.",
        "Telefon 063-14 75 00, Box 654, 831 27 Östersund.",
        "Organisationsnummer 232100-0214.",
        "Sida 1(4)",
        "Första, andra och tredje steget.",
        "En åtgärd och ett beslut.",
        "Å ena sidan, å andra sidan.",
        "Treårsplanen och femårsperioden.",
        "Nästa år, förra året och i år.",
        "Läs mer på https://exempel.se/2025/31.",
        "",
    ],
)
def test_what_is_no_quantity_is_left_alone(text):
    assert typed(text) == []


def test_the_number_of_a_heading_is_not_taken_for_one():
    assert typed("2 Förbättra uppföljning", heading=True) == []
    assert typed("2.1 Uppföljning", heading=True) == []
    assert typed("2 Spara 5 mkr", heading=True) == ["5 mkr"]
    assert typed("2 förpackningar sparades") == ["2"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Kostnaden ökade kraftigt.", ["ökade"]),
        ("Kostnaden har minskat och är lägre än budget.", ["minskat", "lägre"]),
        ("Det är mer än väntat.", ["mer än"]),
        ("Merparten av vården köps.", ["Merparten"]),
        ("Störst är läkemedlen.", ["Störst"]),
        ("Divisionen går med underskott.", ["underskott"]),
        ("Kostnaden steg.", ["steg"]),
        ("Resultatet blev bättre än förra året.", ["bättre"]),
        ("Volymen är oförändrad.", ["oförändrad"]),
        ("Fler patienter och färre doser.", ["Fler", "färre"]),
        ("Kostnaden översteg budget.", ["översteg"]),
    ],
)
def test_a_word_that_compares_is_found(text, found):
    assert [words for words, _ in comparisons_typed(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Öka genomförandekraften och stärk uppföljningen.",
        "Kostnaden ska minska.",
        "Metoden beskrivs steg för steg, i varje steg.",
        "Inte minst gäller det planeringen.",
        "Flera enheter har stora behov.",
        "Nämnden delar bedömningen.",
    ],
)
def test_a_will_or_an_idiom_is_no_comparison(text):
    assert comparisons_typed(text) == []


def test_the_sentence_around_a_place_is_found():
    text = "Kostnaden var ¤, t.ex. i maj. Den ökade sedan. Slut."
    assert sentence_at(text, text.index("ökade")) == "Den ökade sedan."
    assert sentence_at(text, 3) == "Kostnaden var ¤, t.ex. i maj."
