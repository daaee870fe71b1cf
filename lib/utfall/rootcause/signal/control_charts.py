"""Signal or noise: the control charts of a node, for each of its lines and for each unit and line below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars, natural_limits
from utfall.presentation.charts.chart import Chart
from utfall.presentation.disclosure import MIN_COUNT
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, period_name, period_range
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.signal.control_chart import NOISE, SIGNAL, SUMS, UNDECIDED, control_chart, held_before
from utfall.rootcause.signal.process import MONTHS, MOST_YEARS
from utfall.rootcause.signal.run_rules import POINT, RANGE, RULE_NAMES
from utfall.rootcause.trail import Step

YEARS_READ = MOST_YEARS + 2
"""Years before the judged one that are read: a jump of level is seen only with months on either side of it."""

ROWS_SHOWN = 12
"""Most signals the table names."""

ONE_MONTH = (RULE_NAMES[POINT], RULE_NAMES[RANGE])
"""Rules that a single month breaks."""

CARE = "purchased_care"
"""Report line whose months may be single patients."""

HIDDEN = "färre än fem patienter någon månad, eller okänt antal"
"""Why the amounts of a series are missing though it could be judged."""


@dataclass(frozen=True, eq=False, repr=False)
class ControlCharts(Result):
    """Verdicts on a node's series.

    Parameters
    ----------
    frame : DataFrame
        One row a series, the node's own lines first: ``unit, unit_name, line, line_name, verdict, rule`` (name of the
        rule broken), ``since, actual, expected, outside, lo, hi, months, reason``, as in `ControlChart`. Amounts that
        would show single patients are missing, with the reason.
    points : DataFrame
        The months, from a year before the judged ones, of the node's own lines and of every signal:
        ``unit, line, period, actual, expected, lo, hi, rule``.
    unit, unit_name : str
        Code and name of the node.
    since, period : Timestamp
        First and last judged month.
    money : Money
        How amounts are written.
    _every_point : DataFrame
        As `points`, for every series that may be drawn; too much for an appendix.
    """

    frame: pd.DataFrame
    points: pd.DataFrame
    unit: str
    unit_name: str
    since: pd.Timestamp
    period: pd.Timestamp
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    _every_point: pd.DataFrame

    @property
    def grade(self) -> Grade:
        """C: estimates on single series, as long as the rules held the year before."""
        return Grade.C if all(check.passed for check in self.checks) else Grade.D

    @property
    def signals(self) -> pd.DataFrame:
        """The series that are signals, the largest first; those whose amount may not be shown last."""
        found = self.frame[self.frame["verdict"] == SIGNAL]
        return found.loc[found["outside"].abs().sort_values(ascending=False, kind="stable").index]

    @property
    def table(self) -> Table:
        """The largest signals; what is not shown is counted."""
        signals = self.signals.head(ROWS_SHOWN)
        columns = {
            "unit_name": Column("Enhet"),
            "line_name": Column("Post"),
            "rule": Column("Regel"),
            "since": Column("Från", "period", missing=HIDDEN),
            "outside": Column("Utanför det väntade", "amount", better="higher", missing=HIDDEN),
        }
        if len(self.frame["unit"].unique()) == 1:
            del columns["unit_name"]
        left = len(self.signals) - len(signals)
        notes = (f"Ytterligare {plural(left, 'signal', 'signaler')} är mindre.",) if left else ()
        return Table(
            signals,
            f"Serier som avviker från sitt eget mönster, {period_range(self.since, self.period)}",
            columns,
            notes=(*notes, self._rest()),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def step(self) -> Step:
        """The step of the method, for the trail."""
        decided = int((self.frame["verdict"] != UNDECIDED).sum())
        return Step(
            "Styrdiagram",
            f"Månadsutfall upp till {MOST_YEARS} år före, i dagens organisation",
            "XmR-diagram utan säsong och trend: gränsvärde, nivåskifte, trend, två av tre, språng",
            f"{number(len(self.signals))} av {number(decided)} serier är signal",
            self.grade,
        )

    def plot(self) -> Chart:
        """Draw the control chart of the line that deviates most."""
        drawn = self.frame[self.frame["outside"].notna()]
        if drawn.empty:
            return bars(pd.DataFrame({"label": [], "amount": []}), title=self._headline())
        row = self._leading(drawn)
        return self.chart(row["unit"], row["line"])

    def chart(self, unit: str, line: str) -> Chart:
        """Draw the control chart of any series.

        Parameters
        ----------
        unit, line : str
            Code of the unit, and the report line.

        Returns
        -------
        Chart

        Raises
        ------
        KeyError
            When the series has no chart: it could not be decided, or its months may not be shown.
        """
        row = self.frame[(self.frame["unit"] == unit) & (self.frame["line"] == line)]
        points = self._every_point[(self._every_point["unit"] == unit) & (self._every_point["line"] == line)]
        if row.empty or points.empty:
            raise KeyError(f"There is no control chart of {line!r} at {unit!r}.")
        return natural_limits(points, self.since, title=self._message(row.iloc[0]), currency=self.money.currency)

    def text(self) -> str:
        """Say which line deviates most from its own pattern, and how many series are only noise."""
        return f"{self._headline()}. {self._rest()}"

    def _headline(self) -> str:
        if self.signals.empty:
            return f"{self.unit_name}: ingen serie avviker från sitt eget mönster"
        return self._message(self._leading(self.signals))

    def _leading(self, rows: pd.DataFrame) -> pd.Series:
        """The row that tells most: a signal before noise, the node's own before a unit's, the largest first."""
        order = pd.DataFrame(
            {
                "noise": rows["verdict"] != SIGNAL,
                "below": rows["unit"] != self.unit,
                "size": -rows["outside"].abs().fillna(0.0),
            }
        )
        return rows.loc[order.sort_values(["noise", "below", "size"], kind="stable").index[0]]

    def _message(self, row: pd.Series) -> str:
        where = f"{row['unit_name']}: {row['line_name'].lower()}"
        if row["verdict"] != SIGNAL:
            return f"{where} ligger inom sin normala variation"
        begins = "i" if row["rule"] in ONE_MONTH else "sedan"
        if pd.isna(row["since"]):
            return f"{where} avviker från sitt mönster ({row['rule'].lower()})"
        signal = f"{where} avviker från sitt mönster {begins} {period_name(row['since'])} ({row['rule'].lower()})"
        if pd.isna(row["outside"]):
            return signal
        return f"{signal}, hittills i år {self.money.compare(row['outside'], 'väntat')}"

    def _rest(self) -> str:
        """Count what is no signal."""
        counts = self.frame["verdict"].value_counts()
        noise, undecided = int(counts.get(NOISE, 0)), int(counts.get(UNDECIDED, 0))
        words = f"{number(noise)} av {plural(len(self.frame), 'serie', 'serier')} ligger inom sin normala variation"
        return f"{words} och {number(undecided)} kan inte avgöras." if undecided else f"{words}."


def control_charts(
    comparison: Comparison, money: Money, by: Sequence[str] = ("unit", "line")
) -> ControlCharts | NotAvailable:
    """Hold each series under a node against its own history.

    Parameters
    ----------
    comparison : Comparison
        The node and the judged months; what the outcome is compared with plays no part.
    money : Money
        How amounts are written.
    by : {("unit", "line"), ("line",)}
        Every unit's lines and the node's own, or the node's own alone.

    Returns
    -------
    ControlCharts or NotAvailable
        Not available when no series has history enough.

    Raises
    ------
    IdentityFailed
        When the series do not sum to the node.
    """
    months = _months(comparison, by)
    chart = control_chart(months, comparison.since)
    if (chart.frame["verdict"] == UNDECIDED).all():
        return NotAvailable("Signal eller brus kan inte avgöras: ingen serie har två hela års jämförbar historik.")
    frame = _named(chart.frame, comparison)
    hidden = _hidden(comparison, frame)
    if hidden.any():
        frame.loc[hidden, SUMS] = float("nan")
        frame.loc[hidden, "since"] = pd.NaT  # the month a patient's bill came says more of the patient than of the cost
        frame.loc[hidden, "reason"] = (frame["reason"] + f" Beloppen visas inte: {HIDDEN}.").str.strip()
    drawn = _months_of(chart.points, frame[~hidden])
    drawn = drawn.assign(rule=_rule_names(drawn["rule"]))
    told = frame[~hidden & ((frame["verdict"] == SIGNAL) | _own(frame, comparison))]
    below = "unit" in by and comparison.node.level != "unit"  # the units' series are summed, not the node's own again
    undecided = frame.loc[frame["verdict"] == UNDECIDED]
    return ControlCharts(
        frame=frame,
        points=_months_of(drawn, told),
        unit=comparison.node.code,
        unit_name=comparison.node.name,
        since=comparison.since,
        period=comparison.period,
        money=money,
        assumptions=(
            "Säsong, nivå och trend skattas ur seriens egna hela år före det bedömda, högst fem, och efter seriens "
            "senaste varaktiga nivåändring; fyra femtedelar av trenden antas fortsätta.",
            "Gränserna rymmer också felet i den väntade nivån, månadernas samband och seriens egna tidigare utslag. De "
            "är satta så att en serie utan förändring larmar under ett år i ungefär ett fall av tjugo.",
        ),
        warnings=(f"{plural(len(undecided), 'serie', 'serier')} kan inte avgöras.",) if len(undecided) else (),
        checks=(
            require_identity(
                "Seriernas summa = nodens utfall",
                chart.frame.loc[_own(chart.frame, comparison) != below, "actual"].sum(),
                comparison.amounts(["line"])["actual"].sum(),
            ),
            held_before(months, comparison.since),
        ),
        _every_point=drawn,
    )


def _months(comparison: Comparison, by: Sequence[str]) -> pd.DataFrame:
    """Months of each series, the node's own lines first, in the organisation of the last month."""

    def amounts(dimensions: list[str]) -> pd.DataFrame:
        return comparison.region.amounts(
            [*dimensions, "period"],
            unit=comparison.node.code,
            since=comparison.since - pd.DateOffset(years=YEARS_READ),
            until=comparison.period,
            structure=comparison.period,
        )

    own = amounts(["line"]).assign(unit=comparison.node.code)
    below = amounts(["unit", "line"]) if "unit" in by and comparison.node.level != "unit" else own.iloc[:0]
    return pd.concat([own, below], ignore_index=True)[["unit", "line", "period", "actual"]]


def _own(rows: pd.DataFrame, comparison: Comparison) -> pd.Series:
    return rows["unit"] == comparison.node.code


def _named(frame: pd.DataFrame, comparison: Comparison) -> pd.DataFrame:
    """Add the names a reader knows, and sort the node's own lines first, each unit in the accounts' order."""
    organisation, register = comparison.region.organisation, comparison.region.accounts.frame.set_index("line")
    names = {code: organisation.name(code, comparison.period) for code in frame["unit"].unique()}
    frame = frame.assign(
        unit_name=frame["unit"].map(names),
        line_name=frame["line"].map(register["name"]),
        rule=_rule_names(frame["rule"]),
        below=~_own(frame, comparison),
        order=frame["line"].map(register["order"]),
    ).sort_values(["below", "unit", "order"], kind="stable", ignore_index=True)
    names_first = ["unit", "unit_name", "line", "line_name"]
    return frame[[*names_first, "verdict", "rule", "since", *SUMS, "months", "reason"]]


def _months_of(points: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """The months of some series."""
    kept = (points["unit"] + " " + points["line"]).isin(series["unit"] + " " + series["line"])
    return points[kept].reset_index(drop=True)


def _rule_names(rules: pd.Series) -> pd.Series:
    return rules.map({"": "", **RULE_NAMES})


def _hidden(comparison: Comparison, frame: pd.DataFrame) -> pd.Series:
    """Which series of purchased care have a month, shown in a chart, of so few patients that they could be told."""
    care = frame["line"] == CARE
    if not care.any() or CARE not in comparison.region.tables:
        return care
    cases = comparison.region.table(
        CARE,
        unit=comparison.node.code,
        since=comparison.since - pd.DateOffset(months=MONTHS),
        until=comparison.period,
        structure=comparison.period,
    )
    placement = comparison.region.organisation.placement(comparison.period).set_index("posted_unit")
    unit = cases["unit"].map(placement["unit"]).rename("unit")
    told = cases.groupby([unit, "period"])["case"].nunique().groupby("unit").min() >= MIN_COUNT
    shown = frame["unit"].map(told).fillna(False).astype(bool)
    # The node less the units that are shown gives those that are not: they too must be enough together.
    rest = cases[~unit.map(told)]
    groups = [cases, rest] if len(rest) and len(rest) < len(cases) else [cases]
    enough = [len(group) > 0 and group.groupby("period")["case"].nunique().min() >= MIN_COUNT for group in groups]
    return care & ~shown.where(~_own(frame, comparison), all(enough))
