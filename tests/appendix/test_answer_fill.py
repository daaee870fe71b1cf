"""An answer is filled with its numbers, or stopped with the sentence, the numbers and what to do."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.appendix.small_case import ANSWER, content, executed, write_case
from utfall.appendix.answer import answer_page, claims_csv, fill_answer
from utfall.appendix.answer.blocks import plain_text
from utfall.appendix.case import read_case
from utfall.appendix.numbers import collect_numbers
from utfall.errors import InvalidData
from utfall.publishing.gates import faults_of_page

NBSP, MINUS = "\u00a0", "\u2212"


def filled(folder, text=ANSWER, **changes):
    case = read_case(write_case(folder, text, **changes))
    return fill_answer(case, collect_numbers(case, {"kostnad": executed()}))


def stopped(folder, text=ANSWER, **changes):
    with pytest.raises(InvalidData) as error:
        filled(folder, text, **changes)
    return str(error.value)


def text_of(answer):
    return "\n".join(plain_text(line) for block in answer.blocks for line in block.lines)


def test_the_numbers_stand_where_the_marks_stood(tmp_path):
    text = text_of(filled(tmp_path))
    assert (
        f"Hyrkostnaden minskade från 45,3{NBSP}mkr till 30,2{NBSP}mkr, {MINUS}33,4{NBSP}%. "
        f"Läkemedlen, 31,3{NBSP}mkr, är mer än hälften av 61,8{NBSP}mkr. "
        f"I oktober 2026 behandlades 1{NBSP}337{NBSP}patienter."
    ) in text
    assert "{{" not in text


def test_numbers_are_referred_to_in_the_order_they_are_first_used(tmp_path):
    text = ANSWER.replace("- Budgeten", "- Åter {{ summa }}. Budgeten")
    answer = filled(tmp_path, text)
    assert [(one.reference, one.number.name) for one in answer.numbers] == [
        ("T1", "hyra_fore"),
        ("T2", "hyra_efter"),
        ("T3", "hyra_andring"),
        ("T4", "lakemedel"),
        ("T5", "summa"),
        ("T6", "patienter"),
    ]
    references = [span.reference for block in answer.blocks for line in block.lines for span in line if span.reference]
    assert references.count("T5") == 2


def test_a_number_that_only_a_check_needs_is_listed_too(tmp_path):
    text = ANSWER.replace(", {{ hyra_andring }}", ", {{ kraftigt: hyra_andring < -30 }}")
    assert filled(tmp_path, text).numbers[-1].number.name == "hyra_andring"


def test_questions_and_quotations_are_printed_with_their_source(tmp_path):
    answer = filled(tmp_path)
    assert [(q.reference, q.text, q.source) for q in answer.quotations] == [
        ("C1", "Minska hyrkostnaden på 3 år.", "Granskning 2025, s. 4"),
        ("C2", "79 mkr", "årsredovisning 2024, s. 12"),
    ]


def test_what_is_claimed_and_judged_is_listed_with_its_outcome(tmp_path):
    claims = [(claim.words, claim.outcome) for claim in filled(tmp_path).claims]
    assert claims == [
        ("minskade", "håller"),
        ("mer än hälften", "håller"),
        ("Läget är bättre än förr.", "bedömning, kontrolleras inte"),
    ]


def test_a_claim_that_no_longer_holds_stops_with_its_sentence_and_both_numbers(tmp_path):
    told = stopped(tmp_path, ANSWER.replace("minskade(hyra_fore, hyra_efter)", "ökade(hyra_fore, hyra_efter)"))
    assert told.startswith('svar.md, row 7: "ökade" no longer holds in "Hyrkostnaden ökade från 45,3')
    assert f"hyra_efter = 30,2{NBSP}mkr, hyra_fore = 45,3{NBSP}mkr" in told
    assert "the check is hyra_efter > hyra_fore" in told
    assert "Change the sentence" in told


def test_a_claim_holds_of_the_sign_the_answer_tells(tmp_path):
    numbers = content()["numbers"]
    for name in ("hyra_fore", "hyra_efter"):
        numbers[name] = {**numbers[name], "sign": "kept"}
    assert '"minskade" no longer holds' in stopped(tmp_path, numbers=numbers)  # −30 is more than −45


def test_a_changed_number_stops_the_answer(tmp_path):
    case = read_case(write_case(tmp_path))
    numbers = collect_numbers(case, {"kostnad": executed()})
    lower = replace(numbers["lakemedel"], value=Decimal(-30_000_000), text="30,0 mkr")
    with pytest.raises(InvalidData, match='"mer än hälften" no longer holds'):
        fill_answer(case, {**numbers, "lakemedel": lower})


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Det är 12,4 mkr.", "12,4 mkr"),
        ("Det är tre gånger så mycket.", "tre gånger"),
        ("Det är hälften.", "hälften"),
        ("{{ bedömning: Det är nog 5 mkr }}.", "5 mkr"),
        ("{{ bedömning: ungefär tre gånger så högt }}.", "tre gånger"),
        ("{{ 12 procent lägre: hyra_efter < hyra_fore }}.", "12 procent"),
    ],
)
def test_a_number_typed_by_hand_is_listed(tmp_path, typed, words):
    told = stopped(tmp_path, f"{ANSWER}\nEtt stycke\nmed mera. {typed}\n")
    assert f'the number "{words}" is typed by hand and has no support' in told
    assert "{{ citat: number | source }}" in told


def test_a_typed_number_is_named_by_its_own_row_in_a_long_paragraph(tmp_path):
    told = stopped(tmp_path, f"{ANSWER}\nEn rad\noch en till\nmed 12,4 mkr i.\n")
    assert f"svar.md, row {ANSWER.count(chr(10)) + 4}: the number" in told


def test_a_number_typed_in_a_table_or_heading_is_found(tmp_path):
    text = f"{ANSWER}\n## Spara 7 mkr\n\n| Post | Belopp |\n|---|---|\n| Lön | 8 mkr |\n"
    told = stopped(tmp_path, text)
    assert '"7 mkr"' in told
    assert '"8 mkr"' in told


def test_a_comparison_without_a_check_is_listed_but_does_not_stop(tmp_path):
    answer = filled(tmp_path, f"{ANSWER}\nTillgängligheten har förbättrats.\n")
    assert [(found.words, found.sentence) for found in answer.unbound] == [
        ("förbättrats", "Tillgängligheten har förbättrats.")
    ]
    assert answer.claims[-1].outcome == "jämförelse utan kontroll"


def test_an_answer_with_marks_of_every_kind_has_nothing_unbound(tmp_path):
    assert filled(tmp_path).unbound == ()


def test_the_list_of_claims_is_a_table(tmp_path):
    rows = list(csv.DictReader(io.StringIO(claims_csv(filled(tmp_path)).decode("utf-8-sig")), delimiter=";"))
    assert rows[0]["påstående"] == "minskade"
    assert rows[0]["kontroll"] == "hyra_efter < hyra_fore"
    assert rows[0]["tal"] == f"hyra_efter = 30,2{NBSP}mkr; hyra_fore = 45,3{NBSP}mkr"
    assert rows[0]["utfall"] == "håller"


def test_the_page_passes_the_reports_gates_and_every_reference_leads_somewhere(tmp_path):
    page = answer_page(filled(tmp_path))
    assert faults_of_page(page) == []
    for reference in ("T1", "T6", "C1", "C2"):
        assert f'href="#{reference}"' in page
        assert f'<tr id="{reference}">' in page
    assert page.count("<h1>") == 1
    assert "<h1>Svar på granskningen</h1>" in page


def test_the_page_tells_where_each_number_is_found(tmp_path):
    page = answer_page(filled(tmp_path))
    begin = page.index('<tr id="T6">')
    row = page[begin : page.index("</tr>", begin)]
    for part in ("T6", f"1{NBSP}337{NBSP}patienter", "Kostnader (kostnad)", "Patienter månad för månad", "2026-10"):
        assert part in row


def test_what_the_writer_wrote_cannot_become_html(tmp_path):
    text = ANSWER.replace("Vi svarar i ordning.", "Vi svarar & mäter a < b.")
    page = answer_page(filled(tmp_path, text))
    assert "Vi svarar &amp; mäter a &lt; b." in page


def test_made_up_figures_are_said_to_be(tmp_path):
    case = read_case(write_case(tmp_path))
    numbers = collect_numbers(case, {"kostnad": executed()})
    assert "Påhittade uppgifter." in answer_page(fill_answer(case, numbers, fictitious=True))
    assert "Påhittade uppgifter." not in answer_page(fill_answer(case, numbers))


def test_an_answer_without_a_title_gets_the_cases(tmp_path):
    page = answer_page(filled(tmp_path, ANSWER.replace("# Svar på granskningen\n\n", "")))
    assert "<h1>Svar på granskning av hyrkostnader</h1>" in page
    assert faults_of_page(page) == []


def test_lists_within_lists_stay_so(tmp_path):
    text = f"{ANSWER}\n1. Första\n   - inre\n   - inre igen\n2. Andra\n"
    page = answer_page(filled(tmp_path, text))
    assert "<ol><li>Första<ul><li>inre</li><li>inre igen</li></ul></li><li>Andra</li></ol>" in page


def test_the_same_answer_is_the_same_page(tmp_path):
    other = tmp_path / "annan mapp"
    other.mkdir()
    one, two = filled(tmp_path), filled(other)
    assert answer_page(one) == answer_page(two)
    assert claims_csv(one) == claims_csv(two)
