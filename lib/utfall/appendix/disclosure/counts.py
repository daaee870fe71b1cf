"""Which columns count persons or cases, and the counts that are too small to tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from utfall.appendix.disclosure.pieces import SeenTable, as_number

COUNTED = re.compile(
    r"\b(?:patienter|patient|patients|personer|person|persons|individer|individ|anställda|anställd|medarbetare|headcount|"
    r"vårdtillfällen|vårdtillfälle|högkostnadsfall|patientfall|fall|cases|leavers|avgångar|avgångna|slutat|sjukskrivna|"
    r"väntande|waiting|remitterade|referred|completed|within_guarantee|avlidna|födda|vårdade|ärenden|inskrivna|"
    r"utskrivna|läkare|sjuksköterskor|undersköterskor|kvinnor|män|barn)\b",
    re.IGNORECASE,
)
"""Words in a heading or a unit by which a column counts persons or cases."""

MEASURED = re.compile(
    r"\bper\b|/|%|\bandel|\bkr\b|\btkr\b|\bmkr\b|\bsek\b|kostnad|belopp|genomsnitt|medel|\bsnitt|index|poäng|timmar|"
    r"dagar|\bdygn|förändring|skillnad|avvikelse|differens|grad\b|årsarbet|heltid|lön",
    re.IGNORECASE,
)
"""Words by which it measures something else about them."""

WORDS = {1: "", 2: "två", 3: "tre", 4: "fyra", 5: "fem", 6: "sex", 7: "sju", 8: "åtta", 9: "nio"}
"""Numbers as they are written in prose; *en* and *ett* are articles too and left out."""

_IN_PROSE = (
    r"patienter|patient|personer|individer|individ|anställda|anställd|medarbetare|vårdtillfällen|vårdtillfälle|"
    r"högkostnadsfall|sjukskrivna|avlidna"
)
_NOT_A_COUNT = re.compile(
    r"(?:under|över|färre än|fler än|mindre än|mer än|minst|högst|upp till|än|[<>≤≥]|varje|var)\s*$", re.IGNORECASE
)
_VOLUME_COLUMNS = ("actual",)


def count_columns(table: SeenTable) -> list[int]:
    """Tell which columns of a table count persons or cases.

    Parameters
    ----------
    table : SeenTable
        The table.

    Returns
    -------
    list of int
        Their positions; columns with fractions or negative numbers are not among them.

    Examples
    --------
    >>> count_columns(SeenTable("", "", ("Enhet", "Patienter", "Kostnad per patient (kr)"), (("A", 7, 5.5),)))
    [1]
    """
    return [
        at
        for at, label in enumerate(table.labels)
        if COUNTED.search(label) and not MEASURED.search(label) and _is_whole(table, at)
    ]


def small_counts(table: SeenTable, smallest: int) -> Iterator[tuple[int, int]]:
    """Find counts that are too small.

    Parameters
    ----------
    table : SeenTable
        The table.
    smallest : int
        Smallest count that may be told.

    Yields
    ------
    (int, int)
        Row and column.
    """
    for at in count_columns(table):
        for number, row in enumerate(table.rows):
            if at < len(row) and _is_small(as_number(row[at]), smallest):
                yield number, at
    yield from _counts_named_by_row(table, smallest)


def _counts_named_by_row(table: SeenTable, smallest: int) -> Iterator[tuple[int, int]]:
    """Counts in tables whose rows say what is counted: volumes by product, numbers by unit of measure."""
    labels = [label.strip().lower() for label in table.labels]
    for naming, valued in (("product", "actual"), ("enhet", "värde"), ("mått", "värde")):
        if naming in labels and valued in labels:
            name, value = labels.index(naming), labels.index(valued)
            for number, row in enumerate(table.rows):
                said = str(row[name] or "") if max(name, value) < len(row) else ""
                if COUNTED.search(said) and not MEASURED.search(said) and _is_small(as_number(row[value]), smallest):
                    yield number, value


def small_counts_in_prose(text: str, smallest: int) -> Iterator[tuple[int, str]]:
    """Find small counts of persons in running text.

    Parameters
    ----------
    text : str
        The text.
    smallest : int
        Smallest count that may be told.

    Yields
    ------
    (int, str)
        Where it begins, and the word for what is counted.

    Examples
    --------
    >>> list(small_counts_in_prose("Kostnaden gäller 3" + " patienter; antal under 5 patienter visas inte.", 5))
    [(17, 'patienter')]
    """
    numbers = "|".join([*map(str, range(1, smallest)), *(WORDS[n] for n in range(2, min(smallest, 10)))])
    form = re.compile(rf"(?<![\w,.:/-])(?<!\d )({numbers}) (?:\w+[ae] )?({_IN_PROSE})\b", re.IGNORECASE)
    for found in form.finditer(text):
        if not _NOT_A_COUNT.search(text[max(0, found.start() - 12) : found.start()]):
            yield found.start(), found[2].lower()


def _is_small(number: Decimal | None, smallest: int) -> bool:
    return number is not None and 0 < number < smallest and number == number.to_integral_value()


def _is_whole(table: SeenTable, at: int) -> bool:
    numbers = [as_number(row[at]) for row in table.rows if at < len(row)]
    known = [number for number in numbers if number is not None]
    return all(number >= 0 and number == number.to_integral_value() for number in known)
