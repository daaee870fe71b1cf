"""What must hold between the rows about the years ahead: each fault is named by file and row, with what to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import utfall
from tests.region.years_ahead import AHEAD, SAID, added, changed, line_of, write_ahead, write_lists
from utfall.errors import InvalidData
from utfall.region import write_duckdb
from utfall.region.register_sheets import lists_of
from utfall.region.registers import read_lists
from utfall.region.scenario_drivers import DRIVERS
from utfall.region.scenario_registers import MODELS_AHEAD, Correlation
from utfall.region.scenario_rules import check_registers_ahead
from utfall.sources.database import connect


@pytest.fixture(scope="module")
def region(tmp_path_factory):
    return utfall.open_region(write_ahead(tmp_path_factory.mktemp("ahead")))


@pytest.fixture(scope="module")
def region_without_ages(tmp_path_factory):
    lists = changed("scenarios", "assumptions", 2, target="85-", driver="age_cost", value=3.0)
    lists["assumptions"][3] |= {"target": "85-"}
    return utfall.open_region(write_ahead(tmp_path_factory.mktemp("no_ages"), ages=None, scenarios=lists))


def checked(region, folder, **files):
    """A region's registers, once some files have been replaced and what must hold between them holds."""
    write_lists(folder, AHEAD | files)
    lists = {}
    for file in AHEAD:
        name = f"{file}.yaml"
        lists |= read_lists(folder / name, {key: MODELS_AHEAD[key] for key in lists_of(name)})
    registers = replace(region.registers, **lists)
    check_registers_ahead(registers, region.store)
    return registers


def faults_of(region, folder, **files):
    with pytest.raises(InvalidData) as error:
        checked(region, folder, **files)
    return error.value.faults


def assumption(driver, target="", value=0.0, **values):
    return {"scenario": "base", "driver": driver, "target": target, "value": value, **SAID, **values}


def loan(name, refinances=None, drawn="2027-01", amount=1e6):
    row = {"id": name, "name": name, "amount": amount, "drawn": drawn, "years": 5, "refinances": refinances}
    return {key: value for key, value in row.items() if value is not None}


# Scenarios and what they assume


def test_a_scenario_based_on_one_that_is_not_there_is_refused(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, scenarios=changed("scenarios", "scenarios", 1, based_on="bas"))
    assert (fault.file, fault.row) == ("scenarios.yaml", 3)
    assert "the scenario tight is based on the unknown scenario bas" in fault.what
    assert "base, tight" in fault.remedy


def test_scenarios_based_on_each_other_in_a_circle_are_refused(region, tmp_path):
    lists = changed("scenarios", "scenarios", 0, based_on="low")
    lists["scenarios"].append({"id": "low", "name": "Låg", "based_on": "tight"})
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.file, fault.row) == ("scenarios.yaml", 2)
    assert fault.what.endswith("in a circle: base on low, low on tight, tight on base.")


def test_a_scenario_based_on_itself_is_refused(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, scenarios=changed("scenarios", "scenarios", 0, based_on="base"))
    assert fault.what.endswith("in a circle: base on base.")


def test_two_scenarios_cannot_have_one_id(region, tmp_path):
    lists = added("scenarios", "scenarios", {"id": "tight", "name": "En annan"})
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.row, fault.what) == (4, "the scenario tight is given twice.")


def test_an_assumption_for_a_scenario_that_is_not_there_is_refused(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, scenarios=changed("scenarios", "assumptions", 0, scenario="bas"))
    assert (fault.file, fault.row) == ("scenarios.yaml", 5)
    assert "the assumption of tax_base is for the unknown scenario bas" in fault.what


def test_the_same_assumption_twice_is_refused_with_the_row_of_the_first(region, tmp_path):
    lists = added("scenarios", "assumptions", assumption("population", "80-", 0.01, year=2028))
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.file, fault.row) == ("scenarios.yaml", line_of(tmp_path, "scenarios.yaml", "value: 0.01,"))
    assert fault.what == "the scenario base assumes population:80- for 2028 twice, first in row 8."


def test_another_year_another_target_or_another_scenario_is_another_assumption(region, tmp_path):
    rows = [
        assumption("population", "80-", 0.01, year=2029),
        assumption("population", "0-79", 0.01),
        assumption("tax_base", value=0.02, scenario="tight"),
    ]
    lists = added("scenarios", "assumptions", *rows)
    assert len(checked(region, tmp_path, scenarios=lists).assumptions) == 9


UNKNOWN_TARGETS = [
    ("population", "80+", "population names the unknown age group 80+.", "Use one of 0-79, 80- (the table population"),
    ("population", "", "population needs a target.", "Use one of 0-79, 80-"),
    ("need", "alla", "need names the unknown age group alla.", "Use one of 0-79, 80-"),
    ("volume", "food", "volume names the unknown report line food.", "Use one of care_sold, salaries, purchased_care"),
    ("price", "LPIK", "price names the unknown price index LPIK.", "Use one of Löner, Läkemedel (accounts.yaml and"),
    ("tax_base", "80-", "tax_base has no target, but '80-' is given.", "Leave target empty."),
    ("other", "tax_revenue", "other names the unknown item tax_revenue.", "Use one of other_income, other_costs"),
    ("elasticity", "food", "elasticity names the unknown report line food.", "Use one of care_sold"),
    ("replacement", "drugs", "the target 'drugs' of replacement is not two report lines.", "Write it as from_line:to"),
    ("replacement", "drugs:drugs", "the target 'drugs:drugs' of replacement is not two report lines.", "Write it as"),
    ("replacement", "drugs:food", "replacement names the unknown report line food.", "Use one of care_sold"),
    ("measure", "hyr", "measure names the unknown measure hyr.", "Use one of drugs-2026 (measures.yaml)."),
    ("saving", "KA", "saving names the unknown division KA.", "Use one of K, M (organisation.yaml)."),
    ("one_off", "cash", "one_off names the unknown item or report line cash.", "Use one of other_income"),
    ("pension_accrued", "", "pension_accrued needs a target.", "Use one of care_sold"),
    ("interest", "old", "interest has no target, but 'old' is given.", "Leave target empty."),
]


@pytest.mark.parametrize(("driver", "target", "what", "remedy"), UNKNOWN_TARGETS)
def test_a_target_that_is_not_there_is_refused_with_those_that_are(region, tmp_path, driver, target, what, remedy):
    lists = added("scenarios", "assumptions", assumption(driver, target, 0.0123))
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.file, fault.row) == ("scenarios.yaml", line_of(tmp_path, "scenarios.yaml", "0.0123"))
    assert fault.what == what
    assert fault.remedy.startswith(remedy)


def test_every_driver_can_be_assumed_of_what_it_is_about(region, tmp_path):
    rows = [
        assumption("population", "0-79", 0.01),
        assumption("need"),
        assumption("need", "80-"),
        assumption("volume", "salaries"),
        assumption("price", "Läkemedel"),
        assumption("general_grants"),
        assumption("other", "other_costs"),
        assumption("age_cost", "80-", 4.0),
        assumption("elasticity", "drugs", 1.0),
        assumption("replacement", "purchased_care:salaries", 0.7),
        assumption("tax_rate", value=0.0256, year=2028),
        assumption("measure", value=0.8),
        assumption("measure", "drugs-2026", 0.5),
        assumption("saving", value=5e6, year=2027),
        assumption("one_off", "general_grants", 1e6, year=2027),
        assumption("one_off", "drugs", -1e6, year=2027),
        assumption("pension_accrued", "salaries", 0.06),
        *(assumption(driver, value=0.03) for driver in ("pension_paid", "pension_indexation", "interest")),
        *(assumption(driver, value=0.02) for driver in ("cash_interest", "dividend", "realised_gain")),
        *(assumption(driver, value=0.02) for driver in ("unrealised_gain", "amortisation")),
        *(assumption(driver, value=30.0) for driver in ("placement", "borrow_below", "other_investments")),
        assumption("other_investment_life", value=25.0),
    ]
    assert {row["driver"] for row in rows} == set(DRIVERS) - {"tax_base"}
    registers = checked(region, tmp_path, scenarios=added("scenarios", "assumptions", *rows))
    assert len(registers.assumptions) == len(AHEAD["scenarios"]["assumptions"]) + len(rows)


def test_without_a_table_of_ages_the_groups_are_those_whose_cost_is_known(region_without_ages, tmp_path):
    lists = changed("scenarios", "assumptions", 2, target="85-", driver="age_cost", value=3.0)
    faults = faults_of(region_without_ages, tmp_path, scenarios=lists)  # the other row still says 80-
    assert [(fault.row, fault.what) for fault in faults] == [(8, "population names the unknown age group 80-.")]
    assert faults[0].remedy.startswith("Use one of 85- (the table population_by_age, or without it")


def test_age_groups_of_a_region_in_a_database_are_looked_up_there(region, tmp_path):
    path = write_duckdb(region, tmp_path / "region.duckdb")
    connection = connect(f"duckdb://{path}", writing=True)
    connection.raw_sql("UPDATE population_by_age SET age_group = '85-' WHERE age_group = '80-'")
    connection.disconnect()
    with pytest.raises(InvalidData, match=r"unknown age group 80-\. Use one of 0-79, 85-"):
        utfall.open_region(path)


# Correlations


def test_a_correlation_of_what_nothing_is_assumed_of_is_refused(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, scenarios=changed("scenarios", "correlations", 0, second="price:Läkemedel"))
    assert (fault.file, fault.row) == ("scenarios.yaml", 12)
    assert "is about price:Läkemedel, which nothing is assumed of" in fault.what
    assert "price:Löner" in fault.remedy


def test_a_correlation_given_twice_is_refused_whichever_way_it_is_written(region, tmp_path):
    lists = added("scenarios", "correlations", {"first": "price:Löner", "second": "tax_base", "value": 0.5})
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.row, fault.what) == (13, "the correlation of price:Löner and tax_base is given twice.")


def three_correlations(a_b, b_c, a_c):
    keys = ("tax_base", "price:Löner", "volume:drugs")
    pairs = zip([(0, 1), (1, 2), (0, 2)], [a_b, b_c, a_c], strict=True)
    rows = [{"first": keys[one], "second": keys[other], "value": value} for (one, other), value in pairs]
    return AHEAD["scenarios"] | {"correlations": rows}


def test_correlations_that_cannot_hold_together_are_refused_at_the_row_that_is_furthest_off(region, tmp_path):
    # A follows B and B follows C, so A cannot go against C. By hand: with 0.9, 0.9 and r, the determinant
    # 1 + 2·0.81·r − 0.81 − 0.81 − r² is negative, and the matrix impossible, for r below 0.62.
    (fault,) = faults_of(region, tmp_path, scenarios=three_correlations(0.9, 0.9, -0.9))
    assert (fault.file, fault.row) == ("scenarios.yaml", 14)
    assert "cannot all hold together (smallest eigenvalue -0.8)" in fault.what  # 1 − 2·0.9
    assert "tax_base and volume:drugs is the furthest off" in fault.what
    assert faults_of(region, tmp_path, scenarios=three_correlations(0.9, 0.9, 0.61))


def test_correlations_at_the_very_edge_of_what_is_possible_hold(region, tmp_path):
    assert len(checked(region, tmp_path, scenarios=three_correlations(0.9, 0.9, 0.62)).correlations) == 3


def test_drivers_that_go_wholly_together_hold(region, tmp_path):
    registers = checked(region, tmp_path, scenarios=three_correlations(1, -1, -1))
    assert [row.value for row in registers.correlations] == [1, -1, -1]


def test_correlations_taken_from_real_series_always_hold(region):
    numbers = np.random.default_rng(7).normal(size=(40, 6)) @ np.random.default_rng(8).normal(size=(6, 6))
    keys = [f"volume:{letter}" for letter in "abcdef"]
    values = np.corrcoef(numbers, rowvar=False)
    pairs = [(one, other) for one in range(6) for other in range(one)]
    rows = tuple(Correlation(first=keys[one], second=keys[other], value=values[one, other]) for one, other in pairs)
    assumptions = tuple(row.model_copy(update={"driver": "volume", "target": key[-1]}) for key in keys for row in AS_IS)
    registers = replace(region.registers, assumptions=assumptions, correlations=rows)
    with pytest.raises(InvalidData) as error:
        check_registers_ahead(registers, region.store)
    assert not [fault for fault in error.value.faults if "correlation" in fault.what]


AS_IS = (MODELS_AHEAD["assumptions"](**assumption("volume", "drugs")),)


def test_two_limits_cannot_have_one_id(region, tmp_path):
    lists = added("scenarios", "limits", AHEAD["scenarios"]["limits"][0])
    (fault,) = faults_of(region, tmp_path, scenarios=lists)
    assert (fault.row, fault.what) == (15, "the limit debt is given twice.")


# Investments and loans


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"unit": "K9"}, "the investment mri names the unknown unit K9."),
        ({"loan": "newer"}, "the investment mri is paid by the unknown loan newer."),
    ],
)
def test_an_investment_that_names_what_is_not_there_is_refused(region, tmp_path, values, what):
    fault = faults_of(region, tmp_path, investments=changed("investments", "investments", 0, **values))[0]
    assert (fault.file, fault.row, fault.what) == ("investments.yaml", 2, what)


def test_two_investments_or_two_loans_cannot_have_one_id(region, tmp_path):
    lists = AHEAD["investments"]
    twice = {key: [rows[0], *rows] for key, rows in lists.items()}
    faults = faults_of(region, tmp_path, investments=twice)
    assert [(fault.row, fault.what) for fault in faults] == [
        (3, "the investment mri is given twice."),
        (6, "the loan old is given twice."),
    ]


def circle_of(folder, *loans):
    """The single fault of a region that is opened with these loans."""
    with pytest.raises(InvalidData) as error:
        utfall.open_region(write_ahead(folder, investments={"loans": list(loans)}))
    (fault,) = error.value.faults
    return fault


def test_two_loans_that_refinance_each_other_are_refused_as_circular_financing(tmp_path):
    fault = circle_of(tmp_path, loan("a", "b", "2028-01"), loan("b", "a", "2027-01"))
    assert (fault.file, fault.row) == ("investments.yaml", 2)
    assert fault.what == "circular financing: a refinances b, b refinances a."
    assert "leave out its refinances" in fault.remedy


def test_a_chain_of_three_loans_that_closes_is_refused_as_circular_financing(tmp_path):
    loans = [loan("x"), loan("c", "b", "2029-01"), loan("a", "c", "2027-01"), loan("b", "a", "2028-01")]
    fault = circle_of(tmp_path, *loans)
    assert (fault.file, fault.row) == ("investments.yaml", 3)
    assert fault.what == "circular financing: c refinances b, b refinances a, a refinances c."


def test_a_loan_that_refinances_itself_is_refused_as_circular_financing(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, investments={"loans": [loan("a", "a")]})
    assert fault.what == "circular financing: a refinances a."


def test_a_chain_of_three_loans_that_ends_is_no_circle(region, tmp_path):
    loans = [loan("c", "b", "2029-01"), loan("a"), loan("b", "a", "2028-01")]
    registers = checked(region, tmp_path, investments={"loans": loans})
    assert [row.refinances for row in registers.loans] == ["b", None, "a"]


def test_a_loan_outside_a_circle_that_it_pays_into_is_not_part_of_it(region, tmp_path):
    loans = [loan("out", "a", "2030-01"), loan("a", "b", "2028-01"), loan("b", "a", "2027-01")]
    faults = faults_of(region, tmp_path, investments={"loans": loans})
    assert [(fault.row, fault.what) for fault in faults] == [
        (3, "circular financing: a refinances b, b refinances a."),
        (4, "the loan a is refinanced twice, the second time by b."),
    ]


@pytest.mark.parametrize("drawn", ["2027-01", "2026-11"])
def test_a_loan_drawn_before_or_with_the_one_it_refinances_is_refused(region, tmp_path, drawn):
    loans = {"loans": [loan("a"), loan("b", "a", drawn)]}
    (fault,) = faults_of(region, tmp_path, investments=loans)
    assert (fault.row, fault.what) == (
        3,
        f"the loan b is drawn in {drawn}, not after a that it refinances (2027-01).",
    )


def test_a_loan_that_refinances_one_that_is_not_there_is_refused(region, tmp_path):
    (fault,) = faults_of(region, tmp_path, investments={"loans": [loan("a"), loan("b", "old", "2028-01")]})
    assert (fault.row, fault.what) == (3, "the loan b refinances the unknown loan old.")
    assert fault.remedy == "Use one of a (loans)."


@pytest.mark.parametrize("values", [{"loan": None}, {"loan_share": 0.0}])
def test_a_loan_without_amount_and_without_anything_to_pay_for_is_refused(region, tmp_path, values):
    (fault,) = faults_of(region, tmp_path, investments=changed("investments", "investments", 0, **values))
    assert (fault.file, fault.row) == ("investments.yaml", 5)
    assert fault.what == "the loan new has neither an amount nor an investment that it pays for."


# Projects


@pytest.mark.parametrize(
    ("key", "values", "row", "what"),
    [
        ("projects", {"unit": "K9"}, 2, "the project home names the unknown unit K9."),
        ("project_items", {"project": "hem"}, 4, "belongs to the unknown project hem."),
        ("project_items", {"lines": ["drugs", "food"]}, 4, "of home names the unknown report line food."),
        ("project_items", {"start": "2026-12"}, 4, "of home begins in 2026-12, outside 2027-01 to 2031-12."),
        ("project_items", {"start": "2032-01"}, 4, "of home begins in 2032-01, outside 2027-01 to 2031-12."),
    ],
)
def test_a_project_that_names_what_is_not_there_is_refused(region, tmp_path, key, values, row, what):
    (fault,) = faults_of(region, tmp_path, projects=changed("projects", key, 0, **values))
    assert (fault.file, fault.row) == ("projects.yaml", row)
    assert fault.what.endswith(what)
    assert fault.remedy


def test_a_benefit_that_is_given_twice_is_refused(region, tmp_path):
    lists = added("projects", "project_items", AHEAD["projects"]["project_items"][0])
    (fault,) = faults_of(region, tmp_path, projects=lists)
    assert (fault.row, fault.what) == (5, "the item 'Färre köpta operationer' of the project home is given twice.")


def test_faults_in_several_registers_are_told_at_once(region, tmp_path):
    files = {
        "scenarios": changed("scenarios", "scenarios", 1, based_on="bas"),
        "investments": changed("investments", "investments", 0, unit="K9"),
        "projects": changed("projects", "projects", 0, unit="K9"),
    }
    faults = faults_of(region, tmp_path, **files)
    assert [fault.file for fault in faults] == ["scenarios.yaml", "investments.yaml", "projects.yaml"]


def test_a_region_with_a_fault_between_rows_is_not_opened_and_is_when_it_has_been_corrected(tmp_path):
    folder = write_ahead(tmp_path, scenarios=changed("scenarios", "assumptions", 2, target="80+"))
    with pytest.raises(InvalidData, match=r"scenarios.yaml, row 7: population names the unknown age group 80\+"):
        utfall.open_region(folder)
    write_lists(folder, AHEAD)
    assert utfall.open_region(folder).assumptions[2].target == "80-"
