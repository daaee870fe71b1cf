"""Events that the booked months contradict, and what is said of earlier months that were moved."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from utfall.forecasting import forecast, year_end

END = pd.Timestamp("2026-10-01")
MONTHS = 72


def costs(name: str = "Hyra", level: float = -1e6, seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    months = pd.date_range(end=END, periods=MONTHS, freq="MS")
    season = 1 + 0.05 * np.sin(2 * np.pi * np.arange(MONTHS) / 12)
    values = level * season * np.exp(rng.normal(0, 0.01, MONTHS))
    return pd.DataFrame({"unique_id": name, "ds": months, "y": values})


def after(data: pd.DataFrame, month: str, factor: float = 1.0, added: float = 0.0) -> pd.DataFrame:
    """The same series, from a month on multiplied and added to."""
    changed = data["ds"] >= month
    return data.assign(y=data["y"].where(~changed, data["y"] * factor + added))


def event(start: str, series: str | list[str] = "Hyra", **size: object) -> pd.DataFrame:
    return pd.DataFrame({"unique_id": [series] if isinstance(series, str) else series, "start": start, **size})


def said(result: object, words: str) -> list[str]:
    warnings = result.warnings  # type: ignore[attr-defined]
    return [text.replace("\u00a0", " ") for text in warnings if words in text]


STILL = "bokförs fortfarande"


@pytest.mark.parametrize("make", [lambda data, events: forecast(data, 6, events=events), None])
def test_a_closed_series_that_is_still_booked_is_named_with_its_closing_and_amount(make) -> None:
    data = costs().assign(y=-1e6)
    closing = event("2026-04", change=-1.0, name="Flytten")
    result = make(data, closing) if make else year_end(data, events=closing)
    (text,) = said(result, STILL)
    assert text.startswith("Hyra är stängd sedan april 2026 (Flytten) men bokförs fortfarande, −1 000 tkr i månaden.")


def test_several_series_of_one_closing_share_a_sentence() -> None:
    data = pd.concat([costs("Hyra"), costs("Löner", seed=1), costs("El", seed=2)])
    (text,) = said(forecast(data, 6, events=event("2026-04", ["Hyra", "Löner"], change=-1.0)), STILL)
    assert text.startswith("Hyra, Löner är stängda sedan april 2026 men bokförs fortfarande")


@pytest.mark.parametrize(
    ("left", "closing"),
    [
        (0.0, event("2026-04", change=-1.0)),
        (0.02, event("2026-04", change=-1.0)),  # late invoices
        (1.0, event("2026-12", change=-1.0)),  # still to come
        (1.0, event("2026-04", end="2026-08", change=-1.0)),  # open again
        (1.0, event("2026-04", change=-0.5)),  # no closing
    ],
)
def test_a_closing_that_is_kept_is_not_said_to_be_broken(left: float, closing: pd.DataFrame) -> None:
    assert not said(forecast(after(costs(), "2026-04", left), 6, events=closing), STILL)


def test_what_winding_down_is_known_to_cost_does_not_count_as_still_booked() -> None:
    data = after(costs(), "2026-04", 0.0, -80_000.0)
    closing = event("2026-04", change=-1.0, name="Stängning")
    assert said(forecast(data, 6, events=closing), STILL)
    winding_down = event("2026-04", amount=-80_000.0, name="Avveckling")
    assert not said(forecast(data, 6, events=pd.concat([closing, winding_down])), STILL)


WRONG = "Händelsens storlek stämmer inte"


def test_an_event_whose_size_is_plainly_wrong_is_told_with_both_numbers_and_not_as_a_level_shift() -> None:
    data = after(costs(), "2025-01", 1.5)
    result = forecast(data, 6, events=event("2025-01", change=0.05, name="Nytt avtal"))
    (text,) = said(result, WRONG)
    assert "Hyra: Nytt avtal jan 2025 är angiven till +5,0 %, men serien visar +" in text
    shown = float(text.split("serien visar +")[1].split(" %")[0].replace(",", "."))
    assert shown == pytest.approx(50.0, abs=2.0)
    assert not said(result, "ivåskifte")
    assert said(forecast(data, 6), "ivåskifte"), "without the event it is a level shift"


def test_the_year_tells_an_event_of_wrong_size_as_the_months_do() -> None:
    data, wrong = after(costs(), "2025-01", 1.5), event("2025-01", change=0.05, name="Nytt avtal")
    result = year_end(data, events=wrong)
    assert said(result, WRONG) == said(forecast(data, 6, events=wrong), WRONG) != []
    assert not said(result, "ivåskifte")
    assert said(year_end(data), "ivåskifte jan 2025"), "without the event it is a level shift"


def test_an_amount_that_is_plainly_wrong_is_told_in_amounts() -> None:
    data = after(costs(), "2025-01", added=-600_000.0)
    result = forecast(data, 6, events=event("2025-01", amount=-100_000.0, name="Ny lokal"))
    (text,) = said(result, WRONG)
    assert "är angiven till −100 tkr i månaden, men serien visar −" in text
    shown = float(text.split("serien visar −")[1].split(" tkr")[0].replace(" ", ""))
    assert shown == pytest.approx(600.0, rel=0.05)


def test_an_event_of_the_size_it_says_and_a_jump_without_event_are_told_as_they_are() -> None:
    raised = after(costs(), "2025-01", 1.5)
    assert not said(forecast(raised, 6, events=event("2025-01", change=0.5)), WRONG)
    elsewhere = forecast(raised, 6, events=event("2023-01", change=0.01))
    assert not said(elsewhere, WRONG)
    assert said(elsewhere, "ivåskifte")


def test_many_events_of_wrong_sizes_take_one_sentence() -> None:
    names = [f"s{number}" for number in range(8)]
    data = pd.concat([after(costs(name, seed=at), "2025-01", 1.3 + at / 20) for at, name in enumerate(names)])
    (text,) = said(forecast(data, 6, events=event("2025-01", names, change=0.02, name="Avtal")), WRONG)
    assert text.count("men serien visar") == 5
    assert "och 3 till" in text


MOVED = "Tidigare månader är omräknade"


@pytest.mark.parametrize(
    ("known", "recounted"),
    [
        (event("2025-01", change=0.05), True),
        (event("2025-01", amount=-50_000.0), True),
        (event("2024-01", end="2024-06", change=-1.0), True),
        (event("2015-01", change=0.05), False),  # before the first month
        (event("2025-01", change=0.0), False),
        (event("2027-01", change=0.05), False),  # ahead
        (event("2026-04", change=-1.0), False),  # closed: there is no level to move to
    ],
)
def test_earlier_months_are_said_to_be_moved_once_and_only_when_they_were(known: pd.DataFrame, recounted: bool) -> None:
    for result in (forecast(costs(), 6, events=known), year_end(costs(), events=known)):
        assert sum(MOVED in text for text in result.assumptions) == int(recounted)


def test_an_amount_on_a_series_of_zeros_has_no_interval_and_says_why() -> None:
    empty = costs("Tomt").assign(y=0.0)
    data = pd.concat([costs("Hyra"), empty])
    rows = event("2026-12", "Tomt", amount=-40_000.0, name="Ny lokal")
    result = forecast(data, 3, events=rows, hierarchy={"Hyra": "Netto", "Tomt": "Netto"})
    frame = result.frame.set_index("unique_id")
    np.testing.assert_allclose(frame.loc["Tomt", "mean"], [0.0, -40_000.0, -40_000.0])
    assert frame.loc["Tomt", "lo-80"].isna().tolist() == [False, True, True]
    assert "inte kan prövas" in result.series.set_index("unique_id")["reason"]["Tomt"]
    assert frame.loc["Netto", "lo-80"].notna().all(), "the total is tested by its other series"
    alone = forecast(empty, 3, events=rows)
    assert "beloppet kan inte prövas" in alone.table.to_text()


def test_the_year_has_no_interval_for_an_amount_on_a_series_of_zeros_either() -> None:
    empty = costs("Tomt").assign(y=0.0)
    rows = event("2026-12", "Tomt", amount=-40_000.0, name="Ny lokal")
    result = year_end(pd.concat([costs("Hyra"), empty]), events=rows, hierarchy={"Hyra": "Netto", "Tomt": "Netto"})
    frame = result.frame.set_index("unique_id")
    assert frame.loc["Tomt", "mean"] == -40_000.0
    assert frame.loc["Tomt", ["lo-80", "hi-80"]].isna().all()
    assert frame.loc["Netto", ["lo-80", "hi-80"]].notna().all(), "the total is tested by its other series"
    assert "inte kan prövas" in frame.loc["Tomt", "reason"]
    assert np.isnan(result.probability("Tomt", -50_000.0))
    for months in (result.path, result.accumulated):
        assert months.loc[months["unique_id"] == "Tomt", "lo-80"].isna().tolist() == [False, True]
    alone = year_end(empty, events=rows)
    assert "beloppet kan inte prövas" in alone.text()
    assert "beloppet kan inte prövas" in alone.table.to_text()
    assert year_end(empty).frame.loc[0, "lo-80"] == 0.0, "without the event nothing is uncertain"
