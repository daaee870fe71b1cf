"""Ready-made questions, in a file that may be copied and changed; none of them has been verified live."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.sources.yaml_file import read_yaml

DEFAULT = Path(__file__).with_name("selections.yaml")
"""The file that comes with the kit."""

_Choice = TypeVar("_Choice")


class _Selection(BaseModel):
    # Numbers are refused where codes are meant: YAML would read 00000747 as a number in base eight.
    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: str
    verified: bool = False


class KoladaSelection(_Selection):
    """Key figures that belong together.

    Parameters
    ----------
    as_of : str
        Month whose list of key figures they are from.
    verified : bool, default False
        Whether they have been fetched live and looked at.
    kpis : dict of str to str
        Identifier → what it was called in that list; Swedish.
    """

    kpis: dict[str, str] = Field(min_length=1)


class ScbSelection(_Selection):
    """A table of SCB and what is chosen of it.

    Parameters
    ----------
    as_of, verified
        See `KoladaSelection`.
    title : str
        What it is; Swedish.
    table : str
        Its identifier.
    chosen : dict of str to list of str
        Variable → codes.
    """

    title: str
    table: str
    chosen: dict[str, list[str]]


class SocialstyrelsenSelection(_Selection):
    """A subject of Socialstyrelsen and what is measured.

    Parameters
    ----------
    as_of, verified
        See `KoladaSelection`.
    title : str
        What it is; Swedish.
    subject : str
        Its name in the address.
    measures : list of str
        Numbers of the measures.
    """

    title: str
    subject: str
    measures: list[str] = Field(min_length=1)


class Selections(BaseModel):
    """Every ready-made question, by source and name.

    Parameters
    ----------
    kolada : dict of str to KoladaSelection
    scb : dict of str to ScbSelection
    socialstyrelsen : dict of str to SocialstyrelsenSelection
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kolada: dict[str, KoladaSelection] = Field(default_factory=dict)
    scb: dict[str, ScbSelection] = Field(default_factory=dict)
    socialstyrelsen: dict[str, SocialstyrelsenSelection] = Field(default_factory=dict)


def read_selections(path: Path = DEFAULT) -> Selections:
    """Read ready-made questions.

    Parameters
    ----------
    path : Path
        The file; the kit's own by default.

    Returns
    -------
    Selections

    Raises
    ------
    InvalidData
        When it is missing or says something unknown.

    Examples
    --------
    >>> read_selections().kolada["personal"].kpis["N60030"]
    'Sjukfrånvaro'
    """
    content = read_yaml(path)
    try:
        return Selections.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        remedy = "Compare with the kit's own selections.yaml; codes stand within quotes."
        raise InvalidData([Fault(path.name, None, f"{where}: {first['msg']}.", remedy)]) from None


def chosen(selections: dict[str, _Choice], name: str) -> _Choice:
    """Give a ready-made question by its name.

    Parameters
    ----------
    selections : dict
        Those of one source.
    name : str
        Which; capitals and hyphens do not matter.

    Returns
    -------
    selection

    Raises
    ------
    InvalidParameter
        When there is none of that name.

    Examples
    --------
    >>> chosen({"population": 1}, "Population")
    1
    """
    found = selections.get(plain_name(name))
    if found is None:
        raise InvalidParameter(f"There is no ready-made question {name!r}; there is {', '.join(selections)}.")
    return found


def plain_name(name: str) -> str:
    """Write a name as the file does.

    Parameters
    ----------
    name : str
        As a person wrote it.

    Returns
    -------
    str

    Examples
    --------
    >>> plain_name("Consumer-price-index")
    'consumer_price_index'
    """
    return name.strip().lower().replace("-", "_")
