"""A trend the size of a word, for a table of the front page."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pandas as pd

from utfall.presentation import theme

WIDTH, HEIGHT, MARGIN = 96.0, 24.0, 3.0
"""Size of the picture, and the room that keeps the last dot inside."""


def sparkline(values: Sequence[Any]) -> str:
    """Draw a series as a small line with a dot at its last value.

    Parameters
    ----------
    values : sequence of float or missing
        In time order; a missing value is a gap.

    Returns
    -------
    str
        An ``<svg>`` hidden from screen readers: the figure it stands beside says what it shows.

    Examples
    --------
    >>> sparkline([1.0, 3.0, 2.0]).count("<path")
    1
    """
    points = _points(values)
    shown = [point for point in points if point is not None]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="sparkline" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        'width="96" height="24" aria-hidden="true" focusable="false">'
    )
    if not shown:
        return f"{head}</svg>"
    path, pen_up = [], True
    for point in points:
        if point is not None:
            path.append(f"{'M' if pen_up else 'L'}{point[0]:.1f} {point[1]:.1f}")
        pen_up = point is None
    line = f'<path d="{"".join(path)}" fill="none" stroke="{theme.REFERENCE}" stroke-width="1.5"/>'
    x, y = shown[-1]
    return f'{head}{line}<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{theme.ACTUAL}"/></svg>'


def _points(values: Sequence[Any]) -> list[tuple[float, float] | None]:
    numbers = [math.nan if pd.isna(value) else float(value) for value in values]
    finite = [value for value in numbers if math.isfinite(value)]
    if not finite:
        return []
    low, high = min(finite), max(finite)
    step = (WIDTH - 2 * MARGIN) / max(len(numbers) - 1, 1)

    def place(index: int, value: float) -> tuple[float, float] | None:
        if not math.isfinite(value):
            return None
        share = (value - low) / (high - low) if high > low else 0.5
        return MARGIN + index * step, HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN)

    return [place(index, value) for index, value in enumerate(numbers)]
