"""Charts of one scenario."""

from __future__ import annotations

import pandas as pd

from utfall.presentation.charts import bars, fan
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.years import fan_by_year
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name
from utfall.scenarios.law import MEASURES
from utfall.scenarios.result.frequency import of_draws
from utfall.scenarios.result.limits import measure_words
from utfall.scenarios.result.statements import ENDS

DECEMBER = 12
"""Month that a year's balance sheet is of."""


def result_chart(spread: pd.DataFrame, history: pd.Series, money: Money) -> Chart:
    """Draw the yearly result: known years, the fan ahead and the zero line.

    Parameters
    ----------
    spread : DataFrame
        By year: ``mean`` and the intervals.
    history : Series
        Known results by year.
    money : Money
        How amounts are written.

    Returns
    -------
    Chart
    """
    last = spread.astype("float64").iloc[-1]
    title = (
        f"Årets resultat blir i medeltal {money.write(last['mean'])} {spread.index[-1]}, "
        f"med 80 % sannolikhet mellan {money.write(last['lo-80'])} och {money.write(last['hi-80'])}"
    )
    return fan_by_year(history, spread, title=title, unit=money.unit, currency=money.currency)


def cash_chart(monthly: pd.DataFrame, history: pd.Series, money: Money) -> Chart:
    """Draw cash at the end of each month ahead, after the known closing balances.

    Parameters
    ----------
    monthly : DataFrame
        As `monthly_frame` gives it.
    history : Series
        Known closing cash by year.
    money : Money
        How amounts are written.

    Returns
    -------
    Chart
    """
    cash = monthly[monthly["item"] == "cash"].set_index("period")
    at = int(cash["mean"].to_numpy().argmin())
    known = pd.Series(
        history.to_numpy("float64"), [pd.Timestamp(int(year), DECEMBER, 1) for year in history.index], dtype="float64"
    )
    title = (
        f"Likvida medel är i medeltal som lägst {money.write(float(cash['mean'].iloc[at]))} "
        f"i slutet av {period_name(cash.index[at])}"
    )
    if known.empty:  # the fan begins somewhere
        first, cash = cash.iloc[:1], cash.iloc[1:]
        known = first["mean"]
    return fan(known, cash[["mean", *ENDS]], title=title, unit=money.unit, currency=money.currency)


def limit_chart(limit: pd.DataFrame, spread: pd.DataFrame, history: pd.Series, money: Money) -> Chart:
    """Draw the measure of a limit, and the limit as a line.

    Parameters
    ----------
    limit : DataFrame
        Rows of one limit, as `limit_frame` gives them.
    spread : DataFrame
        By year: ``mean`` and the intervals of its measure.
    history : Series
        Its known values by year.
    money : Money
        How amounts are written.

    Returns
    -------
    Chart
    """
    head, last = limit.iloc[0], limit.iloc[-1]
    about = MEASURES[head["measure"]]
    unit = {"amount": str(money.unit), "percent": "%", "number": about.unit}[about.kind]
    value = measure_words(head["measure"], float(spread["mean"].iloc[-1]), money.currency, decimals=1)
    title = f"{head['name']}: {value} i medeltal {last['year']}; gränsen bryts då i {of_draws(last['breaks'])}"
    return fan_by_year(history, spread, title=title, unit=unit, currency=money.currency, limit=float(head["value"]))


def division_chart(divisions: pd.DataFrame, money: Money) -> Chart:
    """Draw how much larger each division's net cost becomes from the first year to the last.

    Parameters
    ----------
    divisions : DataFrame
        As `division_frame` gives it.
    money : Money
        How amounts are written.

    Returns
    -------
    Chart
        Result sign: a higher net cost is negative.
    """
    wide = divisions.pivot_table(index="division", columns="year", values="mean", aggfunc="sum").loc[
        divisions["division"].unique()
    ]
    first, last = wide.columns[0], wide.columns[-1]
    names = divisions.drop_duplicates("division").set_index("division")["name"]
    change = wide[last] - wide[first]
    frame = pd.DataFrame({"label": names.loc[wide.index].to_numpy(), "amount": change.to_numpy()})
    before = float(wide[first].sum())
    share = float(change.sum()) / before if before else 0.0
    word = "större" if share >= 0 else "mindre"
    title = f"Divisionernas nettokostnad blir {percent(abs(share))} {word} {last} än {first}"
    return bars(frame, title=title, unit=money.unit, currency=money.currency)
