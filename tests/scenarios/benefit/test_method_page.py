"""The hand-worked example of the method page is what the calculation gives."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.scenarios.benefit.projects import item, project
from utfall.scenarios.benefit import calculate
from utfall.scenarios.benefit.verdicts import LIKELY, UNLIKELY

PAGE = Path(__file__).resolve().parents[3] / "docs" / "method_benefit.md"


def rows(heading):
    """Cells of the table of the page whose first heading is given."""
    lines = iter(PAGE.read_text(encoding="utf-8").splitlines())
    for line in lines:
        if line.startswith(f"| {heading} |"):
            break
    next(lines)
    found = []
    for line in lines:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def number(text):
    return float(text.replace(" ", "").replace("−", "-").replace(",", "."))


@pytest.fixture(scope="module")
def made():
    items = [
        item(
            name,
            "cost" if kind.startswith("kostnad") else "benefit",
            number(amount),
            effect="cash" if kind.endswith("pengar") else "capacity",
            timing="once" if when.startswith("en gång") else "yearly",
            start=re.search(r"\d{4}-\d{2}", when)[0],
        )
        for name, kind, amount, when in rows("post")
    ]
    assert len(items) == 4
    return calculate(project(years=2), items)


@pytest.fixture(scope="module")
def answers():
    return {name: answer for name, _, answer in rows("svar")}


def test_the_bottom_lines_are_those_of_the_page(made, answers):
    for line, name in (("cash", "I budgeten"), ("capacity", "I tid och kvalitet"), ("total", "Sammanlagt")):
        assert made.line(line)["net"] == pytest.approx(number(answers[name]))


def test_it_pays_back_in_the_month_of_the_page(made, answers):
    assert f"{made.payback:%Y-%m}" == answers["Går ihop, sammanlagt"]
    assert made.payback_cash is None


def test_the_shares_that_must_come_are_those_of_the_page(made, answers):
    assert round(100 * made.break_even) == number(answers["Andel som behöver komma, sammanlagt"].removesuffix(" %"))
    assert round(100 * made.break_even_cash) == number(
        answers["Andel som behöver komma, i budgeten"].removesuffix(" %")
    )


def test_the_page_names_the_limits_that_are_used():
    text = PAGE.read_text(encoding="utf-8")
    assert f"minst {LIKELY:.0%}".replace("%", " %") in text
    assert f"högst {UNLIKELY:.0%}".replace("%", " %") in text
