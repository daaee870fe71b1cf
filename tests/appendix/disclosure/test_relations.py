"""A hidden count that can be worked out is found, by an oracle that tries every possibility."""

import itertools
from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.appendix.disclosure import DisclosureKind, Gate, disclosure_faults, parts_of
from utfall.appendix.disclosure.pieces import SeenTable
from utfall.appendix.disclosure.relations import computable
from utfall.appendix.disclosure.solving import Sum, determined
from utfall.presentation.disclosure import suppress


def found(*tables, smallest=5, parts=None):
    numbered = [(f"{number}.html", table) for number, table in enumerate(tables)]
    return [(each.row.split(" ")[0], each.column) for each in computable(numbered, smallest, parts or {})]


def table(*rows, labels=("Enhet", "Patienter"), title="", **options):
    return SeenTable("tabell", title, labels, tuple(rows), **options)


def test_one_hidden_count_beside_its_total_is_worked_out():
    assert found(table(("A", "< 5"), ("B", 9), ("C", 40), ("Totalt", 51))) == [("a", "patienter")]


def test_two_hidden_counts_are_not():
    assert not found(table(("A", "< 5"), ("B", "döljs"), ("C", 40), ("Totalt", 51)))


def test_two_hidden_counts_that_can_only_be_one_each_are():
    assert sorted(found(table(("A", "< 5"), ("B", "< 5"), ("C", 40), ("Totalt", 42)))) == [
        ("a", "patienter"),
        ("b", "patienter"),
    ]


def test_a_total_that_is_hidden_too_gives_nothing_away():
    assert not found(table(("A", "< 5"), ("B", 9), ("Totalt", "döljs")))


def test_a_count_shown_in_another_table_is_found():
    hides, shows = table(("A", "< 5"), ("B", 9)), table(("B", 9), ("A", 3))
    assert ("a", "patienter") in found(hides, shows)


def test_a_total_in_another_table_gives_a_hidden_count_away():
    units = table(("A1", "< 5"), ("A2", 30))
    areas = table(("Område A", 33), ("Område B", 50))
    parts = {"område a": ["a1", "a2"]}
    assert not found(units, areas)
    assert found(units, areas, parts=parts) == [("a1", "patienter")]


def test_a_unit_left_out_of_a_table_is_given_away_by_its_area():
    units, areas = table(("A2", 30), ("A3", 20)), table(("Område A", 52))
    parts = {"område a": ["a1", "a2", "a3"]}
    assert found(units, areas, parts=parts) == [("a1", "patienter")]
    assert not found(units, table(("Område A", 70)), parts=parts)


def test_tables_of_different_months_have_nothing_to_do_with_each_other():
    september, october = (
        table(("A", value), ("B", 9), ("Totalt", total), title=f"Patienter, {month} 2026")
        for month, value, total in (("september", 12, 21), ("oktober", "döljs", "döljs"))
    )
    assert not found(september, october)


def test_a_column_that_sums_the_others_gives_a_hidden_count_away():
    labels = ("Enhet", "Kvinnor", "Män", "Totalt patienter")
    assert found(table(("A", 12, "< 5", 14), ("B", 9, 9, 18), labels=labels)) == [("a", "män")]
    assert not found(table(("A", "< 5", "< 5", 5), ("B", 9, 9, 18), labels=labels))


def test_hidden_both_ways_but_solved_crosswise_is_found():
    labels = ("Enhet", "Kvinnor", "Män", "Totalt patienter")
    cross = table(("A", "döljs", "döljs", 20), ("B", "döljs", 30, 42), ("Totalt", 27, 35, 62), labels=labels)
    assert len(found(cross)) == 3


def test_rows_below_an_indented_one_add_up_to_it():
    rows = (("Område A", 33), ("A1", "< 5"), ("A2", 30))
    assert found(table(*rows, indent=(0, 1, 1))) == [("a1", "patienter")]


def test_a_mean_and_a_share_give_a_hidden_count_away():
    labels = ("Enhet", "Patienter", "Kostnad (kr)", "Kostnad per patient (kr)")
    means = table(("A", "< 5", 3000, 1000), ("B", 20, 40000, 2000), labels=labels)
    assert found(means) == [("A", "Patienter")]
    labels = ("Enhet", "Patienter", "Andel (%)")
    shares = table(("A", "< 5", 4), ("B", "döljs", 16), ("C", 80, 80), ("Totalt", 100, 100), labels=labels)
    assert ("A", "Patienter") in found(shares)


GIVEN_AWAY = {
    "rapport.html": b"<table><tr><th>Enhet<th>Patienter<tr><td>A1<td>&lt; 5<tr><td>A2<td>30</table>",
    "bilaga.csv": "Enhet;Patienter\r\nOmråde A;33\r\n".encode(),
    "underlag/organisation.yaml": (
        "units:\n- {code: '1', name: Område A, parent: B}\n- {code: '2', name: A1, parent: '1'}\n"
        "- {code: '3', name: A2, parent: '1'}\n"
    ).encode(),
}


def test_files_looked_into_one_at_a_time_give_away_what_they_do_together():
    gate = Gate(names=())
    seen = [gate.look({name: content}) for name, content in reversed(GIVEN_AWAY.items())]
    assert all(each.faults == () for each in seen)
    [fault] = gate.faults(seen, parts_of(GIVEN_AWAY))
    assert (fault,) == disclosure_faults(GIVEN_AWAY, names=())


def test_the_fault_names_both_outputs_and_what_to_do():
    [fault] = disclosure_faults(GIVEN_AWAY, names=())
    assert (fault.output, fault.kind) == ("rapport.html", DisclosureKind.COMPUTABLE_COUNT)
    assert "bilaga.csv" in fault.what
    assert "suppress" in fault.remedy


@settings(max_examples=120, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=2, max_size=7))
def test_what_the_kit_itself_hides_cannot_be_worked_out(counts):
    frame = pd.DataFrame({"unit": [f"E{n}" for n in range(len(counts))] + ["Totalt"], "n": [*counts, sum(counts)]})
    frame["sum"] = [False] * len(counts) + [True]
    shown = suppress(frame, "n", total="sum").frame
    small = any(0 < count < 5 for count in counts)
    given_away = found(table(*zip(shown["unit"], shown["n"], strict=True)))
    assert not given_away or not small


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True), st.integers(0, 9)), max_size=4
    ),
    st.lists(st.tuples(st.integers(0, 2), st.integers(2, 5)), min_size=4, max_size=4),
)
def test_what_is_determined_is_what_every_possibility_agrees_on(equations, limits):
    bounds = dict(zip("abcd", limits, strict=True))
    sums = [Sum({name: Fraction(1) for name in names}, Fraction(total)) for names, total in equations]
    possible = [
        dict(zip("abcd", values, strict=True))
        for values in itertools.product(*(range(low, high + 1) for low, high in bounds.values()))
        if all(sum(dict(zip("abcd", values, strict=True))[n] for n in names) == total for names, total in equations)
    ]
    claimed = determined(sums, bounds)
    if not possible:
        return
    for name, value in claimed.items():
        assert {world[name] for world in possible} == {value}


def test_what_follows_from_two_sums_together_is_determined():
    one = {name: Fraction(1) for name in "abc"}
    sums = [Sum(one, Fraction(60)), Sum({"a": Fraction(1), "b": Fraction(1)}, Fraction(57))]
    assert determined(sums, dict.fromkeys("abc", (0, None))) == {"c": 3}


@pytest.mark.parametrize("smallest", [4, 5, 10])
def test_a_count_left_out_that_is_not_small_is_no_ones_business(smallest):
    units, areas = table(("A2", 30), ("A3", 20)), table(("Område A", 50 + smallest))
    parts = {"område a": ["a1", "a2", "a3"]}
    assert not found(units, areas, parts=parts, smallest=smallest)
