"""How each way of guessing the year has done at the same month of earlier years."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.followup.candidates.gathered import Gathered
from utfall.followup.candidates.totals import CANDIDATES, totals_at
from utfall.followup.forecast_accounts.make import METHOD
from utfall.followup.forecast_accounts.value_added import Difference, difference
from utfall.forecasting.panel import MONTHS

RECORD_YEARS = 5
"""Earlier years looked at, at most."""

MIN_YEARS = 3
"""A candidate with fewer earlier years has a record too short to be ranked by."""

KEYS = ["node", "year", "month"]
"""What names a forecast of a node's net."""


@dataclass(frozen=True)
class Record:
    """How the candidates have done at one month.

    Parameters
    ----------
    frame : DataFrame
        One row a candidate: ``method``, ``own_error``, ``own_bias`` and ``own_count`` for the node alone, ``error``,
        ``bias``, ``count`` for it and the comparable nodes together, ``behind``, ``behind_low``, ``behind_high`` (how
        much larger its error is than the best one's, with a 95 % interval), and ``verdict``: ``best``, ``level`` (the
        difference may be chance), ``worse``, or empty where there is nothing to rank by. Errors and biases are shares
        of the node's gross cost that year; a positive bias is a forecast better than the outcome.
    nodes : int
        How many nodes the ranking rests on.
    years : tuple of int
        Which years.
    read_after : int or None
        Days after a month that its forecasts have seen; None when the ledger does not say.
    """

    frame: pd.DataFrame
    nodes: int
    years: tuple[int, ...]
    read_after: int | None

    @property
    def best(self) -> pd.Series | None:
        """Row of the candidate with the smallest error; None where there is nothing to rank by."""
        rows = self.frame[self.frame["verdict"] == "best"]
        return None if rows.empty else rows.iloc[0]

    @property
    def second(self) -> pd.Series | None:
        """Row of the candidate with the smallest error but one."""
        others = self.frame[self.frame["verdict"].isin(["level", "worse"])]
        return None if others.empty else others.sort_values("error", kind="stable").iloc[0]


def past_forecasts(gathered: Gathered, model: pd.DataFrame, months: range | tuple[int, ...]) -> pd.DataFrame:
    """Net that each candidate gave for earlier years, of what was booked then, beside the outcome as it is booked now.

    Parameters
    ----------
    gathered : Gathered
        Outcome, budget and own forecasts.
    model : DataFrame
        The model's own forecasts of earlier years: ``node, year, month, forecast``.
    months : iterable of int
        Months, 1 to 11, after which the forecasts were made.

    Returns
    -------
    DataFrame
        ``node, year, month, method, forecast, outcome, gross, share``: SEK in result sign; ``gross`` is that year's
        gross cost of the node, ``share`` the error as a share of it. A node without cost in a year has no row for it.
    """
    last = gathered.month.year - 1
    first = max(last - RECORD_YEARS + 1, gathered.first.year + (gathered.first.month > 1))
    parts = [model.assign(method=METHOD)]
    outcomes = []
    for year in range(first, last + 1):
        outcomes.append(gathered.outcome(year).assign(year=year).rename_axis("node").reset_index())
        for month in months:
            totals = totals_at(gathered, pd.Timestamp(year, month, 1)).groupby("node").sum(min_count=1)
            long = totals.reset_index().melt("node", var_name="method", value_name="forecast").dropna()
            parts.append(long.assign(year=year, month=month))
    columns = [*KEYS, "method", "forecast", "outcome", "gross", "share"]
    if not outcomes:
        return pd.DataFrame(columns=columns)
    every = pd.concat(parts, ignore_index=True).astype({"year": "int64", "month": "int64", "forecast": "float64"})
    rows = every.merge(pd.concat(outcomes).rename(columns={"net": "outcome"}), on=["node", "year"])
    rows = rows[(rows["gross"] > 0) & rows["month"].isin(list(months))]
    return rows.assign(share=(rows["forecast"] - rows["outcome"]) / rows["gross"])[columns].reset_index(drop=True)


def record_at(past: pd.DataFrame, month: int, node: str, read_after: int | None = None) -> Record:
    """Compare the candidates after one month of the year, on the very same forecasts.

    Candidates with at least `MIN_YEARS` earlier years are compared on the nodes and years they all have; the others
    are shown with what they have and not ranked.

    Parameters
    ----------
    past : DataFrame
        From `past_forecasts`.
    month : int
        Month of the year, 1 to 11.
    node : str
        The node whose own record is wanted.
    read_after : int, optional
        Days after a month that its forecasts have seen; not given when the ledger does not say.

    Returns
    -------
    Record
    """
    shares = _shares(past, month)
    common = _common(shares)
    best = str(common.abs().mean().idxmin()) if len(common) else None
    found = []
    for method in CANDIDATES:
        tests = common[method] if method in common else shares[method].dropna() if method in shares else pd.Series()
        found.append(_summary(method, tests, node) | _standing(method, best, common))
    nodes, years = (common.index.get_level_values(name).unique() for name in ("node", "year"))
    return Record(pd.DataFrame(found), len(nodes), tuple(sorted(map(int, years))), read_after)


def _summary(method: str, tests: pd.Series, node: str) -> dict[str, object]:
    mine = tests[tests.index.get_level_values("node") == node] if len(tests) else tests
    return {
        "method": method,
        "own_error": float(mine.abs().mean()) if len(mine) else float("nan"),
        "own_bias": float(mine.mean()) if len(mine) else float("nan"),
        "own_count": len(mine),
        "error": float(tests.abs().mean()) if len(tests) else float("nan"),
        "bias": float(tests.mean()) if len(tests) else float("nan"),
        "count": len(tests),
    }


def _standing(method: str, best: str | None, common: pd.DataFrame) -> dict[str, object]:
    missing = float("nan")
    if best is None or method not in common:
        return {"behind": missing, "behind_low": missing, "behind_high": missing, "verdict": ""}
    if method == best:
        return {"behind": 0.0, "behind_low": missing, "behind_high": missing, "verdict": "best"}
    found = behind(common[best], common[method])
    verdict = "worse" if found.verdict == "better" else "level"
    return {"behind": found.gain, "behind_low": found.low, "behind_high": found.high, "verdict": verdict}


def behind(best: pd.Series, other: pd.Series) -> Difference:
    """How much larger the errors of one candidate are than the best one's, by node and year.

    Parameters
    ----------
    best, other : Series
        Errors as shares, indexed by ``node`` and ``year``.

    Returns
    -------
    Difference
        Its ``gain`` is how far behind `other` is; years, and nodes, that share surprises count as one test.
    """
    index = best.index
    pairs = {"year": index.get_level_values("year"), "unit": index.get_level_values("node"), "base": 1.0}
    return difference(pd.DataFrame({**pairs, "mine": best.to_numpy(), "other": other.to_numpy()}))


def errors_by_month(past: pd.DataFrame) -> tuple[pd.DataFrame, int, int]:
    """Mean absolute error of each candidate by the month the forecasts were made.

    Parameters
    ----------
    past : DataFrame
        From `past_forecasts`.

    Returns
    -------
    errors : DataFrame
        One row a month (1 to 11), one column a candidate: share of the nodes' gross cost, on the forecasts that every
        candidate with at least `MIN_YEARS` earlier years has.
    nodes, years : int
        How many nodes and years they rest on in the month that has fewest.
    """
    found, nodes, years = {}, [], []
    for month in range(1, MONTHS):
        common = _common(_shares(past, month))
        if len(common):
            found[month] = common.abs().mean()
            nodes.append(common.index.get_level_values("node").nunique())
            years.append(common.index.get_level_values("year").nunique())
    if not found:
        return pd.DataFrame(index=pd.Index([], name="month", dtype="int64")), 0, 0
    errors = pd.DataFrame(found).T.rename_axis("month")
    return errors[[method for method in CANDIDATES if method in errors]], min(nodes), min(years)


def _shares(past: pd.DataFrame, month: int) -> pd.DataFrame:
    """Errors as shares of cost, by node and year, one column a candidate."""
    rows = past[past["month"] == month]
    wide = rows.pivot_table(index=["node", "year"], columns="method", values="share", sort=True)
    return wide[[method for method in CANDIDATES if method in wide]]


def _common(shares: pd.DataFrame) -> pd.DataFrame:
    """The forecasts that every candidate with enough years has; empty when fewer than two have enough."""
    span = shares.notna().groupby("year").any().sum()
    ranked = span.index[span >= MIN_YEARS].tolist()
    common = shares[ranked].dropna()
    enough = len(ranked) > 1 and common.index.get_level_values("year").nunique() >= MIN_YEARS
    return common if enough else shares.iloc[:0, :0]
