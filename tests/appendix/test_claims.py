"""A claim is a check on numbers: it holds or not, and nothing in it is ever run."""

from __future__ import annotations

from decimal import Decimal

import pytest

from utfall.appendix.claims import LONGEST_CHECK, MEANINGS, Quantity, read_check, read_shorthand
from utfall.errors import InvalidParameter


def quantities(**values):
    return {name: Quantity(Decimal(str(value)), "kr", f"{value} kr") for name, value in values.items()}


NUMBERS = quantities(a=10, b=20, c=30, noll=0)


@pytest.mark.parametrize(
    ("check", "holds"),
    [
        ("b > a", True),
        ("b < a", False),
        ("a >= 10", True),
        ("a == 10", True),
        ("a != 10", False),
        ("a < b < c", True),
        ("a < b > c", False),
        ("a + b == c", True),
        ("c - b == a", True),
        ("2 * a == b", True),
        ("a / c > 0.33", True),
        ("a / c == 1 / 3", True),
        ("-a < 0", True),
        ("abs(a - c) == b", True),
        ("max(a, b, c) == c", True),
        ("min(a, b, c) == a", True),
        ("a > b or c > b", True),
        ("a > b and c > b", False),
        ("not a > b", True),
        ("b > 1.5 * a", True),
        ("a / b < 1 / 2", False),
        ("noll <= 0", True),
    ],
)
def test_a_check_is_arithmetic(check, holds):
    assert read_check(check).holds(NUMBERS) is holds


def test_decimals_are_exact():
    assert read_check("a + b == 0.3").holds(quantities(a="0.1", b="0.2"))
    assert read_check("a * 3 == 1 * b").holds(quantities(a="0.1", b="0.3"))


def test_numbers_are_named_in_swedish():
    assert read_check("hyra_år > kostnad_före").names == ("hyra_år", "kostnad_före")


@pytest.mark.parametrize(
    "check",
    [
        "__import__('os').system('x') > a",
        "a.real > 0",
        "a[0] > 0",
        "(lambda: 1)() > a",
        "open('x') > a",
        "a ** 9999999 > 0",
        "a << 5 > 0",
        "[x for x in (a,)] > a",
        "a > 'b'",
        "a > 1e400000000",
        "a > 0x10",
        "a > True",
        "a > 1j",
        "a in (b, c)",
        "a is b",
        "(y := a) > 0",
        "f'{a}' > a",
        "max(a, key=b) > 0",
        "max() > a",
        "abs(a, b) > 0",
        "eval(a) > 0",
        "a + b",
        "a",
        "True",
        "1 > 0",
        "a >",
        "",
        "a > 0; b > 0",
        "a if b else c",
        "a > 0 #",
    ],
)
def test_what_is_no_comparison_of_numbers_is_refused(check):
    if check == "a > 0 #":
        assert read_check(check).names == ("a",)  # a remark says nothing
        return
    with pytest.raises(InvalidParameter):
        read_check(check)


def test_a_check_too_long_to_follow_is_refused():
    with pytest.raises(InvalidParameter, match="too long"):
        read_check("a > " + "+".join(["1"] * LONGEST_CHECK))
    with pytest.raises(InvalidParameter):
        read_check("-" * (LONGEST_CHECK - 10) + "a > 0" + ")" * 3)


def test_numbers_of_different_units_are_not_compared():
    numbers = {**NUMBERS, "andel": Quantity(Decimal(5), "%", "5 %")}
    for check in ("a > andel", "a + andel > b", "max(a, andel) > b"):
        with pytest.raises(InvalidParameter, match="same unit"):
            read_check(check).holds(numbers)
    assert read_check("a / b > 0.4 and andel > 4").holds(numbers)


def test_a_share_of_two_amounts_has_no_unit():
    assert read_check("a / b < 0.6").holds(NUMBERS)
    with pytest.raises(InvalidParameter, match="same unit"):
        read_check("a * b > a").holds(NUMBERS)


def test_a_division_by_zero_is_told():
    with pytest.raises(InvalidParameter, match="divides by zero"):
        read_check("a / noll > 1").holds(NUMBERS)


def test_a_check_may_divide_by_a_difference():
    assert read_check("a / (c - b) == 1").holds(NUMBERS)


def test_an_unknown_number_is_told():
    with pytest.raises(InvalidParameter, match="names d"):
        read_check("d > a").holds(NUMBERS)


def test_two_numbers_printed_alike_are_not_said_to_differ():
    alike = {
        "a": Quantity(Decimal("23010000"), "kr", "23,0 mkr"),
        "b": Quantity(Decimal("23040000"), "kr", "23,0 mkr"),
    }
    with pytest.raises(InvalidParameter, match="both are printed as 23,0 mkr"):
        read_check("b > a").holds(alike)
    assert read_check("b >= a").holds(alike)


@pytest.mark.parametrize(
    ("written", "holds"),
    [
        ("ökade(a, b)", True),
        ("ökade(b, a)", False),
        ("minskade(b, a)", True),
        ("sjönk(a, b)", False),
        ("högre än(b, a)", True),
        ("lägre än(b, a)", False),
        ("mer än hälften av(b, c)", True),
        ("mer än hälften av(a, b)", False),
        ("mindre än hälften(a, c)", True),
        ("störst(c, a, b)", True),
        ("störst(b, a, c)", False),
        ("lägst(a, b, c)", True),
        ("Ökade (a, b)", True),
    ],
)
def test_words_written_as_a_function_mean_what_they_say(written, holds):
    words, check = read_shorthand(written)
    assert words == written.partition("(")[0].strip()
    assert check.holds(NUMBERS) is holds


@pytest.mark.parametrize(
    "written", ["ökade(a)", "ökade(a, b, c)", "störst(a)", "ökade(a, 5)", "slog(a, b)", "ökade(a; b)"]
)
def test_words_without_meaning_or_numbers_are_refused(written):
    with pytest.raises(InvalidParameter):
        read_shorthand(written)


def test_every_meaning_can_be_read():
    for words in MEANINGS:
        assert read_shorthand(f"{words}(a, b)") is not None
