import numpy as np
import pytest

from utfall.rootcause.segments.likelihood import shift
from utfall.rootcause.segments.noise import fit_noise


def _fit(relative, size, grain):
    """Noise of all leaves, with nothing known but their size."""
    everyone = np.ones(len(size), dtype=bool)
    return fit_noise(relative, size, everyone, grain, np.ones((1, len(size))), [])


@pytest.mark.parametrize("power", [0.0, -1 / 3, -0.5])
def test_the_spread_is_found_as_a_function_of_the_size(power):
    rng = np.random.default_rng(1)
    size = rng.lognormal(8, 2, 6000)
    spread = 0.2 * (size / 3000) ** power
    noise = _fit(spread * rng.normal(size=len(size)), size, grain=0.01)
    assert np.median(np.abs(np.log(noise.scale / spread))) < 0.06
    assert np.quantile(np.abs(np.log(noise.scale / spread)), 0.99) < 0.25


@pytest.mark.parametrize("degrees", [3.0, 4.0, 6.0])
def test_heavy_tails_are_seen(degrees):
    rng = np.random.default_rng(2)
    size = rng.lognormal(8, 1, 20_000)
    noise = _fit(0.1 * rng.standard_t(degrees, len(size)), size, grain=1e-6)
    assert 1 / noise.degrees == pytest.approx(1 / degrees, abs=0.04)
    assert np.median(noise.scale) == pytest.approx(0.1, rel=0.05)


def test_normal_noise_is_given_light_tails():
    rng = np.random.default_rng(3)
    size = rng.lognormal(8, 1, 20_000)
    assert _fit(0.1 * rng.normal(size=len(size)), size, grain=1e-6).degrees > 15


def test_causes_on_four_leaves_of_ten_hardly_move_the_spread():
    rng = np.random.default_rng(4)
    size = rng.lognormal(8, 1, 5000)
    relative = 0.1 * rng.normal(size=len(size))
    relative[:2000] += 2.0
    noise = _fit(relative, size, grain=1e-6)
    assert np.median(noise.scale) < 0.25


def test_a_few_one_offs_do_not_change_the_tails():
    rng = np.random.default_rng(5)
    size = rng.lognormal(8, 1, 3000)
    relative = 0.1 * rng.normal(size=len(size))
    before = _fit(relative, size, grain=1e-6)
    relative[:3] = [50.0, -80.0, 30.0]
    after = _fit(relative, size, grain=1e-6)
    assert after.degrees == pytest.approx(before.degrees, rel=0.25)


def test_no_leaf_is_quieter_than_its_rounding():
    size = np.exp(np.linspace(0, 8, 1000))
    noise = _fit(np.zeros(1000), size, grain=0.01)
    assert (noise.scale * size >= 0.002).all()


def test_amounts_rounded_until_a_third_do_not_show_keep_their_spread():
    rng = np.random.default_rng(11)
    size = np.exp(rng.uniform(1, 6, 6000))
    moved = np.round(0.05 * size * rng.normal(size=len(size)))
    assert 0.2 < (moved == 0).mean() < 0.4
    noise = _fit(moved / size, size, grain=1.0)
    large = size > 200
    assert np.median(noise.scale[large]) == pytest.approx(0.05, rel=0.15)


def test_skewed_noise_is_seen_as_skewed():
    rng = np.random.default_rng(6)
    size = rng.lognormal(8, 1, 5000)
    ratio = np.exp(0.25 * rng.normal(size=len(size)))
    assert _fit(ratio - 1, size, grain=1e-6).skew > 0.08
    assert abs(_fit(2 * (ratio - 1) / (ratio + 1), size, grain=1e-6).skew) < 0.03


@pytest.mark.parametrize("leaves", [1, 2, 7, 100])
def test_few_leaves_still_get_a_scale(leaves):
    rng = np.random.default_rng(7)
    size = rng.lognormal(8, 1, leaves)
    noise = _fit(0.1 * rng.normal(size=leaves), size, grain=0.01)
    assert np.isfinite(noise.scale).all()
    assert (noise.scale > 0).all()


def test_the_shift_is_the_maximum_of_the_likelihood():
    from scipy import optimize, stats

    rng = np.random.default_rng(8)
    shape = rng.uniform(0.5, 2, 40)
    standard = 6.0 * shape + 1.4 * rng.standard_t(4, 40)
    found = shift(standard, shape, degrees=4.0)

    def loss(parameters):
        scale = max(1.0, abs(parameters[1]))
        return -stats.t.logpdf((standard - parameters[0] * shape) / scale, 4).sum() + 40 * np.log(scale)

    best = min(
        (optimize.minimize(loss, [start, 1.0], method="Nelder-Mead") for start in (1.0, 6.0)), key=lambda r: r.fun
    )
    reference = 2 * (stats.t.logpdf(standard, 4).sum() * -1 - best.fun)
    assert found.gain == pytest.approx(reference, abs=0.1)


def test_no_shift_has_hardly_any_evidence():
    rng = np.random.default_rng(9)
    gains = [shift(rng.standard_t(4, 50), np.ones(50), degrees=4.0).gain for _ in range(300)]
    # Twice a log likelihood ratio of one parameter: chi-squared, with mean 1 and 95 per cent below 3.84.
    assert np.mean(gains) == pytest.approx(1.0, abs=0.35)
    assert np.mean(np.array(gains) > 3.84) < 0.09


def test_scatter_is_not_taken_for_a_direction():
    rng = np.random.default_rng(10)
    restless = shift(4 * rng.normal(size=60), np.ones(60), degrees=30.0)
    moved = shift(1.5 + rng.normal(size=60), np.ones(60), degrees=30.0)
    assert restless.direction < 8
    assert moved.direction > 40
