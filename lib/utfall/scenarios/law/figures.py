"""Figures of a financial position: solidity, debt, liquidity, result share.

Amounts may be scalars or arrays that fit each other, in SEK or in öre. A figure whose denominator is zero is missing
(not a number), never zero. Solidity with and without the contingent liability is shown side by side because pensions
earned before 1998 stand outside the balance sheet (blandmodellen).
"""

from __future__ import annotations

import numpy as np

from utfall.scenarios.law.balance import Amount

DAYS_IN_YEAR = 365
"""Days that a year's costs are spread over; a leap year is not told apart."""


def solidity(equity: Amount, assets: Amount) -> Amount:
    """Equity as a share of total assets (soliditet).

    Parameters
    ----------
    equity : float or ndarray
        Equity, with its sign.
    assets : float or ndarray
        Total assets.

    Returns
    -------
    float or ndarray
        A share: 0.12 is 12 %.

    Examples
    --------
    >>> float(solidity(120, 1000))
    0.12
    """
    return share(equity, assets)


def solidity_with_contingent(equity: Amount, contingent: Amount, assets: Amount) -> Amount:
    """Equity less the contingent pension liability, as a share of total assets.

    Parameters
    ----------
    equity, contingent : float or ndarray
        Equity with its sign, and the pensions outside the balance sheet (ansvarsförbindelsen), ≥ 0.
    assets : float or ndarray
        Total assets.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float(solidity_with_contingent(120, 320, 1000))
    -0.2
    """
    return share(np.subtract(equity, contingent), assets)


def debt_share(loans: Amount, tax_and_grants: Amount) -> Amount:
    """Interest-bearing loans as a share of tax revenue and general grants.

    Parameters
    ----------
    loans : float or ndarray
        Interest-bearing loans at the year's end.
    tax_and_grants : float or ndarray
        Tax revenue, general state grants and equalisation of the year.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float(debt_share(1500, 6000))
    0.25
    """
    return share(loans, tax_and_grants)


def result_share(result: Amount, tax_and_grants: Amount) -> Amount:
    """Result as a share of tax revenue and general grants.

    Parameters
    ----------
    result : float or ndarray
        The year's result, in result sign.
    tax_and_grants : float or ndarray
        Tax revenue, general state grants and equalisation of the year.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> float(result_share(-120, 6000))
    -0.02
    """
    return share(result, tax_and_grants)


def liquidity_days(cash: Amount, yearly_cost: Amount) -> Amount:
    """Days that the cash would last without income.

    Parameters
    ----------
    cash : float or ndarray
        Cash at the year's end.
    yearly_cost : float or ndarray
        External costs of the year without depreciation, as a positive number.

    Returns
    -------
    float or ndarray
        Days.

    Examples
    --------
    >>> float(liquidity_days(200, 7300))
    10.0
    """
    return share(np.multiply(cash, DAYS_IN_YEAR), yearly_cost)


def quick_ratio(receivables: Amount, cash: Amount, current_liabilities: Amount) -> Amount:
    """Receivables and cash as a share of current liabilities (kassalikviditet).

    Parameters
    ----------
    receivables, cash : float or ndarray
        At the year's end.
    current_liabilities : float or ndarray
        At the year's end.

    Returns
    -------
    float or ndarray
        1 is 100 %.

    Examples
    --------
    >>> float(quick_ratio(300, 200, 1000))
    0.5
    """
    return share(np.add(receivables, cash), current_liabilities)


def share(part: Amount, whole: Amount) -> Amount:
    """Divide; missing (not a number) where the whole is zero.

    Parameters
    ----------
    part, whole : float or ndarray
        Amounts in the same unit.

    Returns
    -------
    float or ndarray

    Examples
    --------
    >>> share(np.array([1.0, 1.0]), np.array([2.0, 0.0])).tolist()
    [0.5, nan]
    """
    dividend, divisor = np.broadcast_arrays(np.asarray(part, float), np.asarray(whole, float))
    result: Amount = np.divide(dividend, divisor, out=np.full(dividend.shape, np.nan), where=divisor != 0)
    return result
