"""Made-up numbers and packages for the gate."""

import datetime
import random

import pytest


def luhn(nine: str) -> str:
    """The check digit, computed apart from the gate: the doubled digits of a table, not their digit sums."""
    doubled = {"0": 0, "1": 2, "2": 4, "3": 6, "4": 8, "5": 1, "6": 3, "7": 5, "8": 7, "9": 9}
    total = sum(doubled[digit] if at % 2 == 0 else int(digit) for at, digit in enumerate(nine))
    return str(-total % 10)


def identity_number(seed: int, *, coordination: bool = False) -> str:
    """Twelve digits of a made-up person."""
    chance = random.Random(seed)
    born = datetime.date(1905, 1, 1) + datetime.timedelta(days=chance.randrange(43_000))
    day = born.day + 60 * coordination
    nine = f"{born:%y%m}{day:02}{chance.randrange(1, 1000):03}"
    return f"{born.year // 100}{nine}{luhn(nine)}"


@pytest.fixture
def person():
    return identity_number(7)
