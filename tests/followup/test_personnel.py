"""Own and hired staff, counted by hand."""

import pandas as pd
import pytest

import utfall
from tests.small_region import MONTHS, write_region
from utfall.followup import personnel


def staffing() -> pd.DataFrame:
    """Ten own at 160 hours each and, last year only, one hired at three times the price an hour."""
    rows = []
    for month in MONTHS:
        rows.append(_row(month, "own", hours=1600.0, amount=-640_000.0, sick=100.0))
        if month.year == 2025:
            rows.append(_row(month, "hired", hours=160.0, amount=-192_000.0, sick=0.0))
    return pd.DataFrame(rows)


def _row(month, employment, *, hours, amount, sick):
    return {
        "period": month,
        "unit": "K1",
        "category": "Sjuksköterska",
        "employment": employment,
        "headcount": 10.0,
        "fte": 10.0,
        "hours": hours,
        "leavers": 0.0,
        "sick_hours": sick,
        "amount": amount,
    }


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    folder = write_region(tmp_path_factory.mktemp("staff") / "region")
    staffing().to_parquet(folder / "staffing.parquet", index=False)
    return utfall.open_region(folder)


def test_hours_cost_and_hired_share_are_those_of_the_table(region):
    staff = personnel(region, unit="Ortopedi", period="2026-10")
    rows = staff.frame.set_index("employment")
    assert rows.loc["own", ["hours", "hours_before"]].tolist() == [16_000.0, 16_000.0]
    assert rows.loc["hired", ["cost", "cost_before"]].tolist() == [0.0, -1_920_000.0]
    assert staff.hired_share_before == pytest.approx(192 / (192 + 640))
    assert staff.sick_share == pytest.approx(100 / 1700)
    assert rows.loc["all", "hours_change"] == pytest.approx(16_000 / 17_600 - 1)


def test_the_chart_shows_hired_cost_as_a_positive_number(region):
    staff = personnel(region, unit="Ortopedi", period="2026-10")
    assert (staff.months["previous_year"] == -192_000.0).all()
    assert "−" not in staff.plot().alt


def test_a_unit_without_staff_has_no_personnel(region, small_region):
    for where, unit in [(region, "Hjärtenheten"), (small_region, "Ortopedi")]:
        assert "har ingen bemanning" in personnel(where, unit=unit, period="2026-10").note.to_text()
