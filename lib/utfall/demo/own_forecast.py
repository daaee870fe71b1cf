"""The controllers' own forecasts, with the habits real ones have; made up like everything else.

They start from the budget and half of last year's deviation, move slowly, hope that overspending stops, and know
their own unit's events before the ledger does.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.demo.accounts import LINES, of_line
from utfall.demo.chance import generator
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.timeline import ACTUAL_MONTHS, LAST_YEAR, MONTHS, month_starts, year_slice

FIRST_YEAR = 2023
"""First year with forecasts."""

SPEEDS = np.linspace(0.15, 0.65, 11)
"""Share of the way to what the months so far say that a forecast moves, January to November."""

SPEED_SPREAD = (0.6, 1.4)
"""How much slower or faster one unit's controller is."""

CARRIED = 0.8
"""Share of the deviation so far that is thought to go on at the same rate."""

ADMITTED = 0.5
"""Share of last year's deviation from budget that the year's first forecast owns up to."""

HOPE = (0.1, 0.6)
"""Share of a worsening that the controller of a unit hopes will not go on."""

LOCAL_UNITS = 10
"""Events of more units than this are not the unit's own, and its controller knows nothing of them beforehand."""

FORESEEN = 0.8
"""Share of what is left of an own event's effect that is in the forecast once the event is known."""

NOTICE = 1
"""Months before an own event's first amount that it is known: a patient is sent before the invoice comes."""

NOISE = 0.006
"""Spread of what a forecast differs from its rule in January, as a share of the line's budget; less as months pass."""

ROUNDED = (1_000_000.0, 10_000.0, 1_000.0)
"""Forecasts of at least the first are rounded to the second, smaller ones to the third; SEK."""

Array = NDArray[np.float64]


def own_forecast_table(
    organisation: DemoOrganisation, budget: NDArray[np.int64], ledger_ore: NDArray[np.int64], log: EffectsLog, seed: int
) -> pd.DataFrame:
    """Return the table ``own_forecast``: period, unit, line, amount (the year's total, SEK in result sign).

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    budget : ndarray of int, shape (units, accounts, months)
        SEK in result sign.
    ledger_ore : ndarray of int, shape (units, accounts, months with actuals)
        Öre in result sign, as the ledger holds them.
    log : EffectsLog
        What each event changed.
    seed : int
        Seed of the region.

    Returns
    -------
    DataFrame
        January to November of each year with forecasts, as far as there are actuals.
    """
    rng = generator(seed, "own forecast")
    units = len(organisation.units)
    speed = rng.uniform(*SPEED_SPREAD, units)[:, None]
    hope = rng.uniform(*HOPE, units)[:, None]
    plan = _by_line(budget.astype(np.float64))
    actual = np.zeros(plan.shape)
    actual[..., :ACTUAL_MONTHS] = _by_line(ledger_ore / 100)
    event = _own_events(plan.shape, log)
    parts = []
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        span = year_slice(year)
        now, then, known = plan[..., span], actual[..., span], event[..., span]
        whole = now.sum(axis=2)
        before = year_slice(year - 1)
        told = whole + ADMITTED * (actual[..., before] - plan[..., before]).sum(axis=2)
        for month in range(1, 12):
            position = span.start + month - 1
            if position >= ACTUAL_MONTHS:
                break
            told += np.minimum(SPEEDS[month - 1] * speed, 1.0) * (_seen(now, then, known, month, hope) - told)
            noise = NOISE * (12 - month) / 11 * np.abs(whole) * rng.standard_normal(whole.shape)
            used = (whole != 0) | (then[..., :month] != 0).any(axis=2)
            parts.append(_rows(organisation, position, told + noise, used))
    frame = pd.concat(parts, ignore_index=True)
    return frame.sort_values(["unit", "period", "line"], ignore_index=True)


def _seen(plan: Array, actual: Array, event: Array, month: int, hope: Array) -> Array:
    """What the months so far, the budget and what is known of own events say of the year."""
    left = 12 - month
    to_date, planned = actual[..., :month].sum(axis=2), plan[..., :month].sum(axis=2)
    begun = (event[..., : month + NOTICE] != 0).any(axis=2)
    so_far = np.where(begun, event[..., :month].sum(axis=2), 0.0)
    to_come = np.where(begun, FORESEEN * event[..., month:].sum(axis=2), 0.0)
    carried = CARRIED * (to_date - planned - so_far) * left / month
    carried = np.where(carried < 0, carried * (1 - hope), carried)
    return to_date + plan[..., month:].sum(axis=2) + carried + to_come


def _own_events(shape: tuple[int, ...], log: EffectsLog) -> Array:
    """What the events of single units do to the deviation from budget, SEK by unit, line and month."""
    total = np.zeros(shape)
    line_of = {account: number for number, (line, *_) in enumerate(LINES) for account in of_line(line)}
    for event in sorted({*log.actual, *log.budget}):
        actual, budget = log.actual.get(event, {}), log.budget.get(event, {})
        if len({unit for unit, _ in (*actual, *budget)}) > LOCAL_UNITS:
            continue
        for (unit, account), ore in actual.items():
            series = np.zeros(MONTHS)
            series[:ACTUAL_MONTHS] = ore / 100
            if series[ACTUAL_MONTHS - 2]:
                series[ACTUAL_MONTHS:] = series[ACTUAL_MONTHS - 1]  # what has lasted is thought to go on
            total[unit, line_of[account]] += series
        for (unit, account), sek in budget.items():
            total[unit, line_of[account]] -= sek
    return total


def _by_line(amounts: Array) -> Array:
    return np.stack([amounts[:, of_line(line)].sum(axis=1) for line, *_ in LINES], axis=1)


def _rows(organisation: DemoOrganisation, position: int, told: Array, used: NDArray[np.bool_]) -> pd.DataFrame:
    unit, line = np.nonzero(used & organisation.active[:, position, None])
    amount = told[unit, line]
    large, coarse, fine = ROUNDED
    step = np.where(np.abs(amount) >= large, coarse, fine)
    return pd.DataFrame(
        {
            "period": month_starts(MONTHS)[position],
            "unit": np.array([one.code for one in organisation.units], dtype=object)[unit],
            "line": np.array([name for name, *_ in LINES], dtype=object)[line],
            "amount": np.rint(amount / step) * step + 0.0,
        }
    )
