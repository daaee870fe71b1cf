"""The trail: every step of the method with its data, rule and outcome, for the reader who wants to check it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import pandas as pd

from utfall.evidence import Grade
from utfall.presentation.tables import Column, Table


@dataclass(frozen=True)
class Step:
    """One step of the method.

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


def trail_table(trail: Sequence[Step]) -> Table:
    """Show the steps in their order.

    Parameters
    ----------
    trail : sequence of Step
        The steps.

    Returns
    -------
    Table
    """
    columns = {
        "name": Column("Steg"),
        "data": Column("Uppgifter"),
        "rule": Column("Regel"),
        "outcome": Column("Utfall"),
        "grade": Column("Evidens"),
    }
    frame = pd.DataFrame([asdict(step) | {"grade": step.grade.value} for step in trail], columns=list(columns))
    return Table(frame, "Orsaksanalysens steg", columns)
