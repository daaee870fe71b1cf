"""Reading an answer through before it is sent: every number with its place, every claim with its check."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from utfall.appendix.answer import FilledAnswer, fill_answer
from utfall.appendix.answer.fill import HOLDS, JUDGED
from utfall.appendix.case import Case, read_case
from utfall.appendix.numbers import Number, collect_numbers
from utfall.appendix.running import run_case
from utfall.evidence import Check, Grade
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.rows import bars
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.region import open_region
from utfall.results import Result

ASSUMPTIONS = (
    "Varje tal är en enda cell i en tabell eller ett diagram som en anteckningsbok visar; det avrundas när det skrivs.",
    "En kontroll prövar talen med alla decimaler, inte som de skrivs.",
)
"""What every review takes for given."""

MONEY = "kr"
"""Unit of an amount."""


@dataclass(frozen=True, eq=False, repr=False)
class CaseReview(Result):
    """An answer with its numbers in place, read through.

    Parameters
    ----------
    case : Case
        The case.
    frame : DataFrame
        One row a number: ``reference, name, text, value, unit, notebook, table, row, column, sensitivity``; the value
        in whole kronor, per cent or what is counted, with the table's sign.
    claims : DataFrame
        One row a claim: ``words, sentence, check, numbers, outcome``.
    """

    case: Case
    frame: pd.DataFrame
    claims: pd.DataFrame
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]
    grade: Grade

    @property
    def table(self) -> Table:
        """Every number of the answer, and the cell it stands in."""
        columns = {
            "reference": Column("Nr"),
            "text": Column("Tal"),
            "notebook": Column("Anteckningsbok"),
            "table": Column("Tabell"),
            "row": Column("Rad"),
            "column": Column("Kolumn"),
        }
        return Table(self.frame[list(columns)], "Tal i svaret", columns, row_header="reference")

    @property
    def claim_view(self) -> Table:
        """Every claim of the answer, and what it was tried on."""
        columns = {
            "words": Column("Ord"),
            "sentence": Column("Mening"),
            "numbers": Column("Prövat på", missing="ingen kontroll"),
            "outcome": Column("Utfall"),
        }
        shown = self.claims[list(columns)].assign(numbers=self.claims["numbers"].where(self.claims["numbers"] != ""))
        return Table(shown, "Påståenden i svaret", columns, row_header="words")

    def plot(self) -> Chart:
        """The amounts of the answer, with the sign they have in their tables."""
        rows = self.frame[self.frame["unit"] == MONEY]
        label = rows["reference"] + " " + rows["row"]
        figures = pd.DataFrame({"label": label, "amount": rows["value"].astype(float)})
        return bars(figures.reset_index(drop=True), title="Beloppen i svaret, med tabellernas tecken")

    def text(self) -> str:
        """How many numbers and claims the answer has, and how many of the claims are checked."""
        numbers = plural(len(self.frame), "tal", "tal")
        books = plural(len(self.case.notebooks), "anteckningsbok", "anteckningsböcker")
        said = f"Svaret har {numbers}, alla hämtade ur {books}."
        if self.claims.empty:
            return said
        claims = plural(len(self.claims), "påstående", "påståenden")
        checked = int((self.claims["outcome"] == HOLDS).sum())
        return f"{said} Det har {claims}, varav {checked} prövas mot talen och håller."


def review_case(path: str | Path, *, data: str | Path | None = None) -> CaseReview:
    """Run a case's notebooks, put the numbers into its answer and try its claims.

    Parameters
    ----------
    path : str or Path
        The case file.
    data : str or Path, optional
        The region, when it is another than the case says.

    Returns
    -------
    CaseReview

    Raises
    ------
    InvalidData
        Naming every number that is typed by hand, every claim that does not hold, and every other fault of the case.
    UtfallError
        When a notebook fails.

    Examples
    --------
    >>> review_case("no such case.yaml")
    Traceback (most recent call last):
    utfall.errors.InvalidData: ...
    """
    case = read_case(Path(path), data=None if data is None else Path(data))
    with tempfile.TemporaryDirectory(prefix="utfall-") as folder:
        executed = run_case(case, Path(folder))
    numbers = collect_numbers(case, executed)
    filled = fill_answer(case, numbers, fictitious=open_region(case.data).fictitious)
    return CaseReview(
        case, _numbers(filled), _claims(filled), ASSUMPTIONS, _warnings(filled), _checks(filled), _grade(filled)
    )


def _numbers(filled: FilledAnswer) -> pd.DataFrame:
    def row(reference: str, number: Number) -> dict[str, object]:
        told = ("name", "text", "value", "unit", "notebook", "table", "row", "column", "sensitivity")
        return {"reference": reference, **{name: getattr(number, name) for name in told}}

    return pd.DataFrame([row(one.reference, one.number) for one in filled.numbers])


def _claims(filled: FilledAnswer) -> pd.DataFrame:
    rows = [(c.words, c.sentence, c.check, "; ".join(c.numbers), c.outcome) for c in filled.claims]
    return pd.DataFrame(rows, columns=["words", "sentence", "check", "numbers", "outcome"])


def _warnings(filled: FilledAnswer) -> tuple[str, ...]:
    unbound = (f'Jämförelsen "{found.words}" är inte bunden till någon kontroll.' for found in filled.unbound)
    judged = sum(claim.outcome == JUDGED for claim in filled.claims)
    told = (f"{plural(judged, 'bedömning', 'bedömningar')} i svaret kontrolleras inte.",) if judged else ()
    return (*unbound, *told)


def _checks(filled: FilledAnswer) -> tuple[Check, ...]:
    return tuple(
        Check(f'"{claim.words}" håller: {"; ".join(claim.numbers)}', passed=True)
        for claim in filled.claims
        if claim.outcome == HOLDS
    )


def _grade(filled: FilledAnswer) -> Grade:
    """A when nothing is claimed but what is checked; else the answer stands on somebody's judgement."""
    return Grade.A if all(claim.outcome == HOLDS for claim in filled.claims) else Grade.D
