"""The actuals of another course of the world: every line's amounts, and the tables behind them, in step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from utfall.demo.accounts import ACCOUNTS
from utfall.demo.actuals import Actuals
from utfall.demo.economy import Economy
from utfall.demo.timeline import ACTUAL_MONTHS

_DRG_DIGITS = 3


def take_course(actuals: Actuals, supplier: NDArray[np.int64], economy: Economy) -> NDArray[np.int64]:
    """Change the actuals of the known history to those of another course.

    Drugs become dearer by their price and used more by the rest; purchased cases cost more, and their points follow
    what is not price. Budgets, planned events and measures stay.

    Parameters
    ----------
    actuals : Actuals
        After every event; changed in place.
    supplier : ndarray of int, shape (months with actuals,)
        Öre of the supplier's invoices each month, positive.
    economy : Economy
        The course.

    Returns
    -------
    ndarray of int, shape (months with actuals,)
        Öre of the supplier's invoices in that course.
    """
    ratio = {line: months[:ACTUAL_MONTHS] for line, months in economy.line_ratio.items()}
    price = {index: months[:ACTUAL_MONTHS] for index, months in economy.price_ratio.items()}
    by_account = np.stack([ratio[account.line] for account in ACCOUNTS])
    actuals.amounts = _whole(actuals.amounts * by_account)
    actuals.salaries = _whole(actuals.salaries * ratio["salaries"])

    drugs = actuals.drug_use
    drugs.price_ore = _whole(drugs.price_ore * price["Läkemedel"])
    drugs.patients = _whole(drugs.patients * (ratio["drugs"] / price["Läkemedel"]))

    cases, care = actuals.cases, ratio["purchased_care"]
    cases.cost_ore = _whole(cases.cost_ore * care[cases.month])
    real = care / price["LPIK exkl. läkemedel"]
    cases.drg_points = np.round(cases.drg_points * real[cases.month], _DRG_DIGITS)
    return _whole(supplier * ratio["materials"])


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(values).astype(np.int64)
