"""The page over all months."""

from __future__ import annotations

import re

from tests.publishing.test_changes import AUGUST, month
from utfall.publishing.gates import faults_of_page
from utfall.publishing.index import render_months


def test_months_stand_newest_first_with_a_link_to_each():
    page = render_months([month(period, AUGUST) for period in ("2025-12", "2026-02", "2026-01")])
    assert re.findall(r'<a href="(\d{4}-\d\d)/index.html">([^<]+)</a>', page) == [
        ("2026-02", "februari 2026"),
        ("2026-01", "januari 2026"),
        ("2025-12", "december 2025"),
    ]


def test_a_month_tells_how_many_reports_were_made_and_failed():
    page = render_months([month("2026-09", AUGUST, failed=("101", "103"))])
    counts = re.findall(r'<td role="cell" class="num v[123]">(?:<span class="\w+">)?(\d+)', page)
    assert counts == ["3", "2", "0"]


def test_the_figures_are_those_of_the_board_and_their_trend_is_told_in_words():
    page = render_months([month("2026-02", AUGUST | {"hsn": -7}), month("2026-01", AUGUST | {"hsn": 2})])
    assert "Nyckeltalen gäller Enhet hsn." in page
    assert 'aria-label="Avvikelse mot budget: januari 2026 2 tkr, februari 2026 -7 tkr."' in page
    assert '-7 tkr <b class="worse">sämre</b>' in page


def test_one_month_of_a_year_is_no_trend():
    assert "<svg" not in render_months([month("2025-12", AUGUST), month("2026-01", AUGUST)])


def test_a_month_without_a_board_has_counts_and_no_figures():
    page = render_months([month("2026-09", {"101": 3}), month("2026-08", AUGUST)])
    assert page.count(">–</td>") == 1


def test_the_page_passes_every_gate():
    assert faults_of_page(render_months([month("2026-01", AUGUST), month("2026-02", AUGUST)])) == []
    assert faults_of_page(render_months([])) == []
