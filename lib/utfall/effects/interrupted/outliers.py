"""Single odd months and level shifts in the history: found, and given columns of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from utfall.effects.interrupted.design import single
from utfall.effects.interrupted.grid import noise_grid

Array = NDArray[np.float64]

ODD = 3.6
"""Standard errors from which a month is odd. Lower limits take away months of sticky noise as well: at 3,3 the
intervals of made-up series with such noise cover 1 per cent less; at 4,0 real one-offs stay and hide effects."""

HOARDING = 3.1
"""The same for a high month among the two before the start, where purchases may have been brought forward."""

SHIFTED, LEAST_SHIFT = 6.0, 0.1
"""Standard errors, and size on the logarithm, from which the level of the history has shifted: a reorganisation,
not the wandering that every level does."""

CLEAR = 4
"""Periods between a shift and the ends of the history or the start; closer, it is not told from either."""

MOST = 0.1
"""Share of the periods that may be odd."""

LEAST_INFORMATION = 0.05
"""Share of a month's information that must be left beside the other columns, for the month to be judged."""

TRIED = ((0.0, 0.0), (0.3, 0.0), (0.6, 0.0), (0.0, 0.2), (0.3, 0.2), (0.6, 0.2), (0.0, 0.4), (0.3, 0.4), (0.0, 2.0))
"""Correlation and wandering of the noises under which months are judged; the likeliest counts."""

SEASON_WIDTH = 3.0
"""Size of the season, in standard deviations of the noise."""


@dataclass(frozen=True)
class Odd:
    """A month or a shift that does not follow the series.

    Parameters
    ----------
    position : int
        Which period, or the first one after the shift.
    size : float
        On the logarithm.
    shift : bool
        Whether the level stayed shifted.
    """

    position: int
    size: float
    shift: bool = False

    def column(self, periods: int) -> Array:
        """Its column in a regression."""
        return (np.arange(periods) >= self.position).astype(float) if self.shift else single(self.position, periods)


def find_odd(
    series: Array,
    *,
    season: Array,
    trend: Array,
    before: int,
    course: Array | None = None,
    missing: Sequence[int] = (),
) -> tuple[Odd, ...]:
    """Find odd months one after the other, the oddest first.

    Parameters
    ----------
    series : ndarray
        Logarithms, less the comparison.
    season, trend : ndarray
        Columns of the regression.
    before : int
        Periods before the start; shifts are looked for among these only.
    course : ndarray, optional
        Course of the effect; none when only the history is looked at.
    missing : sequence of int
        Periods without a figure.

    Returns
    -------
    tuple of Odd
        In the order found; missing periods are not among them.
    """
    periods = len(series)
    steps = np.arange(CLEAR, before - CLEAR)
    shifts = np.arange(periods)[:, None] >= steps
    candidates = np.hstack([np.eye(periods), shifts])
    limit = np.r_[np.full(periods, ODD), np.full(len(steps), SHIFTED)]
    hoarding = np.arange(len(limit))
    hoarded = (hoarding >= before - 2) & (hoarding < before)
    effect = [] if course is None else [course]
    columns = np.column_stack([np.ones(periods), trend, *effect, *(single(at, periods) for at in missing)])
    found: dict[int, Odd] = {}
    while len(found) < MOST * periods:
        fit = likeliest(series, np.hstack([columns, candidates[:, list(found)]]), season)
        size, error = fit.judge(candidates)
        oddness = np.abs(size) / error / np.where(hoarded & (size > 0), HOARDING, limit)
        oddness[list(found)] = 0.0
        oddness[periods:][np.abs(size[periods:]) < LEAST_SHIFT] = 0.0
        oddest = int(oddness.argmax())
        if oddness[oddest] < 1:
            break
        shift = oddest >= periods
        position = int(steps[oddest - periods]) if shift else oddest
        found[oddest] = Odd(position, float(size[oddest]), shift)
    return tuple(found.values())


@dataclass(frozen=True, eq=False)
class Fit:
    """One regression under one noise; made by `likeliest`."""

    whiten: Array
    basis: Array
    rest: Array
    freedom: int

    def judge(self, candidates: Array) -> tuple[Array, Array]:
        """Size and standard error of each column, were it added; a column that the others hold has size 0."""
        whitened = self.whiten @ candidates
        padded = np.vstack([whitened, np.zeros((len(self.basis) - len(whitened), candidates.shape[1]))])
        own = padded - self.basis @ (self.basis.T @ padded)
        information = (own**2).sum(axis=0)
        known = information > LEAST_INFORMATION * (whitened**2).sum(axis=0)
        information = np.where(known, information, 1.0)
        size = np.where(known, own.T @ self.rest / information, 0.0)
        # The error is estimated without the month that is judged: an odd one would hide itself.
        variance = (self.rest @ self.rest - size**2 * information) / max(self.freedom - 1, 1)
        return size, np.sqrt(np.maximum(variance, np.finfo(float).eps) / information)


def likeliest(series: Array, columns: Array, season: Array) -> Fit:
    """Fit under each of a few noises and keep the likeliest."""
    periods, flat = columns.shape
    seasonal = season.shape[1]
    grid = noise_grid(periods)
    held = np.hstack([np.zeros((seasonal, flat)), np.eye(seasonal) / SEASON_WIDTH])
    freedom = periods - flat
    best, least = None, np.inf
    for number in (grid.nearest(*noise) for noise in TRIED):
        whiten = grid.whiten[number]
        basis, triangle = np.linalg.qr(np.vstack([whiten @ np.hstack([columns, season]), held]))
        target = np.concatenate([whiten @ series, np.zeros(seasonal)])
        rest = target - basis @ (basis.T @ target)
        misfit = (
            grid.log_determinant[number, -1] / 2
            + np.log(np.abs(np.diag(triangle)) + np.finfo(float).eps).sum()
            + freedom / 2 * np.log(rest @ rest + np.finfo(float).eps)
        )
        if misfit < least:
            best, least = Fit(whiten, basis, rest, freedom), misfit
    assert best is not None  # TRIED is never empty
    return best
