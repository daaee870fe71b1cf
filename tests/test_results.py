from __future__ import annotations

import dataclasses
import datetime
import json
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.evidence import Check, Grade
from utfall.presentation.charts import bars
from utfall.presentation.tables import Column, Table
from utfall.results import Result, json_ready

FRAME = pd.DataFrame({"label": ["Läkemedel", "Lön"], "amount": [-2e6, np.nan]})


@dataclasses.dataclass(frozen=True, eq=False)
class Finding(Result):
    """A result with a frame as its table, and its grade computed."""

    table: pd.DataFrame
    assumptions: tuple[str, ...] = ("Priset är LPIK",)
    warnings: tuple[str, ...] = ("Kort serie.",)
    checks: tuple[Check, ...] = (Check("delar = helhet", True, "1,00 = 1,00"), Check("placebo", False))

    @property
    def grade(self):
        return Grade.A if all(check.passed for check in self.checks) else Grade.C

    def plot(self):
        return bars(self.table.dropna(), title="Läkemedel & annat")

    def text(self):
        return "Läkemedel är 2,0 mkr <sämre> än budget."

    def show_table(self):
        return Table(self.table, "Orsaker", {"label": Column("Post"), "amount": Column("Avvikelse", "amount")})


@dataclasses.dataclass(frozen=True, eq=False)
class Nested(Finding):
    parts: dict[str, object] = dataclasses.field(default_factory=dict)


@pytest.fixture
def finding():
    return Finding(FRAME)


def test_a_result_shows_text_chart_table_and_method_together(finding):
    bundle = finding._repr_mimebundle_()
    page = ElementTree.fromstring(bundle["text/html"])
    assert [element.get("class") for element in page] == ["headline", "chart", "table-scroll", "note", "method-note"]
    assert page.find("p").text == finding.text()
    assert page.find(".//{http://www.w3.org/2000/svg}svg").get("aria-label") == finding.plot().alt
    assert page.find(".//caption").text.startswith("Orsaker")
    assert finding.text() in bundle["text/plain"]
    assert "Evidensgrad C" in bundle["text/plain"]


def test_the_method_note_tells_grade_assumptions_warnings_and_checks(finding):
    assert finding.method_note() == (
        f"**Evidensgrad C.** {Grade.C.explanation}\n\n"
        "**Antaganden.** Priset är LPIK.\n\n"
        "**Att tänka på.** Kort serie.\n\n"
        "**Kontroller.** delar = helhet: klarad (1,00 = 1,00). placebo: inte klarad."
    )


def test_the_method_note_leaves_out_what_is_empty():
    bare = Finding(FRAME, assumptions=(), warnings=(), checks=())
    assert bare.method_note() == f"**Evidensgrad A.** {Grade.A.explanation}"


def test_a_result_becomes_json_with_missing_numbers_as_null(finding):
    plain = finding.to_dict()
    assert json.loads(json.dumps(plain, allow_nan=False)) == plain
    assert plain["result"] == "Finding"
    assert plain["grade"] == "C"
    assert plain["text"] == finding.text()
    assert plain["table"] == [{"label": "Läkemedel", "amount": -2e6}, {"label": "Lön", "amount": None}]
    assert plain["checks"][1] == {"name": "placebo", "passed": False, "detail": "", "values": None}


def test_results_within_results_are_kept(finding):
    nested = Nested(FRAME, parts={"a": finding, "t": finding.show_table(), "c": finding.plot()}).to_dict()["parts"]
    assert nested["a"] == finding.to_dict()
    assert nested["t"] == {"caption": "Orsaker", "rows": finding.to_dict()["table"]}
    assert nested["c"]["title"] == "Läkemedel & annat"
    assert nested["c"]["rows"] == [{"label": "Läkemedel", "amount": -2e6}]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(1.5), 1.5),
        (np.int64(2), 2),
        (np.bool_(True), True),
        (float("inf"), None),
        (np.float64("nan"), None),
        (pd.NaT, None),
        (pd.NA, None),
        (Decimal("1.25"), 1.25),
        (Decimal("NaN"), None),
        (Grade.B, "B"),
        (pd.Timestamp("2026-10-01"), "2026-10-01T00:00:00"),
        (datetime.date(2026, 10, 1), "2026-10-01"),
        (np.datetime64("2026-10-01"), "2026-10-01"),
        (pd.Period("2026-10", "M"), "2026-10"),
        (Path("a/b"), "a/b"),
        ({"b", "a"}, ["a", "b"]),
        (np.array([[1.0, np.nan]]), [[1.0, None]]),
        (pd.Index(["x"]), ["x"]),
        (pd.Series([1], index=pd.Index(["x"], name="unit"), name="n"), [{"unit": "x", "n": 1}]),
        ({("a", ""): 1, pd.Timestamp("2026-10-01"): 2}, {"a": 1, "2026-10-01T00:00:00": 2}),
    ],
)
def test_every_kind_of_value_has_a_place_in_json(value, plain):
    assert json_ready(value) == plain
    assert type(json_ready(value)) is type(plain)


def test_the_index_of_a_frame_is_kept_when_it_says_something():
    frame = pd.DataFrame({"n": [1]}, index=pd.MultiIndex.from_tuples([("a", 2026)], names=["unit", "year"]))
    assert json_ready(frame) == [{"unit": "a", "year": 2026, "n": 1}]
    assert json_ready(pd.DataFrame({"n": [1, 2]}).iloc[1:]) == [{"n": 2}]


def test_columns_of_two_levels_are_joined():
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "lo"), ("b", "")]))
    assert json_ready(frame) == [{"a.lo": 1, "b": 2}]


@settings(max_examples=30)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
def test_what_is_json_already_is_left_alone(value):
    assert json_ready(value) == value


def test_what_json_cannot_hold_is_refused_by_its_place():
    with pytest.raises(TypeError, match=r"parts\['a'\]\[1\] is a object"):
        json_ready({"a": [1, object()]}, "parts")


def test_a_result_without_the_common_parts_is_refused_when_it_is_written():
    with pytest.raises(TypeError, match="Poor lacks warnings, checks, grade, table"):

        @dataclasses.dataclass(frozen=True)
        class Poor(Result):
            assumptions: tuple[str, ...]


def test_a_base_for_other_results_may_lack_them():
    class Base(Result, abstract=True):
        pass

    assert issubclass(Base, Result)


def test_a_result_that_does_not_draw_cannot_be_made():
    @dataclasses.dataclass(frozen=True)
    class Mute(Finding):
        plot = Result.plot

    with pytest.raises(TypeError, match="plot"):
        Mute(FRAME)


def test_a_frame_that_nobody_captions_is_not_shown():
    @dataclasses.dataclass(frozen=True)
    class Uncaptioned(Finding):
        show_table = Result.show_table

    with pytest.raises(TypeError, match=r"write show_table\(\)"):
        Uncaptioned(FRAME).show_table()
