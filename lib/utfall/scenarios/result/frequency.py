"""Probabilities told as so many of ten calculations."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from utfall.presentation.numbers import MISSING, NBSP

OF = 10
"""Calculations that a probability is told out of: 7 of 10."""


def times_of(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    """Round probabilities to so many of ten, halves upwards; missing stays missing.

    Examples
    --------
    >>> times_of(np.array([0.04, 0.05, 0.66, 1.0])).tolist()
    [0.0, 1.0, 7.0, 10.0]
    """
    # Halves upwards, also where binary noise has put them just below.
    return np.floor(np.round(probability * OF, 9) + 0.5)


def frequency(probability: float) -> str:
    """Tell a probability as a plain frequency.

    Parameters
    ----------
    probability : float
        From 0 to 1.

    Returns
    -------
    str
        "7 av 10"; in words when it rounds to none or all.

    Examples
    --------
    >>> [frequency(p).replace(chr(160), " ") for p in (0.0, 0.01, 0.66, 0.99, 1.0)]
    ['ingen', 'nästan ingen', '7 av 10', 'nästan alla', 'alla']
    """
    if math.isnan(probability):
        return MISSING
    times = int(times_of(np.array(probability)))
    if probability in (0.0, 1.0):
        return "alla" if probability else "ingen"
    if times in (0, OF):
        return "nästan alla" if times else "nästan ingen"
    return f"{times}{NBSP}av{NBSP}{OF}"


def of_draws(probability: float) -> str:
    """Tell a probability as a frequency with its noun, as it follows "i".

    Parameters
    ----------
    probability : float
        From 0 to 1.

    Returns
    -------
    str

    Examples
    --------
    >>> [of_draws(p).replace(chr(160), " ") for p in (0.0, 0.66, 1.0)]
    ['ingen beräkning', '7 av 10 beräkningar', 'alla beräkningar']
    """
    words = frequency(probability)
    return f"{words} {'beräkning' if words.endswith('ingen') else 'beräkningar'}"
