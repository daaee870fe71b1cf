"""Synthetic control: published results, exact weights, planted effects, and panels where nothing happened."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from utfall.effects.synthetic.convex_weights import convex_weights
from utfall.effects.synthetic.synthetic_control import LOWER, UNDECIDED, synthetic_control
from utfall.errors import InvalidParameter
from utfall.evidence import Grade

BENCH = Path(__file__).parents[2].parent / "shared" / "bench" / "effects"

published = pytest.mark.skipif(not BENCH.exists(), reason="the published panels are not on this machine")


def panel(seed=1, *, units=25, before=36, after=12, effect=0.0, noise=1.0):
    """Units that share three wandering factors; the first one changes at the start."""
    rng = np.random.default_rng(seed)
    months = before + after
    factors = rng.normal(0, 1, (months, 3)).cumsum(axis=0)
    values = 100 + 3 * factors @ rng.dirichlet([1, 1, 1], units).T + rng.normal(0, noise, (months, units))
    index = pd.period_range("2023-01", periods=months, freq="M")
    frame = pd.DataFrame(values, index, [f"enhet {number}" for number in range(units)])
    frame.iloc[before:, 0] += effect
    return frame


START = "2026-01"


@pytest.fixture(scope="module")
def california():
    data = pd.read_csv(BENCH / "prop99.csv").astype({"year": int})
    return synthetic_control(data.pivot_table(index="year", columns="state", values="cigsale"), "California", 1989)


@published
def test_california_after_proposition_99(california):
    known = pd.read_csv(BENCH / "published.csv").query("dataset == 'prop99'")
    table = known.set_index(["quantity", "method"])["estimate"]
    # Arkhangelsky et al. solve approximately; the exact optimum is 0.1 packs from their figure.
    assert california.average == pytest.approx(table["ATT 1989-2000", "SC (placebo SE)"], abs=0.15)
    assert california.equal_weights == pytest.approx(table["ATT 1989-2000", "DID (placebo SE)"], abs=0.1)
    # Abadie et al. weigh by covariates too: "almost 20 packs", 26 in the year 2000.
    assert california.average == pytest.approx(-19.5, abs=0.1)
    assert california.gap[2000] == pytest.approx(-26.0, abs=1.0)
    assert california.standard_error == pytest.approx(9.9, abs=1.0)
    lo, hi = california.interval()
    assert (lo, hi) == pytest.approx((-39.0, -0.2), abs=3.0)


@published
def test_california_rests_on_the_states_it_is_known_to_rest_on(california):
    assert california.weights.nlargest(4).index.tolist() == ["Utah", "Montana", "Nevada", "Connecticut"]
    assert california.left_out["average"].between(-21, -17).all()
    assert len(california.placebo) == 39
    # Without covariates two states fit so closely before that their own breaks look larger: 3 of 39, not 1 of 39.
    assert california.p_value == pytest.approx(3 / 39)
    assert california.grade is Grade.C


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 12), st.integers(3, 20))
def test_weights_are_the_nearest_point_of_the_hull(seed, donors, periods):
    """The conditions of an optimum: no donor lies closer than the mixture in the direction of what is missed."""
    rng = np.random.default_rng(seed)
    others, own = rng.normal(0, 1, (periods, donors)), rng.normal(0, 1, periods)
    weights = convex_weights(own, others)
    assert weights.sum() == pytest.approx(1)
    assert (weights >= 0).all()
    slope = (others - own[:, None]).T @ (others @ weights - own)
    assert (slope >= slope @ weights - 1e-5 * periods).all()


def test_a_second_implementation_from_two_starts_ends_at_the_same_weights():
    frame = panel(3, units=8)
    own, others = frame.iloc[:36, 0].to_numpy(), frame.iloc[:36, 1:].to_numpy()
    weights = convex_weights(own, others)
    scale = own.std()
    for start in (np.full(7, 1 / 7), np.eye(7)[2]):
        found = minimize(
            lambda w: (((others @ w - own) / scale) ** 2).mean(),
            start,
            bounds=[(0, 1)] * 7,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            method="SLSQP",
            options={"ftol": 1e-14, "maxiter": 2_000},
        )
        assert found.x == pytest.approx(weights, abs=2e-3)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_weights_are_the_same_in_any_unit(scale):
    frame = panel(4)
    base = synthetic_control(frame, "enhet 0", START)
    scaled = synthetic_control(scale * frame, "enhet 0", START)
    assert scaled.weights.to_numpy() == pytest.approx(base.weights.to_numpy(), abs=1e-6)
    assert scaled.average == pytest.approx(scale * base.average, rel=1e-4)
    # Not the trap of raw scales, where an optimiser stays at equal weights and reports success.
    assert base.weights.std() > 0.02


def test_weights_do_not_depend_on_the_order_of_the_donors():
    frame = panel(5)
    turned = frame[frame.columns[::-1]]
    base, other = (synthetic_control(one, "enhet 0", START).weights for one in (frame, turned))
    assert other[base.index].to_numpy() == pytest.approx(base.to_numpy(), abs=1e-6)


def test_two_donors_that_are_the_same_share_their_weight():
    frame = panel(6, units=6)
    one = synthetic_control(frame, "enhet 0", START).weights
    heaviest = one.idxmax()
    both = synthetic_control(frame.assign(tvilling=frame[heaviest]), "enhet 0", START).weights
    assert both["tvilling"] == pytest.approx(both[heaviest], abs=1e-5)
    assert both["tvilling"] + both[heaviest] == pytest.approx(one[heaviest], abs=1e-4)


def test_a_mixture_is_recovered_and_a_planted_effect_with_it():
    frame = panel(7, noise=0.3)
    frame["egen"] = 0.6 * frame["enhet 3"] + 0.4 * frame["enhet 7"]
    frame.iloc[36:, -1] -= 10
    result = synthetic_control(frame, "egen", START)
    assert result.weights[["enhet 3", "enhet 7"]].to_numpy() == pytest.approx([0.6, 0.4], abs=0.01)
    assert result.average == pytest.approx(-10, abs=0.1)
    assert result.verdict == LOWER
    assert result.grade is Grade.B
    assert result.p_value == pytest.approx(1 / 26)
    lo, hi = result.interval()
    assert lo < -10 < hi < 0


def test_where_nothing_happened_the_verdict_is_rarely_given():
    results = [synthetic_control(panel(seed), "enhet 0", START) for seed in range(100, 180)]
    assert np.mean([result.verdict != UNDECIDED for result in results]) <= 0.08
    assert np.mean([result.interval()[0] < 0 < result.interval()[1] for result in results]) >= 0.9


def test_the_gap_is_actual_less_synthetic_and_its_mean_is_the_average():
    frame = panel(8, effect=-20)
    result = synthetic_control(frame, "enhet 0", START)
    synthetic = frame.drop(columns="enhet 0") @ result.weights
    assert result.gap.to_numpy() == pytest.approx((frame["enhet 0"] - synthetic).to_numpy())
    assert result.average == pytest.approx(result.gap.iloc[36:].mean())


def test_leaving_a_donor_out_is_the_result_without_that_donor():
    frame = panel(9, units=8, effect=-20)
    result = synthetic_control(frame, "enhet 0", START)
    for name, average in result.left_out["average"].items():
        assert synthetic_control(frame, "enhet 0", START, exclude=[name]).average == pytest.approx(average)


def test_a_unit_outside_all_others_is_not_compared():
    frame = panel(10)
    frame["enhet 0"] += 40
    result = synthetic_control(frame, "enhet 0", START)
    assert result.grade is Grade.D
    assert result.verdict == UNDECIDED
    assert "följer inte enheten" in result.text()


def test_a_unit_that_leaves_the_others_before_the_start_is_not_judged():
    frame = panel(11, before=48, effect=-30)
    frame.iloc[34:, 0] -= 30
    result = synthetic_control(frame, "enhet 0", "2027-01")
    check = next(check for check in result.checks if "sista tredjedelen" in check.name)
    assert not check.passed
    assert result.grade is Grade.D
    assert result.verdict == UNDECIDED


def test_a_donor_with_a_measure_of_its_own_is_named_and_can_be_excluded():
    frame = panel(12, noise=0.3)
    frame["egen"] = 0.5 * frame["enhet 3"] + 0.5 * frame["enhet 7"] + np.sin(np.arange(48))
    frame.iloc[36:, 3] -= 40
    tainted = synthetic_control(frame, "egen", START)
    assert tainted.average > 10  # the donor's saving is taken for the unit's loss
    assert any("enhet 3" in warning and "uteslut" in warning for warning in tainted.warnings)
    clean = synthetic_control(frame, "egen", START, exclude=["enhet 3"])
    assert abs(clean.average) < 5
    assert "enhet 3" not in clean.weights.index
    assert any("enhet 3 används inte: har själv en åtgärd" in warning for warning in clean.warnings)


def test_donors_with_gaps_and_without_variation_are_left_out_by_name():
    frame = panel(13)
    frame.iloc[5, 3], frame["enhet 4"] = np.nan, 7.0
    result = synthetic_control(frame, "enhet 0", START)
    assert result.unused == {"enhet 3": "saknar värden", "enhet 4": "är lika varje period"}
    assert "enhet 3 används inte: saknar värden." in result.method_note()
    without = synthetic_control(frame.drop(columns=["enhet 3", "enhet 4"]), "enhet 0", START)
    assert result.average == pytest.approx(without.average)


def test_few_donors_can_never_exclude_chance_and_it_is_said():
    result = synthetic_control(panel(14, units=5, effect=-60), "enhet 0", START)
    assert result.verdict == UNDECIDED
    assert any("kan slumpen aldrig uteslutas" in warning for warning in result.warnings)


@pytest.mark.parametrize("index", ["periods", "timestamps", "years"])
def test_any_index_of_time_will_do(index):
    frame = panel(15, effect=-20)
    start: object = START
    if index == "timestamps":
        frame.index, start = frame.index.to_timestamp(), pd.Timestamp(START)
    if index == "years":
        frame.index, start = range(1960, 2008), 1996
    expected = synthetic_control(panel(15, effect=-20), "enhet 0", START).average
    assert synthetic_control(frame.sample(frac=1, random_state=1), "enhet 0", start).average == pytest.approx(expected)


def test_the_result_shows_itself_and_goes_into_the_appendix():
    for effect in (0.0, -40.0):
        result = synthetic_control(panel(16, effect=effect), "enhet 0", START)
        bundle = result._repr_mimebundle_()
        assert "nan" not in bundle["text/plain"].lower()
        assert result.text() in bundle["text/plain"]
        json.dumps(result.to_dict(), allow_nan=False)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda frame: {"treated": "okänd"}, "no unit 'okänd'"),
        (lambda frame: {"exclude": ["okänd"]}, "no unit 'okänd'"),
        (lambda frame: {"start": "2019-01"}, "outside the panel"),
        (lambda frame: {"start": "2027-01"}, "outside the panel"),
        (lambda frame: {"start": "våren"}, "no period of the panel"),
        (lambda frame: {"start": "2024-03"}, "Only 14 periods"),
        (lambda frame: {"panel": frame.drop(index=frame.index[20])}, "lacks periods"),
        (lambda frame: {"panel": frame.iloc[[0, *range(48)]]}, "more than once"),
        (lambda frame: {"panel": frame.iloc[:, :3]}, "Only 2 of 2 donors"),
        (lambda frame: {"panel": frame.assign(**{"enhet 0": 5.0})}, "the same in every period"),
        (lambda frame: {"panel": frame.assign(**{"enhet 0": frame["enhet 0"].shift(1)})}, "no value in"),
        (lambda frame: {"panel": frame.assign(**{"enhet 1": "mycket"})}, "no number"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_sentence(change, words):
    frame = panel(17)
    given = {"panel": frame, "treated": "enhet 0", "start": START} | change(frame)
    with pytest.raises(InvalidParameter, match=words):
        synthetic_control(given.pop("panel"), given.pop("treated"), given.pop("start"), **given)
