"""What a forecast is made of: level, trend, season, events, and what made the totals add up."""

from __future__ import annotations

import numpy as np
import pandas as pd

from utfall.forecasting.months.restored import Restored
from utfall.forecasting.months.run import PATH_MONTHS
from utfall.forecasting.panel import MONTHS, Array
from utfall.presentation.numbers import Unit, amount, choose_unit, period_name, period_range
from utfall.presentation.words import list_words

PARTS = ("level", "trend", "season", "events", "reconciliation")
"""The parts, in the order they are added up."""

NAMES = {
    "level": "Nivå",
    "trend": "Trend",
    "season": "Säsong",
    "events": "Händelser",
    "reconciliation": "Avstämning",
}
"""What the parts are called."""

WORTH_SAYING = 0.005
"""Smallest share of the forecast that is worth a sentence."""

EVENTS_SAID = 4
"""Events that are told one by one; the rest are summed."""


def split(restored: Restored) -> pd.DataFrame:
    """Split the mean of every node into parts that sum to it.

    Parameters
    ----------
    restored : Restored
        The forecast.

    Returns
    -------
    pandas.DataFrame
        ``unique_id``, ``ds``, ``level`` (mean of the latest twelve known months, earlier jumps and events moved to
        the present level), ``trend`` (the model's path beyond level and season), ``season`` (the pattern of the
        calendar months in that path, zero over a year), ``events``, ``reconciliation`` (what was moved for the
        totals to add up) and ``mean``. A parent's parts are the sums of its series'.
    """
    run, tree, horizon = restored.run, restored.run.tree, restored.run.horizon
    season = season_of_path(run.path)[:, np.arange(horizon) % MONTHS]
    path = run.path[:, :horizon]
    level = np.repeat(run.level[:, None], horizon, axis=1)
    leaf_parts = {"level": level, "season": season, "trend": path - level - season}
    parts = {name: tree.with_parents(values) for name, values in leaf_parts.items()}
    parts["events"] = restored.mean - run.mean
    parts["reconciliation"] = run.mean - tree.with_parents(path)
    nodes = np.repeat(np.arange(run.nodes), horizon)
    steps = np.tile(np.arange(1, horizon + 1), run.nodes)
    frame = pd.DataFrame({"unique_id": tree.ids[nodes], "ds": run.panel.dates(run.last[nodes] + steps)})
    return frame.assign(**{name: parts[name].ravel() for name in PARTS}, mean=restored.mean.ravel())


def season_of_path(path: Array) -> Array:
    """Find the pattern of the calendar months in a path of two years.

    Parameters
    ----------
    path : numpy.ndarray
        Shape ``(series, months)``, at least 24 months.

    Returns
    -------
    numpy.ndarray
        Shape ``(series, 12)``, from the first month of the path on; each row sums to zero.

    Examples
    --------
    >>> path = 10.0 + np.tile(np.r_[6.0, np.full(11, 0.0)], 2) + 0.1 * np.arange(24)
    >>> season_of_path(path[None]).round(2)[0, :3].tolist()
    [5.5, -0.5, -0.5]
    """
    years = path[:, :PATH_MONTHS].reshape(len(path), 2, MONTHS)
    means = years.mean(axis=2)
    slope = (means[:, 1] - means[:, 0]) / MONTHS
    line = means[:, :, None] + slope[:, None, None] * (np.arange(MONTHS) - (MONTHS - 1) / 2)
    return np.asarray((years - line).mean(axis=1))


def told(name: object, parts: pd.DataFrame, effects: pd.DataFrame) -> str:
    """Tell in Swedish what one node's forecast is made of.

    Parameters
    ----------
    name : object
        Name of the series or parent.
    parts : pandas.DataFrame
        The node's rows of `split`.
    effects : pandas.DataFrame
        The node's rows of the events' effects: ``name``, ``ds``, ``effect``.

    Returns
    -------
    str
        One paragraph; every number is a sum, a mean or an entry of the frames.
    """
    span = period_range(parts["ds"].iloc[0], parts["ds"].iloc[-1])
    total = parts["mean"].sum()
    unit = choose_unit(abs(parts["level"].iloc[0]))
    sums = parts[list(PARTS)].sum()
    least = WORTH_SAYING * max(abs(total), abs(sums["level"]))

    def write(value: float, signed: bool = True) -> str:
        return amount(value, unit, signed=signed)

    sentences = [f"{name}: nivån är {write(parts['level'].iloc[0], signed=False)} i månaden"]
    sentences[0] += ", medelvärdet av de senaste tolv månaderna på dagens nivå."
    season = parts.set_index("ds")["season"].iloc[:MONTHS]
    if season.abs().max() > WORTH_SAYING * abs(parts["level"].iloc[0]):
        high, low = int(season.argmax()), int(season.argmin())
        first, last = (f"{period_name(season.index[at])} ({write(season.iloc[at])})" for at in (high, low))
        costs = parts["level"].iloc[0] < 0.0
        seen = f"gör {first} lättast och {last} tyngst" if costs else f"ger mest i {first} och minst i {last}"
        sentences.append(f"Säsongen {seen}.")
    if abs(sums["trend"]) > least:
        sentences.append(f"Trenden ger sammanlagt {write(sums['trend'])} över perioden.")
    sentences += _events_told(effects, unit)
    if abs(sums["reconciliation"]) > least:
        sentences.append(
            f"Avstämningen mellan delar och helhet ger sammanlagt {write(sums['reconciliation'])} över perioden."
        )
    sentences.append(f"Prognosen för {span} blir sammanlagt {write(total, signed=False)}.")
    return " ".join(sentences)


def _events_told(effects: pd.DataFrame, unit: Unit) -> list[str]:
    if effects.empty:
        return []
    by_name = effects.groupby("name", sort=False).agg(effect=("effect", "sum"), since=("ds", "min"))
    by_name = by_name.loc[by_name["effect"].abs().sort_values(ascending=False, kind="stable").index]
    said = [
        f"{name} från {period_name(row['since'])} ({amount(row['effect'], unit, signed=True)})"
        for name, row in by_name.head(EVENTS_SAID).iterrows()
    ]
    rest = by_name["effect"].iloc[EVENTS_SAID:]
    if len(rest):
        said.append(f"övriga händelser ({amount(rest.sum(), unit, signed=True)})")
    total = amount(by_name["effect"].sum(), unit, signed=True)
    what = list_words(said)
    return [f"Kända händelser ger sammanlagt {total} över perioden: {what}."]
