"""Measures with their plan."""

import pandas as pd
import pytest

from utfall.followup import planned_measures
from utfall.followup.planned_measures import planned_effect

OCTOBER = pd.Timestamp("2026-10-01")


@pytest.mark.parametrize(
    ("start", "profile", "months"),
    [
        ("2026-01-01", "step", 10),
        ("2025-01-01", "step", 10),  # earlier years do not count in this year's plan
        ("2026-09-01", "step", 2),
        ("2026-01-01", "ramp(10)", 5.5),  # 0.1 + 0.2 + … + 1.0
        ("2026-01-01", "delay(6)", 4),
        ("2026-03-01", "pulse", 1),
        ("2026-11-01", "step", 0),
    ],
)
def test_the_plan_so_far_follows_the_declared_profile(start, profile, months):
    assert planned_effect(12.0, pd.Timestamp(start), profile, OCTOBER) == pytest.approx(months)


def test_a_measure_is_listed_for_its_unit_with_plan_and_judgement(small_region):
    measures = planned_measures(small_region, unit="Ortopedi", period="2026-10")
    (row,) = measures.frame.to_dict("records")
    assert (row["name"], row["planned_effect"]) == ("Effektiviserad läkemedelshantering", 1200.0)
    assert row["planned_to_date"] == pytest.approx(1000.0)
    assert row["judgement"] == pd.Timestamp("2026-12-01")
    assert "inte uppmätta effekter" in measures.text()


def test_a_plan_is_never_graded_above_an_assumption(small_region):
    assert planned_measures(small_region, unit="Ortopedi", period="2026-10").grade == "D"


def test_a_unit_without_measures_says_so(small_region):
    measures = planned_measures(small_region, unit="Hjärtenheten", period="2026-10")
    assert measures.text() == "Inga åtgärder i registret avser Hjärtenheten."
