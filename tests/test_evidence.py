"""What the grades of evidence tell a reader who has never heard of them."""

from __future__ import annotations

import pytest

from utfall.evidence import Check, Grade
from utfall.forecasting.words import forecast_grade

JARGON = ("kontrafakt", "skatt", "identitet", "estimat", "association")


@pytest.mark.parametrize("grade", list(Grade))
def test_a_grade_is_told_without_jargon_and_says_what_it_rests_on(grade: Grade) -> None:
    words = grade.explanation.lower()
    assert not [word for word in JARGON if word in words]
    assert any(rests in words for rests in ("stämmer", "vilar på", "antagande"))


def test_a_forecast_that_failed_its_tests_is_not_called_a_plan_alone() -> None:
    failed = forecast_grade([Check("Intervallet täcker", False)], 500)
    assert "inte klarat sina kontroller" in failed.explanation
