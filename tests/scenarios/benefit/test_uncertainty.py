"""What is drawn covers what was stated, and probabilities are those of closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tests.scenarios.benefit.projects import benefit, cost, item, project
from utfall.scenarios.benefit import calculate
from utfall.scenarios.benefit.drawing import draw_items
from utfall.scenarios.benefit.verdicts import NET_BENEFIT, NO_NET_BENEFIT, UNDECIDED, verdict_of

Z90 = stats.norm.ppf(0.9)


def test_a_skew_interval_holds_eight_draws_of_ten_with_a_tenth_on_each_side():
    drawn = draw_items([benefit(10.0, low=8.0, high=30.0)], 200_000, 1)[:, 0]
    assert (drawn < 8.0).mean() == pytest.approx(0.1, abs=0.003)
    assert (drawn > 30.0).mean() == pytest.approx(0.1, abs=0.003)
    assert np.median(drawn) == pytest.approx(10.0, abs=0.05)


def test_the_mean_of_a_skew_item_is_that_of_its_distribution():
    # Half a normal on each side of the middle: mean = value + (σ₂ − σ₁) / √(2π).
    drawn = draw_items([benefit(10.0, low=8.0, high=30.0)], 400_000, 1)[:, 0]
    assert drawn.mean() == pytest.approx(10.0 + (20.0 - 2.0) / Z90 / np.sqrt(2 * np.pi), abs=0.03)


def test_a_net_as_likely_above_as_below_zero_has_probability_one_half():
    made = calculate(project(years=1), [cost(100.0, spread=20.0), benefit(100.0, spread=30.0)])
    assert made.line("total")["p_positive"] == pytest.approx(0.5, abs=0.005)
    assert made.line("total")["net"] == pytest.approx(0.0, abs=1e-6)
    assert made.verdict == UNDECIDED


def test_the_probability_and_the_intervals_are_those_of_a_sum_of_normals():
    items = [cost(300.0, spread=30.0), benefit(340.0, spread=40.0), benefit(20.0, "Annan", spread=10.0)]
    made = calculate(project(years=1), items, draws=200_000)
    sd = np.sqrt(30.0**2 + 40.0**2 + 10.0**2) / Z90
    total = made.line("total")
    assert total["p_positive"] == pytest.approx(stats.norm.cdf(60.0 / sd), abs=0.005)
    for level in (80, 95):
        lo, hi = stats.norm.interval(level / 100, 60.0, sd)
        assert total[f"lo-{level}"] == pytest.approx(lo, abs=1.0)
        assert total[f"hi-{level}"] == pytest.approx(hi, abs=1.0)


@pytest.mark.slow
def test_projects_whose_truth_is_drawn_from_their_own_intervals_are_covered_as_often_as_said():
    random = np.random.default_rng(11)
    inside = 0
    for number in range(200):
        low, value, high = np.sort(random.uniform(50, 150, 3))
        price = float(random.uniform(80, 120))
        items = [cost(price, spread=15.0), benefit(float(value), low=float(low), high=float(high))]
        made = calculate(project(years=1), items, draws=1000, seed=number).line("total")
        deviation = random.standard_normal(2)
        truth = -(price + 15.0 * deviation[0] / Z90)
        truth += value + (high - value if deviation[1] > 0 else value - low) * deviation[1] / Z90
        inside += made["lo-80"] <= truth <= made["hi-80"]
    # 80 % of 200, three standard errors on each side
    assert 160 - 17 <= inside <= 160 + 17


def test_a_common_share_widens_the_spread_by_the_covariances():
    items = [cost(10.0), *(benefit(100.0, f"Nytta {n}", spread=20.0) for n in range(4))]
    alone, together = (
        calculate(project(years=1), items, draws=100_000, common_share=share).line("total") for share in (0.0, 1.0)
    )
    width = {name: made["hi-80"] - made["lo-80"] for name, made in (("alone", alone), ("together", together))}
    assert width["alone"] == pytest.approx(2 * 20.0 * 2, rel=0.02)  # √4 of one
    assert width["together"] == pytest.approx(2 * 20.0 * 4, rel=0.02)


def test_a_cost_never_turns_into_an_income_and_it_is_told():
    made = calculate(project(), [cost(10.0, low=0.0, high=20.0), benefit(100.0)])
    drawn = draw_items([cost(10.0, low=0.0, high=20.0)], 10_000, 0)
    assert drawn.min() == 0.0
    assert made.items.loc[0, "clipped"] == pytest.approx(0.1, abs=0.01)
    assert any("satta till noll" in warning for warning in made.warnings)


def test_a_benefit_may_turn_out_a_harm():
    assert draw_items([benefit(1.0, low=0.0, high=2.0)], 10_000, 0).min() < 0


def test_another_item_does_not_move_the_draws_of_the_others():
    one = draw_items([benefit(10.0, "A", spread=1.0)], 500, 3)
    two = draw_items([cost(5.0, "B", spread=1.0), benefit(10.0, "A", spread=1.0)], 500, 3)
    assert (one[:, 0] == two[:, 1]).all()
    same_name = draw_items([benefit(10.0, "A", spread=1.0), benefit(10.0, "A", spread=1.0)], 500, 3)
    assert (same_name[:, 0] != same_name[:, 1]).any()


def test_the_same_seed_gives_the_same_answer_and_another_one_another():
    items = [cost(100.0, spread=20.0), benefit(25.0, low=20.0, high=40.0)]
    first, again, other = (calculate(project(), items, seed=seed).line("total") for seed in (4, 4, 5))
    assert first == again
    assert first["net"] != other["net"]


def test_the_chance_to_have_paid_back_never_falls_and_ends_at_the_chance_of_a_net_benefit():
    made = calculate(project(), [cost(400.0, spread=50.0), benefit(100.0, spread=20.0)])
    chances = made.path["p_paid_back"]
    assert chances.is_monotonic_increasing
    assert chances.iloc[-1] == pytest.approx(made.line("total")["p_positive"], abs=1e-3)
    assert made.yearly["p_paid_back"].iloc[-1] == chances.iloc[-1]


def test_without_any_interval_no_probability_is_claimed():
    made = calculate(project(), [cost(100.0), benefit(50.0)])
    assert np.isnan(made.line("total")["p_positive"])
    assert made.verdict == UNDECIDED
    assert "Ingen post har ett intervall" in made.warnings[0]
    assert "sannolikheten" not in made.text()
    assert made.bottom_line_plot().alt
    assert made.plot().alt.endswith("Inga antaganden att visa.")


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [(1.0, NET_BENEFIT), (0.9, NET_BENEFIT), (0.89, UNDECIDED), (0.11, UNDECIDED), (0.1, NO_NET_BENEFIT)],
)
def test_the_verdict_follows_the_named_limits(probability, verdict):
    assert verdict_of(probability) == verdict


def test_the_tornado_sets_one_item_at_a_time_low_and_high():
    items = [cost(100.0, low=90.0, high=130.0), benefit(40.0, low=30.0, high=45.0), item("Säker", "cost", 1.0)]
    made = calculate(project(), items)
    net = -100 + 5 * 40 - 5
    frame = made.items.set_index("name")
    assert frame.loc["Kostnad", ["net_low", "net_high"]].tolist() == pytest.approx([net + 10, net - 30])
    assert frame.loc["Nytta", ["net_low", "net_high"]].tolist() == pytest.approx([net - 50, net + 25])
    assert made.plot().data["label"].tolist() == ["Nytta", "Kostnad"]
