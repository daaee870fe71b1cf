"""A region's register of events on the series of a forecast: counted by hand on the small region."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import ACCOUNTS, REGISTERS, UNITS, budget, ledger, write_region
from utfall.errors import InvalidParameter
from utfall.forecasting import forecast
from utfall.forecasting.events.of_register import NO_SERIES, PLANNED, events_of, left_out, price_events_of
from utfall.region import Region

LINES = ("care_sold", "salaries", "purchased_care", "drugs")
UNTIL = "2026-10"


def event(**said: object) -> dict[str, object]:
    return {"id": "e1", "name": "Händelsen", "units": ["K1"], "start": "2027-01", "kind": "other"} | said


def region_with(folder, *events: dict[str, object], **tables: object) -> Region:
    write_region(folder, **tables)
    (folder / "events.yaml").write_text(yaml.safe_dump({"events": list(events)}, allow_unicode=True), encoding="utf-8")
    return utfall.open_region(folder)


def leaves(*units: str) -> pd.DataFrame:
    rows = [(f"{unit}|{line}", unit, line) for unit in units or UNITS for line in LINES]
    return pd.DataFrame(rows, columns=["unique_id", "unit", "line"])


def latest_year(region: Region, unit: str, line: str) -> float:
    frame = region.amounts(["unit", "line"], since="2025-11", until="2026-10")
    return float(frame[(frame["unit"] == unit) & (frame["line"] == line)]["actual"].sum())


@pytest.mark.parametrize(
    ("units", "expected"),
    [(["K1"], {"K1"}), (["KA"], {"K1", "K2"}), (["K", "M1"], {"K1", "K2", "M1"}), (["B"], {"K1", "K2", "M1"})],
)
def test_an_event_at_any_level_concerns_every_unit_below(tmp_path, units, expected):
    region = region_with(tmp_path, event(units=units, change=-0.1, lines=["drugs"]))
    rows = events_of(region, leaves(), UNTIL)
    assert set(rows["unique_id"]) == {f"{unit}|drugs" for unit in expected}
    assert (rows["change"] == -0.1).all()


def test_a_closing_concerns_every_line_of_the_unit(tmp_path):
    rows = events_of(region_with(tmp_path, event(kind="closing", change=-1)), leaves(), UNTIL)
    assert set(rows["unique_id"]) == {f"K1|{line}" for line in LINES}
    assert (rows["change"] == -1.0).all()
    assert rows["amount"].isna().all()


def test_an_event_on_accounts_changes_a_line_by_their_share_of_it(tmp_path):
    registers = yaml.safe_load(yaml.safe_dump(REGISTERS["accounts.yaml"]))
    registers["accounts"][1] = {"first": "40", "last": "53", "line": "salaries", "name": "Löner och köpt vård"}
    del registers["accounts"][2], registers["lines"][2]
    region = region_with(tmp_path, event(accounts=["5310"], change=-0.5), accounts=registers)
    rows = events_of(region, leaves(), UNTIL)
    months = range(22, 34)  # the latest twelve: each account has fallen by one krona a month
    bought = sum(ACCOUNTS["5310"] - month for month in months)
    all_of_it = bought + sum(ACCOUNTS["4010"] - month for month in months)
    assert rows["unique_id"].tolist() == ["K1|salaries"]
    assert rows["change"].iloc[0] == pytest.approx(-0.5 * bought / all_of_it)


def test_the_share_of_a_past_event_is_that_of_the_year_before_it(tmp_path):
    told = event(units=["K"], lines=["salaries", "drugs"], amount=-1000.0, start="2025-03")
    region = region_with(tmp_path, told)
    rows = events_of(region, leaves(), UNTIL).set_index("unique_id")["amount"]
    frame = region.amounts(["unit", "line"], unit="K", since="2024-03", until="2025-02", lines=["salaries", "drugs"])
    size = frame.assign(key=frame["unit"] + "|" + frame["line"]).set_index("key")["actual"].abs()
    np.testing.assert_allclose(rows[size.index], -1000.0 * size / size.sum())


def test_an_amount_is_shared_by_all_it_concerns_and_nothing_is_lost(tmp_path):
    region = region_with(tmp_path, event(units=["K"], lines=["drugs"], amount=-700.0))
    rows = events_of(region, leaves(), UNTIL).set_index("unique_id")["amount"]
    assert rows.sum() == pytest.approx(-700.0)
    weights = {unit: abs(latest_year(region, unit, "drugs")) for unit in ("K1", "K2")}
    assert rows["K1|drugs"] == pytest.approx(-700.0 * weights["K1"] / sum(weights.values()))
    # Asked for one unit only, it has the share it has in the whole.
    assert events_of(region, leaves("K2"), UNTIL)["amount"].tolist() == [rows["K2|drugs"]]


def test_only_what_is_decided_enters_and_the_rest_is_listed_with_its_reason(tmp_path):
    region = region_with(
        tmp_path,
        event(id="a", change=-0.2, status="planned"),
        event(id="b", units=["M1"], change=-0.2, status="planned", start="2026-01", end="2026-06"),
        event(id="c", change=-0.1, lines=["drugs"]),
    )
    assert events_of(region, leaves(), UNTIL)["unique_id"].tolist() == ["K1|drugs"]
    listed = left_out(region, leaves(), UNTIL)
    assert listed[["id", "reason"]].to_numpy().tolist() == [["a", PLANNED]]
    assert left_out(region, leaves("M1"), UNTIL).empty


def test_a_decided_event_without_amounts_to_reckon_with_is_listed(tmp_path):
    region = region_with(tmp_path, event(lines=["drugs"], change=0.1))
    only_salaries = leaves("K1").query("line == 'salaries'")
    assert events_of(region, only_salaries, UNTIL).empty
    assert left_out(region, only_salaries, UNTIL)["reason"].tolist() == [NO_SERIES]


def test_an_event_on_a_unit_that_has_ended_changes_its_successor_by_its_share(tmp_path):
    organisation = yaml.safe_load(yaml.safe_dump(REGISTERS["organisation.yaml"]))
    for unit in organisation["units"]:
        if unit["code"] == "K2":
            unit |= {"valid_to": "2026-06-30", "successor": "K1"}

    def moved(frame: pd.DataFrame) -> pd.DataFrame:
        late = (frame["unit"] == "K2") & (frame["period"] >= "2026-07-01")
        frame = frame.assign(unit=frame["unit"].mask(late, "K1"))
        keys = [column for column in frame.columns if column != "amount"]
        return frame.groupby(keys, as_index=False)["amount"].sum()

    told = event(units=["K2"], lines=["salaries"], change=-1, start="2026-05")
    changed = {"organisation": organisation, "ledger": moved(ledger()), "budget": moved(budget()), "volumes": None}
    region = region_with(tmp_path, told, **changed)
    rows = events_of(region, leaves("K1", "M1"), UNTIL)
    assert rows["unique_id"].tolist() == ["K1|salaries"]
    assert rows["change"].iloc[0] == pytest.approx(-0.5)  # two units alike until then


def test_known_from_and_the_last_month_of_what_comes_once_follow_along(tmp_path):
    region = region_with(tmp_path, event(kind="one_off", lines=["drugs"], amount=-5.0, known_from="2026-05"))
    (row,) = events_of(region, leaves(), UNTIL).to_dict("records")
    assert (row["start"], row["end"], row["known_from"], row["name"]) == ("2027-01", "2027-01", "2026-05", "Händelsen")


def test_the_forecast_of_a_region_closes_what_is_decided_to_close(tmp_path):
    region = region_with(tmp_path, event(units=["KA"], kind="closing", change=-1, name="Stängning"))
    amounts = region.amounts(["unit", "line", "period"], until=UNTIL)
    series = pd.DataFrame(
        {"unique_id": amounts["unit"] + "|" + amounts["line"], "ds": amounts["period"], "y": amounts["actual"]}
    )
    result = forecast(series, 6, events=events_of(region, leaves(), UNTIL))
    after = result.frame[result.frame["ds"] >= "2027-01-01"].set_index("unique_id")["mean"]
    closed = after.index.str.startswith("K")
    assert (after[closed] == 0).all()
    assert (after[~closed] != 0).all()
    assert any("Stängning från januari 2027, beloppen upphör (8\u00a0serier)" in text for text in result.assumptions)


def test_lines_follow_their_price_index_but_not_beside_wage_revisions_of_their_own(tmp_path):
    registers = yaml.safe_load(yaml.safe_dump(REGISTERS["accounts.yaml"]))
    for line in registers["lines"]:
        line["price_index"] = {"salaries": "Löner", "drugs": "Läkemedel"}.get(line["line"])
    months = pd.date_range("2024-01-01", "2027-06-01", freq="MS")
    status = np.where(months <= "2026-10-01", "outcome", "forecast")
    index = pd.concat(
        pd.DataFrame({"index": name, "period": months, "value": value, "status": status, "source": "Påhittat"})
        for name, value in (("Löner", np.where(months >= "2027-04-01", 103.0, 100.0)), ("Läkemedel", 100.0))
    )
    wages = event(units=["K1"], lines=["salaries"], kind="wage_revision", change=0.03, start="2027-04")
    folder = tmp_path / "region"
    folder.mkdir()
    index.to_parquet(folder / "price_index.parquet", index=False)
    region = region_with(folder, wages, accounts=registers)
    rows = price_events_of(region, leaves(), UNTIL)
    assert set(rows["unique_id"]) == {"K2|salaries", "M1|salaries", "K1|drugs", "K2|drugs", "M1|drugs"}
    raised = rows[rows["change"] != 0]
    assert set(raised["unique_id"]) == {"K2|salaries", "M1|salaries"}
    assert (raised["start"] == pd.Timestamp("2027-04-01")).all()
    assert raised["change"].to_numpy() == pytest.approx(0.03)
    assert price_events_of(region, leaves(), "2026-05")["start"].max() == pd.Timestamp("2026-05-01")


def test_a_region_without_a_price_index_has_no_price_events(small_region):
    assert price_events_of(small_region, leaves(), UNTIL).empty


def test_a_forecast_made_again_for_an_earlier_month_knows_only_what_was_known_then(tmp_path):
    told = event(lines=["drugs"], change=-0.1)
    region = region_with(
        tmp_path,
        told | {"id": "a", "name": "begun", "start": "2026-02"},
        told | {"id": "b", "name": "foreseen", "start": "2026-08", "known_from": "2026-03"},
        told | {"id": "c", "name": "unforeseen", "start": "2026-08"},
    )
    assert events_of(region, leaves(), "2026-03")["name"].tolist() == ["begun", "foreseen"]
    assert events_of(region, leaves(), "2026-02")["name"].tolist() == ["begun"]
    assert len(events_of(region, leaves(), UNTIL)) == 3


def test_series_without_unit_or_line_are_refused(small_region):
    with pytest.raises(InvalidParameter, match="leaves lacks unit, line"):
        events_of(small_region, pd.DataFrame({"unique_id": ["a"]}), UNTIL)
