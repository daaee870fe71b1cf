"""The rows of a year's forecast: each candidate's total, what it said earlier, and why one is missing."""

from __future__ import annotations

import pandas as pd

from utfall.followup.candidates.gathered import Gathered
from utfall.followup.candidates.remade import ENDS
from utfall.followup.candidates.totals import CANDIDATES, covered_by_own, totals_at
from utfall.followup.forecast_accounts.make import BUDGET, COVERED, METHOD, OWN
from utfall.followup.forecast_accounts.views import METHOD_WORDS
from utfall.followup.outlook import NET, Outlook, row_of
from utfall.presentation.numbers import percent, period_name


def candidate_rows(gathered: Gathered, outlook: Outlook) -> pd.DataFrame:
    """Give income, cost and net of every candidate, its deviation, and why it is missing.

    Parameters
    ----------
    gathered : Gathered
        Outcome, budget and own forecasts.
    outlook : Outlook
        The model's forecast of the node.

    Returns
    -------
    DataFrame
        ``method, label, net, income, cost, deviation`` (SEK in result sign) and ``reason`` (Swedish).
    """
    totals = totals_at(gathered, gathered.month)
    here = totals[totals.index.get_level_values("node") == gathered.node].droplevel("node")
    column, _ = outlook.reference
    compared = outlook.net[column]
    rows = []
    for method in CANDIDATES:
        if method == METHOD:
            keys = set(outlook.frame["key"])
            kinds = {k: float(row_of(outlook.frame, k)["mean"]) for k in ("income", "cost") if k in keys}
            net = float(outlook.net["mean"])
        else:
            kinds = {str(kind): float(value) for kind, value in here[method].dropna().items()}
            net = sum(kinds.values()) if kinds else float("nan")
        row = {"method": method, "label": METHOD_WORDS[method], NET: net}
        row |= {kind: kinds.get(kind, float("nan")) for kind in ("income", "cost")}
        reason = "" if pd.notna(net) else _why_missing(method, gathered)
        rows.append(row | {"deviation": net - compared, "reason": reason})
    return pd.DataFrame(rows)


def _why_missing(method: str, gathered: Gathered) -> str:
    year = gathered.month.year
    if method == BUDGET:
        return f"det finns ingen budget för {year}"
    if method != OWN:
        return f"huvudboken saknar helåret {year - 1}"
    if not gathered.has_own:
        return "regionens uppgifter har ingen tabell med egna prognoser (own_forecast)"
    covered = float(covered_by_own(gathered, gathered.month).get(gathered.node, 0.0))
    if covered == 0.0:
        return f"ingen egen prognos är lämnad efter {period_name(gathered.month)}"
    least = percent(COVERED, 0)
    return f"de egna prognoserna täcker bara {percent(covered, 0)} av beloppen, och {least} krävs för en summa"


def rows_through_the_year(gathered: Gathered, outlook: Outlook, this_year: pd.DataFrame) -> pd.DataFrame:
    """Give what every candidate said of the year's net after each of its months.

    Parameters
    ----------
    gathered : Gathered
        Outcome, budget and own forecasts.
    outlook : Outlook
        The model's forecast of the node as it is now.
    this_year : DataFrame
        The model's earlier forecasts, from `utfall.followup.candidates.remade.remade_forecasts`.

    Returns
    -------
    DataFrame
        ``period``, one column a candidate, ``lo-80, hi-80`` of the model's; no row for a month before the node's first
        posting.
    """
    rows = []
    here_only = gathered.actual[gathered.place.reindex(gathered.actual.index) == gathered.node]
    model = this_year.set_index("month")
    for number in range(1, gathered.month.month + 1):
        month = pd.Timestamp(gathered.month.year, number, 1)
        if month < gathered.first or not here_only.loc[:, :month].any(axis=None):
            continue
        totals = totals_at(gathered, month)
        here = totals[totals.index.get_level_values("node") == gathered.node].sum(min_count=1)
        said = outlook.net if number == gathered.month.month else model.reindex([number]).iloc[0]
        row = {"period": month, METHOD: float(said["mean"])}
        row |= {method: float(here[method]) for method in CANDIDATES if method != METHOD}
        rows.append(row | {end: float(said[end]) for end in ENDS})
    return pd.DataFrame(rows)
