"""Identity numbers are found however they are written, and amounts are not taken for them."""

import random

import pytest

from tests.appendix.disclosure.conftest import identity_number
from utfall.appendix.disclosure.decoding import readable
from utfall.appendix.disclosure.identity_numbers import (
    column_of_identity_numbers,
    find_identity_numbers,
    is_identity_number,
)

FORMS = {
    "twelve digits": "{0}{1}{2}",
    "ten digits": "{1}{2}",
    "with a dash": "{1}-{2}",
    "over a hundred years": "{1}+{2}",
    "twelve with a dash": "{0}{1}-{2}",
    "with a space": "{1} {2}",
    "with a spaced dash": "{1} - {2}",
    "with an en dash": "{1}–{2}",
    "with a no-break hyphen": "{1}\u2011{2}",
    "with a minus sign": "{1}−{2}",
    "with a no-break space": "{0}{1}\u00a0{2}",
    "with a thin space": "{1}\u202f{2}",
    "with a soft hyphen": "{1}-\u00ad{2}",
    "with a zero-width space": "{1}\u200b-{2}",
    "broken over lines": "{1}-\n{2}",
    "as a date": "{0}{3}-{4}-{5}-{2}",
    "with an entity": "{1}&#45;{2}",
    "with an escaped dash": "{1}\\u002d{2}",
    "with a URL code": "{1}%2D{2}",
    "in a URL": "https://x.example/?p={0}{1}%2D{2}",
    "with an encoded URL code": "{1}%252D{2}",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_it_is_found_however_it_is_written(form):
    for seed in range(40):
        digits = identity_number(seed, coordination=seed % 3 == 0)
        written = form.format(digits[:2], digits[2:8], digits[8:], digits[2:4], digits[4:6], digits[6:8])
        assert list(find_identity_numbers(readable(f"Gäller {written}, se bilaga.")))


def test_digits_of_another_script_are_digits():
    digits = identity_number(3).translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})
    assert list(find_identity_numbers(readable(digits)))
    digits = identity_number(3).translate({ord(str(n)): chr(0x0660 + n) for n in range(10)})
    assert list(find_identity_numbers(readable(digits)))


def test_digits_set_apart_one_by_one_are_found():
    assert list(find_identity_numbers("Nr " + " ".join(identity_number(5)[2:])))


def test_what_is_told_does_not_repeat_the_number(person):
    [(_, told)] = find_identity_numbers(person)
    assert person[6:8] not in told.replace(person[2:6], "")
    assert person[8:] not in told


def test_a_wrong_check_digit_or_day_is_no_identity_number():
    for seed in range(200):
        digits = identity_number(seed)
        wrong = digits[:-1] + str((int(digits[-1]) + 1 + seed % 8) % 10)
        assert is_identity_number(digits)
        assert not is_identity_number(wrong)
    assert not is_identity_number("990229" + "0005")


@pytest.mark.parametrize("number", ["556012-5790", "212000-1355", "802002-4280", "232100-0016"])
def test_a_number_of_an_organisation_is_no_persons(number):
    assert not list(find_identity_numbers(f"Org.nr {number}"))


def test_amounts_as_reports_print_them_are_never_taken_for_one():
    chance = random.Random(1)
    for _ in range(10_000):
        amount = chance.randrange(10**10)
        spaced = f"{amount / 100:,.2f}".replace(",", "\u00a0").replace(".", ",")
        for written in (spaced, f"{amount / 100:.2f}", f"{amount}.{amount % 97:02}", f"{amount} kr"):
            assert not list(find_identity_numbers(readable(written))), written


def test_a_bare_number_of_ten_digits_is_taken_for_one_in_less_than_one_in_a_hundred():
    chance = random.Random(2)
    taken = sum(bool(list(find_identity_numbers(str(chance.randrange(10**9, 10**10))))) for _ in range(20_000))
    assert 0 < taken / 20_000 < 0.01


def test_hashes_and_decimals_are_not_taken_for_one():
    chance = random.Random(3)
    for _ in range(5_000):
        digest = f"{chance.getrandbits(256):064x}"
        assert not list(find_identity_numbers(f"{digest}  0.{chance.getrandbits(60)} -1.{chance.getrandbits(50)}e-05"))


def test_a_column_of_them_is_found_as_numbers_too_and_amounts_are_not():
    chance = random.Random(4)
    people = [int(identity_number(seed)[2:]) for seed in range(30)]
    amounts = [chance.randrange(10**9, 10**10) for _ in range(400)]
    assert column_of_identity_numbers(people)
    assert column_of_identity_numbers([float(number) for number in people])
    assert column_of_identity_numbers(amounts) is None
