"""What a case is made of: who asks and answers, the questions, the notebooks, and where each number is found."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Literal

from pydantic import Field

from utfall.appendix.claims import Claim
from utfall.region.registers import RegisterRow

Sensitivity = Literal["öppen", "intern", "sekretess"]
"""Who may read an output: anyone, the region and its auditors, or nobody outside those who made it."""

SENSITIVITIES: tuple[Sensitivity, ...] = ("öppen", "intern", "sekretess")

SECRET: Sensitivity = "sekretess"
"""The sensitivity of what may not be in an answer."""

_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
_NOTEBOOK_ID = r"^[a-z0-9][a-z0-9_-]{0,39}$"


class Signatory(RegisterRow):
    """Who signs the answer.

    Parameters
    ----------
    name, role : str
        Name, and the role the person signs in.
    """

    name: str = Field(min_length=1)
    role: str = Field(min_length=1)


class Question(RegisterRow):
    """A question, or a recommendation, that the answer must respond to.

    Parameters
    ----------
    id, text : str
        Identifier, and the question as the auditors put it.
    source : str
        Where they put it: document, date and page.
    """

    id: str = Field(pattern=_ID)
    text: str = Field(min_length=1)
    source: str = Field(min_length=1)


class CaseNotebook(RegisterRow):
    """A notebook the answer stands on.

    Parameters
    ----------
    id : str
        Its name in the case and in the package; the same notebook may be run several times under different ids.
    path : Path
        The file.
    parameters : dict
        Values for its cell tagged ``parameters``, but for ``data``.
    """

    id: str = Field(pattern=_NOTEBOOK_ID)
    path: Path
    parameters: dict[str, str | int | float | bool] = Field(default_factory=dict)


class NumberSource(RegisterRow):
    """Where a number of the answer is found, and how it is printed.

    Parameters
    ----------
    notebook : str
        Id of the notebook.
    table : str
        Title of the table or chart, or so much of it that no other table of the notebook has it.
    row : str or dict of str to str
        What stands in the row's first text or month; or a column's heading → what stands there, for as many as are
        needed to tell the row from all others.
    column : str
        Heading of the column, without unit. The second of two with the same heading is ``till (2)``.
    unit : str, optional
        ``kr``, ``tkr`` or ``mkr`` for an amount; the name of what is counted for a number without unit. By default
        the unit that suits the amount's size, or the column's own.
    decimals : int, optional
        Decimals printed; by default those usual for the unit, or the column's own.
    sign : {"kept", "turned"}, default "kept"
        Whether the number is told with the sign it has in the table, or the other: costs are negative there, and are
        told as positive numbers in prose.
    plus : bool, default False
        Print a plus sign before a positive number.
    show_unit : bool, default True
        Print the unit after the number; not in "mellan 9,4 och 10,6 mkr".
    tolerance : Decimal, optional
        How much the value may differ when it is computed again, in the column's own unit (kr, per cent); by default
        half of the last printed digit.
    """

    notebook: str
    table: str = Field(min_length=1)
    row: str | dict[str, str]
    column: str = Field(min_length=1)
    unit: str | None = None
    decimals: int | None = Field(default=None, ge=0, le=6)
    sign: Literal["kept", "turned"] = "kept"
    plus: bool = False
    show_unit: bool = True
    tolerance: Decimal | None = Field(default=None, ge=0)


@dataclass(frozen=True)
class Case:
    """An audit response to be made checkable; read by `read_case`.

    Parameters
    ----------
    path : Path
        The case file.
    id, diary_number, title : str
        Name in file names, number in the diary, and the answer's title.
    asked_by, publisher : str
        Who asks, and who answers.
    date : date
        Date of the answer; the package's only date.
    period : str
        Last month the answer tells of, ``YYYY-MM``.
    signatory : Signatory
        Who signs.
    data, answer : Path
        The region's data, and the answer's text.
    data_version : str or None
        The data version the answer was written on; another one stops the build.
    questions : tuple of Question
        In the order they were asked.
    notebooks : tuple of CaseNotebook
        In the order they are run.
    numbers : mapping of str to NumberSource
        Name → where the number is found.
    claims : mapping of str to Claim
        Name → words and their check.
    sensitivity : mapping of str to str
        Notebook's id, or ``id: part of a table's title`` → ``öppen``, ``intern`` or ``sekretess``.
    """

    path: Path
    id: str
    diary_number: str
    title: str
    asked_by: str
    publisher: str
    date: datetime.date
    period: str
    signatory: Signatory
    data: Path
    data_version: str | None
    answer: Path
    questions: tuple[Question, ...]
    notebooks: tuple[CaseNotebook, ...]
    numbers: Mapping[str, NumberSource]
    claims: Mapping[str, Claim]
    sensitivity: Mapping[str, str]

    def sensitivity_of(self, notebook: str, table: str) -> str:
        """Tell who may read an output.

        Parameters
        ----------
        notebook : str
            Id of the notebook.
        table : str
            Full title of the table or chart.

        Returns
        -------
        str
            The strictest that is said of it; what is said of the notebook when nothing is said of the table.
        """
        of_table = [
            level
            for output, level in self.sensitivity.items()
            if (parts := output.partition(": "))[0] == notebook and parts[2] and parts[2] in table
        ]
        levels = of_table or [self.sensitivity[notebook]]
        return max(levels, key=lambda level: [*SENSITIVITIES].index(level))  # type: ignore[arg-type]
