"""The scale along the foot of charts that lie down: ticks with room for their names, the unit, where zero is."""

from __future__ import annotations

from itertools import pairwise

from utfall.presentation import theme
from utfall.presentation.charts.canvas import Scale
from utfall.presentation.charts.labels import text_width
from utfall.presentation.charts.quantity import Quantity

AXIS_HEIGHT = 44.0
"""Room below the rows for ticks and the unit."""

TICK_GAP = 8.0
"""Least distance between the names of two ticks."""


def ticks_with_room(scale: Scale, shown: Quantity) -> list[float]:
    """As many ticks as have room for their names."""
    for count in (5, 4, 3, 2):
        ticks = scale.ticks(count, fewest=1)
        names = shown.ticks(ticks)
        halves = [text_width(words, theme.SMALL_SIZE) / 2 for words in names]
        middles = [tick_middle(scale(value), words) for value, words in zip(ticks, names, strict=True)]
        ends = [(middle - half, middle + half) for middle, half in zip(middles, halves, strict=True)]
        if len(ticks) > 1 and all(after[0] - before[1] > TICK_GAP for before, after in pairwise(ends)):
            return ticks
    return scale.ticks(1, fewest=1)[:1]


def tick_middle(x: float, words: str) -> float:
    """Where the name of a tick stands: below it, unless it would leave the canvas there."""
    half = text_width(words, theme.SMALL_SIZE) / 2
    return min(max(x, half), theme.WIDTH - half)
