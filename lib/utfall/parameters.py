"""The parameters of a notebook: types and allowed values, checked before any data are read."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from utfall.errors import InvalidParameter
from utfall.region.periods import parse_period


class ReportParameters(BaseModel):
    """Parameters that every report notebook has.

    Parameters
    ----------
    unit : str
        Name or code of a board, division, area or unit; empty for the whole region.
    period : str
        Month, ``YYYY-MM``.
    data : str
        Where the region is.
    measure : str
        Identifier of a measure in the register.
    drug : str
        Name of a drug; empty for every one.
    against : {"", "budget", "previous_year"}
        What outcomes are compared with; the region's own reference when empty.
    scenario, project : str
        Identifiers of a scenario and of a project in the registers.
    years : int
        Calendar years ahead.
    probability : float
        How likely something must be, 0 to 1.
    """

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    unit: str = ""
    period: str
    data: str = Field(min_length=1)
    measure: str = ""
    drug: str = ""
    against: Literal["", "budget", "previous_year"] = ""
    scenario: str = ""
    project: str = ""
    years: int = Field(default=5, ge=1, le=30)
    probability: float = Field(default=0.5, gt=0, lt=1)

    @field_validator("period")
    @classmethod
    def _is_a_month(cls, period: str) -> str:
        parse_period(period)
        return period


def check_parameters(
    *,
    period: str,
    data: str,
    unit: str = "",
    measure: str = "",
    drug: str = "",
    against: str = "",
    scenario: str = "",
    project: str = "",
    years: int = 5,
    probability: float = 0.5,
) -> ReportParameters:
    """Check the parameters of a report notebook, before the first row of data is read.

    Parameters
    ----------
    period : str
        Month, ``YYYY-MM``.
    data : str
        Where the region is: a folder, or a DuckDB file.
    unit : str, default ""
        Name or code of a board, division, area or unit; empty for the whole region.
    measure, drug : str, default ""
        Identifier of a measure in the register, and name of a drug, for the notebooks that have them.
    against : {"", "budget", "previous_year"}, default ""
        What outcomes are compared with; the region's own reference when empty.
    scenario, project : str, default ""
        Identifiers of a scenario and of a project in the registers, for the notebooks that have them.
    years : int, default 5
        Calendar years ahead, 1 to 30.
    probability : float, default 0.5
        How likely something must be, between 0 and 1.

    Returns
    -------
    ReportParameters

    Raises
    ------
    InvalidParameter
        For a value of the wrong type, or not allowed.

    Examples
    --------
    >>> check_parameters(unit="Division Kirurgi", period="2026-10", data="data/demo").period
    '2026-10'
    >>> check_parameters(unit="Division Kirurgi", period="oktober", data="data/demo")
    Traceback (most recent call last):
    utfall.errors.InvalidParameter: The period 'oktober' is not a month; write it as YYYY-MM, for example 2026-10.
    """
    try:
        return ReportParameters(
            unit=unit,
            period=period,
            data=data,
            measure=measure,
            drug=drug,
            against=against,  # type: ignore[arg-type]  # another word is refused
            scenario=scenario,
            project=project,
            years=years,
            probability=probability,
        )
    except ValidationError as error:
        problem = error.errors()[0]
        name = ".".join(map(str, problem["loc"]))
        raise InvalidParameter(f"The parameter {name} is {problem['input']!r}: {problem['msg'].lower()}.") from None
