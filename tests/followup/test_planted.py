"""What was planted in the made-up region is seen where it was planted, and the ledger comes out as it went in."""

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

import utfall

PERIOD = "2026-10"


@pytest.fixture(scope="module")
def region(demo_folder):
    return utfall.open_region(demo_folder)


@pytest.fixture(scope="module")
def truth(demo_folder):
    content = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))
    return {event["id"]: event for event in content["planted"]}


@pytest.fixture(scope="module")
def ledger_by_unit(demo_folder):
    """The year's ledger summed straight from the file, by unit, in öre: a second implementation."""
    table = pq.read_table(demo_folder / "ledger.parquet", columns=["period", "unit", "amount"])
    frame = table.to_pandas()
    frame = frame[pd.to_datetime(frame["period"]).between("2026-01-01", "2026-10-01")]
    ore = (frame["amount"].astype("float64") * 100).round().astype("int64")
    return ore.groupby(frame["unit"].astype(str)).sum()


def explained(region, unit):
    return utfall.explain_deviation(region, unit=unit, period=PERIOD)


def test_the_control_totals_of_every_node_are_the_files_to_the_ore(region, ledger_by_unit):
    month = region.latest_period
    nodes = region.organisation.nodes(month)
    by_unit = region.amounts(["unit"], since="2026-01", until=PERIOD).set_index("unit")["actual"]
    for node in nodes:
        posted = region.organisation.units_under(node.code, month)
        units = [unit for unit in posted if unit in ledger_by_unit.index]
        from_file = int(ledger_by_unit.loc[units].sum())
        shown = region.amounts(["line"], unit=node.code, since="2026-01", until=PERIOD)["actual"].sum()
        assert round(shown * 100) == from_file, node.name
    assert round(by_unit.sum() * 100) == int(ledger_by_unit.sum())
    assert len(nodes) > 200


def test_every_division_and_the_board_report_out_what_the_ledger_put_in(region, ledger_by_unit):
    month = region.latest_period
    for node in [*region.organisation.nodes(month, "division"), *region.organisation.nodes(month, "board")]:
        units = region.organisation.units_under(node.code, month)
        from_file = int(ledger_by_unit.reindex(units).fillna(0).sum())
        results = utfall.follow_up(region, unit=node.code, period=PERIOD).results
        assert round(results.net["actual"] * 100) == from_file


@pytest.mark.slow
def test_the_divisions_forecasts_sum_to_the_boards(region):
    def forecast(unit):
        return utfall.follow_up(region, unit=unit, period=PERIOD).outlook.net["mean"]

    divisions = [node.code for node in region.organisation.nodes(region.latest_period, "division")]
    assert sum(map(forecast, divisions)) == pytest.approx(forecast("HSN"), abs=0.05)


@pytest.mark.parametrize("event", ["supplier_price_jump", "drug_price_jump", "volume_rise", "mix_shift"])
def test_a_planted_price_volume_or_mix_is_the_largest_deviation_of_its_unit(region, truth, event):
    planted = truth[event]
    (unit,) = planted["units"]
    lines = explained(region, unit).lines.set_index("line")
    worst = lines["deviation"].idxmin()
    assert worst in planted["lines"]
    by_line = planted["against_budget_2026_by_line"]
    assert lines.loc[worst, "deviation"] == pytest.approx(by_line[worst], rel=0.35)
    assert bool(lines.loc[worst, "signal"])


def test_a_planted_drug_price_is_told_as_price_with_the_drugs_name(region, truth):
    planted = truth["drug_price_jump"]
    deviation = explained(region, planted["units"][0])
    drug = planted["parameters"]["drug"]
    changes = deviation.price_volume.drugs.set_index(["drug", "factor"])["change"]
    assert changes.idxmin() == (drug, "price")
    text = deviation.price_volume.text()
    assert drug in text
    assert "höjt pris" in text


def test_the_drug_clinics_rising_total_hides_fewer_packages_a_dose(region, truth):
    planted = truth["drug_handling"]
    drug = planted["parameters"]["drug"]
    # Against the year before the measure: the handling saves while the patients cost.
    split = utfall.explain_deviation(region, unit=planted["units"][0], period="2024-12").price_volume
    changes = split.drugs.set_index(["drug", "factor"])["change"]
    assert changes[drug, "packages_per_dose"] > 0
    now = explained(region, planted["units"][0]).price_volume.drugs.set_index(["drug", "factor"])["change"]
    assert now[drug, "patients"] < 0


@pytest.mark.parametrize("event", ["high_cost_iva_1", "high_cost_neonatal", "high_cost_hematology"])
def test_planted_high_cost_patients_are_told_at_their_unit_without_number_or_amount(region, truth, event):
    deviation = explained(region, truth[event]["units"][0])
    note = deviation.high_cost.note.to_text()
    assert note.startswith("Enstaka högkostnadsfall")
    assert "mer än hälften" not in note  # beside the deviation, that would be a lower bound on what they cost
    assert "visas inte" in note


def test_the_unit_whose_measure_has_no_effect_shows_the_measure_as_a_plan_only(region, truth):
    unit = truth["service_agreements_2024"]["units"][0]
    measures = utfall.follow_up(region, unit=unit, period=PERIOD).measures
    assert measures.grade == "D"
    assert len(measures.frame) >= 1
    assert "inte uppmätta effekter" in measures.text()


def test_a_reorganised_unit_carries_its_history_to_where_it_is_now(region):
    """Every krona of 2024 is somewhere in today's organisation."""
    for structure in ("2024-12", PERIOD):
        shown = region.amounts(["division"], since="2024-01", until="2024-12", structure=structure)
        assert shown["actual"].sum() == pytest.approx(region.control_total(since="2024-01", until="2024-12"))
        assert (shown["division"] != "").all()


def test_the_boards_analysis_names_no_unit_where_nothing_was_planted(region, truth):
    """A segment that is one unit alone must be a unit where something was planted against the budget."""
    organisation = region.organisation
    planted = {organisation.name(unit, region.latest_period) for event in truth.values() for unit in event["units"]}
    causes = explained(region, "HSN").located.segments.causes
    alone = {cause["unit"] for cause in causes if "unit" in cause}
    assert alone <= planted
