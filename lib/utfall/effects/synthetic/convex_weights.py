"""Weights of a synthetic control: the one convex mixture of donors that is closest to the treated series."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

Floats = NDArray[np.float64]

TIE_BREAK = 1e-8
"""Weight of the squared weights beside the mean squared distance, in variances of the series. It makes the problem
strictly convex, so that there is one solution, the most evenly spread of those that fit alike, and is too small
to be seen in any fit."""

UNIQUE_WITHIN = 1e-6
"""Largest difference between weights from two starts that is only rounding."""


class WeightsDiffer(AssertionError):
    """Two ways to the same weights ended apart; the analysis stops rather than choose."""


def convex_weights(treated: Floats, donors: Floats) -> Floats:
    """Find the weights, none negative and their sum one, whose mixture of donors comes closest to the treated.

    With weights that sum to one the distance is that of the mixture of ``donor − treated`` to zero, so everything is
    first centred on the treated series and divided by a common scale: the weights are the same in kronor and
    in millions. The nearest point of a convex hull is then a non-negative least-squares problem with one more row
    that asks for the sum (Lawson & Hanson 1974, ch. 23), which an active-set method solves exactly in finitely many
    steps. It is solved from both ends of the list of donors, and both answers must agree.

    Parameters
    ----------
    treated : ndarray of shape (periods,)
        The treated series before the start.
    donors : ndarray of shape (periods, donors)
        The donors in the same periods.

    Returns
    -------
    ndarray of shape (donors,)

    Raises
    ------
    WeightsDiffer
        When the two solutions are not the same.

    References
    ----------
    Lawson, C. L. & Hanson, R. J. (1974). Solving Least Squares Problems. Prentice-Hall.

    Examples
    --------
    >>> donors = np.array([[0.0, 4.0], [0.0, 8.0]])
    >>> convex_weights(np.array([1.0, 2.0]), donors).round(6).tolist()
    [0.75, 0.25]
    """
    apart = donors - treated[:, None]
    scale = float(np.sqrt(np.mean(apart**2))) or 1.0
    apart = apart / (scale * np.sqrt(len(treated)))
    forwards = _nearest(apart)
    backwards = _nearest(apart[:, ::-1])[::-1]
    if float(np.abs(forwards - backwards).max()) > UNIQUE_WITHIN:
        raise WeightsDiffer(f"The weights from two starts differ by {np.abs(forwards - backwards).max():.2g}.")
    return forwards


def _nearest(apart: Floats) -> Floats:
    count = apart.shape[1]
    rows = np.vstack([apart, np.sqrt(TIE_BREAK) * np.eye(count), np.ones(count)])
    target = np.zeros(len(rows))
    target[-1] = 1.0
    solution, _ = nnls(rows, target, maxiter=50 * count)
    return np.asarray(solution / solution.sum())
