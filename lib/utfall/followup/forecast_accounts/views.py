"""Tables and charts of how forecasts have done."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from utfall.followup.forecast_accounts.make import BUDGET, METHOD, OWN
from utfall.followup.forecast_accounts.summaries import METHODS
from utfall.presentation.charts import bars, by_month
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import NBSP, date, percent, period_name
from utfall.presentation.tables import Column, Table

METHOD_WORDS = {
    METHOD: "Modellen",
    OWN: "Egen prognos",
    "last_year_profile": "Förra årets profil",
    "last_year_remainder": "Förra årets rest",
    "run_rate": "Takten hittills",
    BUDGET: "Budgeten",
}
"""What each method is called in a report."""

IN_TEXT = {method: word.lower() for method, word in METHOD_WORDS.items()} | {OWN: "den egna prognosen"}
"""The same in running text."""

METHOD_NOTES = (
    "Förra årets profil: resten av året följer förra årets månader, uppräknade med årets nivå hittills. "
    "Förra årets rest: resten av året blir som förra året. "
    "Takten hittills: resten av året blir som årets månader hittills i medeltal.",
    "Egen prognos är den som enheternas controllers har lämnat.",
)
"""What the methods do, below their table."""

CHART_METHODS = (METHOD, OWN, "last_year_profile", "run_rate")
"""Methods drawn; the others miss by so much that these could not be told apart."""

SCOPE_WORDS = {"node": "Hela enheten", "part": "Delarna", "line": "Posterna"}
"""What each kind of forecast is called: a node's net, its parts' net, and its lines."""

UNTESTED = "prognosen saknar intervall"
"""Why there is no coverage."""

VERDICT_WORDS = {"better": "mindre fel", "worse": "större fel", "unclear": "kan inte avgöras"}


def method_table(by_method: pd.DataFrame, span: str) -> Table:
    """Write error and bias of every method."""
    frame = _in_order(by_method).assign(label=lambda rows: rows["method"].map(METHOD_WORDS))
    columns = {
        "label": Column("Metod"),
        "forecasts": Column("Prognoser", "number"),
        "error": Column("Medelfel", "percent", decimals=2),
        "bias": Column("Snedhet", "percent", decimals=2, signed=True),
    }
    caption = f"Helårsprognosernas fel{' ' * bool(span)}{span}, andel av kostnaden"
    return Table(frame, caption, columns, notes=METHOD_NOTES if len(frame) else ())


def gain_table(gains: pd.DataFrame, unit_name: str) -> Table | None:
    """Write how much smaller the model's error is than every other method's."""
    if gains.empty:
        return None
    frame = gains.assign(
        label=gains["method"].map(METHOD_WORDS),
        what=gains["scope"].map(SCOPE_WORDS),
        said=gains["verdict"].map(VERDICT_WORDS),
    )
    few = "för få år"
    columns = {
        "label": Column("Jämfört med"),
        "what": Column("Vad"),
        "forecasts": Column("Prognoser", "number"),
        "mine": Column("Modellens fel", "percent", decimals=2),
        "other": Column("Metodens fel", "percent", decimals=2),
        "gain": Column("Mervärde", "percent", decimals=2, signed=True),
        "low": Column(f"Lägst (95{NBSP}%)", "percent", decimals=2, signed=True, missing=few),
        "high": Column(f"Högst (95{NBSP}%)", "percent", decimals=2, signed=True, missing=few),
        "said": Column("Bedömning"),
    }
    notes = (
        "Mervärdet är metodens fel minus modellens, på de prognoser som båda har gjort. Där intervallet rymmer noll "
        "kan det inte avgöras vilken som är bäst.",
    )
    return Table(frame, f"Modellens mervärde för nettot, andel av kostnaden, {unit_name}", columns, notes=notes)


def month_table(found: pd.DataFrame, span: str) -> Table | None:
    """Write the error by month made, of the methods drawn, with the model's bias."""
    if found.empty:
        return None
    wide = found.pivot_table(index="month", columns="method", values="error")
    methods = [method for method in METHODS if method in wide.columns]
    mine = found[found["method"] == METHOD].set_index("month")[["forecasts", "bias", "covered"]]
    frame = wide.join(mine).reset_index()
    frame = frame.assign(label=[period_name(f"2000-{month:02d}").split(" ")[0] for month in frame["month"]])
    columns = {
        "label": Column("Gjord efter"),
        "forecasts": Column("Prognoser", "number"),
        **{method: Column(METHOD_WORDS[method], "percent", decimals=2) for method in methods},
        "bias": Column("Modellens snedhet", "percent", decimals=2, signed=True),
        "covered": Column(f"Inom 80{NBSP}%", "percent", decimals=0, missing=UNTESTED),
    }
    notes = ("Bara månader där alla metoder i diagrammet har en prognos.",)
    return Table(frame, f"Medelfel efter månad {span}, andel av kostnaden", columns, notes=notes)


def part_table(found: pd.DataFrame) -> Table | None:
    """Write the error of each part's net."""
    if found.empty:
        return None
    frame = found.sort_values(METHOD, ascending=False, ignore_index=True)
    return Table(frame, "Fel per enhet, andel av enhetens kostnad", _part_columns("Enhet", frame))


def line_table(found: pd.DataFrame) -> Table | None:
    """Write the error of each report line."""
    if found.empty:
        return None
    frame = found.sort_values(METHOD, ascending=False, ignore_index=True)
    return Table(frame, "Fel per post, andel av postens belopp", _part_columns("Post", frame))


def _part_columns(label: str, frame: pd.DataFrame) -> Mapping[str, Column]:
    none = "metoden har ingen prognos"
    columns = {
        "name": Column(label),
        "forecasts": Column("Prognoser", "number"),
        METHOD: Column(METHOD_WORDS[METHOD], "percent", decimals=2),
        "bias": Column("Snedhet", "percent", decimals=2, signed=True),
        OWN: Column(METHOD_WORDS[OWN], "percent", decimals=2, missing=none),
        "last_year_profile": Column(METHOD_WORDS["last_year_profile"], "percent", decimals=2, missing=none),
        "covered": Column(f"Inom 80{NBSP}%", "percent", decimals=0, missing=UNTESTED),
    }
    return {name: column for name, column in columns.items() if name != OWN or frame[OWN].notna().any()}


def coverage_table(found: pd.DataFrame) -> Table | None:
    """Write promised and real coverage."""
    if found.empty:
        return None
    columns = {
        "what": Column("Prognos"),
        "promised": Column("Lovat", "percent", decimals=0),
        "share": Column("Rymt utfallet", "percent", decimals=1),
        "forecasts": Column("Prognoser", "number"),
        "tests": Column("Helår", "number"),
    }
    notes = ("Prognoserna för samma helår möter samma utfall; antalet helår säger hur mycket täckningen vilar på.",)
    frame = found.assign(what=found["scope"].map(SCOPE_WORDS))
    return Table(frame, "Hur ofta intervallen har rymt utfallet (netto, och varje post)", columns, notes=notes)


def error_chart(found: pd.DataFrame, instead: str | None) -> Chart:
    """Draw the error by month made."""
    if found.empty:
        return _nothing(instead or "Inga prognoser att visa")
    wide = found.pivot_table(index="month", columns="method", values="error")
    shown = wide[[method for method in CHART_METHODS if method in wide.columns]].rename(columns=METHOD_WORDS)
    mine = shown.iloc[:, 0]
    first, last = (period_name(f"2000-{int(month):02d}").split(" ")[0] for month in (mine.index[0], mine.index[-1]))
    title = f"Prognosen gjord efter {first} missar med {percent(mine.iloc[0])} av kostnaden, efter {last} med "
    return by_month(shown, title=f"{title}{percent(mine.iloc[-1])}", unit="%", from_zero=True)


def coverage_chart(found: pd.DataFrame) -> Chart:
    """Draw how much more often, or more seldom, intervals held the outcome than they promise."""
    if found.empty:
        return _nothing("Ingen prognos med intervall har fått sitt utfall")
    frame = pd.DataFrame(
        {
            "label": [
                f"{SCOPE_WORDS[scope]}, {level} %" for scope, level in zip(found["scope"], found["level"], strict=True)
            ],
            "amount": 100 * (found["share"] - found["promised"]),
        }
    )
    worst = found.iloc[int((found["share"] - found["promised"]).argmin())]
    gap = worst["share"] - worst["promised"]
    title = "Intervallen rymmer utfallet minst så ofta som de lovar"
    if gap < 0:
        title = (
            f"Intervallet på {worst['level']} % har rymt utfallet i {percent(worst['share'], 0)} av prognoserna "
            f"({SCOPE_WORDS[worst['scope']].lower()})"
        )
    return bars(frame, title=title, unit="procentenheter mot det lovade", sort=False)


def revision_table(found: pd.DataFrame, currency: str) -> Table | None:
    """Write the first and the latest forecast of each month made again."""
    if found.empty:
        return None
    columns = {
        "made_for": Column("Gjord efter", "period"),
        "first": Column("Första prognosen", "amount"),
        "told": Column("Lämnad"),
        "latest": Column("Senaste prognosen", "amount"),
        "again": Column("Omräknad"),
        "change": Column("Ändring", "amount", better="higher"),
    }
    frame = found.assign(told=found["first_made"].map(date), again=found["latest_made"].map(date))
    money = Money.for_deviations(frame["first"], frame["change"], currency)
    return Table(frame, "Omräknade prognoser, netto", columns, unit=money.unit, currency=currency)


def movement_sentence(known: pd.DataFrame, year: int, currency: str) -> str:
    """Say where the year's forecast began and where it is."""
    first, last = known.iloc[0], known.iloc[-1]
    money = _money(known, currency)
    now = f"{money.write(last[METHOD])} efter {_month(last['made_for'])}"
    if len(known) == 1:
        return f"Prognosen för {year} är {now}"
    return (
        f"Prognosen för {year} har gått från {money.write(first[METHOD])} efter {_month(first['made_for'])} till {now}"
    )


def movement_chart(found: pd.DataFrame, year: int, currency: str) -> Chart | None:
    """Draw the year's forecast by month made, with its interval, the controllers' own and the budget.

    None, which shows nothing, when no forecast of the year is stored.
    """
    known = found.dropna(subset=[METHOD])
    if known.empty:
        return None
    title = movement_sentence(known, year, currency)
    known = known.set_index(known["made_for"].dt.month)
    band = known[["lo_80", "hi_80"]].set_axis(["lo", "hi"], axis=1)
    series = known[[METHOD, OWN, BUDGET]].rename(columns=METHOD_WORDS)
    return by_month(series, title=title, band=band, unit=_money(known, currency).unit, currency=currency)


def movement_table(found: pd.DataFrame, year: int, currency: str) -> Table | None:
    """Write the year's forecasts by month made."""
    known = found.dropna(subset=[METHOD])
    if known.empty:
        return None
    none = "saknas den månaden"
    columns = {
        "made_for": Column("Gjord efter", "period"),
        METHOD: Column(METHOD_WORDS[METHOD], "amount"),
        "change": Column("Ändring", "amount", better="higher", signed=True, missing="ingen prognos månaden före"),
        "lo_80": Column("Lägst (80 %)", "amount", missing="intervallet kan inte beräknas"),
        "hi_80": Column("Högst (80 %)", "amount", missing="intervallet kan inte beräknas"),
        OWN: Column(METHOD_WORDS[OWN], "amount", missing=none),
    }
    if known[OWN].isna().all():
        del columns[OWN]
    return Table(known, f"Prognoserna för {year}, netto", columns, unit=_money(known, currency).unit, currency=currency)


def _money(known: pd.DataFrame, currency: str) -> Money:
    return Money.for_deviations(known[METHOD], known["change"], currency)


def _month(when: pd.Timestamp) -> str:
    return period_name(when).split(" ")[0]


def _nothing(title: str) -> Chart:
    return bars(pd.DataFrame({"label": [], "amount": []}), title=title)


def _in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.set_index("method").reindex([m for m in METHODS if m in set(frame["method"])]).reset_index()
