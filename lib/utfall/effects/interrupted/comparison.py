"""What the comparison series have in common, and which of them moved when the measure began."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.interrupted.grid import noise_grid

Array = NDArray[np.float64]

ROUNDS = 5
"""Rounds in which the common movement and the weights of the series settle."""

OUTLYING = 2.0
"""Standard deviations from the common movement beyond which a month counts less."""

SHRUNK = 0.3
"""Share of a series' variance that is taken from the median of all: its own is known from few months only."""

AFFECTED = 3.5
"""Standard errors a comparison series may shift at the start; with eight of them one is left out by chance alone in
one case in sixty."""

CAUTIOUS = (0.6, 0.2)
"""Correlation and wandering of the noise assumed when comparison series are checked."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """The common movement of some series.

    Parameters
    ----------
    movement : ndarray or None
        Logarithm, by period; None when no series is left.
    used : tuple of str
        The series it is made from.
    affected : tuple of str
        Series left out for having shifted at the start, as if they had a measure of their own.
    """

    movement: Array | None
    used: tuple[str, ...]
    affected: tuple[str, ...]


def compare(controls: pd.DataFrame, *, season: Array, trend: Array, course: Array) -> Comparison:
    """Find what the comparison series have in common, without those that shifted at the start.

    Parameters
    ----------
    controls : pandas.DataFrame
        Logarithms, one column a series.
    season, trend : ndarray
        Columns that each series has on its own.
    course : ndarray
        Course of the effect that is looked for.

    Returns
    -------
    Comparison
    """
    own = np.column_stack([np.ones(len(trend)), trend, season])
    kept = controls
    affected: list[str] = []
    # One at a time: a shifted series pulls the common movement and makes the others look shifted.
    while kept.shape[1] > 2:
        shifts = _shifts(kept.to_numpy() - common_movement(kept.to_numpy(), own)[:, None], own, course)
        worst = int(np.abs(shifts).argmax())
        if abs(shifts[worst]) < AFFECTED:
            break
        affected.append(str(kept.columns[worst]))
        kept = kept.drop(columns=kept.columns[worst])
    movement = common_movement(kept.to_numpy(), own) if kept.shape[1] else None
    return Comparison(movement, tuple(kept.columns), tuple(affected))


def common_movement(controls: Array, own: Array) -> Array:
    """Average the series so that quiet ones count most and single odd months little.

    Parameters
    ----------
    controls : ndarray of shape (periods, series)
        Logarithms.
    own : ndarray of shape (periods, …)
        What each series has by itself: level, trend and season. Its average is part of the movement.

    Returns
    -------
    ndarray of shape (periods,)

    Examples
    --------
    >>> wave = np.array([0.0, 1.0, 0.0, 1.0])
    >>> common_movement(np.column_stack([wave, wave + 2.0]), np.ones((4, 1))).tolist()
    [1.0, 2.0, 1.0, 2.0]
    """
    fitted = own @ np.linalg.lstsq(own, controls, rcond=None)[0]
    rest = controls - fitted
    common = np.median(rest, axis=1)
    for _ in range(ROUNDS):
        apart = np.abs(rest - common[:, None])
        variance = (1.4826 * np.median(apart, axis=0)) ** 2
        variance = (1 - SHRUNK) * variance + SHRUNK * np.median(variance) + np.finfo(float).eps
        ordinary = np.minimum(1.0, OUTLYING * np.sqrt(variance) / np.maximum(apart, np.finfo(float).eps))
        weight = ordinary / variance
        common = (weight * rest).sum(axis=1) / weight.sum(axis=1)
    return np.asarray(fitted.mean(axis=1) + common)


def _shifts(rest: Array, own: Array, course: Array) -> Array:
    """How many standard errors each series shifted along the course."""
    grid = noise_grid(len(rest))
    whiten = grid.whiten[grid.nearest(*CAUTIOUS)]
    basis = np.linalg.qr(whiten @ own)[0]
    whitened = whiten @ np.column_stack([course, rest])
    whitened = whitened - basis @ (basis.T @ whitened)
    effect, series = whitened[:, 0], whitened[:, 1:]
    information = effect @ effect
    size = effect @ series / information
    left = ((series - effect[:, None] * size) ** 2).sum(axis=0) / max(len(rest) - own.shape[1] - 1, 1)
    return np.asarray(size * np.sqrt(information) / np.sqrt(np.maximum(left, np.finfo(float).eps)))
