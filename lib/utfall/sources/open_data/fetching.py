"""Fetching open data into a folder, as ``utfall fetch`` does."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from utfall.errors import InvalidParameter
from utfall.sources.open_data import kolada, pxweb, socialstyrelsen
from utfall.sources.open_data.answer import Answer
from utfall.sources.open_data.reading import SavedFigures, read_pages, read_saved
from utfall.sources.open_data.receipt import RECEIPT, read_receipt
from utfall.sources.open_data.saved import save_pages
from utfall.sources.open_data.selections import DEFAULT, chosen, plain_name, read_selections

if TYPE_CHECKING:
    from utfall.sources.open_data.transport import Transport

TO = Path("data/reference")
"""Where saved pages are put: ``<source>/<name>`` below it."""

FIRST_YEAR, LAST_YEAR = 1900, 2100
"""Years that can be asked for; beyond them a year is misspelt."""

LONGEST_NAME = 60
"""Letters of a folder's name that is put together from the question."""

_OPTIONS = {
    kolada.SOURCE: {"kpi", "region", "years", "what"},
    pxweb.SOURCE: {"what", "table", "choose", "region", "years"},
    socialstyrelsen.SOURCE: {"what", "measure", "choose", "region", "years"},
}
"""What each source can be told."""


@dataclass(frozen=True)
class Fetched:
    """What was fetched.

    Parameters
    ----------
    folder : Path
        Where it is saved.
    figures : SavedFigures
        What it holds.
    """

    folder: Path
    figures: SavedFigures

    def text(self) -> str:
        """Say what was fetched and what should be known of it.

        Returns
        -------
        str
        """
        first = f"{len(self.figures.frame)} figures are saved in {self.folder} ({self.figures.source})."
        return "\n".join([first, *self.figures.told])


@dataclass(frozen=True)
class _Plan:
    parameters: dict[str, Any]
    pages: Callable[[Transport], Iterator[Answer]]
    name: str
    module: Any


def fetch(
    source: str,
    what: str | None = None,
    *,
    kpi: str | None = None,
    region: str | None = None,
    years: str | None = None,
    table: str | None = None,
    measure: str | None = None,
    choose: Sequence[str] = (),
    to: str | Path = TO,
    name: str | None = None,
    base: str | None = None,
    selections: str | Path = DEFAULT,
    replace: bool = False,
    open_transport: Callable[..., Transport] | None = None,
) -> Fetched:
    """Fetch figures and save them as they came, whole or not at all.

    Parameters
    ----------
    source : {"kolada", "scb", "socialstyrelsen"}
        Where from.
    what : str, optional
        A ready-made question, such as ``ekonomi`` (Kolada), ``population`` (SCB) or ``lakemedel`` (Socialstyrelsen).
    kpi : str, optional
        Kolada: identifiers with commas between, instead of or beside a ready-made question.
    region : str, optional
        Codes with commas between, as the source writes them: ``0023,0000`` (Kolada), ``23`` (the others).
    years : str, optional
        ``2019-2025`` or ``2019,2024``. Months of SCB are chosen with `choose`.
    table : str, optional
        SCB: a table instead of a ready-made question.
    measure : str, optional
        Socialstyrelsen: numbers of measures with commas between.
    choose : sequence of str, optional
        ``VARIABLE=CODES`` for any other variable of SCB and Socialstyrelsen: ``atc=L04AB02``, ``Tid=top(13)``.
    to : str or Path
        Folder that ``<source>/<name>`` is made in.
    name : str, optional
        Name of the folder; put together from the question when not given.
    base : str, optional
        Another address of the source.
    selections : str or Path
        File of ready-made questions.
    replace : bool, default False
        Whether an answer to another question may be replaced.
    open_transport : callable, optional
        Makes the way out; tests give their own clock.

    Returns
    -------
    Fetched

    Raises
    ------
    InvalidParameter
        When the question cannot be asked, or the folder holds the answer to another one.
    Unreachable
        When the source cannot be reached or refuses.
    InvalidData
        When the answer does not hold.
    """
    if source not in _OPTIONS:
        raise InvalidParameter(f"{source!r} is no source of open data; use one of {', '.join(_OPTIONS)}.")
    given = {
        "what": what,
        "kpi": kpi,
        "region": region,
        "years": years,
        "table": table,
        "measure": measure,
        "choose": tuple(choose) or None,
    }
    for option, value in given.items():
        if value is not None and option not in _OPTIONS[source]:
            raise InvalidParameter(f"{option} says nothing to {source}; leave it out.")
    ready = read_selections(Path(selections))
    if source == kolada.SOURCE:
        plan = _kolada(what, kpi, region, years, ready.kolada)
    elif source == pxweb.SOURCE:
        plan = _scb(what, table, region, years, choose, ready.scb)
    else:
        plan = _socialstyrelsen(what, measure, region, years, choose, ready.socialstyrelsen)
    folder = Path(to) / source / _folder_name(name or plan.name)
    _refuse_other(folder, plan.parameters, replace=replace)
    address = base or plan.module.BASE
    # Imported here: what is saved is read without what fetches.
    from utfall.sources.open_data.transport import Transport

    with (open_transport or Transport)(address, requests_per_second=plan.module.REQUESTS_PER_SECOND) as transport:
        save_pages(
            folder,
            plan.pages(transport),
            source=source,
            base=transport.base,
            parameters=plan.parameters,
            fetched=transport.now(),
            cite=plan.module.CITE,
            licence=plan.module.LICENCE,
            check=read_pages,
        )
        return Fetched(folder, read_saved(folder, today=transport.now().date()))


def years_of(text: str) -> tuple[int, ...]:
    """Read years: ``2019-2025``, or with commas between.

    Parameters
    ----------
    text : str
        What a person wrote.

    Returns
    -------
    tuple of int
        From the first to the last.

    Raises
    ------
    InvalidParameter
        When there is no year in it, or one that cannot be.

    Examples
    --------
    >>> years_of("2019-2021, 2024")
    (2019, 2020, 2021, 2024)
    """
    found: set[int] = set()
    for piece in text.split(","):
        match = re.fullmatch(r"\s*(\d{4})(?:\s*[-–]\s*(\d{4}))?\s*", piece)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not FIRST_YEAR <= first <= last <= LAST_YEAR:
            raise InvalidParameter(f"{text!r} are no years; write them as 2019-2025 or 2019,2024.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def _kolada(what: str | None, kpi: str | None, region: str | None, years: str | None, ready: Any) -> _Plan:
    kpis = list(chosen(ready, what).kpis) if what else []
    kpis += _listed(kpi)
    question = kolada.KoladaQuestion(
        tuple(dict.fromkeys(kpis)), tuple(_listed(region)), years_of(years) if years else ()
    )
    name = plain_name(what) if what else "-".join(question.kpis)
    return _Plan(question.parameters, lambda way: kolada.kolada_pages(question, way), name, kolada)


def _scb(
    what: str | None, table: str | None, region: str | None, years: str | None, choose: Sequence[str], ready: Any
) -> _Plan:
    if (what is None) == (table is None):
        raise InvalidParameter(f"Say which figures of SCB: one of {', '.join(ready)}, or a table such as TAB638.")
    selection = chosen(ready, what) if what else None
    picked = {name: tuple(codes) for name, codes in (selection.chosen if selection else {}).items()}
    picked |= {"Region": tuple(_listed(region))} if region else {}
    picked |= {"Tid": tuple(str(year) for year in years_of(years))} if years else {}
    picked |= _choices(choose)
    question = pxweb.PxWebQuestion(selection.table if selection else str(table), picked)
    name = plain_name(what) if what else question.table.lower()
    return _Plan(question.parameters, lambda way: pxweb.pxweb_pages(question, way), name, pxweb)


def _socialstyrelsen(
    what: str | None, measure: str | None, region: str | None, years: str | None, choose: Sequence[str], ready: Any
) -> _Plan:
    subject = plain_name(what or "lakemedel")
    selection = ready.get(subject)
    measures = _listed(measure) or (selection.measures if selection else [])
    picked = _choices(choose)
    picked |= {"region": tuple(_listed(region))} if region else {}
    picked |= {"ar": tuple(str(year) for year in years_of(years))} if years else {}
    question = socialstyrelsen.SocialstyrelsenQuestion(
        selection.subject if selection else subject, tuple(measures), picked
    )
    codes = [code for name in socialstyrelsen.ONE_AT_A_TIME for code in picked.get(name, ())]
    return _Plan(
        question.parameters,
        lambda way: socialstyrelsen.socialstyrelsen_pages(question, way),
        "-".join([subject, *codes]),
        socialstyrelsen,
    )


def _choices(choose: Sequence[str]) -> dict[str, tuple[str, ...]]:
    picked: dict[str, tuple[str, ...]] = {}
    for choice in choose:
        name, equals, codes = choice.partition("=")
        if not equals or not name.strip() or not codes.strip():
            raise InvalidParameter(f"{choice!r} chooses nothing; write VARIABLE=CODES, such as atc=L04AB02.")
        picked[name.strip()] = tuple(_listed(codes))
    return picked


def _listed(text: str | None) -> list[str]:
    """Codes with commas between; a comma within brackets is part of a code."""
    pieces = re.split(r",(?![^(]*\))", text or "")
    return list(dict.fromkeys(piece.strip() for piece in pieces if piece.strip()))


def _folder_name(name: str) -> str:
    plain = re.sub(r"[^\w-]+", "-", name.strip()).strip("-")[:LONGEST_NAME].strip("-")
    if not plain:
        raise InvalidParameter(f"{name!r} is no name of a folder; use letters and digits.")
    return plain


def _refuse_other(folder: Path, parameters: dict[str, Any], *, replace: bool) -> None:
    """Refuse to put an answer in the place of the answer to another question."""
    if replace or not (folder / RECEIPT).exists():
        return
    if read_receipt(folder).parameters != parameters:
        raise InvalidParameter(
            f"{folder} holds the answer to another question; give this one a --name of its own, or --replace it."
        )
