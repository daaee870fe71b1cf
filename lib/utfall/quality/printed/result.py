"""What a check of a printed table's sums gives."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade
from utfall.presentation.charts import Chart, bars
from utfall.presentation.numbers import number
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import plural
from utfall.results import Result

NAMED = 3
"""Wrong cells that the paragraph names; the table has them all."""


@dataclass(frozen=True, eq=False, repr=False)
class PrintedSums(Result):
    """The sums of a printed table, and the cells that are wrong.

    Parameters
    ----------
    values : DataFrame
        The numbers as they were read: ``row``, then the columns.
    sums : DataFrame
        Every sum there is: ``direction, row, column, terms, stated, computed, difference, tolerance``.
    frame : DataFrame
        Those that do not hold.
    cells : DataFrame
        Cells that explain them: ``row, column, stated, expected, sums``.
    decimals : int
        Decimals the table is printed with.
    """

    values: pd.DataFrame
    sums: pd.DataFrame
    frame: pd.DataFrame
    cells: pd.DataFrame
    decimals: int
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every sum, and whether it holds."""
        failing = set(self._keys(self.frame))
        return tuple(
            Check(
                f"{row}, {column}: summan i {direction}en",
                (direction, row, column) not in failing,
                f"{self._write(stated)} mot {self._write(computed)}",
                (stated, computed),
            )
            for direction, row, column, stated, computed in self.sums[
                ["direction", "row", "column", "stated", "computed"]
            ].itertuples(index=False, name=None)
        )

    @property
    def grade(self) -> Grade:
        """A: a sum holds or not; D when there is no sum to try."""
        return Grade.D if self.sums.empty else Grade.A

    @property
    def table(self) -> Table:
        """The sums that do not hold."""
        columns = {
            "row": Column("Rad"),
            "column": Column("Kolumn"),
            "direction": Column("Summerar"),
            "stated": Column("Står", "number", decimals=self.decimals),
            "computed": Column("Blir", "number", decimals=self.decimals),
            "difference": Column("Skillnad", "number", decimals=self.decimals, signed=True),
            "tolerance": Column("Avrundning ryms i", "number", decimals=self.decimals + 1),
        }
        note = "Skillnaden är det som står minus det som delarna blir."
        return Table(self.frame[list(columns)], "Summor som inte stämmer", columns, notes=(note,))

    @property
    def cell_view(self) -> Table | None:
        """The cells that are wrong, with what they should say; None when no cell can be named."""
        if self.cells.empty:
            return None
        columns = {
            "row": Column("Rad"),
            "column": Column("Kolumn"),
            "stated": Column("Står", "number", decimals=self.decimals),
            "expected": Column("Ska vara", "number", decimals=self.decimals),
            "sums": Column("Förklarar", "number", unit="summor"),
        }
        return Table(self.cells[list(columns)], "Celler som är fel", columns)

    def plot(self) -> Chart:
        """How far each sum is from holding."""
        label = self.frame["row"] + ", " + self.frame["column"]
        figures = pd.DataFrame({"label": label, "amount": self.frame["difference"]}).reset_index(drop=True)
        title = "Alla summor stämmer" if self.frame.empty else "Så mycket skiljer summorna från sina delar"
        return bars(figures, title=title, unit="tabellens enhet")

    def text(self) -> str:
        """How many sums there are, how many do not hold, and which cells are wrong."""
        if self.sums.empty:
            return "Tabellen har inga summor att pröva."
        counted = plural(len(self.sums), "summa", "summor")
        if self.frame.empty:
            return f"Tabellen har {counted}, och alla stämmer inom avrundningen."
        said = f"Tabellen har {counted}; {number(len(self.frame))} av dem stämmer inte."
        if self.cells.empty:
            return f"{said} Ingen enskild cell förklarar det."
        shown = self.cells.head(NAMED)
        cells = [
            f"{row}, {column} ska vara {self._write(expected)} och inte {self._write(stated)}"
            for row, column, stated, expected in shown[["row", "column", "stated", "expected"]].itertuples(index=False)
        ]
        more = "" if len(self.cells) <= NAMED else f" Tabellen visar alla {number(len(self.cells))}."
        return f"{said} Det förklaras av {plural(len(self.cells), 'cell', 'celler')}: {'; '.join(cells)}.{more}"

    def _write(self, value: float) -> str:
        return number(value, self.decimals)

    @staticmethod
    def _keys(frame: pd.DataFrame) -> list[tuple[str, str, str]]:
        return list(frame[["direction", "row", "column"]].itertuples(index=False, name=None))
