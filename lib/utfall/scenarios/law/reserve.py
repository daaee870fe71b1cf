"""The result reserve (resultatreserven): how much may be put into it.

The Local Government Act (2017:725), 11 kap. 14 §, as worded by SFS 2023:642, in force from 2024.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from utfall.errors import InvalidParameter
from utfall.scenarios.law.balance import Amount


@dataclass(frozen=True)
class ReserveRules:
    """The law's limits, as shares of tax revenue, general state grants and equalisation.

    Parameters
    ----------
    above : float, default 0.01
        What the result must exceed before anything may be reserved.
    above_when_negative : float, default 0.02
        The same when equity, with the contingent pension liability counted, is negative.
    most : float, default 0.05
        What the whole reserve may be.
    source : str
        Where the limits stand.
    """

    above: float = 0.01
    above_when_negative: float = 0.02
    most: float = 0.05
    source: str = "kommunallagen (2017:725) 11 kap. 14 §, i lydelse enligt SFS 2023:642"


RESERVE_RULES = ReserveRules()
"""The limits from 2024."""


def most_to_reserve(
    result: Amount,
    adjusted: Amount,
    tax_and_grants: Amount,
    *,
    equity_with_contingent: Amount,
    reserve: Amount = 0,
    rules: ReserveRules = RESERVE_RULES,
) -> Amount:
    """Say how much may be put into the result reserve one year.

    The lower of the result and the result after balance adjustments counts, as far as it exceeds the law's share; the
    reserve afterwards may not exceed its own share.

    Parameters
    ----------
    result, adjusted : float or ndarray
        The year's result, and the same after balance adjustments (see `balance_requirement`); result sign.
    tax_and_grants : float or ndarray
        Tax revenue, general state grants and equalisation of the year, ≥ 0.
    equity_with_contingent : float or ndarray
        Equity less the contingent pension liability (ansvarsförbindelsen).
    reserve : float or ndarray, default 0
        The reserve before, ≥ 0.
    rules : ReserveRules, default RESERVE_RULES
        The limits.

    Returns
    -------
    float or ndarray
        ≥ 0, in the unit of the amounts.

    Raises
    ------
    InvalidParameter
        When `tax_and_grants` or `reserve` is negative.

    Examples
    --------
    A result of 80 where tax and grants are 5 000: what exceeds one per cent, 50, is 30.

    >>> float(most_to_reserve(80, 90, 5000, equity_with_contingent=10))
    30.0
    """
    if np.any(np.asarray(tax_and_grants) < 0) or np.any(np.asarray(reserve) < 0):
        raise InvalidParameter("tax_and_grants and reserve are sizes and not negative; give tax revenue as positive.")
    share = np.where(np.asarray(equity_with_contingent) < 0, rules.above_when_negative, rules.above)
    room = np.maximum(rules.most * np.asarray(tax_and_grants) - reserve, 0)
    surplus = np.maximum(np.minimum(result, adjusted) - share * tax_and_grants, 0)
    most: Amount = np.minimum(surplus, room)
    return most
