"""Saved pages of any source as a tidy frame: the same offline as on the day they were fetched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.sources.open_data.kolada import SOURCE as KOLADA
from utfall.sources.open_data.kolada import kolada_rows
from utfall.sources.open_data.pxweb import SOURCE as SCB
from utfall.sources.open_data.pxweb import pxweb_rows
from utfall.sources.open_data.receipt import RECEIPT, Receipt
from utfall.sources.open_data.saved import SavedPages, open_saved
from utfall.sources.open_data.socialstyrelsen import SOURCE as SOCIALSTYRELSEN
from utfall.sources.open_data.socialstyrelsen import socialstyrelsen_rows

READERS: dict[str, Callable[[SavedPages], tuple[pd.DataFrame, list[str]]]] = {
    KOLADA: kolada_rows,
    SCB: pxweb_rows,
    SOCIALSTYRELSEN: socialstyrelsen_rows,
}
"""Source → what reads its pages."""


@dataclass(frozen=True)
class SavedFigures:
    """Figures that were fetched and saved.

    Parameters
    ----------
    frame : DataFrame
        One figure a row; its columns are those of the source.
    told : tuple of str
        What a reader should know, the age of the figures last.
    receipt : Receipt
        What was asked, when and where.
    """

    frame: pd.DataFrame
    told: tuple[str, ...]
    receipt: Receipt

    @property
    def source(self) -> str:
        """How the figures are cited, with the day they were fetched; Swedish."""
        return f"{self.receipt.cite.removeprefix('Källa: ')}, hämtad {self.receipt.fetched:%Y-%m-%d}"


def read_saved(folder: str | Path, *, today: date | None = None) -> SavedFigures:
    """Read figures that were fetched and saved. Nothing is fetched, however old they are.

    Parameters
    ----------
    folder : str or Path
        Such as ``data/reference/kolada/ekonomi``.
    today : date, optional
        What their age is told from.

    Returns
    -------
    SavedFigures

    Raises
    ------
    InvalidData
        When a page is missing, changed or cut, or its content does not hold.
    """
    pages = open_saved(folder)
    if pages.receipt.source not in READERS:
        what = f"{pages.receipt.source!r} is no source the kit reads."
        raise InvalidData([Fault(RECEIPT, None, what, f"Use one of {', '.join(READERS)}.")])
    frame, told = read_pages(pages)
    days = ((today or datetime.now(UTC).date()) - pages.receipt.fetched.date()).days
    age = f"The figures were fetched on {pages.receipt.fetched:%Y-%m-%d}, {days} days ago."
    return SavedFigures(frame, (*told, age), pages.receipt)


def read_pages(pages: SavedPages) -> tuple[pd.DataFrame, list[str]]:
    """Read pages by what reads their source, and refuse an answer without a single figure.

    Parameters
    ----------
    pages : SavedPages
        The pages.

    Returns
    -------
    rows : DataFrame
    told : list of str

    Raises
    ------
    InvalidData
        When the content does not hold, or there is none.
    """
    try:
        frame, told = READERS[pages.receipt.source](pages)
    except (KeyError, TypeError, AttributeError) as error:
        # A receipt written by hand may lack what was asked for.
        what = f"the receipt does not say what was asked for ({error})."
        raise InvalidData([Fault(RECEIPT, None, what, "Fetch it again.")]) from None
    if frame.empty or not frame["value"].notna().any():
        reason = "".join(f" {sentence}" for sentence in told)
        what = f"the source has no figures for this question.{reason}"
        raise InvalidData([Fault(pages.receipt.base, None, what, "Ask for other codes or years.")])
    return frame, told
