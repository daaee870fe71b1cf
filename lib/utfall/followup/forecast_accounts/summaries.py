"""What the scored forecasts say: error, bias, coverage and value added, and how forecasts have moved."""

from __future__ import annotations

import pandas as pd

from utfall.followup.forecast_accounts.make import BUDGET, METHOD, OWN
from utfall.followup.forecast_accounts.nodes import NET
from utfall.followup.forecast_accounts.value_added import difference

METHODS = (METHOD, OWN, "last_year_profile", "last_year_remainder", "run_rate", BUDGET)
"""Every method, in the order shown."""

BOUNDS = ("lo_80", "hi_80", "lo_95", "hi_95")


def errors(scored: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Mean absolute and mean signed error, as shares of what they are errors of, and how often intervals held.

    Parameters
    ----------
    scored : DataFrame
        Rows of `utfall.followup.forecast_accounts.scored.score`.
    by : list of str
        Columns to group by.

    Returns
    -------
    DataFrame
        `by`, ``forecasts`` (their number), ``error`` and ``bias``: sums of errors over the sum of the bases. A positive
        bias is a forecast that was better than the outcome. ``covered`` is the share of the 80 per cent intervals that
        held the outcome, missing for a method without intervals.

    Examples
    --------
    >>> rows = {"method": "m", "error": [3.0, -1.0], "base": [100.0, 100.0], "inside_80": [1.0, 0.0]}
    >>> errors(pd.DataFrame(rows), ["method"]).to_dict("records")
    [{'method': 'm', 'forecasts': 2, 'error': 0.02, 'bias': 0.01, 'covered': 0.5}]
    """
    rows = scored.dropna(subset=["base"])
    rows = rows.assign(size=rows["error"].abs())
    sums = rows.groupby(by, sort=False, as_index=False).agg(
        forecasts=("error", "size"),
        size=("size", "sum"),
        signed=("error", "sum"),
        base=("base", "sum"),
        covered=("inside_80", "mean"),
    )
    return sums.assign(error=sums["size"] / sums["base"], bias=sums["signed"] / sums["base"])[
        [*by, "forecasts", "error", "bias", "covered"]
    ]


def coverage(scored: pd.DataFrame) -> pd.DataFrame:
    """How often the kit's intervals held the outcome.

    Parameters
    ----------
    scored : DataFrame
        Scored forecasts of one kind, such as a node's net.

    Returns
    -------
    DataFrame
        ``level`` (80, 95), ``promised``, ``share``, ``forecasts``, and ``tests``: the forecasts of one node and year
        are one test, as they all meet the same outcome.
    """
    rows = []
    for level in (80, 95):
        inside = scored[scored["method"] == METHOD].dropna(subset=f"inside_{level}")
        if len(inside):
            rows.append(
                {
                    "level": level,
                    "promised": level / 100,
                    "share": float(inside[f"inside_{level}"].mean()),
                    "forecasts": len(inside),
                    "tests": len(inside[["unit", "key", "year"]].drop_duplicates()),
                }
            )
    return pd.DataFrame(rows, columns=["level", "promised", "share", "forecasts", "tests"])


def value_added(scored: pd.DataFrame) -> pd.DataFrame:
    """How much smaller the kit's error is than each other method's, on the forecasts both have made.

    Parameters
    ----------
    scored : DataFrame
        Scored forecasts of one kind.

    Returns
    -------
    DataFrame
        ``method`` (the other), ``forecasts``, ``mine``, ``other``, ``gain``, ``low``, ``high``, ``verdict``; see
        `utfall.followup.forecast_accounts.value_added.Difference`.
    """
    keys = ["made_for", "unit", "key"]
    scored = scored.dropna(subset=["base"])
    mine = scored[scored["method"] == METHOD].set_index(keys)[["year", "base", "error"]]
    rows = []
    for method in METHODS[1:]:
        other = scored[scored["method"] == method].set_index(keys)["error"]
        pairs = mine.rename(columns={"error": "mine"}).join(other.rename("other"), how="inner").reset_index()
        if len(pairs):
            found = difference(pairs)
            rows.append({"method": method, **vars(found), "verdict": found.verdict})
    return pd.DataFrame(rows, columns=["method", "forecasts", "mine", "other", "gain", "low", "high", "verdict"])


def revisions(stored: pd.DataFrame, unit: str) -> pd.DataFrame:
    """Months whose forecast has been made more than once, from different data.

    Parameters
    ----------
    stored : DataFrame
        Every stored forecast.
    unit : str
        Code of the node.

    Returns
    -------
    DataFrame
        ``made_for``, ``first`` and ``latest`` (the net of each), ``change``, ``first_made``, ``latest_made``,
        ``versions``.
    """
    rows = stored[(stored["unit"] == unit) & (stored["key"] == NET) & (stored["method"] == METHOD)]
    rows = rows.sort_values(["made_for", "made_on"])
    found = rows.groupby("made_for", as_index=False).agg(
        first=("mean", "first"),
        latest=("mean", "last"),
        first_made=("made_on", "first"),
        latest_made=("made_on", "last"),
        versions=("data_version", "nunique"),
    )
    found = found[found["versions"] > 1].reset_index(drop=True)
    return found.assign(change=found["latest"] - found["first"])


def movement(told: pd.DataFrame, unit: str, year: int) -> pd.DataFrame:
    """How the forecasts of one year have moved from month to month.

    Parameters
    ----------
    told : DataFrame
        Stored forecasts, one a month, node, key and method.
    unit : str
        Code of the node.
    year : int
        The year.

    Returns
    -------
    DataFrame
        One row a month: ``made_for``, one column a method with the net it forecast, the kit's interval, and ``change``
        of the kit's forecast since the month before.
    """
    rows = told[(told["unit"] == unit) & (told["key"] == NET) & (told["year"] == year)]
    wide = rows.pivot_table(index="made_for", columns="method", values="mean", aggfunc="first")
    wide = wide.reindex(columns=list(METHODS))
    bounds = rows[rows["method"] == METHOD].set_index("made_for")[list(BOUNDS)]
    frame = wide.join(bounds).sort_index()
    change = frame[METHOD].diff().where(frame.index.to_series().diff().dt.days < 32)
    return frame.assign(change=change).rename_axis("made_for").reset_index()
