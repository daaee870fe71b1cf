"""Socialstyrelsen's statistics database: dispensed drugs, diagnoses, causes of death."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.sources.open_data.answer import Answer, Unreachable
from utfall.sources.open_data.form import CHANGED, ITEM, PAGE, asked_only, part, without_repeats
from utfall.sources.open_data.saved import SavedPage, SavedPages

if TYPE_CHECKING:
    from utfall.sources.open_data.transport import Transport

SOURCE = "socialstyrelsen"
BASE = "https://sdb.socialstyrelsen.se/api/v1/sv"
CITE = "Källa: Socialstyrelsen"
LICENCE = "Open data; Socialstyrelsen is named as the source with the day of fetching."
REQUESTS_PER_SECOND = 2.0
"""Socialstyrelsen publishes no limit that we know of; this is slower than anybody has complained of."""

PER_PAGE = 5000
"""Rows a page."""

ONE_AT_A_TIME = ("atc", "diagnos")
"""Variables asked for one code at a time: asked for many, the source has been seen to stop after two pages."""

SUPPRESSED = ("X", "..", "-", "")
"""What stands for a value that is not shown; it is missing here, with the sign as its status."""

_NUMBER = re.compile(r"-?\d{1,3}([ \u00a0\u202f]?\d{3})*(,\d+)?")
"""A number as the source writes it; a point is refused, as it could be either thousands or decimals."""

_NAME = re.compile(r"[a-z_]+")


@dataclass(frozen=True)
class SocialstyrelsenQuestion:
    """Which figures are asked for.

    Parameters
    ----------
    subject : str
        Such as ``lakemedel``.
    measures : tuple of str
        The source's numbers of what is measured; one is asked for at a time.
    chosen : mapping of str to tuple of str
        Variable → its codes, such as ``{"atc": ("L04AB02",), "region": ("23",), "ar": ("2024",)}``. A variable that is
        not named comes divided into all its codes.

    Raises
    ------
    InvalidParameter
        When nothing is asked for, or a name cannot be one.

    Examples
    --------
    >>> SocialstyrelsenQuestion("lakemedel", ("1",), {"atc": ("L04AB02",), "region": ("23",)}).subject
    'lakemedel'
    """

    subject: str
    measures: tuple[str, ...]
    chosen: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        if not self.measures:
            raise InvalidParameter("Socialstyrelsen is asked for no measure; name at least one with --measure.")
        for name in (self.subject, *self.chosen):
            if not _NAME.fullmatch(name):
                raise InvalidParameter(f"{name!r} is no subject or variable of Socialstyrelsen, such as lakemedel.")
        for name, codes in self.chosen.items():
            if not codes or any(not code or "/" in code or "," in code for code in codes):
                raise InvalidParameter(f"{name} is asked for without a code, or with one that cannot be.")

    @property
    def parameters(self) -> dict[str, Any]:
        """What is written in the receipt."""
        chosen = {name: list(codes) for name, codes in self.chosen.items()}
        return {"subject": self.subject, "matt": list(self.measures), "chosen": chosen}


def socialstyrelsen_pages(question: SocialstyrelsenQuestion, transport: Transport) -> Iterator[Answer]:
    """Ask Socialstyrelsen, page by page.

    Parameters
    ----------
    question : SocialstyrelsenQuestion
        What for.
    transport : Transport
        The way there.

    Yields
    ------
    Answer
        First what the measures are called, then the figures. Where there are none the answer has no page.

    Raises
    ------
    Unreachable
        When the source cannot be asked, or its pages go round in a circle.
    """
    subject = f"{transport.base}/{question.subject}"
    yield transport.get(f"{subject}/matt", kind="labels", may_be_absent=True)
    alone = [name for name in ONE_AT_A_TIME if name in question.chosen]
    together = {name: codes for name, codes in question.chosen.items() if name not in alone}
    for measure, *codes in product(question.measures, *(question.chosen[name] for name in alone)):
        parts = {"matt": measure, **dict(zip(alone, codes, strict=True))}
        parts |= {name: ",".join(many) for name, many in together.items()}
        path = "/".join(f"{name}/{quote(code, safe=',')}" for name, code in parts.items())
        address: str | None = f"{subject}/resultat/{path}?per_sida={PER_PAGE}"
        seen: set[str] = set()
        while address:
            if address in seen:
                raise Unreachable(f"Socialstyrelsen's pages go round in a circle at {address}; nothing was saved.")
            seen.add(address)
            answer = transport.get(address, may_be_absent=True)
            yield answer
            link = answer.content.get("nasta_sida") if isinstance(answer.content, dict) else None
            address = transport.within(link, address) if isinstance(link, str) and link else None


def socialstyrelsen_rows(pages: SavedPages) -> tuple[pd.DataFrame, list[str]]:
    """Read saved pages of Socialstyrelsen.

    Parameters
    ----------
    pages : SavedPages
        The pages.

    Returns
    -------
    rows : DataFrame
        ``matt, measure`` (what it is called), the variables as the source names them, ``ar, value, status``. A cell
        that the source leaves out is not there: it is missing, and not zero.
    told : list of str
        What a reader should know.

    Raises
    ------
    InvalidData
        When an answer has another form, stops before its last page, or holds what was not asked for.
    """
    asked = pages.receipt.parameters
    wanted = {"matt": asked["matt"], **asked["chosen"]}
    names = _measure_names(pages)
    rows: list[dict[str, Any]] = []
    _refuse_stopped(pages)
    for page in pages.of_kind("data"):
        for item, row in enumerate(part(page.content, "data", list, page), 1):
            value, status = _value(part(row, "varde", (str, int, float, type(None)), page, item), page, item)
            codes = {key.removesuffix("Id"): _code(row[key]) for key in row if key.endswith("Id")}
            codes["ar"] = _code(part(row, "ar", (str, int), page, item))
            for name, choice in wanted.items():
                if name not in codes:
                    part(row, f"{name}Id", (str, int), page, item)
                asked_only(_plain(codes[name]), [_plain(code) for code in choice], name, page, item)
            measure = names.get(_plain(codes["matt"]), "")
            rows.append({"measure": measure, **codes, "value": value, "status": status, PAGE: page.file, ITEM: item})
    absent = sum(request.page is None and request.kind == "data" for request in pages.receipt.requests)
    told = [f"{absent} combinations have no figures; they are missing, not zero."] if absent else []
    if not rows:
        return pd.DataFrame(columns=["matt", "measure", "ar", "value", "status"]), told
    frame = pd.DataFrame(rows)
    others = [name for name in frame.columns if name not in ("matt", "measure", "ar", "value", "status", PAGE, ITEM)]
    frame = frame[["matt", "measure", *others, "ar", "value", "status", PAGE, ITEM]]
    frame, repeated = without_repeats(frame, ["matt", *others, "ar"], "value")
    if repeated:
        told.append(f"{repeated} rows that were given twice are counted once.")
    hidden = int(frame["value"].isna().sum())
    if hidden:
        told.append(f"{hidden} values are not shown by the source; they are missing, not zero.")
    return frame.sort_values(["matt", *others, "ar"], ignore_index=True), told


def _refuse_stopped(pages: SavedPages) -> None:
    """Refuse an answer whose last page is not the last it spoke of."""
    data = pages.of_kind("data")
    for place, page in enumerate(data):
        after = data[place + 1] if place + 1 < len(data) else None
        content = page.content if isinstance(page.content, dict) else {}
        number, last = content.get("sida"), content.get("sidor")
        # A question begins at its first page: the page before it was the last of its own question.
        ends = after is None or not isinstance(after.content, dict) or after.content.get("sida") in (None, 1)
        if isinstance(number, int) and isinstance(last, int) and ends and number < last:
            what = f"the answer stops at page {number} of {last}."
            raise InvalidData([Fault(page.file, None, what, "Ask for fewer codes or years at a time.")])


def _measure_names(pages: SavedPages) -> dict[str, str]:
    names: dict[str, str] = {}
    for page in pages.of_kind("labels"):
        rows = page.content if isinstance(page.content, list) else [page.content]
        for item, row in enumerate(rows, 1):
            names[_plain(_code(part(row, "id", (str, int), page, item)))] = part(row, "text", str, page, item)
    return names


def _value(written: str | float | None, page: SavedPage, item: int) -> tuple[float, str]:
    if written is None or (isinstance(written, str) and written.strip() in SUPPRESSED):
        return float("nan"), "" if written is None else written.strip()
    if not isinstance(written, str):
        return float(written), ""
    text = written.strip()
    if not _NUMBER.fullmatch(text):
        raise InvalidData([Fault(page.file, item, f"the value {text!r} is no Swedish number.", CHANGED)])
    return float(re.sub(r"[ \u00a0\u202f]", "", text).replace(",", ".")), ""


def _code(code: str | int) -> str:
    return str(code).strip()


def _plain(code: str) -> str:
    """A code without leading zeros: the source writes 3 in a row for the 03 it is asked for."""
    return code.lstrip("0") or "0" if code.isdigit() else code
