"""Room for words: how wide they are, where they break, and where they disturb nothing."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product

import numpy as np
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from utfall.presentation import theme

Point = tuple[float, float]

SAMPLE_STEP = 3.0
"""Distance between the points a line is tested at when room for a label is looked for; less than a letter."""

NEAR_THE_END = 12
"""Points of a line, from its last, beside which its label may stand: a year of months."""

CLEARANCE = 4.0
"""Distance a label should keep to every line."""

SIDEWAYS = (-0.5, 0.5, -1.0, 1.0, 0.0, -1.5, 1.5)
"""Where a label may stand beside a point of its line, in widths of the label."""

UPRIGHT = (0.0, 14.0, -14.0, 22.0, -22.0, 34.0, -34.0, 50.0, -50.0, 70.0, -70.0)
"""How far below or above the point it may stand."""

TOUCHING, CROWDED, FAR_FROM_END = 1000.0, 25.0, 0.5
"""Costs of a place: touching a line at all, a unit of lacking clearance, and a unit of distance from the
line's end; a unit of distance from the line itself costs 1."""

TOUCHES_WITHIN = 1.5
"""Distance at which a label seems to touch a line, which has some width of its own."""

LEADER_FROM = 16.0
"""Distance from which a label is tied to the end of its line."""


@dataclass(frozen=True)
class Area:
    """The rectangle lines are drawn in."""

    left: float
    top: float
    right: float
    bottom: float


@lru_cache(maxsize=4096)
def text_width(words: str, size: float = theme.TEXT_SIZE, bold: bool = False) -> float:
    """Width of a line of text in units of the canvas.

    Examples
    --------
    >>> text_width("mm") > text_width("ii")
    True
    """
    font = FontProperties(family=theme.MEASURED_FONT, size=size, weight="bold" if bold else "normal")
    return float(text_to_path.get_text_width_height_descent(words, font, ismath=False)[0])


def wrap(words: str, width: float, *, size: float = theme.TEXT_SIZE, most: int = 2) -> list[str]:
    """Break a label into lines that fit.

    Parameters
    ----------
    words : str
        The label.
    width : float
        Room for a line, in units of the canvas.
    size : float
        Text size.
    most : int, default 2
        Lines allowed; what does not fit ends in "…" (the whole is in the chart's data and text alternative).

    Returns
    -------
    list of str
        At least one line. A word longer than a line is broken with a hyphen.

    Examples
    --------
    >>> wrap("Köpt vård", 200)
    ['Köpt vård']
    >>> wrap("Köpt vård", 50)
    ['Köpt', 'vård']
    """
    lines = [""]
    for word in words.split(" "):
        candidate = f"{lines[-1]} {word}".strip()
        if text_width(candidate, size) <= width:
            lines[-1] = candidate
            continue
        if lines[-1]:
            lines.append("")
        while text_width(word, size) > width and len(word) > 1:
            part = next((n for n in range(len(word) - 1, 1, -1) if text_width(word[:n] + "-", size) <= width), 1)
            lines[-1] = word[:part] + "-"
            lines.append("")
            word = word[part:]
        lines[-1] = word
    if len(lines) > most:
        last = lines[most - 1].rstrip("-")
        while last and text_width(last + "…", size) > width:
            last = last[:-1]
        lines = [*lines[: most - 1], last.rstrip() + "…"]
    return lines


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Move labels apart so that none overlaps, as little as possible.

    Parameters
    ----------
    wanted : sequence of float
        Where the middle of each label would like to be.
    heights : sequence of float
        Height of each label.
    low, high : float
        Edges the labels stay within, as long as there is room.

    Returns
    -------
    list of float
        The middles, in the order given.

    Examples
    --------
    >>> spread([50, 52], [10, 10], 0, 100)
    [46.0, 56.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    groups: list[list[int]] = []
    centres: list[float] = []

    def settled(group: list[int]) -> float:
        """Middle of a group whose labels touch: the mean of their wishes, kept within the edges."""
        total = sum(heights[i] for i in group)
        offset, pull = -total / 2, 0.0
        for i in group:
            pull += wanted[i] - (offset + heights[i] / 2)
            offset += heights[i]
        middle = pull / len(group)
        return min(max(middle, low + total / 2), max(high - total / 2, low + total / 2))

    for i in order:
        groups.append([i])
        centres.append(settled([i]))
        while len(groups) > 1:
            below = sum(heights[j] for j in groups[-1]) / 2
            above = sum(heights[j] for j in groups[-2]) / 2
            if centres[-2] + above <= centres[-1] - below:
                break
            groups[-2:] = [groups[-2] + groups[-1]]
            centres[-2:] = [settled(groups[-1])]
    placed = [0.0] * len(wanted)
    for group, centre in zip(groups, centres, strict=True):
        at = centre - sum(heights[i] for i in group) / 2
        for i in group:
            placed[i] = at + heights[i] / 2
            at += heights[i]
    return placed


def free_place(
    words: str, own: Sequence[Point], obstacles: Iterable[Sequence[Point]], area: Area
) -> tuple[Point, tuple[Point, Point] | None]:
    """Find where a label can stand near the end of its line without touching any line.

    Parameters
    ----------
    words : str
        The label, one line.
    own : sequence of Point
        The line it belongs to; gaps are NaN.
    obstacles : iterable of sequences of Point
        Every line drawn, its own included.
    area : Area
        Where the label must stay.

    Returns
    -------
    place : Point
        Middle of the label: clear of every line if possible, then as near its own line and its end as can be.
    leader : (Point, Point) or None
        A stroke that ties the label to the end of its line, when it stands far from the whole line.
    """
    half_width, half_height = text_width(words) / 2, theme.TEXT_SIZE / 2
    known = np.array([point for point in own if math.isfinite(point[1])])
    end, beside = known[-1], known[-NEAR_THE_END:]
    moves = np.array([(s * 2 * (half_width + 5), u) for s, u in product(SIDEWAYS, UPRIGHT)])
    places = (beside[:, None, :] + moves).reshape(-1, 2)
    from_point = np.repeat(np.arange(len(beside)), len(moves))
    inside = (places[:, 0] >= area.left + half_width) & (places[:, 0] <= area.right - half_width)
    inside &= (places[:, 1] > area.top + half_height) & (places[:, 1] < area.bottom - half_height)
    if not inside.any():
        return (area.left + half_width + 4, area.top + 2 * half_height), None
    places, from_point = places[inside], from_point[inside]

    def gaps(points: np.ndarray) -> np.ndarray:
        """Distance from every place's box to every point."""
        apart = np.abs(points[None, :, :] - places[:, None, :]) - (half_width, half_height)
        return np.hypot(*np.moveaxis(np.maximum(apart, 0), -1, 0))

    clear = gaps(_sampled(obstacles)).min(axis=1)
    cost = CROWDED * np.maximum(CLEARANCE - clear, 0) + TOUCHING * (clear < TOUCHES_WITHIN)
    cost += gaps(beside)[np.arange(len(places)), from_point] + FAR_FROM_END * gaps(end[None, :])[:, 0]
    best = int(np.argmin(cost))
    x, y = (float(v) for v in places[best])
    if gaps(_sampled([known]))[best].min() <= LEADER_FROM:
        return (x, y), None
    nearest = (
        min(max(float(end[0]), x - half_width - 2), x + half_width + 2),
        min(max(float(end[1]), y - half_height), y + half_height),
    )
    return (x, y), ((float(end[0]), float(end[1])), nearest)


def _sampled(paths: Iterable[Sequence[Point] | np.ndarray]) -> np.ndarray:
    pieces = []
    for path in paths:
        known = np.array([point for point in path if math.isfinite(point[1])]).reshape(-1, 2)
        pieces.append(known)
        for a, b in pairwise(known):
            count = int(np.hypot(*(b - a)) // SAMPLE_STEP)
            pieces.append(a + np.linspace(0, 1, count + 2)[1:-1, None] * (b - a))
    return np.vstack(pieces)
