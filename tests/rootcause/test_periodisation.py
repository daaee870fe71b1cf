"""Periodisation: planted cases of every kind in ledgers with the noise of a real one, and nothing where none is."""

import re
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import yaml

import utfall
from tests.small_region import ledger, write_region
from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.results import NotAvailable
from utfall.rootcause.comparison import compare
from utfall.rootcause.postings.late_bookings import LateBookings
from utfall.rootcause.postings.periodisation import KINDS, RULES, Periodisation, periodisation

SEEDS = (1, 2, 3)
MONTHS = pd.date_range("2023-01-01", "2026-10-01", freq="MS")
UNITS = [f"U{number:02d}" for number in range(40)]
ACCOUNTS = {"3010": 900.0, "4010": -4000.0, "5610": -800.0, "5710": -600.0, "6010": -500.0, "6910": -300.0}
"""Account to the kronor (thousands) of a usual month; 6010 is a rent, 5710 has a supplier of two equal invoices, and
5610 an accrual that is reversed every month."""

LINES = {"30": "care_sold", "40": "salaries", "56": "drugs", "57": "materials", "60": "other", "69": "other"}
ONE = ("U00",)
RENT, TWINS, REVERSED = "6010", "5710", "5610"


def find(region, unit=None, period="2026-10", against=None):
    return periodisation(compare(region, unit=unit, period=period, against=against), Money.for_amounts([1e6]))


@cache
def ordinary(seed, units=tuple(UNITS)):
    """Vouchers with season, growth, heavy tails, credits, reversed accruals, equal invoices and late bookings."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit in units:
        size = 1000 * rng.lognormal(0, 0.5)
        for account, level in ACCOUNTS.items():
            for number, month in enumerate(MONTHS):
                usual = (
                    size * level * 1.003**number * (0.7 if month.month == 7 else 1.0) * (1 + 0.05 * rng.standard_t(3))
                )
                rows += [(month, unit, account, *row) for row in _month(rng, account, usual)]
    frame = pd.DataFrame(rows, columns=["period", "unit", "account", "counterparty", "amount"])
    frame["amount"] = frame["amount"].round(2)
    frame["voucher"] = [f"F{number:07d}" for number in range(len(frame))]
    late = np.where(rng.random(len(frame)) < 0.1, rng.integers(20, 50, len(frame)), 0)
    days = rng.integers(0, 28, len(frame)) + late
    frame["booked_on"] = frame["period"] + pd.to_timedelta(days, unit="D")
    return frame


def _month(rng, account, usual):
    """Counterparty and amount of each posting on an account in a month."""
    if account == RENT:
        return [("Hyresvärden", ACCOUNTS[RENT] * 1000 * rng.normal(1, 0.01))]
    weights = rng.lognormal(0, 1, 8)
    credits = np.where(rng.random(8) < 0.02, -0.3, 1.0)
    if (weights * credits).sum() > weights.sum() / 2:  # a credit never turns a whole month in ordinary books
        weights *= credits
    weights /= weights.sum()
    parties = [""] * 8 if account == "4010" else rng.choice(["Ek", "Alm", "Lind"], 8, p=[0.6, 0.3, 0.1]).tolist()
    postings = list(zip(parties, usual * weights, strict=True))
    if account == TWINS:
        postings += [("Tvilling", 0.1 * ACCOUNTS[TWINS] * 1000)] * 2
    if account == REVERSED:  # last month's accrual is reversed and this month's is made, every month
        postings += [("", 0.8 * ACCOUNTS[REVERSED] * 1000), ("", -0.8 * ACCOUNTS[REVERSED] * 1000)]
    return postings


def plant(frame, kind, unit):
    """Plant one case at a unit; returns the ledger, the account and the effect on the year's deviation."""
    here = frame[(frame["unit"] == unit) & (frame["account"] == "6910")]
    size = round(4 * -here.groupby("period")["amount"].sum().median(), 2)
    rent = (frame["unit"] == unit) & (frame["account"] == RENT)
    if kind == "pair":
        return _booked(frame, unit, "6910", {"2026-03": size, "2026-05": -size}), "6910", 0.0
    if kind == "open_accrual":
        return _booked(frame, unit, "6910", {"2026-10": size}), "6910", size
    if kind == "year_end":
        return _booked(frame, unit, "6910", {"2025-12": -size, "2026-01": size}), "6910", size
    if kind == "missing":
        gone = rent & (frame["period"] == "2026-06-01")
        return frame[~gone], RENT, -frame.loc[rent & (frame["period"] < "2026-06-01"), "amount"].tail(12).median()
    twice = frame[rent & (frame["period"] == "2026-08-01")]
    return pd.concat([frame, twice.assign(voucher=twice["voucher"] + "B")]), RENT, twice["amount"].sum()


def _booked(frame, unit, account, amounts):
    rows = [
        {
            "period": pd.Timestamp(month),
            "unit": unit,
            "account": account,
            "amount": amount,
            "counterparty": "Ek",
            "voucher": f"P{unit}{month}",
            "booked_on": pd.Timestamp(month) + pd.Timedelta(days=20),
        }
        for month, amount in amounts.items()
    ]
    return pd.concat([frame, pd.DataFrame(rows)], ignore_index=True)


def open_noisy(folder, frame):
    units = [{"code": "B", "name": "Nämnden", "level": "board", "parent": None}]
    units += [{"code": "D", "name": "Division", "level": "division", "parent": "B"}]
    units += [{"code": "A", "name": "Område", "level": "area", "parent": "D"}]
    units += [{"code": unit, "name": f"Enhet {unit}", "level": "unit", "parent": "A"} for unit in UNITS]
    lines = [
        {"line": line, "name": line.capitalize(), "group": "g", "kind": "income" if line == "care_sold" else "cost"}
        for line in dict.fromkeys(LINES.values())
    ]
    accounts = {
        "lines": [
            line | {"group": "external_income" if line["kind"] == "income" else "external_cost"} for line in lines
        ],
        "accounts": [{"first": code, "last": code, "line": line, "name": line} for code, line in LINES.items()],
    }
    months = frame.groupby(["unit", "account"])["amount"].sum() / len(MONTHS)
    budget = (
        months.rename("amount")
        .reset_index()
        .merge(pd.DataFrame({"period": pd.date_range("2024-01-01", "2026-12-01", freq="MS")}), how="cross")
    )
    return utfall.open_region(
        write_region(folder, ledger=frame, budget=budget, volumes=None, measures=None,
                     organisation={"units": units}, accounts=accounts)
    )  # fmt: skip


@pytest.fixture(scope="module")
def noisy(tmp_path_factory):
    """One region a seed: nothing planted in the first half of the units, a case in each of the others."""

    @cache
    def make(seed):
        frame, truth = ordinary(seed), {}
        for number, unit in enumerate(UNITS[20:]):
            kind = list(KINDS)[number % len(KINDS)]
            frame, account, effect = plant(frame, kind, unit)
            truth[unit] = (kind, account, effect)
        return open_noisy(tmp_path_factory.mktemp("noisy") / str(seed), frame), truth

    return make


@pytest.mark.parametrize("seed", SEEDS)
def test_at_least_nine_of_ten_clear_cases_are_found_with_their_effect(noisy, seed):
    region, truth = noisy(seed)
    found = find(region).frame.set_index("unit")
    right = [
        unit in found.index
        and (found.at[unit, "kind"], found.at[unit, "account"]) == (kind, account)
        and found.at[unit, "effect"] == pytest.approx(effect, rel=1e-6, abs=0.01)
        for unit, (kind, account, effect) in truth.items()
    ]
    assert np.mean(right) >= 0.9


def test_every_kind_is_found_in_one_of_the_ledgers(noisy):
    kinds = {kind for seed in SEEDS for kind in find(noisy(seed)[0]).frame["kind"]}
    assert kinds == set(KINDS) == set(RULES)


@pytest.mark.parametrize("seed", SEEDS)
def test_less_than_one_false_finding_per_thousand_ordinary_accounts(noisy, seed):
    """240 accounts at four ends of a period; what is planted is later than three of them, and known at the fourth."""
    region, truth = noisy(seed)
    false, looked_at = 0, 0
    for period in ("2024-09", "2025-06", "2025-11"):
        false += len(find(region, period=period).frame)
        looked_at += len(UNITS) * len(ACCOUNTS)
    false += (~find(region).frame["unit"].isin(list(truth))).sum()
    assert false / (looked_at + 20 * len(ACCOUNTS)) < 0.001


def test_without_the_findings_the_deviation_is_what_it_was_before_they_were_planted(noisy, tmp_path):
    region, truth = noisy(1)
    result = find(region)
    pairs = [unit for unit, (kind, _, _) in truth.items() if kind != "missing"]
    before = ordinary(1)
    before = before[before["period"] >= "2026-01-01"].groupby(["unit", "account"])["amount"].sum()
    now = region.amounts(["unit", "account"], since="2026-01", until="2026-10").set_index(["unit", "account"])
    effects = result.monthly.groupby(["unit", "account"])["effect"].sum()
    for unit in set(pairs) & set(result.frame["unit"]):
        _, account, _ = truth[unit]
        assert now.at[(unit, account), "actual"] - effects[unit, account] == pytest.approx(before[unit, account])


@pytest.mark.parametrize("against", ["budget", "previous_year"])
def test_months_lines_and_findings_sum_to_the_same(noisy, against):
    result = find(noisy(1)[0], against=against)
    assert result.by_month["deviation"].sum() == pytest.approx(result.deviation, abs=0.01)
    for frame in (result.frame, result.monthly, result.by_line, result.by_month):
        assert frame["effect"].sum() == pytest.approx(result.effect, abs=0.01)
    assert result.adjusted == pytest.approx(result.deviation - result.effect, abs=0.01)
    assert all(check.passed for check in result.checks)


def test_units_find_what_their_board_finds(noisy):
    region, truth = noisy(2)
    board = find(region).frame
    for unit in list(truth)[:6]:
        alone = find(region, unit=unit).frame
        expected = board[board["unit"] == unit]
        assert alone["kind"].tolist() == expected["kind"].tolist()
        assert alone["effect"].tolist() == expected["effect"].tolist()


def test_a_missing_postings_interval_holds_what_was_taken_away(noisy):
    for seed in SEEDS:
        before = ordinary(seed)
        rent = before[(before["account"] == RENT) & (before["period"] == "2026-06-01")].set_index("unit")["amount"]
        frame = find(noisy(seed)[0]).frame
        missing = frame[frame["kind"] == "missing"]
        assert len(missing) == 4
        inside = [row["lo"] <= -rent[row["unit"]] <= row["hi"] for row in missing.to_dict("records")]
        assert np.mean(inside) >= 0.5  # eleven of thirteen in the long run
        assert (missing["lo"] < missing["hi"]).all()


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"2026-04": -1.0, "2026-05": 1.0}, ["pair"]),
        ({"2026-04": 1.0, "2026-05": -0.995}, ["pair"]),
        ({"2026-02": 1.0, "2026-07": -1.0}, []),  # five months apart, and not at the end
        ({"2026-05": 1.0}, []),  # a single credit in spring has been explained, or is what it says
        ({"2026-08": 1.0}, ["open_accrual"]),
        ({"2026-08": -1.0}, []),  # a large invoice is no accrual
        ({"2025-11": -1.0, "2026-01": 1.0}, ["year_end"]),
        ({"2025-12": -1.0, "2026-01": 1.0, "2026-02": -0.9}, []),  # the invoice of the accrual came in February
        ({"2025-12": 1.0, "2026-01": -1.0}, ["year_end"]),
    ],
)
def test_what_counts_as_a_wrong_month(tmp_path, changes, kinds):
    frame = _booked(ordinary(4, ONE), "U00", "6910", {month: share * 2_000_000.0 for month, share in changes.items()})
    result = find(open_noisy(tmp_path, frame), unit="U00")
    assert result.frame["kind"].tolist() == kinds
    assert result.effect == pytest.approx(
        sum(share for month, share in changes.items() if month >= "2026") * 2_000_000 if kinds else 0
    )


@pytest.mark.parametrize(
    ("account", "sign", "kinds"),
    [("3010", -1.0, ["open_accrual"]), ("3010", 1.0, [])],
)
def test_an_income_account_has_its_own_sign(tmp_path, account, sign, kinds):
    frame = _booked(ordinary(4, ONE), "U00", account, {"2026-10": sign * 9_000_000.0})
    result = find(open_noisy(tmp_path, frame), unit="U00")
    assert result.frame["kind"].tolist() == kinds
    assert result.effect == (-9_000_000.0 if kinds else 0.0)


def test_a_pair_that_cancels_to_the_ore_is_an_identity_and_one_that_nearly_does_is_not(tmp_path):
    for number, (second, grade) in enumerate([(-2_000_000.0, Grade.A), (-1_990_000.0, Grade.C)]):
        frame = _booked(ordinary(4, ONE), "U00", "6910", {"2026-04": 2_000_000.0, "2026-05": second})
        result = find(open_noisy(tmp_path / str(number), frame), unit="U00")
        assert result.grade is grade
        assert result.frame["vouchers"].tolist() == [("PU002026-04", "PU002026-05")]
        assert result.monthly["effect"].tolist() == [2_000_000.0, second]


def test_a_voucher_split_over_rows_is_one_posting(tmp_path):
    whole = _booked(ordinary(4, ONE), "U00", "6910", {"2026-10": 2_000_000.0})
    split = whole["voucher"] == "PU002026-10"
    rows = whole[split]
    frame = pd.concat([whole[~split], *[rows.assign(amount=500_000.0, activity=name) for name in "abcd"]])
    result = find(open_noisy(tmp_path, frame), unit="U00")
    assert result.frame[["kind", "effect"]].to_numpy().tolist() == [["open_accrual", 2_000_000.0]]


def test_an_accrual_reversed_in_the_month_of_its_invoice_is_in_order(tmp_path):
    amounts = {"2026-04": -2_000_000.0, "2026-05": 2_000_000.0}
    frame = _booked(ordinary(4, ONE), "U00", "6910", amounts)
    frame = pd.concat([frame, frame[frame["voucher"] == "PU002026-04"].assign(
        period=pd.Timestamp("2026-05-01"), voucher="faktura", amount=-1_950_000.0)])  # fmt: skip
    assert find(open_noisy(tmp_path, frame), unit="U00").frame.empty


def test_what_recurs_is_not_missing_when_it_is_made_up_for_renamed_or_ended(tmp_path):
    frame = ordinary(5, ("U00", "U01"))
    rent = (frame["account"] == RENT) & (frame["unit"] == "U00")

    def judged(name, changed):
        return find(open_noisy(tmp_path / name, changed), unit="U00").frame["kind"].tolist()

    may, june = rent & (frame["period"] == "2026-05-01"), rent & (frame["period"] == "2026-06-01")
    late = frame.assign(period=frame["period"].where(~may, pd.Timestamp("2026-06-01")))
    renamed = frame.assign(counterparty=frame["counterparty"].where(~june, "Nya Hyresvärden"))
    moved = frame.assign(account=frame["account"].where(~june, "6910"))
    ended = frame[~(rent & (frame["period"] >= "2026-06-01"))]
    last = frame[~(rent & (frame["period"] == "2026-10-01"))]
    unread = frame[~((frame["unit"] == "U00") & (frame["period"] == "2026-10-01"))]
    assert judged("late", late) == []
    assert judged("renamed", renamed) == []
    assert judged("moved", moved) == []
    assert judged("ended", ended) == []
    assert judged("unread", unread) == []
    assert judged("last", last) == ["missing"]


def test_a_doubled_posting_is_not_one_that_fills_a_gap_is_corrected_or_is_usual(tmp_path):
    frame = ordinary(5, ONE)
    rent = (frame["account"] == RENT) & (frame["unit"] == "U00")
    august = frame[rent & (frame["period"] == "2026-08-01")]
    other_amount = august.assign(voucher="D1", amount=august["amount"] * 1.02)
    corrected = [august.assign(voucher="D1"), august.assign(voucher="D2", amount=-august["amount"],
                                                            period=pd.Timestamp("2026-09-01"))]  # fmt: skip
    gap = frame[~(rent & (frame["period"] == "2025-12-01"))]
    january = frame[rent & (frame["period"] == "2026-01-01")].assign(voucher="D1")
    cases = {
        "alike": (pd.concat([frame, other_amount]), ["doubled"]),
        "corrected": (pd.concat([frame, *corrected]), []),
        "december": (pd.concat([gap, january]), ["year_end"]),
        "as it is": (frame, []),  # though a supplier sends two equal invoices every month
    }
    for name, (changed, kinds) in cases.items():
        result = find(open_noisy(tmp_path / name, changed), unit="U00")
        assert result.frame["kind"].tolist() == kinds, name


def test_blank_vouchers_and_counterparties_are_no_hindrance_to_pairs_nor_a_reason_for_doubles(tmp_path):
    frame, _, _ = plant(_booked(ordinary(4, ONE), "U00", "6910", {"2026-04": 2e6, "2026-05": -2e6}), "doubled", "U00")
    blank = frame.drop(columns=["voucher", "counterparty"])
    result = find(open_noisy(tmp_path, blank), unit="U00")
    assert result.frame["kind"].tolist() == ["pair"]
    assert result.frame["vouchers"].tolist() == [()]


def test_no_posting_is_in_two_findings(tmp_path):
    """A pair on the account of a missing invoice: nothing more is said of that account and month."""
    frame, _, _ = plant(ordinary(4, ONE), "missing", "U00")
    frame = _booked(frame, "U00", RENT, {"2026-06": 5_000_000.0})
    frame = _booked(frame, "U00", RENT, {"2026-07": -5_000_000.0})
    result = find(open_noisy(tmp_path, frame), unit="U00")
    assert result.frame["kind"].tolist() == ["pair"]


@pytest.mark.parametrize(("account", "kinds"), [("5610", ["pair"]), ("5310", [])])
def test_single_patients_care_is_never_looked_at(tmp_path, account, kinds):
    """The same pair on two accounts: drugs, and purchased care."""
    pair = pd.DataFrame({"period": pd.to_datetime(["2026-04-01", "2026-05-01"]), "unit": "K1", "account": account,
                         "counterparty": "", "amount": [5e6, -5e6]})  # fmt: skip
    region = utfall.open_region(write_region(tmp_path, ledger=pd.concat([ledger(), pair])))
    assert find(region).frame["kind"].tolist() == kinds


def test_a_person_who_may_be_a_counterparty_is_not_named(tmp_path):
    frame = _booked(ordinary(4, ONE), "U00", "4010", {"2026-10": 20_000_000.0})
    result = find(open_noisy(tmp_path, frame), unit="U00")
    assert result.frame[["kind", "counterparty"]].to_numpy().tolist() == [["open_accrual", ""]]
    assert "Ek" not in result.table.to_text()


def test_a_ledger_without_a_year_before_is_not_judged_and_says_so(small_region, tmp_path):
    assert "inget helt år" in find(small_region, period="2024-06").reason
    one_month = ledger().pipe(lambda rows: rows[rows["period"] == "2026-10-01"])
    region = utfall.open_region(write_region(tmp_path, ledger=one_month))
    assert isinstance(find(region), NotAvailable)


def test_a_unit_without_history_is_not_judged_and_says_so(tmp_path):
    new = ledger().query("unit != 'K2' or period >= '2026-05-01'")
    region = utfall.open_region(write_region(tmp_path, ledger=new))
    assert "tillräckligt många månader" in find(region, unit="K2").reason
    assert any("för få månader" in warning for warning in find(region, unit="KA").warnings)


def test_an_even_ledger_has_no_findings_and_says_so(small_region):
    result = find(small_region)
    assert result.frame.empty
    assert result.text().startswith("Inget verifikat av betydelse ligger i fel månad")
    assert result.step.outcome.startswith("Inget funnet")
    assert result.adjusted == result.deviation


def test_the_result_shows_itself_in_whole(noisy):
    result = find(noisy(1)[0])
    shown = result._repr_mimebundle_()["text/html"] + result.text() + result.method_note() + str(result.to_dict())
    assert not re.search(r"\bnan\b", shown, re.IGNORECASE)
    assert "maj 2026" in result.plot().alt
    assert set(result.frame["kind"].map(KINDS)) <= set(result.table.frame["name"])
    assert all(any(note.startswith(KINDS[kind]) for note in result.table.notes) for kind in result.frame["kind"])


# Late bookings


def test_booking_dates_that_are_missing_leave_only_that_part_undecided(small_region):
    result = find(small_region)
    assert isinstance(result, Periodisation)
    assert "saknar bokföringsdatum" in result.late.reason
    assert result.late.reason in result.warnings


@pytest.mark.slow
def test_what_is_still_to_come_is_within_its_interval_most_of_the_time(noisy, tmp_path):
    """Cut the ledger where a reader five days into the next month would have stood, and compare with what came."""
    whole = ordinary(1, tuple(UNITS[:8]))
    inside = []
    for number, (last, after) in enumerate(pairwise(pd.date_range("2026-05-01", "2026-11-01", freq="MS"))):
        cut = whole[(whole["period"] <= last) & (whole["booked_on"] <= after + pd.Timedelta(days=5))]
        region = open_noisy(tmp_path / str(number), cut)
        late = find(region, period=f"{last:%Y-%m}").late
        came = whole[(whole["period"] == last) & (whole["booked_on"] > late.read_on)]["amount"].sum()
        assert after < late.read_on <= after + pd.Timedelta(days=5)
        assert late.interval[0] <= late.expected <= late.interval[1]
        assert not late.complete
        inside.append(late.interval[0] <= came <= late.interval[1])
    assert np.mean(inside) >= 4 / 6


def test_a_month_followed_by_others_is_complete(noisy):
    late = find(noisy(1)[0], period="2026-05").late
    assert isinstance(late, LateBookings)
    assert late.complete
    assert "i allt väsentligt bokförd" in late.note.to_text()


def test_a_line_with_many_postings_at_a_unit_has_its_own_expectation(tmp_path):
    frame = ordinary(1, tuple(UNITS[:4]))
    many = frame[(frame["unit"] == "U01") & (frame["account"] == "5710")]
    copies = [many.assign(voucher=many["voucher"] + str(copy)) for copy in range(6)]
    late = find(open_noisy(tmp_path, pd.concat([frame, *copies]))).late
    own = late.frame[late.frame["unit"] == "Enhet U01"]
    assert own["line"].tolist() == ["Materials"]
    assert (late.frame["unit"] == "Övriga").sum() == len(set(LINES.values()))
    assert late.frame["expected"].sum() == pytest.approx(late.expected)
    assert "Enhet U01" in late.table.to_text()


# The made-up region


@pytest.fixture(scope="module")
def demo(demo_folder):
    return utfall.open_region(demo_folder)


def test_the_made_up_regions_board_finds_exactly_what_was_planted(demo, demo_folder):
    truth = yaml.safe_load((demo_folder / "truth.yaml").read_text(encoding="utf-8"))
    planted = {
        (event["units"][0], event["accounts"][0]): sum(event["effect_sek_by_year"].values())
        for event in next(part for part in truth.values() if isinstance(part, list))
        if event["kind"] == "periodisation"
    }
    found = find(demo).frame
    assert dict(zip(zip(found["unit"], found["account"], strict=True), found["effect"], strict=True)) == planted
    assert found["kind"].tolist() == ["pair", "open_accrual"]


@pytest.mark.parametrize(
    "period",
    [
        "2023-12",
        "2025-04",
        *(pytest.param(month, marks=pytest.mark.slow) for month in ("2022-06", "2024-03", "2024-10", "2025-12")),
    ],
)
def test_nothing_is_found_in_the_made_up_region_where_nothing_was_planted(demo, period):
    assert find(demo, period=period).frame.empty
