"""A trend the size of a word: one bar a month, from the line of zero up or down."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

STEP, BAR, HEIGHT = 8, 6, 32
"""Width of a month, of its bar, and height of the picture, in the picture's own units."""


def trend_bars(values: Sequence[float | None], words: str) -> str:
    """Draw a series as bars.

    The scale is the picture's own and holds zero. Every bar but one of zero is at least one unit high, so that a small
    value is told from a missing one. Colours and line come from the page's style sheet: there are hundreds of these
    on a page.

    Parameters
    ----------
    values : sequence of float or None
        In time order; None leaves a gap.
    words : str
        What the picture shows, made from the same numbers.

    Returns
    -------
    str
        An ``<svg>`` with `words` as its text alternative; nothing when there is no value.

    Examples
    --------
    >>> picture = trend_bars([-2.0, None, 1.0], "Lägst −2, högst 1")
    >>> 'aria-label="Lägst −2, högst 1"' in picture, 'class="worse" d="M4 11v21"' in picture
    (True, True)
    """
    known = [value for value in values if value is not None]
    if not known:
        return ""
    low, high = min(0.0, *known), max(0.0, *known)
    unit = HEIGHT / ((high - low) or 1.0)
    zero = round(high * unit)
    bars: dict[str, list[str]] = {"worse": [], "better": []}
    for place, value in enumerate(values):
        if value:
            height = max(1, round(abs(value) * unit))
            tone, sign = ("worse", "") if value < 0 else ("better", "-")
            bars[tone].append(f"M{place * STEP + STEP // 2} {zero}v{sign}{height}")
    width = len(values) * STEP
    drawn = "".join(f'<path class="{tone}" d="{"".join(paths)}"/>' for tone, paths in bars.items() if paths)
    return (
        f'<svg viewBox="0 -1 {width} {HEIGHT + 2}" role="img" aria-label="{escape(words)}">'
        f'{drawn}<path d="M0 {zero}h{width}"/></svg>'
    )
