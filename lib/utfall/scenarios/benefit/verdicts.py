"""Bottom lines and verdicts of a benefit calculation, and how they are said."""

from __future__ import annotations

LEVELS = (80, 95)
"""Probabilities of the intervals, in per cent."""

BOTTOM_LINES = {"cash": "I budgeten", "capacity": "I tid och kvalitet", "total": "Sammanlagt"}
"""The bottom lines: money that is paid, time and quality valued in money, and both."""

LIKELY, UNLIKELY = 0.9, 0.1
"""Probability of a net benefit from which there is one, and up to which there is none; between them nobody can tell."""

NET_BENEFIT, NO_NET_BENEFIT, UNDECIDED = "nettonytta", "ingen nettonytta", "kan inte avgöras"
"""The verdicts."""

NO_INTERVAL = "ingen post har ett intervall"
"""Why a probability or an interval is missing."""


def verdict_of(probability: float) -> str:
    """Turn the probability of a net benefit into a verdict.

    Parameters
    ----------
    probability : float
        0 to 1; not a number when it is not known.

    Returns
    -------
    str

    Examples
    --------
    >>> verdict_of(0.95), verdict_of(0.5), verdict_of(0.02)
    ('nettonytta', 'kan inte avgöras', 'ingen nettonytta')
    """
    if probability >= LIKELY:
        return NET_BENEFIT
    return NO_NET_BENEFIT if probability <= UNLIKELY else UNDECIDED
