"""What the front page says has changed since an earlier month."""

from __future__ import annotations

import re

from utfall.publishing.index import render_index
from utfall.publishing.index.changes import changes_since
from utfall.publishing.outcome import Failure, FailureKind
from utfall.publishing.status import MonthStatus, ReportStatus, State

PARENTS = {"hsn": None, "10": "hsn", "101": "10", "102": "10", "103": "10"}
LEVELS = {"hsn": "board", "10": "division"}


def month(period, values, *, failed=(), label="Avvikelse mot budget"):
    """A month in which the units have these deviations; worse below zero, better above, neither at zero."""
    reports = {}
    for code, value in values.items():
        word = "sämre" if value < 0 else "bättre" if value > 0 else ""
        figures = {"deviation": {"label": label, "text": f"{value} tkr", "value": value, "assessment": word}}
        wrong = Failure(FailureKind.KERNEL, "It died.") if code in failed else None
        reports[f"s-{code}"] = ReportStatus(
            slug=f"s-{code}",
            title="Månadsrapport",
            level=LEVELS.get(code, "unit"),
            unit_code=code,
            unit_name=f"Enhet {code}",
            parent_code=PARENTS.get(code),
            state=State.FAILED if wrong else State.OK,
            failure=wrong,
            key_figures={} if wrong else figures,
        )
    return MonthStatus(period, "Månadsrapport", False, "", reports)


AUGUST = {"hsn": -10, "10": -10, "101": -30, "102": 15, "103": 5}


def codes(moves):
    return [move.unit.code for move in moves]


def section(page):
    return page[page.index('class="changes"') : page.index('id="enheter"')]


def test_units_whose_assessment_changed_are_told_by_direction_the_largest_move_first():
    now = AUGUST | {"101": 4, "102": -3, "103": 0}
    changes = changes_since(month("2026-08", AUGUST), month("2026-09", now))
    assert codes(changes.better) == ["101"]
    assert codes(changes.worse) == ["102", "103"]


def test_the_largest_moves_are_told_once_not_again_for_every_level_above():
    now = {"hsn": -110, "10": -110, "101": -130, "102": 15, "103": 6}
    changes = changes_since(month("2026-08", AUGUST), month("2026-09", now))
    assert codes(changes.falls) == ["101"]
    assert codes(changes.rises) == ["103"]
    assert changes.whole.size == -100


def test_amounts_since_january_are_not_compared_over_a_new_year():
    changes = changes_since(month("2025-12", AUGUST), month("2026-01", dict.fromkeys(AUGUST, -1)))
    assert changes.new_year
    assert (changes.worse, changes.falls, changes.whole) == ((), (), None)
    page = render_index(month("2026-01", AUGUST), month("2025-12", AUGUST))
    assert "Ett nytt år har börjat." in section(page)


def test_a_deviation_from_something_else_is_not_compared():
    before = month("2026-08", AUGUST, label="Avvikelse mot förra året")
    changes = changes_since(before, month("2026-09", dict.fromkeys(AUGUST, -99)))
    assert changes.nothing


def test_units_that_come_and_go_are_named_with_the_page_that_exists():
    now = {code: value for code, value in AUGUST.items() if code != "103"} | {"104": 1}
    page = render_index(month("2026-09", now), month("2026-08", AUGUST))
    assert '<a href="s-104.html">Enhet 104</a>' in section(page)
    assert '<a href="../2026-08/s-103.html">Enhet 103</a>' in section(page)


def test_failures_are_new_only_where_the_report_was_made_before():
    before = month("2026-08", AUGUST, failed=("101", "103"))
    now = month("2026-09", AUGUST | {"104": 1}, failed=("101", "102", "104"))
    changes = changes_since(before, now)
    assert [report.unit_code for report in changes.failed] == ["102"]
    assert [report.unit_code for report in changes.mended] == ["103"]


def test_a_failed_unit_is_neither_better_nor_worse():
    changes = changes_since(month("2026-08", AUGUST), month("2026-09", AUGUST, failed=("101",)))
    assert codes(changes.worse + changes.better + changes.falls + changes.rises) == []


def test_the_list_has_links_and_both_numbers():
    page = section(render_index(month("2026-09", AUGUST | {"102": -3}), month("2026-08", AUGUST)))
    assert re.search(r'<a href="s-102.html">Enhet 102</a><br>från 15 tkr till -3 tkr <b class="worse">sämre</b>', page)


def test_a_unit_that_is_no_longer_better_or_worse_is_said_to_be_level():
    page = section(render_index(month("2026-09", AUGUST | {"102": 0}), month("2026-08", AUGUST)))
    assert "från 15 tkr till 0 tkr i nivå</li>" in re.sub(r"\s+</li>", "</li>", page)


def test_a_month_with_nothing_new_says_so():
    page = section(render_index(month("2026-09", AUGUST), month("2026-08", AUGUST)))
    assert "Ingen enhet har fått en annan bedömning" in page


def test_without_an_earlier_month_nothing_is_said_of_changes():
    assert 'class="changes"' not in render_index(month("2026-09", AUGUST))
