"""The lists last in an answer: its numbers and where they are found, what it claims, and what it quotes."""

from __future__ import annotations

from dataclasses import dataclass

from utfall.appendix.answer.fill import HOLDS, FilledAnswer
from utfall.appendix.case import CaseNotebook
from utfall.errors import InvalidParameter
from utfall.presentation import numbers
from utfall.presentation.numbers import NBSP
from utfall.publishing.notebook_file import notebook_title

HEADING = "Tal och källor"
"""Heading above the lists."""

FICTITIOUS = (
    "Påhittade uppgifter.",
    "Siffrorna i svaret är påhittade för demonstration och säger inget om någon verklig verksamhet.",
)
"""What an answer with made-up figures says at its head."""


@dataclass(frozen=True)
class SourceRow:
    """A row of a list.

    Parameters
    ----------
    cells : tuple of str
        Its cells.
    anchor : str, default ""
        The reference that leads to it.
    """

    cells: tuple[str, ...]
    anchor: str = ""


@dataclass(frozen=True)
class SourceList:
    """A list last in an answer.

    Parameters
    ----------
    title, note : str
        Its title, and a sentence on how to read it.
    columns : tuple of str
        Headings.
    rows : tuple of SourceRow
        What it lists.
    """

    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[SourceRow, ...]


def source_lists(filled: FilledAnswer) -> tuple[SourceList, ...]:
    """Make the lists that an answer ends with.

    Parameters
    ----------
    filled : FilledAnswer
        The answer.

    Returns
    -------
    tuple of SourceList
        Those that are not empty; that of the numbers last.
    """
    lists = (_quoted(filled), _claimed(filled), _numbers(filled))
    return tuple(one for one in lists if one.rows)


def particulars(filled: FilledAnswer) -> tuple[tuple[str, str], ...]:
    """What stands at the head of an answer: each word, and what it is."""
    case = filled.case
    return ("Datum", numbers.date(case.date)), ("Uppgifter till och med", numbers.period_name(case.period))


def addressed(filled: FilledAnswer) -> str:
    """Whom the answer is to."""
    return f"Svar till {filled.case.asked_by}"


def signature(filled: FilledAnswer) -> tuple[str, str]:
    """Name and role of who signs."""
    return filled.case.signatory.name, filled.case.signatory.role


def _numbers(filled: FilledAnswer) -> SourceList:
    names = {notebook.id: _name(notebook) for notebook in filled.case.notebooks}
    rows = tuple(
        SourceRow(
            (
                one.reference,
                one.number.text if one.number.form.label else f"{one.number.text} ({one.number.form.unit})",
                names[one.number.notebook],
                f"{one.number.table} (cell{NBSP}{one.number.cell})",
                one.number.row,
                one.number.column,
            ),
            one.reference,
        )
        for one in filled.numbers
    )
    note = (
        "Varje tal i svaret följs av en hänvisning hit. Talet är en enda cell i en tabell i den körda "
        "anteckningsboken. Alla decimaler finns i filen tal.csv."
    )
    if any(one.number.form.turned for one in filled.numbers):
        note += " Kostnader är negativa i tabellerna och skrivs utan minus i svaret."
    return SourceList("Tal i svaret", note, ("Nr", "Tal", "Anteckningsbok", "Tabell", "Rad", "Kolumn"), rows)


def _name(notebook: CaseNotebook) -> str:
    """Title of a notebook and its id, which is in the names of its files."""
    try:
        title = notebook_title(notebook.path)
    except InvalidParameter:  # a case taken out of its place
        return notebook.id
    return f"{title} ({notebook.id})"


def _claimed(filled: FilledAnswer) -> SourceList:
    rows = tuple(
        SourceRow((claim.words, claim.sentence, ", ".join(claim.numbers) or "–", claim.outcome))
        for claim in filled.claims
    )
    checked = sum(claim.outcome == HOLDS for claim in filled.claims)
    note = (
        f"{checked} av {len(rows)} ställda påståenden är knutna till en kontroll av talen. Bedömningar är den "
        "svarandes egna."
    )
    return SourceList("Påståenden i svaret", note, ("Ord", "Mening", "Prövat på", "Utfall"), rows)


def _quoted(filled: FilledAnswer) -> SourceList:
    rows = tuple(SourceRow((q.reference, q.text, q.source), q.reference) for q in filled.quotations)
    note = "Hämtat från andra handlingar och inte beräknat här."
    return SourceList("Citerade uppgifter", note, ("Nr", "Citat", "Källa"), rows)
