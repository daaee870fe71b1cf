"""Probabilities of intervals, as they are written."""

from __future__ import annotations


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
