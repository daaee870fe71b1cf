"""Kolada (RKA): key figures of Swedish municipalities and regions, API version 3."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import pandas as pd

from utfall.errors import InvalidParameter
from utfall.sources.open_data.answer import Answer, Unreachable
from utfall.sources.open_data.form import ITEM, PAGE, asked_only, part, without_repeats
from utfall.sources.open_data.saved import SavedPages

if TYPE_CHECKING:
    from utfall.sources.open_data.transport import Transport

SOURCE = "kolada"
BASE = "https://api.kolada.se/v3"
CITE = "Källa: Kolada"
LICENCE = "Free to use when Kolada is named as the source."
REQUESTS_PER_SECOND = 5.0
"""The pace koladapy keeps; Kolada publishes no limit that we know of."""

MAX_IDS = 25
"""Most identifiers in one list of a question: key figures, municipalities or years."""

PER_PAGE = 5000
"""Rows a page; Kolada gives no more."""

COUNTRY = "0000"
"""Kolada's identifier of the whole country."""

BOTH_SEXES = "T"
"""Kolada's sign for women and men together; K is women and M is men."""

COLUMNS = ["kpi", "title", "municipality", "year", "gender", "value", "status"]


@dataclass(frozen=True)
class KoladaQuestion:
    """Which figures are asked for.

    Parameters
    ----------
    kpis : tuple of str
        Key figures, such as ``N60008``.
    municipalities : tuple of str
        Identifiers of four digits; a region's are its county's code after ``00``, and ``0000`` is the country.
    years : tuple of int
        Years.

    Raises
    ------
    InvalidParameter
        When nothing is asked for, or an identifier cannot be one.

    Examples
    --------
    >>> KoladaQuestion(("N60008",), ("0023", "0000"), (2024,)).kpis
    ('N60008',)
    """

    kpis: tuple[str, ...]
    municipalities: tuple[str, ...]
    years: tuple[int, ...]

    def __post_init__(self) -> None:
        for what, values in (("kpi", self.kpis), ("region", self.municipalities), ("years", self.years)):
            if not values:
                raise InvalidParameter(f"Kolada is asked for no {what}; name at least one with --{what}.")
        for kpi in self.kpis:
            if not (kpi.isascii() and kpi.isalnum()):
                raise InvalidParameter(f"{kpi!r} is no key figure of Kolada; they are written like N60008.")
        for code in self.municipalities:
            if not (code.isascii() and code.isdigit() and len(code) == 4):
                raise InvalidParameter(f"{code!r} is no region of Kolada; they are written like 0023.")

    @property
    def parameters(self) -> dict[str, Any]:
        """What is written in the receipt."""
        return {"kpi": list(self.kpis), "municipality": list(self.municipalities), "year": list(self.years)}


def kolada_pages(question: KoladaQuestion, transport: Transport) -> Iterator[Answer]:
    """Ask Kolada, page by page.

    Parameters
    ----------
    question : KoladaQuestion
        What for.
    transport : Transport
        The way there.

    Yields
    ------
    Answer
        First what the key figures are called, then the figures.

    Raises
    ------
    Unreachable
        When Kolada cannot be asked, or its pages go round in a circle.
    """
    for kpis in _lists(question.kpis):
        yield transport.get(f"{transport.base}/kpi/{','.join(kpis)}", kind="labels", may_be_absent=True)
    lists = product(_lists(question.kpis), _lists(question.municipalities), _lists([str(y) for y in question.years]))
    for kpis, municipalities, years in lists:
        path = f"data/kpi/{','.join(kpis)}/municipality/{','.join(municipalities)}/year/{','.join(years)}"
        address: str | None = f"{transport.base}/{path}?per_page={PER_PAGE}"
        seen: set[str] = set()
        while address:
            if address in seen:
                raise Unreachable(f"Kolada's pages go round in a circle at {address}; nothing was saved.")
            seen.add(address)
            answer = transport.get(address)
            yield answer
            content = answer.content if isinstance(answer.content, dict) else {}
            link = content.get("next_url")
            # An empty page is the last one, whatever it says.
            more = isinstance(link, str) and link and content.get("values")
            address = transport.within(str(link), address) if more else None


def kolada_rows(pages: SavedPages) -> tuple[pd.DataFrame, list[str]]:
    """Read saved pages of Kolada.

    Parameters
    ----------
    pages : SavedPages
        The pages.

    Returns
    -------
    rows : DataFrame
        ``kpi, title, municipality, year, gender (T, K, M), value, status``; a figure that Kolada lacks is missing.
    told : list of str
        What a reader should know: key figures without values, rows left out.

    Raises
    ------
    InvalidData
        When an answer has another form, holds what was not asked for, or contradicts itself.
    """
    asked = pages.receipt.parameters
    years = [str(year) for year in asked["year"]]
    titles = _titles(pages)
    rows: list[dict[str, Any]] = []
    deleted = 0
    for page in pages.of_kind("data"):
        for item, row in enumerate(part(page.content, "values", list, page), 1):
            kpi, code = part(row, "kpi", str, page, item), part(row, "municipality", str, page, item)
            year = part(row, "period", int, page, item)
            asked_only(kpi, asked["kpi"], "the key figure", page, item)
            asked_only(code, asked["municipality"], "the region", page, item)
            asked_only(str(year), years, "the year", page, item)
            for figure in part(row, "values", list, page, item):
                gender = part(figure, "gender", str, page, item)
                value = part(figure, "value", (int, float, type(None)), page, item)
                if figure.get("isdeleted"):
                    deleted += 1
                    continue
                rows.append(
                    {
                        "kpi": kpi,
                        "title": titles.get(kpi, ""),
                        "municipality": code,
                        "year": year,
                        "gender": gender,
                        "value": float("nan") if value is None else float(value),
                        "status": str(figure.get("status") or ""),
                        PAGE: page.file,
                        ITEM: item,
                    }
                )
    frame = pd.DataFrame(rows, columns=[*COLUMNS, PAGE, ITEM]).astype({"year": "int64", "value": "float64"})
    frame, repeated = without_repeats(frame, ["kpi", "municipality", "year", "gender"], "value")
    frame = frame.sort_values(["kpi", "municipality", "year", "gender"], ignore_index=True)
    return frame, [*_told(frame, asked, titles), *_left_out(repeated, deleted)]


def kpi_values(
    rows: pd.DataFrame,
    units: Mapping[str, str],
    *,
    kpis: Mapping[str, str] | None = None,
    source: str = CITE,
) -> tuple[pd.DataFrame, list[str]]:
    """Turn figures of Kolada into rows of the table ``kpi_values``.

    Parameters
    ----------
    rows : DataFrame
        From `kolada_rows`.
    units : mapping of str to str
        Kolada's identifier of a region → the code in ``organisation.yaml`` that its figures are to stand for.
    kpis : mapping of str to str, optional
        Kolada's identifier of a key figure → its name here; its own identifier where nothing is said.
    source : str
        What the column ``source`` says.

    Returns
    -------
    values : DataFrame
        ``kpi, unit, period, value, source``; a year is the first of its January.
    told : list of str
        What was left out.

    Raises
    ------
    InvalidParameter
        When no region or two regions are to be one unit.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     [["N60008", "", "0023", 2024, "T", 35000.0, ""], ["N60008", "", "0000", 2024, "T", 30000.0, ""]],
    ...     columns=COLUMNS,
    ... )
    >>> values, told = kpi_values(rows, {"0023": "HSN"})
    >>> values[["kpi", "unit", "period", "value"]].to_dict("list")
    {'kpi': ['N60008'], 'unit': ['HSN'], 'period': [Timestamp('2024-01-01 00:00:00')], 'value': [35000.0]}
    >>> told
    ['0000 is no unit here and is left out (1 values).']
    """
    if not units:
        raise InvalidParameter("Say which unit a region's figures stand for, such as 0023=HSN.")
    if len(set(units.values())) < len(units):
        raise InvalidParameter("Two regions are to be the same unit; give each a unit of its own.")
    both = rows[rows["gender"] == BOTH_SEXES]
    elsewhere = both[~both["municipality"].isin(list(units))]
    told = [
        f"{code} is no unit here and is left out ({len(group)} values)."
        for code, group in elsewhere.groupby("municipality")
    ]
    mine = both[both["municipality"].isin(list(units))]
    known = mine[mine["value"].notna()]
    if len(known) < len(mine):
        told.append(f"{len(mine) - len(known)} values that Kolada lacks are left out.")
    values = pd.DataFrame(
        {
            "kpi": known["kpi"].map(lambda kpi: (kpis or {}).get(kpi, kpi)).astype("str"),
            "unit": known["municipality"].map(dict(units)).astype("str"),
            "period": pd.to_datetime(known["year"].astype("str") + "-01-01"),
            "value": known["value"],
            "source": source,
        }
    )
    return values.reset_index(drop=True), told


def _titles(pages: SavedPages) -> dict[str, str]:
    return {
        part(row, "id", str, page, item): part(row, "title", str, page, item)
        for page in pages.of_kind("labels")
        for item, row in enumerate(part(page.content, "values", list, page), 1)
    }


def _told(frame: pd.DataFrame, asked: dict[str, Any], titles: dict[str, str]) -> list[str]:
    told = [f"{kpi} is: {titles[kpi]}." for kpi in asked["kpi"] if kpi in titles]
    told += [f"Kolada knows no key figure {kpi}." for kpi in asked["kpi"] if kpi not in titles]
    known = frame[frame["value"].notna()]
    for kpi, code in product(asked["kpi"], asked["municipality"]):
        if kpi in titles and known[(known["kpi"] == kpi) & (known["municipality"] == code)].empty:
            told.append(f"{kpi} has no value for {code} in these years.")
    return told


def _left_out(repeated: int, deleted: int) -> list[str]:
    told = [f"{repeated} rows that were given twice are counted once."] if repeated else []
    return [*told, f"{deleted} figures that Kolada has deleted are left out."] if deleted else told


def _lists(values: Sequence[str]) -> list[Sequence[str]]:
    return [values[start : start + MAX_IDS] for start in range(0, len(values), MAX_IDS)]
