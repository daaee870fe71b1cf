"""Statistics Sweden (SCB), and others who speak PxWebApi 2: a table's figures, in parts that are small enough."""

from __future__ import annotations

import fnmatch
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.sources.open_data.answer import Answer
from utfall.sources.open_data.form import asked_only, without_repeats
from utfall.sources.open_data.jsonstat import (
    STATUS,
    TEXT,
    VALUE,
    Dimension,
    cells,
    dimensions,
    mandatory_notes,
)
from utfall.sources.open_data.receipt import SavedRequest
from utfall.sources.open_data.saved import SavedPage, SavedPages

if TYPE_CHECKING:
    from utfall.sources.open_data.transport import Transport

SOURCE = "scb"
BASE = "https://statistikdatabasen.scb.se/api/v2"
CITE = "Källa: SCB"
LICENCE = "CC0; SCB asks to be named as the source."
REQUESTS_PER_SECOND = 2.0
"""SCB's own setting has been 30 calls in ten seconds; this stays well below."""

MAX_CELLS = 150_000
"""Most cells of one answer."""

_EXPRESSION = re.compile(r"(top|bottom|from|to|range)\((.*)\)", re.IGNORECASE)


@dataclass(frozen=True)
class PxWebQuestion:
    """Which figures of which table are asked for.

    Parameters
    ----------
    table : str
        Such as ``TAB6471``.
    chosen : mapping of str to tuple of str
        Variable → codes, or ``*``, ``2025M*``, ``top(13)``, ``bottom(3)``, ``from(2025M01)``, ``to(2024)`` and
        ``range(2019,2024)``. A variable may be left out where the table can sum over it.
    language : str, default "sv"
        Of the texts.

    Examples
    --------
    >>> PxWebQuestion("TAB638", {"Region": ("23",), "Tid": ("2024",)}).table
    'TAB638'
    """

    table: str
    chosen: Mapping[str, tuple[str, ...]]
    language: str = "sv"

    def __post_init__(self) -> None:
        if not (self.table.isascii() and self.table.isalnum()):
            raise InvalidParameter(f"{self.table!r} is no table; they are written like TAB638.")

    @property
    def parameters(self) -> dict[str, Any]:
        """What is written in the receipt."""
        chosen = {name: list(codes) for name, codes in self.chosen.items()}
        return {"table": self.table, "language": self.language, "chosen": chosen}


def pxweb_pages(question: PxWebQuestion, transport: Transport) -> Iterator[Answer]:
    """Ask for a table, in as many parts as it takes.

    Parameters
    ----------
    question : PxWebQuestion
        What for.
    transport : Transport
        The way there.

    Yields
    ------
    Answer
        First the table's metadata, then the figures.

    Raises
    ------
    InvalidParameter
        When the table has no such variable or code, or a variable without which there is no sum is not named.
    """
    table = f"{transport.base}/tables/{question.table}"
    language = quote(question.language)
    metadata = transport.get(f"{table}/metadata?lang={language}", kind="labels")
    yield metadata
    request = SavedRequest(method="GET", address=metadata.address, kind="labels", page=None, sha256=None, size=0)
    axes = dimensions(SavedPage(metadata.address, request, metadata.content))
    for selection in parts_of(chosen_codes(question, axes)):
        asked = {"selection": [{"variableCode": name, "valueCodes": codes} for name, codes in selection.items()]}
        yield transport.post(f"{table}/data?lang={language}&outputFormat=json-stat2", asked)


def chosen_codes(question: PxWebQuestion, axes: Sequence[Dimension]) -> dict[str, list[str]]:
    """Give the codes a question means, variable by variable.

    Parameters
    ----------
    question : PxWebQuestion
        The question.
    axes : sequence of Dimension
        The table's variables.

    Returns
    -------
    dict of str to list of str

    Raises
    ------
    InvalidParameter
        When there is no such variable or code, or one has to be named.

    Examples
    --------
    >>> years = Dimension("Tid", ("2022", "2023", "2024"), {}, optional=False, is_time=True)
    >>> chosen_codes(PxWebQuestion("TAB638", {"Tid": ("top(2)",)}), [years])
    {'Tid': ['2023', '2024']}
    """
    known = {axis.name.casefold(): axis for axis in axes}
    for name in question.chosen:
        if name.casefold() not in known:
            names = ", ".join(axis.name for axis in axes)
            raise InvalidParameter(f"{question.table} has no variable {name}; it has {names}.")
    wanted = {name.casefold(): codes for name, codes in question.chosen.items()}
    chosen: dict[str, list[str]] = {}
    for axis in axes:
        if axis.name.casefold() in wanted:
            chosen[axis.name] = _codes_of(axis, wanted[axis.name.casefold()], question.table)
        elif len(axis.codes) == 1:
            chosen[axis.name] = list(axis.codes)
        elif not axis.optional:
            some = "; ".join(f"{code} is {axis.texts.get(code, code)}" for code in axis.codes[:8])
            what = f"{question.table} cannot be summed over {axis.name}: choose among its {len(axis.codes)} codes"
            raise InvalidParameter(f"{what} ({some}).")
    return chosen


def parts_of(chosen: Mapping[str, list[str]], most: int = MAX_CELLS) -> Iterator[dict[str, list[str]]]:
    """Divide a selection into parts of no more cells than one answer may have.

    Parameters
    ----------
    chosen : mapping of str to list of str
        Variable → codes.
    most : int
        Most cells of a part.

    Yields
    ------
    dict of str to list of str

    Examples
    --------
    >>> list(parts_of({"Region": ["01", "03"], "Tid": ["2022", "2023", "2024"]}, most=4))
    [{'Region': ['01', '03'], 'Tid': ['2022', '2023']}, {'Region': ['01', '03'], 'Tid': ['2024']}]
    """
    left = {name: list(codes) for name, codes in chosen.items()}
    lengths: dict[str, int] = {}
    # The longest variable is divided first; another one only where single codes of it are still too many.
    for name in sorted(left, key=lambda name: -len(left[name])):
        others = math.prod(lengths.get(other, len(codes)) for other, codes in left.items() if other != name)
        lengths[name] = max(1, min(len(left[name]), most // others))
    pieces = [
        [codes[start : start + lengths[name]] for start in range(0, len(codes), lengths[name])]
        for name, codes in left.items()
    ]
    for combination in product(*pieces):
        yield dict(zip(left, combination, strict=True))


def pxweb_rows(pages: SavedPages) -> tuple[pd.DataFrame, list[str]]:
    """Read the saved parts of a table.

    Parameters
    ----------
    pages : SavedPages
        The pages.

    Returns
    -------
    rows : DataFrame
        For each variable its codes and its texts (``Region, Region_text``), ``value, status``; a cell without a figure
        is missing, with the source's sign as its status.
    told : list of str
        What a reader should know, with the notes that the source requires.

    Raises
    ------
    InvalidData
        When an answer has another form, holds what was not asked for, or contradicts itself.
    """
    data = pages.of_kind("data")
    frames, told = [], []
    for page in data:
        frame = cells(page)
        for selection in (page.request.asked or {}).get("selection", []):
            name, asked = selection["variableCode"], selection["valueCodes"]
            for item, code in enumerate(_single(page, name), 1):
                asked_only(code, asked, name, page, item)
        frames.append(frame)
        told += mandatory_notes(page)
    if not frames:
        return pd.DataFrame(columns=[VALUE, STATUS]), []
    rows = pd.concat(frames, ignore_index=True)
    keys = [name for name in rows.columns if f"{name}{TEXT}" in rows.columns]
    rows, repeated = without_repeats(rows, keys, VALUE)
    told = [f"SCB's note: {note}" for note in dict.fromkeys(told)]
    if repeated:
        told.append(f"{repeated} cells that were given twice are counted once.")
    hidden = int(rows[VALUE].isna().sum())
    if hidden:
        told.append(f"{hidden} of {len(rows)} cells have no figure.")
    return rows, told


def _single(page: SavedPage, name: str) -> tuple[str, ...]:
    """The codes of one variable of an answer; none where the answer does not have it."""
    return next((axis.codes for axis in dimensions(page) if axis.name == name), ())


def _codes_of(axis: Dimension, wanted: Sequence[str], table: str) -> list[str]:
    found: list[str] = []
    for choice in wanted:
        expression = _EXPRESSION.fullmatch(choice)
        if expression:
            codes = _expressed(axis, expression[1].lower(), expression[2], table)
        elif "*" in choice or "?" in choice:
            codes = [code for code in axis.codes if fnmatch.fnmatchcase(code, choice.replace("[", "[[]"))]
        else:
            codes = [code for code in axis.codes if code.casefold() == choice.casefold()]
        if not codes:
            some = ", ".join(axis.codes[:8]) + ("" if len(axis.codes) <= 8 else f" … {axis.codes[-1]}")
            raise InvalidParameter(f"{table} has no {axis.name} {choice}; it has {some}.")
        found += codes
    return list(dict.fromkeys(found))


def _expressed(axis: Dimension, name: str, inside: str, table: str) -> list[str]:
    limits = [limit.strip() for limit in inside.split(",")]
    codes = list(axis.codes)
    if name in ("top", "bottom"):
        if len(limits) != 1 or not limits[0].isdigit():
            raise InvalidParameter(
                f"{name}({inside}) of {axis.name}: write {name} with one number, such as {name}(13)."
            )
        # Times stand from the first to the last, and the latest are meant: top of a time is its end.
        latest = (name == "top") == axis.is_time
        many = int(limits[0])
        return (codes[-many:] if latest else codes[:many]) if many else []
    if len(limits) != (2 if name == "range" else 1) or any(limit not in codes for limit in limits):
        raise InvalidParameter(f"{table} has no {axis.name} {name}({inside}); it has {codes[0]} to {codes[-1]}.")
    first = codes.index(limits[0]) if name in ("from", "range") else 0
    last = codes.index(limits[-1]) if name in ("to", "range") else len(codes) - 1
    return codes[first : last + 1]
