"""Every account belongs to exactly one report line."""

import pytest

from utfall.errors import InvalidData
from utfall.region import Accounts
from utfall.region.registers import AccountInterval, ReportLine

LINES = [
    ReportLine(line="salaries", name="Löner", group="external_cost", kind="cost"),
    ReportLine(line="drugs", name="Läkemedel", group="external_cost", kind="cost"),
]


def interval(first, last, line="salaries"):
    return AccountInterval(first=first, last=last, line=line)


def test_an_interval_of_leading_digits_holds_every_account_that_begins_so():
    accounts = Accounts(LINES, [interval("40", "44"), interval("5600", "5699", "drugs")])
    lines = accounts.line_of(["4010", "4499", "4500", "5600", "5699", "5700"])
    assert lines == {"4010": "salaries", "4499": "salaries", "5600": "drugs", "5699": "drugs"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("4000", "4099"), ("4050", "4199")),
        (("40", "44"), ("4450", "4460")),
        (("4000", "4000"), ("4000", "4000")),
        (("40", "40"), ("4000", "4010")),
    ],
)
def test_an_account_mapped_twice_is_refused(one, other):
    with pytest.raises(InvalidData, match="mapped twice"):
        Accounts(LINES, [interval(*one), interval(*other, "drugs")])


def test_neighbouring_intervals_do_not_overlap():
    accounts = Accounts(LINES, [interval("4000", "4099"), interval("4100", "4199", "drugs"), interval("42", "42")])
    assert accounts.line_of(["4099", "4100", "4299"]) == {
        "4099": "salaries",
        "4100": "drugs",
        "4299": "salaries",
    }


def test_an_interval_of_an_unknown_line_is_refused():
    with pytest.raises(InvalidData, match="unknown line travel"):
        Accounts(LINES, [interval("40", "44", "travel")])
