"""Probabilities, as they are written."""

from __future__ import annotations

import math

from utfall.presentation.numbers import MISSING, percent

RARE = 0.01
"""Probabilities nearer to 0 or 1 than this are not written as numbers: neither earlier years nor a thousand draws tell
them apart."""


def in_percent(level: float) -> str:
    """Write the probability of an interval without more decimals than it has.

    Parameters
    ----------
    level : float
        In per cent.

    Returns
    -------
    str
        With a decimal comma, and without the sign.

    Examples
    --------
    >>> in_percent(80), in_percent(97.5)
    ('80', '97,5')
    """
    return f"{level:g}".replace(".", ",")


def band_remark(level: float, what: str = "utfallet") -> str:
    """Say what the shaded band of a chart holds.

    Parameters
    ----------
    level : float
        Probability of the band, in per cent.
    what : str, default "utfallet"
        What it holds.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> band_remark(97.5)
    'Det skuggade fältet rymmer utfallet med 97,5 % sannolikhet.'
    """
    return f"Det skuggade fältet rymmer {what} med {in_percent(level)} % sannolikhet."


def chance_words(probability: float) -> str:
    """Write a probability as far as it can be known.

    Parameters
    ----------
    probability : float
        From 0 to 1, or missing.

    Returns
    -------
    str
        "83 %", "under 1 %", "över 99 %", or "–" when missing.

    Examples
    --------
    >>> [chance_words(chance).replace(chr(160), " ") for chance in (0.826, 0.002, 1.0, float("nan"))]
    ['83 %', 'under 1 %', 'över 99 %', '–']
    """
    if math.isnan(probability):
        return MISSING
    if probability < RARE:
        return f"under {percent(RARE, 0)}"
    if probability > 1.0 - RARE:
        return f"över {percent(1.0 - RARE, 0)}"
    return percent(probability, 0)
