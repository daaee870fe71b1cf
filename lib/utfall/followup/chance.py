"""How likely something is, in words."""

from __future__ import annotations

import math

from utfall.presentation.numbers import MISSING, percent

RARE = 0.01
"""Probabilities nearer to 0 or 1 than this are not written as numbers: earlier years cannot tell them apart."""


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
