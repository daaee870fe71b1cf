"""The root-cause method on the small region, where every deviation is known."""

import pandas as pd
import pytest

import utfall
from tests.small_region import REGISTERS, ledger, write_region
from utfall.errors import InvalidParameter


def test_the_planted_cost_is_where_it_was_planted(small_region):
    deviation = utfall.explain_deviation(small_region, unit="Nämnden", period="2026-10")
    worst = deviation.located.parts.sort_values("deviation").iloc[0]
    assert (worst["unit_name"], worst["line_name"]) == ("Ortopedi", "Läkemedel")
    assert worst["deviation"] == pytest.approx(-5000 - sum(range(24, 34)))


def test_parts_lines_and_ledger_all_sum_to_the_same_deviation(small_region):
    deviation = utfall.explain_deviation(small_region, period="2026-10")
    total = small_region.control_total(since="2026-01", until="2026-10") - small_region.control_total(
        since="2026-01", until="2026-10", table="budget"
    )
    assert deviation.deviation == pytest.approx(total)
    assert deviation.located.parts["deviation"].sum() == pytest.approx(total)
    assert all(check.passed for check in deviation.checks)
    assert len(deviation.checks) >= 3


def test_worsenings_and_improvements_are_shown_apart_and_the_rest_is_a_row(small_region):
    table = utfall.explain_deviation(small_region, period="2026-10").located.table
    assert table.frame["label"].iloc[-1] == "Avvikelse netto"
    assert table.frame["deviation"].iloc[:-1].sum() == pytest.approx(table.frame["deviation"].iloc[-1])
    assert table.frame["label"].str.contains("övrig").sum() == 1


def test_price_and_volume_sum_to_the_change_of_the_ledgers_cost(small_region):
    split = utfall.explain_deviation(small_region, unit="K", period="2026-10").price_volume
    rows = ledger().query("unit in ['K1', 'K2'] and account != '3010'")
    now = rows[rows["period"] >= "2026-01-01"]["amount"].sum()
    before = rows[(rows["period"] >= "2025-01-01") & (rows["period"] <= "2025-10-01")]["amount"].sum()
    assert split.frame["change"].sum() == pytest.approx(now - before)


def test_without_a_price_index_price_and_efficiency_are_not_told_apart(small_region):
    split = utfall.explain_deviation(small_region, unit="K", period="2026-10").price_volume
    drugs = split.frame[split.frame["line"] == "drugs"].set_index("kind")["change"]
    assert drugs["volume"] == pytest.approx(0)  # a hundred visits both years
    assert "price" not in drugs
    assert drugs["price_and_efficiency"] < 0


def test_a_price_rise_is_told_from_a_volume_rise(tmp_path):
    """One drug costs twice as much a package, another is given to twice as many patients."""
    rows = []
    for month in pd.date_range("2025-01-01", "2026-10-01", freq="MS"):
        twice = 2.0 if month.year == 2026 else 1.0
        rows.append(_use(month, "Dyrare", price=100.0 * twice, patients=10.0))
        rows.append(_use(month, "Fler", price=100.0, patients=10.0 * twice))
    use = pd.DataFrame(rows)
    drugs = use.groupby("period")["amount"].sum().rename("amount").reset_index().assign(unit="K1", account="5610")
    others = ledger().query("not (unit == 'K1' and account == '5610' and period >= '2025-01-01')")
    folder = write_region(tmp_path, ledger=pd.concat([others, drugs], ignore_index=True))
    use.to_parquet(folder / "drug_use.parquet", index=False)
    split = utfall.explain_deviation(utfall.open_region(folder), unit="K1", period="2026-10").price_volume
    changes = split.drugs.set_index(["drug", "factor"])["change"]
    assert changes["Dyrare", "price"] == pytest.approx(-100.0 * 10 * 10)
    # How many patients a drug has: the unit's patients, and the drug's share of them.
    for drug, expected in (("Fler", -100.0 * 10 * 10), ("Dyrare", 0.0)):
        assert changes[drug, "patients"] + changes[drug, "drug_share"] == pytest.approx(expected)
    lines = split.frame[split.frame["line"] == "drugs"].groupby("kind")["change"].sum()
    assert lines["price"] == pytest.approx(-10_000)
    assert lines["volume"] + lines["mix"] == pytest.approx(-10_000)
    assert lines["not_split"] == pytest.approx(0, abs=1e-6)


def test_patients_who_move_to_a_costlier_drug_are_mix_and_not_volume(tmp_path):
    """Ten of twenty patients leave a drug of 100 kr for one of 300 kr; nobody new comes."""
    rows = []
    for month in pd.date_range("2025-01-01", "2026-10-01", freq="MS"):
        moved = 10.0 if month.year == 2026 else 0.0
        rows.append(_use(month, "Billig", price=100.0, patients=20.0 - moved))
        rows.append(_use(month, "Dyr", price=300.0, patients=10.0 + moved))
    use = pd.DataFrame(rows)
    drugs = use.groupby("period")["amount"].sum().rename("amount").reset_index().assign(unit="K1", account="5610")
    others = ledger().query("not (unit == 'K1' and account == '5610' and period >= '2025-01-01')")
    folder = write_region(tmp_path, ledger=pd.concat([others, drugs], ignore_index=True))
    use.to_parquet(folder / "drug_use.parquet", index=False)
    split = utfall.explain_deviation(utfall.open_region(folder), unit="K1", period="2026-10").price_volume
    lines = split.frame[split.frame["line"] == "drugs"].groupby("kind")["change"].sum()
    assert lines["mix"] == pytest.approx(-10 * 200 * 10)  # ten patients, 200 kr each, ten months
    assert lines["volume"] == pytest.approx(0)
    assert lines["price"] == pytest.approx(0)


def _use(month, drug, *, price, patients):
    """Two doses a patient and two doses a package: as many packages as patients."""
    return {
        "period": month,
        "unit": "K1",
        "drug": drug,
        "patients": patients,
        "doses": patients * 2,
        "packages": patients,
        "amount": -price * patients,
    }


@pytest.mark.parametrize(("patients", "shown"), [(1, False), (4, False), (5, True)])
def test_fewer_than_five_high_cost_patients_are_neither_counted_nor_summed(tmp_path, patients, shown):
    care = pd.DataFrame(
        {
            "period": pd.Timestamp("2026-09-01"),
            "unit": "K1",
            "provider": "Universitetssjukhuset",
            "case": [f"fall {number}" for number in range(patients)],
            "drg_points": 9.0,
            "amount": -1_500_000.0,
        }
    )
    posted = care.assign(account="5310")[["period", "unit", "account", "amount"]]
    folder = write_region(tmp_path, ledger=pd.concat([ledger(), posted], ignore_index=True))
    care.to_parquet(folder / "purchased_care.parquet", index=False)
    deviation = utfall.explain_deviation(utfall.open_region(folder), unit="K1", period="2026-10")
    text = deviation.high_cost.note.to_text()
    assert (f"{patients} högkostnadsfall" in text) == shown
    assert ("färre än fem" in text) != shown
    assert ("mer än hälften av försämringen" in text) == shown
    assert ("7\u00a0500\u00a0tkr" in text) == shown


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"against": "forecast"}, "choose budget or previous_year"),
        ({"period": "2023-12"}, "outside the ledger"),
    ],
)
def test_a_parameter_that_cannot_be_used_is_refused(small_region, change, message):
    with pytest.raises(InvalidParameter, match=message):
        utfall.explain_deviation(small_region, **({"period": "2026-10"} | change))


def test_against_last_year_needs_a_whole_year_before(small_region):
    with pytest.raises(InvalidParameter, match="no whole year before 2024"):
        utfall.explain_deviation(small_region, period="2024-10", against="previous_year")


def test_every_step_of_the_method_leaves_a_trace(small_region):
    trail = utfall.explain_deviation(small_region, period="2026-10").trail
    names = [step.name for step in trail]
    assert names[0] == "Kontrollsummor"
    assert names[-2:] == ["Orsaker", "Det oförklarade"]
    assert len(names) >= 14
    assert all(step.rule and step.outcome for step in trail)


def test_a_short_history_gives_no_band_and_no_judgement(small_region):
    lines = utfall.explain_deviation(small_region, period="2024-06").lines
    assert lines["band"].isna().all()
    assert lines["signal"].isna().all()


def test_a_board_without_divisions_can_be_explained(tmp_path):
    units = [{"code": "B", "name": "Nämnden", "level": "board", "parent": None}]
    units += [row | {"parent": "B"} for row in REGISTERS["organisation.yaml"]["units"] if row["level"] == "unit"]
    region = utfall.open_region(write_region(tmp_path, organisation={"units": units}))
    deviation = utfall.explain_deviation(region, period="2026-10")
    assert deviation.located.parts["unit_name"].nunique() == 3


def test_a_report_above_shows_no_number_that_would_reveal_a_hidden_one_below(tmp_path):
    """Five patients at one unit and one at another: six at the division would give the one away."""
    care = pd.DataFrame(
        {
            "period": pd.Timestamp("2026-09-01"),
            "unit": ["K1"] * 5 + ["K2"],
            "provider": "Universitetssjukhuset",
            "case": [f"fall {number}" for number in range(6)],
            "drg_points": 9.0,
            "amount": -1_500_000.0,
        }
    )
    posted = care.assign(account="5310")[["period", "unit", "account", "amount"]]
    folder = write_region(tmp_path, ledger=pd.concat([ledger(), posted], ignore_index=True))
    care.to_parquet(folder / "purchased_care.parquet", index=False)
    region = utfall.open_region(folder)
    notes = {
        unit: utfall.explain_deviation(region, unit=unit, period="2026-10").high_cost.note.to_text()
        for unit in ("K1", "K2", "Division Kirurgi", "Nämnden")
    }
    assert notes["K1"].startswith("5 högkostnadsfall")
    for unit in ("K2", "Division Kirurgi", "Nämnden"):
        assert notes[unit].startswith("Enstaka högkostnadsfall"), unit


def test_a_short_history_is_not_called_noise_in_the_summary(small_region):
    summary = utfall.follow_up(small_region, unit="K1", period="2024-06").summary.to_text()
    assert "normala variationen" not in summary
