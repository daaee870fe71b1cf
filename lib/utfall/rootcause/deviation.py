"""Why does the outcome deviate? The steps of the root-cause method in their order, each leaving a trace."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars, waterfall
from utfall.presentation.charts.chart import Chart
from utfall.presentation.numbers import amount, choose_unit, percent, period_range
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import capitalise_first, deviation_words, list_words, plural
from utfall.region import Region
from utfall.results import Result
from utfall.rootcause.comparison import Comparison, compare
from utfall.rootcause.high_cost import HIGH_COST, HighCost, high_cost_cases
from utfall.rootcause.price_volume import FACTOR_WORDS, NOT_SPLIT, PriceVolume, price_and_volume
from utfall.rootcause.segments import Segments, localise
from utfall.rootcause.signal import noise_band

HISTORY_YEARS = 3
"""Years before the judged one from which the month-to-month noise is taken."""

PARTS_SHOWN = 5
"""How many of the largest parts in each direction the table of segments names."""

SEGMENTS_SHOWN = 5
"""Most segments the text names; the table of the analysis holds them all."""

MATERIAL_SHARE = 0.1
"""An improvement (or worsening) smaller than this share of the largest deviation is not worth a sentence."""

WATERFALL_STEPS = 8
"""Most lines a waterfall names; the smaller ones are added up in one step."""

KIND_WORDS = {
    "price": "Pris",
    "volume": "Volym",
    "mix": "Mix",
    "efficiency": "Effektivitet",
    "price_and_efficiency": "Pris och effektivitet",
    NOT_SPLIT: "Ej uppdelat",
}
"""What each kind of driver is called in a report."""

LEVEL_WORDS = {
    "division": "division",
    "area": "område",
    "unit": "enhet",
    "line": "post",
    "account": "konto",
}
"""What each dimension of a segment is called in a report."""


@dataclass(frozen=True)
class Step:
    """One step of the method, as it is kept in the trail.

    Parameters
    ----------
    name, data, rule, outcome : str
        What was done, on what, by which rule and with what outcome; Swedish.
    grade : Grade
        Evidence grade of the outcome.
    """

    name: str
    data: str
    rule: str
    outcome: str
    grade: Grade


@dataclass(frozen=True, eq=False, repr=False)
class Deviation(Result):
    """The deviation of one node's year so far, with where it sits and what moved it.

    Parameters
    ----------
    unit, unit_name : str
        Code and name of the node.
    since, period : Timestamp
        First and last month.
    against : str
        ``budget`` or ``previous_year``.
    reference_words : str
        What the outcome is compared with, in Swedish.
    lines : DataFrame
        One row a report line: ``line, name, kind, actual, expected, deviation, band, signal``; SEK in result
        sign; ``signal`` is whether the deviation is wider than the noise band (missing where there is none).
    parts : DataFrame
        One row a unit and line: ``unit_name, line_name, actual, expected, deviation``.
    segments : Segments
        The fewest segments that explain the deviation; empty when none stands out.
    price_volume : PriceVolume or None
        Change of cost since last year by price, volume, mix and efficiency.
    high_cost : HighCost or None
        Single high-cost cases, within the disclosure rule; None where care is not counted by case.
    trail : tuple of Step
        Every step of the method.
    currency : str
        Currency of the amounts.
    """

    unit: str
    unit_name: str
    since: pd.Timestamp
    period: pd.Timestamp
    against: str
    reference_words: str
    lines: pd.DataFrame
    parts: pd.DataFrame
    segments: Segments
    price_volume: PriceVolume | None
    high_cost: HighCost | None
    trail: tuple[Step, ...]
    currency: str
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def actual(self) -> float:
        """Net outcome, SEK in result sign."""
        return float(self.lines["actual"].sum())

    @property
    def expected(self) -> float:
        """Net of what the outcome is compared with, SEK in result sign."""
        return float(self.lines["expected"].sum())

    @property
    def deviation(self) -> float:
        """Net deviation, SEK; negative is worse."""
        return float(self.lines["deviation"].sum().round(2))

    @property
    def table(self) -> Table:
        """Deviation by report line, with whether it is larger than chance explains."""
        frame = self.lines.assign(
            judgement=[_judgement(signal, band) for signal, band in zip(self.lines["signal"], self.lines["band"], strict=True)]
        )
        total = {"name": "Summa", "actual": self.actual, "expected": self.expected, "deviation": self.deviation}
        frame = pd.concat([frame, pd.DataFrame([total])], ignore_index=True).fillna({"judgement": ""})
        columns = {
            "name": Column("Post"),
            "actual": Column("Utfall", "amount"),
            "expected": Column(capitalise_first(self.reference_words), "amount"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "band": Column("Normal variation ±", "amount", missing="för kort historik eller summarad"),
            "judgement": Column("Bedömning"),
        }
        caption = f"Avvikelse mot {self.reference_words} per post, {period_range(self.since, self.period)}"
        return Table(frame, caption, columns, totals=(-1,), currency=self.currency)

    def plot(self) -> Chart:
        """Waterfall from what was expected to the outcome."""
        steps = self.lines[["name", "deviation"]].rename(columns={"name": "label", "deviation": "amount"})
        steps = steps[steps["amount"] != 0]
        order = steps["amount"].abs().sort_values(ascending=False, kind="stable").index
        named, rest = steps.loc[order[:WATERFALL_STEPS]], steps.loc[order[WATERFALL_STEPS:]]
        rows = [{"label": capitalise_first(self.reference_words), "amount": self.expected, "kind": "total"}]
        rows += [row | {"kind": "step"} for row in named.to_dict("records")]
        if len(rest):
            rows.append({"label": f"Övriga {len(rest)} poster", "amount": rest["amount"].sum(), "kind": "step"})
        rows.append({"label": "Utfall", "amount": self.actual, "kind": "total"})
        return waterfall(pd.DataFrame(rows), title=self._headline(), currency=self.currency)

    def text(self) -> str:
        """One paragraph: how large the deviation is, which lines carry it, and whether they are more than noise."""
        material = self.lines[self.is_material(self.lines["deviation"])]
        worse = material[material["deviation"] < 0].nsmallest(2, "deviation")
        better = material[material["deviation"] > 0].nlargest(1, "deviation")
        sentences = [f"{self._headline()}."]
        if len(worse):
            named = list_words([f"{row.name_} {self._amount(row.deviation)}" for row in _rows(worse)])
            sentences.append(f"Störst försämring: {named}.")
        if len(better):
            named = list_words([f"{row.name_} {self._amount(row.deviation, signed=True)}" for row in _rows(better)])
            sentences.append(f"Störst förbättring: {named}.")
        noise = self.lines[self.lines["signal"].eq(False) & self.lines["deviation"].ne(0)]
        if len(noise):
            part = f"{len(noise)} av {int(self.lines['deviation'].ne(0).sum())} poster"
            sentences.append(f"{part} ligger inom sin normala månadsvariation och tolkas inte.")
        return " ".join(sentences)

    def is_material(self, deviations: pd.Series) -> pd.Series:
        """Which deviations are large enough, beside the largest line's, to be worth a sentence."""
        return deviations.abs() >= MATERIAL_SHARE * self.lines["deviation"].abs().max()

    @property
    def segments_table(self) -> Table:
        """The largest parts in each direction, the rest, and the net; they sum to the deviation."""
        ordered = self.parts.sort_values("deviation", kind="stable")
        worst = ordered[ordered["deviation"] < 0].head(PARTS_SHOWN)
        best = ordered[ordered["deviation"] > 0].tail(PARTS_SHOWN).iloc[::-1]
        named = pd.concat([worst, best])
        rest = ordered.drop(named.index)
        gross = {True: ordered.loc[ordered["deviation"] < 0, "deviation"].sum(), False: 0.0}
        gross[False] = ordered.loc[ordered["deviation"] > 0, "deviation"].sum()
        frame = named.assign(
            label=named["unit_name"] + ": " + named["line_name"],
            share=[value / gross[value < 0] for value in named["deviation"]],
        )
        sums = [{"label": "Avvikelse netto", "deviation": self.deviation}]
        if len(rest):
            sums.insert(0, {"label": f"Övriga {len(rest)} delar", "deviation": rest["deviation"].sum()})
        frame = pd.concat([frame, pd.DataFrame(sums)], ignore_index=True)
        columns = {
            "label": Column("Del"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "share": Column("Andel av samma riktning", "percent", missing="andel anges bara för namngivna delar"),
        }
        notes = (
            f"Försämringar {self._amount(gross[True])} och förbättringar {self._amount(gross[False], signed=True)} "
            "redovisas var för sig; andelarna avser den egna riktningen.",
        )
        caption = f"De största delarna av avvikelsen mot {self.reference_words}"
        return Table(frame, caption, columns, totals=(-1,), notes=notes, currency=self.currency)

    @property
    def segments_note(self) -> Prose:
        """Which segments stand out, or that none does."""
        if not self.segments.causes:
            return Prose("Inget enskilt segment skiljer ut sig statistiskt: avvikelsen är spridd eller ryms i bruset.")
        found = sorted(
            zip(self.segments.causes, self.segments.table["deviation"], strict=True), key=lambda pair: -abs(pair[1])
        )
        rows = []
        for cause, moved in found[:SEGMENTS_SHOWN]:
            words = ", ".join(f"{LEVEL_WORDS.get(level, level)} {value}" for level, value in cause.items())
            rows.append(f"{words} ({self._amount(moved, signed=True)})")
        count = plural(len(found), "segment", "segment")
        which = f"{count}, störst är" if len(found) > len(rows) else count + ":"
        left = self._amount(self.segments.unexplained, signed=True)
        return Prose(
            f"Metoden pekar ut {which} {list_words(rows)}. Utanför de utpekade återstår {left}. "
            "Ett utpekat segment visar var avvikelsen sitter, inte varför."
        )

    @property
    def price_volume_view(self) -> Table | Prose:
        """Change of cost since last year, by line and kind of driver; or why it cannot be shown."""
        split = self.price_volume
        if split is None:
            return Prose("Uppdelningen kan inte visas.")
        wide = split.frame.pivot_table(index="line", columns="kind", values="change", aggfunc="sum", sort=False)
        kinds = [kind for kind in KIND_WORDS if kind in wide and wide[kind].abs().sum() > 0]
        wide = wide[kinds].fillna(0.0)
        names = self.lines.set_index("line")["name"]
        wide = wide.assign(change=wide.sum(axis=1), name=[names.get(line, line) for line in wide.index])
        total = wide.drop(columns="name").sum().to_dict() | {"name": "Summa kostnader"}
        frame = pd.concat([wide.reset_index(drop=True), pd.DataFrame([total])], ignore_index=True)
        columns = {"name": Column("Kostnad")}
        columns |= {kind: Column(KIND_WORDS[kind], "amount") for kind in kinds}
        columns["change"] = Column("Förändring", "amount", better="higher")
        caption = f"Kostnadens förändring mot samma månader förra året, {period_range(self.since, self.period)}"
        notes = (*split.assumptions, f"Evidensgrad {split.grade}. {split.grade.explanation}")
        return Table(frame, caption, columns, totals=(-1,), notes=notes, currency=self.currency)

    def price_volume_plot(self) -> Chart:
        """Bars of the change by kind of driver."""
        frame = self._required_split().by_kind
        frame = frame.assign(label=frame["kind"].map(KIND_WORDS)).rename(columns={"change": "amount"})
        frame = frame[frame["amount"].abs() > 0]
        return bars(frame[["label", "amount"]], title=self._price_volume_headline(), currency=self.currency)

    @property
    def price_volume_note(self) -> Prose:
        """What drove the cost, and the two largest single drivers."""
        split = self.price_volume
        if split is None:
            return Prose("Kostnaden kan inte jämföras med förra året: historiken är för kort.")
        counted = split.frame[split.frame["factor"] != NOT_SPLIT]
        largest = counted.reindex(counted["change"].abs().sort_values(ascending=False, kind="stable").index).head(2)
        names = self.lines.set_index("line")["name"]
        named = [
            f"{FACTOR_WORDS[row.factor]} i {str(names.get(row.line, row.line)).lower()} "
            f"({self._amount(row.change, signed=True)})"
            for row in _rows(largest)
            if row.change
        ]
        sentences = [f"{self._price_volume_headline()}."]
        if named:
            sentences.append(f"Störst enskilda drivkrafter: {list_words(named)}.")
        drug = self._drug_price()
        if drug is not None:
            sentences.append(drug)
        return Prose(" ".join(sentences))

    @property
    def high_cost_note(self) -> Prose:
        """What may be said of single high-cost cases."""
        level = amount(HIGH_COST, "mkr", 0, currency=self.currency)
        if self.high_cost is None:
            return Prose("Regionens uppgifter innehåller inte köpt vård per vårdtillfälle.")
        if not self.high_cost.exist:
            return Prose(f"Inga enskilda vårdtillfällen över {level} har bokförts i år.")
        most = " De svarar för mer än hälften av försämringen i köpt vård." if self.high_cost.most_of_deviation else ""
        if self.high_cost.cases is None:
            return Prose(
                f"Enstaka högkostnadsfall (över {level}) har bokförts som köpt vård; antal och belopp visas inte "
                f"eftersom färre än fem patienter berörs.{most}"
            )
        cost = self._amount(self.high_cost.amount or 0.0)
        return Prose(f"{self.high_cost.cases} högkostnadsfall (över {level}) har kostat {cost}.{most}")

    @property
    def trail_table(self) -> Table:
        """Every step of the method, for the reader who wants to check it."""
        frame = pd.DataFrame(
            [
                {
                    "name": step.name,
                    "data": step.data,
                    "rule": step.rule,
                    "outcome": step.outcome,
                    "grade": str(step.grade),
                }
                for step in self.trail
            ]
        )
        columns = {
            "name": Column("Steg"),
            "data": Column("Uppgifter"),
            "rule": Column("Regel"),
            "outcome": Column("Utfall"),
            "grade": Column("Evidens"),
        }
        return Table(frame, "Orsaksanalysens steg", columns)

    def _headline(self) -> str:
        words = deviation_words(self.deviation, reference=self.reference_words, currency=self.currency)
        return f"{self.unit_name} ligger {words}"

    def _price_volume_headline(self) -> str:
        split = self._required_split()
        change = split.after - split.before
        kinds = split.by_kind[split.by_kind["kind"] != NOT_SPLIT]
        towards = kinds[kinds["change"] * (1 if change > 0 else -1) > 0]
        direction = "lägre" if change > 0 else "högre"
        headline = f"Kostnaden är {self._amount(abs(change))} {direction} än samma månader förra året"
        if len(towards):
            kind = towards.loc[towards["change"].abs().idxmax(), "kind"]
            headline += f", mest genom {KIND_WORDS[kind].lower()}"
        return headline

    def _drug_price(self) -> str | None:
        """The largest price change of one drug, when price matters more than volume for it."""
        prices = self._required_split().drugs
        prices = prices[prices["factor"] == "price"]
        if prices.empty or not prices["change"].abs().max() > 0:
            return None
        worst = prices.loc[prices["change"].abs().idxmax()]
        word = "höjt" if worst["change"] < 0 else "sänkt"
        return f"Störst prisändring bland läkemedel: {worst['drug']} ({word} pris, {self._amount(worst['change'], signed=True)})."

    def _required_split(self) -> PriceVolume:
        if self.price_volume is None:
            raise ValueError("the deviation has no price and volume split; look at .price_volume first")
        return self.price_volume

    def _amount(self, value: float, *, signed: bool = False) -> str:
        # One unit through all the sentences, so that figures can be compared as they are read.
        unit = choose_unit(self.lines["deviation"].abs().max())
        return amount(value, unit, currency=self.currency, signed=signed)


def explain_deviation(
    region: Region, *, unit: str | None = None, period: str | pd.Timestamp, against: str | None = None
) -> Deviation:
    """Explain the deviation of a node's year so far: the whole root-cause method.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given.
    period : str or Timestamp
        Last month; the deviation runs from January.
    against : {"budget", "previous_year"}, optional
        What the outcome is compared with; the region's own reference when not given.

    Returns
    -------
    Deviation

    Raises
    ------
    InvalidParameter
        For a unit, period or reference that cannot be used.
    IdentityFailed
        When a sum that must hold does not: the parts and the ledger, or the drivers and the change.
    """
    comparison = compare(region, unit=unit, period=period, against=against)
    lines = _lines(comparison)
    checks = _control_totals(comparison, lines)
    parts = _parts(comparison)
    checks += (
        require_identity("Delarna summerar till avvikelsen", parts["deviation"].sum(), lines["deviation"].sum()),
    )
    segments = _segments(comparison)
    split = _price_volume(comparison)
    care = lines.loc[lines["line"] == "purchased_care", "deviation"].sum()
    high_cost = high_cost_cases(comparison, float(care))
    return Deviation(
        unit=comparison.node.code,
        unit_name=comparison.node.name,
        since=comparison.since,
        period=comparison.period,
        against=comparison.against,
        reference_words=comparison.reference_words,
        lines=lines,
        parts=parts,
        segments=segments,
        price_volume=split,
        high_cost=high_cost,
        trail=_trail(comparison, lines, checks, segments, split),
        currency=region.currency,
        assumptions=(
            f"Normal variation är ± tre standardavvikelser ur de {HISTORY_YEARS} föregående årens månader, "
            "rensade från säsong och trend.",
            *(split.assumptions if split else ()),
        ),
        warnings=() if split else ("Kostnaden kan inte jämföras med förra året: historiken är för kort.",),
        checks=checks + (split.checks if split else ()),
        grade=Grade.A,
    )


def _lines(comparison: Comparison) -> pd.DataFrame:
    frame = comparison.amounts(["line"])
    register = comparison.region.accounts.frame[["line", "name", "kind", "order"]]
    frame = frame.merge(register, on="line").sort_values("order", ignore_index=True)
    history = comparison.region.amounts(
        ["line", "period"],
        unit=comparison.node.code,
        since=comparison.since - pd.DateOffset(years=HISTORY_YEARS),
        until=comparison.since - pd.DateOffset(months=1),
        structure=comparison.period,
    )
    frame = frame.merge(noise_band(history, comparison.period.month), on="line", how="left")
    signal = (frame["deviation"].abs() > frame["band"]).astype("boolean").where(frame["band"].notna())
    columns = ["line", "name", "kind", "actual", "expected", "deviation", "band", "signal"]
    return frame.assign(signal=signal)[columns]


def _control_totals(comparison: Comparison, lines: pd.DataFrame) -> tuple[Check, ...]:
    """Ledger in = report out, for the outcome and for what it is compared with."""
    region, code = comparison.region, comparison.node.code
    ledger = region.control_total(unit=code, since=comparison.since, until=comparison.period)
    checks = [require_identity("Rapportens utfall = huvudbokens summa", lines["actual"].sum(), ledger)]
    if comparison.against == "budget":
        budget = region.control_total(unit=code, since=comparison.since, until=comparison.period, table="budget")
        checks.append(require_identity("Rapportens budget = budgettabellens summa", lines["expected"].sum(), budget))
    return tuple(checks)


def _parts(comparison: Comparison) -> pd.DataFrame:
    frame = comparison.amounts(["unit", "line"])
    organisation = comparison.region.organisation
    names = {code: organisation.name(code, comparison.period) for code in frame["unit"].unique()}
    lines = comparison.region.accounts.frame.set_index("line")["name"]
    frame = frame.assign(unit_name=frame["unit"].map(names), line_name=frame["line"].map(lines))
    return frame[["unit_name", "line_name", "actual", "expected", "deviation"]]


def _segments(comparison: Comparison) -> Segments:
    """The root-cause scan over the organisation and the accounts, in names a reader knows."""
    levels = [level for level in ("division", "area", "unit")]
    frame = comparison.amounts([*levels, "line", "account"])
    organisation, accounts = comparison.region.organisation, comparison.region.accounts
    for level in levels:
        names = {code: organisation.name(code, comparison.period) for code in frame[level].unique()}
        frame[level] = frame[level].map(names)
    frame["line"] = frame["line"].map(accounts.frame.set_index("line")["name"])
    named = {account: f"{account} {accounts.matching(account)[0].name}".strip() for account in frame["account"].unique()}
    frame["account"] = frame["account"].map(named)
    dimensions = [level for level in [*levels, "line", "account"] if frame[level].nunique() > 1]
    if not dimensions:
        return localise(frame, ["line"])
    chain = [("unit", "area"), ("area", "division"), ("unit", "division"), ("account", "line")]
    parents: dict[str, str] = {}
    for child, parent in chain:
        if child in dimensions and parent in dimensions:
            parents.setdefault(child, parent)
    return localise(frame, dimensions, parents=parents)


def _price_volume(comparison: Comparison) -> PriceVolume | None:
    if comparison.since - pd.DateOffset(years=1) < comparison.region.first_period:
        return None
    return price_and_volume(comparison)


def _trail(
    comparison: Comparison,
    lines: pd.DataFrame,
    checks: tuple[Check, ...],
    segments: Segments,
    split: PriceVolume | None,
) -> tuple[Step, ...]:
    outside = int(lines["signal"].fillna(False).sum())
    explained = 1 - abs(segments.unexplained) / max(abs(lines["deviation"].sum()), 1.0)
    steps = [
        Step(
            "Kontrollsummor",
            "Huvudbok, budget",
            "Rapportens summa är huvudbokens summa på öret",
            f"{len(checks)} kontroller håller",
            Grade.A,
        ),
        Step(
            "Signal eller brus",
            f"Månadsutfall {HISTORY_YEARS} år före",
            "Tre standardavvikelser, säsong och trend borträknade",
            f"{outside} av {len(lines)} poster utanför normal variation",
            Grade.C,
        ),
        Step(
            "Segment",
            "Enhet × konto",
            "Färsta segment som skiljer ut sig från bruset",
            f"{len(segments.causes)} segment" + (f", {percent(explained, 0)} av nettot" if segments.causes else ""),
            Grade.C,
        ),
    ]
    if split is not None:
        steps.append(
            Step(
                "Pris, volym, mix, effektivitet",
                "Räknade volymer, prisindex",
                "Additiv LMDI mot samma månader förra året",
                "Delarna summerar till förändringen",
                split.grade,
            )
        )
    return tuple(steps)


def _judgement(signal: object, band: float) -> str:
    if pd.isna(band):
        return "kan inte avgöras"
    return "utanför normal variation" if signal else "inom normal variation"


def _rows(frame: pd.DataFrame) -> list[object]:
    """Rows as named tuples; ``name`` would hide the tuple's own, so it is ``name_``."""
    return list(frame.rename(columns={"name": "name_"}).itertuples(index=False))
