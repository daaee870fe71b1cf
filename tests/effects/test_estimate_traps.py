"""What goes wrong when effects are estimated: each mistake is a test."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.effects_cases import course as true_course
from tests.effects.test_estimate import AFTER, BEFORE, made_up, neighbours
from utfall.effects import estimate_effect
from utfall.effects.interrupted.effect import UNDECIDED
from utfall.errors import InvalidParameter
from utfall.evidence import Grade

STEADY = 40
"""Made-up series over which a bias is averaged: its chance error is then a third of a percentage point."""


def passed(found) -> dict[str, bool]:
    return {check.name: check.passed for check in found.checks}


def test_a_profile_counted_from_another_number_gives_the_same_path():
    # The full effect is only a unit; the path is what the measure did.
    cost = made_up(20, -0.1)
    months = cost.index[BEFORE:]
    rising = pd.Series(np.arange(1, AFTER + 1) / AFTER, months)
    whole, half = (estimate_effect(cost, "2025-01", profile=shares) for shares in (rising, rising / 2))
    assert half.path["effect"].tolist() == pytest.approx(whole.path["effect"].tolist(), abs=0.002)
    assert half.relative == pytest.approx(whole.relative, abs=0.002)


def test_a_gradual_effect_declared_beforehand_is_estimated_without_bias():
    shares = true_course("gradual", AFTER)
    truth = np.log1p(-0.15) * shares.mean()
    errors = {
        profile: np.mean(
            [
                np.log1p(estimate_effect(made_up(seed, -0.15, profile=shares), "2025-01", profile=profile).relative)
                for seed in range(30, 30 + STEADY)
            ]
        )
        - truth
        for profile in ("ramp(6)", "step")
    }
    assert abs(errors["ramp(6)"]) < 0.01
    assert abs(errors["ramp(6)"]) < abs(errors["step"])


def test_the_average_of_many_steps_is_the_truth():
    found = [np.log1p(estimate_effect(made_up(seed, -0.08), "2025-01").relative) for seed in range(80, 80 + STEADY)]
    assert np.mean(found) == pytest.approx(np.log1p(-0.08), abs=0.008)


def test_three_per_cent_on_a_small_noisy_unit_cannot_be_told_and_this_is_said_beforehand():
    cost = made_up(21, -0.03, sd=0.05)["2023-01":]
    found = estimate_effect(cost, "2025-01")
    assert found.verdict == UNDECIDED
    assert found.minimum_detectable > 0.06
    assert found.relative != 0


def test_what_could_be_detected_depends_on_the_history_alone():
    calm, wild = made_up(22), made_up(22)
    wild.iloc[BEFORE:] = wild.iloc[BEFORE:] * np.linspace(0.5, 2.0, AFTER)
    found = [estimate_effect(cost, "2025-01").minimum_detectable for cost in (calm, wild)]
    assert found[0] == pytest.approx(found[1], rel=1e-9)


def test_an_effect_of_the_detectable_size_is_seen_in_about_four_cases_of_five():
    seen = []
    for seed in range(200, 260):
        size = estimate_effect(made_up(seed), "2025-01").minimum_detectable
        seen.append(estimate_effect(made_up(seed, -size), "2025-01").interval()[1] < 0)
    assert 0.68 <= np.mean(seen) <= 0.92


def test_an_effect_on_what_the_measure_does_not_touch_fails_the_check():
    sound = estimate_effect(made_up(23, -0.1), "2025-01", negative_control=made_up(24))
    assert sound.grade is Grade.C
    assert passed(sound)["Ingen effekt på det som åtgärden inte rör"]
    false = estimate_effect(made_up(23, -0.1), "2025-01", negative_control=made_up(24, -0.15))
    assert false.grade is Grade.D
    assert not passed(false)["Ingen effekt på det som åtgärden inte rör"]
    assert false.negative_control.relative == pytest.approx(-0.15, abs=0.04)


def test_purchases_brought_forward_are_flagged_and_not_counted_as_saved():
    cost = made_up(25)
    cost.iloc[BEFORE - 1] *= 1.4
    found = estimate_effect(cost, "2025-01")
    assert any("inköp kan ha gjorts i förväg" in text and "december 2024" in text for text in found.warnings)
    assert found.verdict == UNDECIDED


def test_a_measure_that_began_earlier_than_registered_is_flagged():
    early = np.r_[np.zeros(BEFORE - 4), np.ones(AFTER + 4)]
    cost = made_up(26) * np.exp(np.log(0.75) * early)
    found = estimate_effect(cost, "2025-01")
    assert not passed(found)["Inget annat startdatum passar klart bättre"]
    assert any("september 2024" in text for text in found.warnings)
    assert found.grade is Grade.D
    right = estimate_effect(cost, "2024-09")
    assert passed(right)["Inget annat startdatum passar klart bättre"]


def test_a_price_change_at_the_start_is_flagged():
    cost = made_up(27)
    index = pd.Series(np.where(cost.index >= pd.Period("2025-01", "M"), 0.8, 1.0), cost.index)
    flagged = estimate_effect(cost * index, "2025-01", price_index=index)
    assert any("Prisindex ändrades" in text for text in flagged.warnings)
    yearly = pd.Series(1.03 ** (cost.index.year - 2021), cost.index)
    usual = estimate_effect(cost * yearly, "2025-01", price_index=yearly)
    assert not any("Prisindex ändrades" in text for text in usual.warnings)


def test_a_new_pack_size_is_flagged_as_a_change_of_volume():
    cost = made_up(28)
    packs = pd.Series(np.where(cost.index >= pd.Period("2025-01", "M"), 200.0, 100.0), cost.index)
    packs *= np.exp(np.random.default_rng(28).normal(0, 0.01, len(packs)))
    found = estimate_effect(cost, "2025-01", volume=packs)
    assert any("förpackningsstorlek" in text for text in found.warnings)


def test_a_reorganised_unit_is_flagged_and_its_shift_is_not_taken_for_noise():
    cost = made_up(29, -0.1)
    cost.iloc[:20] *= 1.6
    found = estimate_effect(cost, "2025-01")
    assert any("omorganisation" in text and "september 2022" in text for text in found.warnings)
    assert found.interval()[0] < -0.1 < found.interval()[1] < 0


def test_one_odd_month_after_the_start_does_not_make_an_effect():
    cost = made_up(31)
    cost.iloc[BEFORE + 5] *= 1.4
    found = estimate_effect(cost, "2025-01")
    assert found.relative == pytest.approx(estimate_effect(made_up(31), "2025-01").relative, abs=0.01)
    assert any("juni 2025 (+" in text for text in found.warnings)


def test_a_history_full_of_jumps_widens_the_interval_or_fails_the_check():
    rng = np.random.default_rng(32)
    # Jumps that die away: the model of the noise has none.
    jumps = np.zeros(BEFORE + AFTER)
    for at in (14, 25, 37):
        jumps[at : at + 8] += rng.choice([-0.25, 0.25])
    calm, jumpy = made_up(32, -0.05), made_up(32, -0.05) * np.exp(jumps)
    plain, found = estimate_effect(calm, "2025-01"), estimate_effect(jumpy, "2025-01")
    assert np.ptp(found.interval()) > 2 * np.ptp(plain.interval())


def test_the_placebos_are_told_one_by_one():
    found = estimate_effect(made_up(33, -0.1), "2025-01")
    assert list(found.placebo.columns) == ["start", "end", "effect", "standardised", "inside"]
    assert (found.placebo["end"] < pd.Period("2025-01", "M")).all()
    assert found.placebo["inside"].mean() >= 0.7
    assert found.stretch >= 1


def test_a_comparison_unit_with_a_measure_of_its_own_is_left_out_and_told():
    beside = neighbours(340)
    beside["enhet 2"] = made_up(343, -0.25)
    found = estimate_effect(made_up(34, -0.1), "2025-01", controls=beside)
    assert found.interval()[0] < -0.1 < found.interval()[1]
    assert found.grade is Grade.C
    assert any("enhet 2" in text for text in found.warnings)
    assert not passed(found)["Jämförelseserierna är opåverkade vid starten"]


def test_a_profile_that_never_begins_is_refused():
    with pytest.raises(InvalidParameter, match="no effect yet"):
        estimate_effect(made_up(35), "2025-01", profile="delay(24)")
