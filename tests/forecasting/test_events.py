"""Known events: the history freed from them, the forecast with them, and what must not be known too early."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from utfall.errors import InvalidData
from utfall.forecasting import forecast
from utfall.forecasting.events.effects import Events
from utfall.forecasting.events.prices import price_changes
from utfall.forecasting.events.recurring import expected_again
from utfall.forecasting.events.sizes import measured_steps, pooled_steps
from utfall.forecasting.hierarchy.tree import read_hierarchy
from utfall.forecasting.months.restored import Restored
from utfall.forecasting.months.run import ForecastRun
from utfall.forecasting.panel import read_panel

END = pd.Timestamp("2026-10-01")


def monthly(name: str, values: object, end: pd.Timestamp = END) -> pd.DataFrame:
    y = np.asarray(values, dtype=float)
    return pd.DataFrame({"unique_id": name, "ds": pd.date_range(end=end, periods=len(y), freq="MS"), "y": y})


def steady(count: int, months: int = 72, seed: int = 0, noise: float = 0.01, level: float = -1e6) -> pd.DataFrame:
    """Costs around one level with a season, and nothing else."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.05 * np.sin(2 * np.pi * np.arange(months) / 12)
    values = level * season * np.exp(rng.normal(0, noise, (count, months)))
    return pd.concat([monthly(f"s{number}", row) for number, row in enumerate(values)])


def event(series: str | list[str], start: str, **size: object) -> pd.DataFrame:
    names = [series] if isinstance(series, str) else series
    return pd.DataFrame({"unique_id": names, "start": start, **size})


def means(result: object, name: str) -> np.ndarray:
    frame = result.frame  # type: ignore[attr-defined]
    return frame[frame["unique_id"] == name]["mean"].to_numpy()


# What lies ahead


def test_a_closing_gives_zeros_from_its_month_on_with_no_uncertainty_left() -> None:
    result = forecast(steady(10), 12, events=event("s3", "2027-02", change=-1.0, name="Stängning"))
    ahead = result.frame[result.frame["unique_id"] == "s3"].set_index("ds")
    after = ahead[ahead.index >= "2027-02-01"]
    assert (after.to_numpy()[:, 1:].astype(float) == 0.0).all()
    before = ahead[ahead.index < "2027-02-01"]
    plain = forecast(steady(10), 12).frame
    expected = plain[plain["unique_id"] == "s3"]["mean"].to_numpy()[:3]
    np.testing.assert_allclose(before["mean"].to_numpy(), expected)
    assert (before["lo-95"] < before["mean"]).all()


def test_an_event_changes_its_own_series_and_no_other() -> None:
    plain, changed = (forecast(steady(8), 12, events=rows) for rows in (None, event("s1", "2027-01", change=0.1)))
    for name in ("s0", "s7"):
        np.testing.assert_allclose(means(changed, name), means(plain, name))
    np.testing.assert_allclose(means(changed, "s1")[2:], 1.1 * means(plain, "s1")[2:])
    np.testing.assert_allclose(means(changed, "s1")[:2], means(plain, "s1")[:2])


def test_events_that_overlap_multiply_and_amounts_come_on_top() -> None:
    rows = pd.concat(
        [
            event("s0", "2027-01", change=-0.5, name="a"),
            event("s0", "2027-03", change=0.2, name="b"),
            event("s0", "2027-03", amount=-250_000.0, end="2027-04", name="c"),
        ]
    )
    plain, changed = forecast(steady(6), 8), forecast(steady(6), 8, events=rows)
    ratio = np.array([1, 1, 0.5, 0.5, 0.6, 0.6, 0.6, 0.6])
    amount = np.array([0, 0, 0, 0, -250_000.0, -250_000.0, 0, 0])
    np.testing.assert_allclose(means(changed, "s0"), ratio * means(plain, "s0") + amount)


def test_an_amount_moves_a_series_of_mixed_signs_by_itself() -> None:
    rng = np.random.default_rng(3)
    data = pd.concat([monthly("mixed", rng.normal(0, 5e4, 60)), steady(5)])
    plain, moved = (forecast(data, 6, events=rows) for rows in (None, event("mixed", "2026-12", amount=70_000.0)))
    difference = means(moved, "mixed") - means(plain, "mixed")
    np.testing.assert_allclose(difference, [0, *[70_000.0] * 5], atol=1e-6)
    widths = [(result.frame["hi-80"] - result.frame["lo-80"]).to_numpy() for result in (plain, moved)]
    np.testing.assert_allclose(widths[0], widths[1])


def test_an_income_that_a_cost_gets_from_an_event_keeps_an_interval_around_it() -> None:
    result = forecast(steady(5), 4, events=event("s0", "2026-12", amount=3e6))
    ahead = result.frame[result.frame["unique_id"] == "s0"]
    assert (ahead["lo-80"] <= ahead["mean"]).all()
    assert (ahead["mean"] <= ahead["hi-80"]).all()
    assert (ahead["mean"].iloc[1:] > 0).all()


@pytest.mark.parametrize("start", ["2028-01", "2040-06"])
def test_an_event_beyond_the_horizon_does_nothing(start: str) -> None:
    plain, same = forecast(steady(6), 12), forecast(steady(6), 12, events=event("s0", start, change=-1.0))
    pd.testing.assert_frame_equal(plain.frame, same.frame)
    assert same.events.empty


def test_an_event_that_covers_the_whole_history_does_nothing() -> None:
    rows = pd.concat([event("s0", "2001-01", change=0.5, name="a"), event("s0", "2001-01", amount=-1e5, name="b")])
    plain, same = forecast(steady(6), 12), forecast(steady(6), 12, events=rows)
    np.testing.assert_allclose(plain.frame["mean"], same.frame["mean"])


def test_parents_are_the_sums_of_their_series_with_the_events_in_them() -> None:
    tree = {f"s{number}": f"d{number % 2}" for number in range(8)} | {"d0": "all", "d1": "all"}
    rows = pd.concat([event(["s0", "s2"], "2027-01", change=-1.0), event("s1", "2027-02", amount=4e5)])
    result = forecast(steady(8), 12, hierarchy=tree, events=rows)
    wide = result.frame.pivot_table(index="ds", columns="unique_id", values="mean")
    np.testing.assert_allclose(wide["d0"], wide[["s0", "s2", "s4", "s6"]].sum(axis=1), atol=0.005)
    np.testing.assert_allclose(wide["all"], wide[[f"s{number}" for number in range(8)]].sum(axis=1), atol=0.005)
    assert (wide.loc["2027-01-01":, ["s0", "s2"]] == 0).all().all()
    parents = [result.frame.query("unique_id == 'd0'") for result in (result, forecast(steady(8), 12, hierarchy=tree))]
    shrunk, whole = ((frame["hi-95"] - frame["lo-95"]).to_numpy() for frame in parents)
    np.testing.assert_allclose(shrunk[:2], whole[:2])
    assert (shrunk[2:] < 0.8 * whole[2:]).all()  # half of the parent has closed
    assert (shrunk[2:] > 0.5 * whole[2:]).all()


def test_a_unit_that_closed_before_and_opens_again_is_forecast_at_its_open_level() -> None:
    values = np.full(72, -100.0)
    values[60:] = 0.0
    data = pd.concat([monthly("ward", values), steady(6, level=-100.0)])
    rows = event("ward", "2025-11", end="2027-01", change=-1.0, name="Ombyggnad")
    ahead = means(forecast(data, 6, events=rows), "ward")
    np.testing.assert_allclose(ahead, [0, 0, 0, -100, -100, -100])


# What lies behind


def test_a_past_event_is_no_trend_and_no_surprise() -> None:
    data = steady(20, seed=1)
    late = data["ds"] >= "2026-10-01"
    data.loc[late & (data["unique_id"] == "s0"), "y"] *= 0.7
    told = forecast(data, 12, events=event("s0", "2026-10", change=-0.3))
    truth = 0.7 * -1e6 * (1 + 0.05 * np.sin(2 * np.pi * np.arange(72, 84) / 12))
    assert np.abs(means(told, "s0") - truth).mean() < 0.012 * 7e5
    untold = forecast(data, 12)
    assert np.abs(means(told, "s0") - truth).mean() < 0.2 * np.abs(means(untold, "s0") - truth).mean()


def test_the_size_of_an_event_in_the_middle_of_history_is_found() -> None:
    errors, inside = [], []
    for seed in range(150):
        rng = np.random.default_rng(seed)
        months = np.arange(72)
        values = 100 * (1 + 0.1 * np.sin(2 * np.pi * months / 12)) * np.exp(rng.normal(0, 0.02, 72))
        values[40:] *= 1.15
        steps, variances = measured_steps(values, np.array([40]))
        errors.append(steps[0] - np.log(1.15))
        inside.append(abs(errors[-1]) <= 1.96 * np.sqrt(variances[0]))
    assert abs(np.mean(errors)) < 0.006
    assert np.sqrt(np.mean(np.square(errors))) < 0.03
    assert 0.9 <= np.mean(inside) <= 0.98


def test_sizes_of_one_name_are_drawn_toward_their_mean_and_err_less() -> None:
    rng = np.random.default_rng(0)
    alone, pooled = [], []
    for _ in range(200):
        truth = 0.05 + rng.normal(0, 0.01, 12)
        noise = rng.uniform(0.01, 0.06, 12)
        seen = truth + rng.normal(0, noise)
        moved, _ = pooled_steps(seen, noise**2)
        alone.append(np.mean((seen - truth) ** 2))
        pooled.append(np.mean((moved - truth) ** 2))
    assert np.mean(pooled) < 0.4 * np.mean(alone)


def test_an_event_ahead_without_size_is_as_large_as_those_before_it_and_less_certain() -> None:
    data = steady(12, seed=2)
    moves = {f"s{number}": month for number, month in enumerate(("2023-05", "2024-02", "2025-03", "2024-09"))}
    for name, month in moves.items():
        data.loc[(data["unique_id"] == name) & (data["ds"] >= month), "y"] *= 1.2
    past = pd.DataFrame({"unique_id": list(moves), "start": list(moves.values()), "name": "Nytt avtal"})
    rows = pd.concat([past, event("s9", "2027-01", name="Nytt avtal")])
    plain, told = forecast(data, 6, events=past), forecast(data, 6, events=rows)
    np.testing.assert_allclose(means(told, "s9")[2:] / means(plain, "s9")[2:], 1.2, rtol=0.02)
    width = [result.frame.query("unique_id == 's9'").eval("`hi-95` - `lo-95`").to_numpy() for result in (plain, told)]
    assert (width[1][2:] > 1.2 * width[0][2:]).all()
    assert any("skattat ur tidigare månader" in text for text in told.assumptions)


def test_what_comes_every_year_is_expected_again_unless_it_has_been_moved() -> None:
    steps = np.zeros((2, 80))
    steps[:, [5, 17, 29, 41]] = 0.03
    steps[1, 55] = 0.02  # the next one: two months later than usual
    filled = expected_again(steps, steps > 0, np.array([47, 47]), np.array([True, True]))
    assert np.flatnonzero(filled[0]).tolist() == [53, 65, 77]
    assert np.flatnonzero(filled[1]).tolist() == [67, 79]


def test_a_ward_closed_every_july_is_expected_to_close_next_july_and_open_again() -> None:
    data = steady(6, months=60, noise=0.002, level=-100.0)
    july = (data["unique_id"] == "s0") & (data["ds"].dt.month == 7)
    data.loc[july, "y"] *= 0.6
    data.loc[july, "y"] -= 8.0
    years = [f"{year}-07" for year in range(2022, 2027)]
    rows = pd.DataFrame({"unique_id": "s0", "start": years, "end": years, "change": -0.4, "name": "Sommarstängt"})
    extra = pd.DataFrame({"unique_id": "s0", "start": years, "end": years, "amount": -8.0, "name": "Jourersättning"})
    result = forecast(data, 12, events=pd.concat([rows, extra]))
    bare = forecast(steady(6, months=60, noise=0.002, level=-100.0), 12)
    expected = means(bare, "s0").copy()
    expected[8] = 0.6 * expected[8] - 8.0
    np.testing.assert_allclose(means(result, "s0"), expected, rtol=1e-6)
    (said,) = (text for text in result.assumptions if "varje år" in text)
    assert "Sommarstängt juli 2027 (−40,0\u00a0%) och Jourersättning juli 2027 (−8\u00a0kr)" in said


def test_history_freed_from_its_wage_revisions_is_still_forecast_to_rise() -> None:
    rng = np.random.default_rng(4)
    data = steady(30, months=84, seed=4)
    revised = pd.DataFrame({"start": [f"{year}-04" for year in range(2020, 2027)], "change": 0.03})
    for start in revised["start"]:
        data.loc[data["ds"] >= start, "y"] *= 1.03
    rows = pd.DataFrame({"unique_id": data["unique_id"].unique()}).merge(revised, how="cross").assign(name="Lön")
    result = forecast(data.sample(frac=1.0, random_state=rng.integers(100)), 12, events=rows)
    april = result.frame[result.frame["ds"] == "2027-04-01"].set_index("unique_id")["mean"]
    season = 1 + 0.05 * np.sin(2 * np.pi * 89 / 12)
    np.testing.assert_allclose(april, -1e6 * season * 1.03**8, rtol=0.02)
    assert any("Lön april 2027" in text for text in result.assumptions)


# Prices


def wages(seed: int, moved_to: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Costs that follow a wage index raised each April, and next year in another month."""
    rng = np.random.default_rng(seed)
    months = pd.date_range(end=END + pd.DateOffset(months=12), periods=96, freq="MS")
    index = np.full(96, 100.0)
    for year, raised in zip(range(2020, 2027), (0.022, 0.026, 0.024, 0.041, 0.034, 0.033, 0.03), strict=True):
        index[months >= f"{year}-04-01"] *= 1 + raised
    index[months >= moved_to] *= 1.032
    season = 1 + 0.05 * np.sin(2 * np.pi * np.arange(96) / 12)
    walk = rng.normal(0, 0.004, (40, 96)).cumsum(axis=1) + rng.normal(0, 0.01, (40, 96))
    values = -1e6 * index / 100 * season * np.exp(walk)
    data = pd.concat([monthly(f"s{number}", row, months[-1]) for number, row in enumerate(values)])
    return data, pd.DataFrame({"index": "Löner", "period": months, "value": index})


def test_a_wage_revision_moved_to_june_is_forecast_better_by_those_who_have_the_index() -> None:
    data, index = wages(0, "2027-06-01")
    known, after = data[data["ds"] <= END], data[data["ds"] > END]
    rows = price_changes(index, dict.fromkeys(data["unique_id"].unique(), "Löner"))
    errors, spring = [], []
    for told in (None, rows):
        frame = forecast(known, 12, events=told).frame.merge(after, on=["unique_id", "ds"])
        wrong = (frame["mean"] - frame["y"]).abs()
        errors.append(wrong.mean())
        spring.append(wrong[frame["ds"].dt.month.isin([4, 5])].mean())
    assert 0.92 <= frame["y"].between(frame["lo-95"], frame["hi-95"]).mean() <= 0.98
    assert errors[1] < 0.9 * errors[0]
    assert spring[1] < 0.7 * spring[0]


def test_after_the_last_value_an_index_changes_as_the_year_before() -> None:
    _, index = wages(0, "2027-04-01")
    data = steady(4, months=84)
    rows = price_changes(index[index["period"] <= END], dict.fromkeys(data["unique_id"].unique(), "Löner"))
    effects = Events(rows, read_panel(data), 12).at(0)
    np.testing.assert_allclose(effects.ratio[0, 84:], [1, 1, 1, 1, 1, *[1.03] * 7])


def test_an_index_that_is_not_there_or_not_above_zero_is_refused() -> None:
    index = pd.DataFrame({"index": "Löner", "period": pd.date_range("2026-01-01", periods=3, freq="MS"), "value": 1.0})
    with pytest.raises(InvalidData, match="'Mat', which is not there"):
        price_changes(index, {"s0": "Mat"})
    with pytest.raises(InvalidData, match=r"row 2: the value is 0\.0, which is not above zero"):
        price_changes(index.assign(value=[1.0, 0.0, 1.0]), {"s0": "Löner"})


# What was known when


def run_of(data: pd.DataFrame, rows: pd.DataFrame | None, horizon: int = 6) -> tuple[ForecastRun, Restored]:
    panel = read_panel(data)
    run = ForecastRun(panel, read_hierarchy(None, panel.ids), horizon, (80, 95), Events(rows, panel, horizon))
    return run, Restored(run)


def test_a_backtest_does_not_know_what_was_decided_after_its_origin() -> None:
    data = steady(10, seed=5)
    data.loc[(data["unique_id"] == "s0") & (data["ds"] >= "2026-04-01"), "y"] *= 0.5
    rows = event("s0", "2026-04", change=-0.5)
    unknown = run_of(data, rows)[1].backtest()
    foreseen = run_of(data, rows.assign(known_from="2025-01"))[1].backtest()
    for tested, expected in ((unknown, 1.0), (foreseen, 0.5)):
        late = tested[
            (tested["unique_id"] == "s0") & (tested["ds"] >= "2026-04-01") & (tested["origin"] < "2026-04-01")
        ]
        assert len(late) >= 5
        assert (late["actual"] > -0.6e6).all()  # the outcome is the one that was booked
        np.testing.assert_allclose(late["forecast"] / -1e6, expected, atol=0.06)


def test_earlier_forecasts_are_set_beside_what_was_booked() -> None:
    data = steady(6, seed=6)
    tested = run_of(data, event("s2", "2025-12", change=0.4))[1].backtest()
    joined = tested.merge(data, on=["unique_id", "ds"])
    np.testing.assert_allclose(joined["actual"], joined["y"])
    before = data.assign(ds=data["ds"] + pd.DateOffset(years=1))
    joined = tested.merge(before, on=["unique_id", "ds"])
    np.testing.assert_allclose(joined["naive"], joined["y"])


def test_the_size_of_an_event_is_estimated_from_what_was_known_at_each_origin() -> None:
    data = steady(3, seed=7)
    data.loc[(data["unique_id"] == "s0") & (data["ds"] >= "2025-05-01"), "y"] *= 1.3
    events = Events(event("s0", "2025-05"), read_panel(data), 6)
    assert np.isnan(events.at(17).size[0])  # one month of it had been seen
    early, late = events.at(12), events.at(0)
    assert early.size[0] == pytest.approx(np.log(1.3), abs=0.03)
    assert early.size[0] != late.size[0]
    changed = data.assign(y=lambda d: d["y"].where(d["ds"] < "2025-11-01", d["y"] * 3))
    again = Events(event("s0", "2025-05"), read_panel(changed), 6).at(12)
    assert again.size[0] == early.size[0]


def test_without_events_nothing_is_different_and_with_them_it_is_the_same_each_time() -> None:
    data, rows = steady(6), event("s0", "2025-02")
    pd.testing.assert_frame_equal(forecast(data, 6).frame, forecast(data, 6, events=rows.iloc[:0]).frame)
    first, second = (forecast(data, 6, events=rows).frame for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


# The arithmetic, by a second hand


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(-3, 34),
            st.one_of(st.none(), st.integers(0, 12)),
            st.one_of(st.floats(-0.9, 1.5), st.just(-1.0)),
            st.booleans(),
            st.sampled_from(["a", "b", "c"]),
        ),
        max_size=5,
    ),
    st.integers(0, 9),
)
def test_history_and_forecast_are_changed_month_by_month_as_the_events_say(listed: list, back: int) -> None:
    rng = np.random.default_rng(1)
    data, horizon = monthly("s0", rng.uniform(50, 150, 30)), 6
    panel = read_panel(data)
    first = data["ds"].iloc[0]
    rows = pd.DataFrame(
        [
            {
                "unique_id": "s0",
                "start": first + pd.DateOffset(months=start),
                "end": None if length is None else first + pd.DateOffset(months=start + length),
                "change": np.nan if as_amount else size,
                "amount": 40 * size if as_amount else np.nan,
                "name": f"{name}{number}",  # names of their own: nothing returns
            }
            for number, (start, length, size, as_amount, name) in enumerate(listed)
        ],
        columns=["unique_id", "start", "end", "change", "amount", "name"],
    )
    effects = Events(rows, panel, horizon).at(back)
    origin = 29 - back

    def in_force(month: int) -> tuple[float, float]:
        factor, amount = 1.0, 0.0
        for start, length, size, as_amount, _ in listed:
            active = start <= month and (length is None or month <= start + length)
            if active and (start <= origin or back == 0):
                factor *= 1.0 if as_amount else 1.0 + size
                amount += 40 * size if as_amount else 0.0
        return factor, amount

    open_now = 1.0
    for start, length, size, as_amount, _ in listed:
        active = start <= origin and (length is None or origin <= start + length)
        if active and not as_amount and size > -1.0:
            open_now *= 1.0 + size
    bare = effects.without(panel.values)[0]
    columns = np.arange(30, 30 + horizon)[None]
    path = effects.put_back(np.full((1, horizon), 80.0), columns)[0]
    base = in_force(origin)[1]
    for month in range(30):
        factor, amount = in_force(month)
        if factor > 0:
            expected = (panel.values[0, month] - amount) / factor * open_now + base
            assert bare[month] == pytest.approx(expected, rel=1e-9, abs=1e-6)
        else:
            assert np.isnan(bare[month]) == (month > origin)
    for step in range(horizon):
        factor, amount = in_force(30 + step)
        assert path[step] == pytest.approx((80.0 - base) * factor / open_now + amount, rel=1e-9, abs=1e-6)


# What cannot be used


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"unique_id": "x", "start": "2027-01", "change": 0.1}, "row 2: there is no series 'x'"),
        ({"start": None, "change": 0.1}, "row 2: start is missing"),
        ({"start": "vår", "change": 0.1}, "row 2: start is 'vår', not a month"),
        ({"start": "2027-01", "change": 0.1, "amount": 5.0}, "row 2: both change and amount"),
        ({"start": "2027-01", "change": -1.5}, "row 2: change is -1.5"),
        ({"start": "2027-01", "change": "mycket"}, "row 2: change is 'mycket', not a finite number"),
        ({"start": "2027-03", "end": "2027-01", "change": 0.1}, "row 2: end 2027-01 is before start 2027-03"),
        ({"start": "2027-01", "name": "Okänd"}, "row 2: neither change nor amount"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(row: dict, said: str) -> None:
    rows = pd.DataFrame([{"unique_id": "s0", "start": "2027-01", "change": 0.01}, {"unique_id": "s1"} | row])
    with pytest.raises(InvalidData, match=said):
        forecast(steady(3, months=40), 3, events=rows)


def test_a_column_that_is_missing_or_misspelt_is_named() -> None:
    with pytest.raises(InvalidData, match="the column start is missing"):
        forecast(steady(2, months=30), 3, events=pd.DataFrame({"unique_id": ["s0"]}))
    with pytest.raises(InvalidData, match="the column changed is not known"):
        forecast(steady(2, months=30), 3, events=event("s0", "2027-01", changed=0.1))


def test_an_event_too_recent_to_be_measured_is_told_and_left_out() -> None:
    result = forecast(steady(4), 6, events=event("s0", "2026-10", name="Ny taxa"))
    assert any("kan inte beräknas" in text and "Ny taxa" in text for text in result.warnings)
    np.testing.assert_allclose(means(result, "s0"), means(forecast(steady(4), 6), "s0"))
