"""Whether a picture's text alternative says what the picture shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode

from utfall.presentation.shown_data import DATA_MIME
from utfall.presentation.sourced import known_values
from utfall.publishing.outputs import displayed

PICTURE = "image/svg+xml"
"""Form of an output that carries its text alternative in its metadata."""

EXPONENTS = {"mdkr": 9, "mkr": 6, "tkr": 3, "kr": 0}
"""Power of ten of the numbers in a text alternative that begins "Linjediagram i mkr"."""

_FILE_NAME = re.compile(r"\S*[\w)-]\.(?:png|jpe?g|gif|svg|webp|bmp|pdf)", re.IGNORECASE)
_NO_CONTENT = re.compile(
    r"(?:en |ett |an? )?(?:bild|figur|diagram|graf|kurva|illustration|image|picture|figure|chart|graph|plot|photo)"
    r"(?:en|et)?[\s_-]*\d*",
    re.IGNORECASE,
)
_MONEY = re.compile(rf"\w+ i ({'|'.join(EXPONENTS)})\b")
_ABOUT_THE_DRAWING = re.compile(
    r"De \d+ (?:\w+ )*av \d+ visas"  # how much of the list is drawn; the rest is not in the chart's data
    r"|\d+(?:,\d+)?\s%\s(?:sannolikhet|intervall)|\d+(?:,\d+)? procents intervall"  # the level, which the drawing sets
)

_A_PHRASE = 4
"""Characters of a cell that is words; a shorter one might be any figure's digits."""


def fault_of_alternative(alt: str, title: str = "") -> str | None:
    """Find why a text alternative is none.

    Parameters
    ----------
    alt : str
        The text alternative.
    title : str, default ""
        What stands above the picture, and is read out before it.

    Returns
    -------
    str or None
        A sentence; None when nothing is wrong with it.

    Examples
    --------
    >>> fault_of_alternative("figur1.png")
    'The text alternative "figur1.png" is the name of a file; say what the picture shows.'
    >>> fault_of_alternative("Kostnaden steg från 10,2 till 12,4 mkr.", "Kostnaden stiger") is None
    True
    """
    told = " ".join(alt.split())
    if not told:
        return "A picture has an empty text alternative; say what it shows."
    if _FILE_NAME.fullmatch(told):
        return f'The text alternative "{told}" is the name of a file; say what the picture shows.'
    if _NO_CONTENT.fullmatch(told.rstrip(".")):
        return f'The text alternative "{told}" only says that there is a picture; say what it shows.'
    if title and _bare(told) == _bare(title):
        return f'The text alternative repeats the title "{told}"; say what the picture shows.'
    return None


def invented_figures(notebook: NotebookNode) -> Iterator[str]:
    """Find amounts told in a text alternative that the chart was not drawn from.

    Only charts of money that carry their numbers are looked at: there every number has its unit from the text's first
    words.

    Parameters
    ----------
    notebook : NotebookNode
        An executed notebook.

    Yields
    ------
    str
        A sentence for each chart.
    """
    for number, output in displayed(notebook):
        alt = output.metadata.get(PICTURE, {}).get("alt", "")
        money = _MONEY.match(alt)
        if DATA_MIME not in output.data or not money:
            continue
        records = _records(output.data[DATA_MIME])
        told = _without_words(_ABOUT_THE_DRAWING.sub("", alt), records)
        unsourced = known_values(records).unsourced(told, EXPONENTS[money[1]])
        if unsourced:
            cell, _, position = number.partition("-")
            yield (
                f"The text alternative of output {int(position) + 1} of cell {int(cell) + 1} tells "
                f"{', '.join(unsourced)}, which the chart was not drawn from."
            )


def _records(data: dict[str, Any]) -> list[dict[str, Any]]:
    labels = [column["label"] for column in data["columns"]]
    return [dict(zip(labels, row, strict=True)) for row in data["rows"]]


def _without_words(alt: str, records: list[dict[str, Any]]) -> str:
    """Leave out what is told word by word as the chart's own data have it, such as a setting of "2,7 % per år"."""
    words = {cell for row in records for cell in row.values() if isinstance(cell, str) and len(cell) >= _A_PHRASE}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        alt = alt.replace(word, "")
    return alt


def _bare(text: str) -> str:
    return " ".join(text.split()).rstrip(".!?").casefold()
