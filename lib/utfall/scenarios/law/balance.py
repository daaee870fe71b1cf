"""The investigation of the balance requirement (balanskravsutredningen): from the year's result to what the law judges.

The rows are those that regions and municipalities print. The Municipal Bookkeeping and Accounting Act (2018:597),
11 kap. 10 §, says what is adjusted for; its present wording (changed by SFS 2023:643) has not been compared with these
rows. What it replaced (4 kap. 3 a § of the act 1997:614, as worded by SFS 2012:799) left out realised gains that are
not in keeping with good economic housekeeping, realised losses that are, unrealised losses in securities and the
reversal of such losses; unrealised gains are printed beside the losses by those who value securities at market.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utfall.errors import InvalidParameter

Amount = float | NDArray[Any]
"""An amount, or one for each draw and year; SEK or öre, as long as all are the same."""

LINES = {
    "result": "Årets resultat enligt resultaträkningen",
    "realised_gains": "Samtliga realisationsvinster",
    "exempted_gains": "Realisationsvinster enligt undantagsmöjlighet",
    "exempted_losses": "Realisationsförluster enligt undantagsmöjlighet",
    "unrealised": "Orealiserade vinster och förluster i värdepapper",
    "reversed_unrealised": "Återföring av orealiserade vinster och förluster i värdepapper",
    "adjusted": "Årets resultat efter balanskravsjusteringar",
    "to_reserve": "Reservering av medel till resultatreserv",
    "from_reserve": "Användning av medel från resultatreserv",
    "requirement": "Årets balanskravsresultat",
}
"""Line to its printed name, in the order of the investigation."""

SIGNS = {
    "result": 1,
    "realised_gains": -1,
    "exempted_gains": 1,
    "exempted_losses": 1,
    "unrealised": -1,
    "reversed_unrealised": 1,
    "to_reserve": -1,
    "from_reserve": 1,
}
"""Line to the sign with which it enters the sum; the lines without one are sums themselves."""

SUMS = ("adjusted", "requirement")
"""Lines that are sums of those above them."""

SIZES = ("realised_gains", "exempted_gains", "exempted_losses", "to_reserve", "from_reserve")
"""Lines given as sizes, never negative; the others have the sign they have in the result."""


@dataclass(frozen=True, eq=False)
class BalanceRequirement:
    """Every line of the investigation; made by `balance_requirement`.

    Attributes
    ----------
    result : float or ndarray
        The year's result, in result sign.
    realised_gains, exempted_gains, exempted_losses : float or ndarray
        Sizes ≥ 0: all realised gains in the result, those of them that may be counted all the same, and realised
        losses that may be left out.
    unrealised : float or ndarray
        Unrealised gains (+) and losses (−) in securities that are in the result.
    reversed_unrealised : float or ndarray
        What was left out in earlier years and counts now that it is realised: gains (+) and losses (−).
    adjusted : float or ndarray
        The result after balance adjustments (årets resultat efter balanskravsjusteringar).
    to_reserve, from_reserve : float or ndarray
        Sizes ≥ 0: put into, and taken from, the result reserve.
    requirement : float or ndarray
        The balance requirement result (balanskravsresultat), in result sign.
    """

    result: Amount
    realised_gains: Amount
    exempted_gains: Amount
    exempted_losses: Amount
    unrealised: Amount
    reversed_unrealised: Amount
    adjusted: Amount
    to_reserve: Amount
    from_reserve: Amount
    requirement: Amount

    @property
    def printed(self) -> dict[str, Amount]:
        """Printed name of each line to its amount with the sign it enters the sum with."""
        return {words: SIGNS.get(line, 1) * getattr(self, line) for line, words in LINES.items()}


def balance_requirement(
    result: Amount,
    *,
    realised_gains: Amount = 0,
    exempted_gains: Amount = 0,
    exempted_losses: Amount = 0,
    unrealised: Amount = 0,
    reversed_unrealised: Amount = 0,
    to_reserve: Amount = 0,
    from_reserve: Amount = 0,
) -> BalanceRequirement:
    """Go from the year's result to the balance requirement result.

    Amounts are scalars or arrays that fit each other (draws, years), in SEK or in öre; whole numbers stay whole.

    Parameters
    ----------
    result : float or ndarray
        The year's result, in result sign.
    realised_gains : float or ndarray, default 0
        All realised gains in the result, ≥ 0; taken off.
    exempted_gains : float or ndarray, default 0
        Realised gains that may be counted all the same, ≥ 0 and at most `realised_gains`; added.
    exempted_losses : float or ndarray, default 0
        Realised losses that may be left out, as a size ≥ 0; added.
    unrealised : float or ndarray, default 0
        Unrealised gains (+) and losses (−) in securities that are in the result; taken off.
    reversed_unrealised : float or ndarray, default 0
        What was left out earlier and now counts, gains (+) and losses (−); added.
    to_reserve, from_reserve : float or ndarray, default 0
        Put into the result reserve, and taken from it, ≥ 0.

    Returns
    -------
    BalanceRequirement

    Raises
    ------
    InvalidParameter
        When a size is negative, or more gains are exempted than there are.

    Examples
    --------
    Malmö 2015 (printed in its annual report, SEK million):

    >>> malmo = balance_requirement(563, realised_gains=23, to_reserve=185)
    >>> malmo.adjusted, malmo.requirement
    (540, 355)
    """
    given = {
        "result": result,
        "realised_gains": realised_gains,
        "exempted_gains": exempted_gains,
        "exempted_losses": exempted_losses,
        "unrealised": unrealised,
        "reversed_unrealised": reversed_unrealised,
        "to_reserve": to_reserve,
        "from_reserve": from_reserve,
    }
    _refuse(given)
    adjusted = result - realised_gains + exempted_gains + exempted_losses - unrealised + reversed_unrealised
    requirement = adjusted - to_reserve + from_reserve
    return BalanceRequirement(adjusted=adjusted, requirement=requirement, **given)


def _refuse(given: Mapping[str, Amount]) -> None:
    for line in SIZES:
        if np.any(np.asarray(given[line]) < 0):
            raise InvalidParameter(
                f"{line} is negative; it is a size, and its sign is that of its line in the investigation."
            )
    if np.any(np.asarray(given["exempted_gains"]) > np.asarray(given["realised_gains"])):
        raise InvalidParameter(
            "exempted_gains is more than realised_gains; only gains that were realised can be exempted."
        )
