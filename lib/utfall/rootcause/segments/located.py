"""Where a deviation sits: its largest parts, and the segments that stand out from the noise."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.segments.localise import Segments, localise

PARTS_SHOWN = 5
"""How many of the largest parts in each direction the table names."""

VISIBLE_SHARE = 0.02
"""A part smaller than this share of the largest is not named but added to the rest."""

SEGMENTS_SHOWN = 5
"""Most segments the text names; `Segments.table` holds them all."""

DIMENSION_WORDS = {"area": "område", "unit": "enhet", "line": "post", "account": "konto"}
"""Swedish words of the dimensions, where they differ."""

REJECTED_SHOWN = 8
"""Most rejected segments the table names, the strongest; `Segments.rejected` holds them all."""

LEVELS = ("division", "area", "unit")
"""Levels of the organisation below the board."""

PARENTS = (("unit", "area"), ("area", "division"), ("unit", "division"), ("account", "line"))
"""Which dimension lies under which; a level that is missing is passed over."""


@dataclass(frozen=True, eq=False)
class Located:
    """Where a deviation sits. A segment is *located*: why it deviates is another question.

    Parameters
    ----------
    parts : DataFrame
        One row a unit and report line: ``unit_name, line_name, actual, expected, deviation``; SEK in result sign.
    segments : Segments
        The fewest segments that explain the deviation; empty when none stands out.
    reference_words : str
        What the outcome is compared with, in Swedish.
    money : Money
        How amounts are written.
    """

    parts: pd.DataFrame
    segments: Segments
    reference_words: str
    money: Money

    @property
    def worsened(self) -> float:
        """Sum of the parts that are worse, SEK in result sign."""
        return float(self.parts.loc[self.parts["deviation"] < 0, "deviation"].sum())

    @property
    def improved(self) -> float:
        """Sum of the parts that are better, SEK in result sign."""
        return float(self.parts.loc[self.parts["deviation"] > 0, "deviation"].sum())

    @property
    def table(self) -> Table:
        """The largest parts in each direction, the rest, and the net; they sum to the deviation."""
        ordered = self.parts.sort_values("deviation", kind="stable")
        large = ordered[ordered["deviation"].abs() >= VISIBLE_SHARE * ordered["deviation"].abs().max()]
        worst = large[large["deviation"] < 0].head(PARTS_SHOWN)
        best = large[large["deviation"] > 0].tail(PARTS_SHOWN).iloc[::-1]
        rest = ordered.drop([*worst.index, *best.index])
        named = pd.concat(
            [
                worst.assign(share=worst["deviation"] / self.worsened if len(worst) else None),
                best.assign(share=best["deviation"] / self.improved if len(best) else None),
            ]
        )
        one_unit = len(self.parts["unit_name"].unique()) == 1
        named = named.assign(label=named["line_name"] if one_unit else named["unit_name"] + ": " + named["line_name"])
        sums = [{"label": "Avvikelse netto", "deviation": self.parts["deviation"].sum()}]
        if len(rest):
            label = plural(len(rest), "övrig del", "övriga delar")
            sums.insert(0, {"label": label, "deviation": rest["deviation"].sum()})
        frame = pd.concat([named, pd.DataFrame(sums)], ignore_index=True)
        columns = {
            "label": Column("Del"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "share": Column("Andel av samma riktning", "percent", missing="anges bara för namngivna delar"),
        }
        worsened, improved = self.money.write(self.worsened), self.money.write(self.improved, signed=True)
        notes = (
            f"Försämringar {worsened} och förbättringar {improved} redovisas var för sig; andelarna avser den egna "
            "riktningen.",
        )
        return Table(
            frame.astype({"share": "float64"}),
            f"De största delarna av avvikelsen mot {self.reference_words}",
            columns,
            totals=(-1,),
            notes=notes,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def segments_view(self) -> Table | None:
        """The segments that stand out and what is outside them; None when there is none."""
        if not self.segments.causes:
            return None
        names = pd.DataFrame({"name": [segment_words(cause) for cause in self.segments.causes]})
        left = {"name": "Utanför segmenten", "movement": "", "deviation": self.segments.unexplained}
        rows = pd.concat([names, self.segments.table], axis=1)
        columns = {
            "name": Column("Segment"),
            "deviation": Column("Avvikelse", "amount", better="higher"),
            "share": Column("Andel av samma riktning", "percent", missing="anges bara för segment"),
            "stability": Column("Återfinns vid omräkning", "percent", missing="anges bara för segment"),
            "movement": Column("Delarna har rört sig"),
        }
        return Table(
            pd.concat([rows, pd.DataFrame([left])], ignore_index=True)[list(columns)],
            "Segment som skiljer ut sig från bruset",
            columns,
            totals=(-1,),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def rejected_view(self) -> Table | None:
        """The strongest segments that were weighed and not chosen, with the reason; None when there is none."""
        rejected = self.segments.rejected
        if rejected.empty:
            return None
        columns = {
            "segment": Column("Prövat segment"),
            "deviation": Column("Avvikelse", "amount"),
            "reason": Column("Varför det inte valdes"),
        }
        strongest = rejected.sort_values("significance", ascending=False, kind="stable").drop_duplicates("segment")
        rows = strongest.head(REJECTED_SHOWN).assign(
            segment=lambda some: some["segment"].map(dimension_words),
            reason=lambda some: some["reason"].map(dimension_words),
        )
        return Table(
            rows[list(columns)],
            "Segment som prövades och valdes bort",
            columns,
            unit=self.money.unit,
            currency=self.money.currency,
        )

    @property
    def note(self) -> Prose:
        """Which segments stand out, or that none does."""
        if not self.segments.causes:
            return Prose("Inget segment skiljer ut sig statistiskt: avvikelsen är spridd eller ryms i bruset.")
        pairs = zip(self.segments.causes, self.segments.table["deviation"], strict=True)
        # What rounds to nothing in the report's unit is true but not worth a reader's time.
        visible = [pair for pair in pairs if self.money.assess(pair[1])]
        if not visible:
            return Prose("Inget segment av betydelse skiljer ut sig: avvikelsen är spridd eller ryms i bruset.")
        found = sorted(visible, key=lambda pair: -abs(pair[1]))
        named = list_words(
            [
                f"{segment_words(cause)} ({self.money.write(moved, signed=True)})"
                for cause, moved in found[:SEGMENTS_SHOWN]
            ]
        )
        count = plural(len(found), "segment", "segment")
        intro = f"{count}. Störst är" if len(found) > SEGMENTS_SHOWN else f"{count}:"
        left = self.money.write(self.segments.unexplained, signed=True)
        return Prose(
            f"Metoden pekar ut {intro} {named}. Utanför de utpekade segmenten återstår {left}. "
            "Ett utpekat segment visar var avvikelsen sitter, inte varför."
        )


def locate(comparison: Comparison, money: Money) -> Located:
    """Find where a deviation sits, over the organisation and the accounts.

    Parameters
    ----------
    comparison : Comparison
        The node, the months and what they are compared with.
    money : Money
        How amounts are written.

    Returns
    -------
    Located
    """
    return Located(_parts(comparison), _segments(comparison), comparison.reference_words, money)


def segment_words(cause: dict[str, str]) -> str:
    """Name a segment as a reader does: where, then what.

    Examples
    --------
    >>> segment_words({"division": "Division Kirurgi", "line": "Läkemedel"})
    'Division Kirurgi: Läkemedel'
    """
    where = [cause[level] for level in reversed(LEVELS) if level in cause][:1]
    what = [cause["line"]] if "line" in cause else []
    what += [f"konto {cause['account']}"] if "account" in cause else []
    return ": ".join([*where, ", ".join(what)] if what else where)


def dimension_words(text: str) -> str:
    """Give the dimensions that a segment names their Swedish words.

    Examples
    --------
    >>> dimension_words("unit: Ortopedi, account: 5610 Läkemedel")
    'enhet: Ortopedi, konto: 5610 Läkemedel'
    """
    return re.sub(r"\b(area|unit|line|account)(?=: )", lambda found: DIMENSION_WORDS[found[0]], text)


def _parts(comparison: Comparison) -> pd.DataFrame:
    frame = comparison.amounts(["unit", "line"])
    frame = frame.assign(
        unit_name=_names(comparison, frame["unit"]),
        line_name=frame["line"].map(comparison.region.accounts.frame.set_index("line")["name"]),
    )
    return frame[["unit_name", "line_name", "actual", "expected", "deviation"]]


def _segments(comparison: Comparison) -> Segments:
    """Scan the organisation and the accounts, in names a reader knows."""
    frame = comparison.amounts([*LEVELS, "line", "account"])
    accounts = comparison.region.accounts
    frame = frame.assign(**{level: _names(comparison, frame[level]) for level in LEVELS})
    named = {code: f"{code} {accounts.matching(code)[0].name}".strip() for code in frame["account"].unique()}
    frame = frame.assign(
        line=frame["line"].map(accounts.frame.set_index("line")["name"]), account=frame["account"].map(named)
    )
    dimensions = [name for name in (*LEVELS, "line", "account") if len(frame[name].unique()) > 1] or ["line"]
    parents: dict[str, str] = {}
    for child, parent in PARENTS:
        if child in dimensions and parent in dimensions:
            parents.setdefault(child, parent)
    return localise(frame, dimensions, parents=parents)


def _names(comparison: Comparison, codes: pd.Series) -> pd.Series:
    organisation = comparison.region.organisation
    return codes.map({code: organisation.name(code, comparison.period) for code in codes.unique()})
