"""The gate: every file of a package is looked into, and what may not leave is named with how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from utfall.appendix.disclosure.counts import count_columns, small_counts, small_counts_in_prose
from utfall.appendix.disclosure.faults import DisclosureFault, DisclosureKind
from utfall.appendix.disclosure.identity_numbers import HEADINGS, column_of_identity_numbers, find_identity_numbers
from utfall.appendix.disclosure.opening import taken_apart
from utfall.appendix.disclosure.pieces import SeenTable, Text, Unreadable, is_filled
from utfall.appendix.disclosure.relations import computable
from utfall.appendix.disclosure.row_level import rows_of_single_cases
from utfall.appendix.disclosure.secrets import REMEDIES, NameSearch, find_secrets, machine_names
from utfall.appendix.disclosure.voucher_texts import TextSearch
from utfall.errors import InvalidParameter
from utfall.presentation.disclosure import LEAST_MIN_COUNT, MIN_COUNT

MAX_PLACES = 20
"""Places named for each output and kind; the rest are counted."""

ORGANISATION = "organisation.yaml"
"""The register that says which units make up which area; read out of the package itself."""

_TEXT_REMEDY = "Ta bort texten; ange konto eller resultatpost i stället."
_ROW_REMEDY = "Summera tabellen till enhet, konto eller månad innan den visas, eller ta bort kolumnen."
_COUNT_REMEDY = "Dölj det med utfall.presentation.disclosure.suppress, som också döljer det som annars röjer det."
_PROSE_REMEDY = "Skriv ”färre än {smallest}” eller ta bort uppgiften."
_NUMBER_REMEDY = "Ta bort det där det står, i anteckningsboken eller underlaget, och bygg om."


def disclosure_faults(
    payload: Mapping[str, bytes],
    *,
    voucher_texts: Collection[str] = (),
    smallest: int = MIN_COUNT,
    names: Collection[str] | None = None,
    parts: Mapping[str, Sequence[str]] | None = None,
) -> tuple[DisclosureFault, ...]:
    """Look into every file of a package for what may not leave the house.

    Parameters
    ----------
    payload : mapping of str to bytes
        Name of each file → content.
    voucher_texts : collection of str, default ()
        Free texts of vouchers, as `distinctive_texts` gives them; what they hold may not be repeated.
    smallest : int, default 5
        Smallest count of persons or cases that may be told; at least 4.
    names : collection of str, optional
        Names of users, machines and folders that may not be told; those of this machine when not given.
    parts : mapping of str to sequence of str, optional
        Name of a node → names of all nodes right below it, for counts that can be had by subtraction; read from the
        package's own ``organisation.yaml`` when not given.

    Returns
    -------
    tuple of DisclosureFault
        In order of output; empty when everything may leave.

    Raises
    ------
    InvalidParameter
        When `smallest` is too small to protect.

    Examples
    --------
    >>> [fault] = disclosure_faults({"svar.txt": ("Gäller 640823" + "-3234.").encode()}, names=())
    >>> fault.output, fault.kind.value
    ('svar.txt', 'personnummer')
    """
    gate = Gate(voucher_texts, smallest=smallest, names=names)
    return gate.faults([gate.look(payload)], parts_of(payload) if parts is None else parts)


@dataclass(frozen=True)
class Seen:
    """What has been seen in some files of a package.

    Parameters
    ----------
    faults : tuple of DisclosureFault
        What each file shows by itself.
    tables : tuple of (str, SeenTable)
        Tables that count persons or cases, each with its file; together they may show more.
    """

    faults: tuple[DisclosureFault, ...]
    tables: tuple[tuple[str, SeenTable], ...]


class Gate:
    """Looks into files, some at a time and perhaps in several processes, and says what of all of them may not leave.

    Parameters
    ----------
    voucher_texts, smallest, names
        As in `disclosure_faults`.

    Raises
    ------
    InvalidParameter
        When `smallest` is too small to protect.

    Examples
    --------
    >>> gate = Gate(names=())
    >>> seen = [gate.look({name: b"Patient;Antal"}) for name in ("a.csv", "b.csv")]
    >>> gate.faults(seen, {})
    ()
    """

    def __init__(
        self,
        voucher_texts: Collection[str] = (),
        *,
        smallest: int = MIN_COUNT,
        names: Collection[str] | None = None,
    ) -> None:
        if smallest < LEAST_MIN_COUNT:
            raise InvalidParameter(f"smallest is {smallest}; a limit below {LEAST_MIN_COUNT} does not protect.")
        known = machine_names() if names is None else names
        self._searches = _Searches(smallest, TextSearch(voucher_texts), NameSearch(known))

    def look(self, files: Mapping[str, bytes]) -> Seen:
        """Look into some files.

        Parameters
        ----------
        files : mapping of str to bytes
            Name of each file → content.

        Returns
        -------
        Seen
        """
        faults: list[DisclosureFault] = []
        tables: list[tuple[str, SeenTable]] = []
        for output, content in sorted(files.items()):
            faults += self._searches.in_text(output, Text("filens namn", output))
            for piece in taken_apart(output, content):
                if isinstance(piece, Text):
                    faults += self._searches.in_text(output, piece)
                elif isinstance(piece, SeenTable):
                    faults += self._searches.in_table(output, piece)
                    if count_columns(piece):
                        tables.append((output, piece))
                else:
                    faults.append(_unreadable(output, piece))
        return Seen(tuple(faults), tuple(tables))

    def faults(self, seen: Iterable[Seen], parts: Mapping[str, Sequence[str]]) -> tuple[DisclosureFault, ...]:
        """Tell what may not leave.

        Parameters
        ----------
        seen : iterable of Seen
            What was seen in all files of the package.
        parts : mapping of str to sequence of str
            As in `disclosure_faults`.

        Returns
        -------
        tuple of DisclosureFault
            In order of output; empty when everything may leave.
        """
        faults: list[DisclosureFault] = []
        tables: list[tuple[str, SeenTable]] = []
        for each in seen:
            faults += each.faults
            tables += each.tables
        tables.sort(key=lambda table: table[0])  # what contradicts what depends on the order
        lowered = {node.lower(): [name.lower() for name in below] for node, below in parts.items()}
        for found in computable(tables, self._searches.smallest, lowered):
            others = f" tillsammans med {', '.join(found.from_outputs)}" if found.from_outputs else ""
            which = f"Antalet för {found.row or 'en rad'} i kolumnen {found.column}"
            what = f"{which} är dolt eller utelämnat men kan räknas fram{others}."
            kind = DisclosureKind.COMPUTABLE_COUNT
            faults.append(DisclosureFault(found.output, found.place, what, _COUNT_REMEDY, kind))
        return tuple(_limited(sorted(set(faults))))


def parts_of(payload: Mapping[str, bytes]) -> dict[str, list[str]]:
    """Tell which nodes make up which, out of the package's own register of the organisation.

    Parameters
    ----------
    payload : mapping of str to bytes
        The files of the package.

    Returns
    -------
    dict of str to list of str
        Name, and code, of a node → those of the nodes right below it now.
    """
    below: dict[str, list[str]] = {}
    for name, content in payload.items():
        if not name.endswith(f"/{ORGANISATION}") and name != ORGANISATION:
            continue
        try:
            rows = yaml.safe_load(content)["units"]
            names = {str(row["code"]): str(row["name"]) for row in rows}
            for row in rows:
                parent = row.get("parent")
                if parent is not None and str(parent) in names and row.get("valid_to") is None:
                    below.setdefault(names[str(parent)], []).append(str(row["name"]))
                    below.setdefault(str(parent), []).append(str(row["code"]))
        except (yaml.YAMLError, KeyError, TypeError, AttributeError):
            continue  # it cannot be used as a register, so no total can be taken from it
    return below


class _Searches:
    """Everything that is looked for."""

    def __init__(self, smallest: int, texts: TextSearch, names: NameSearch) -> None:
        self.smallest, self.texts, self.names = smallest, texts, names

    def in_text(self, output: str, piece: Text) -> Iterator[DisclosureFault]:
        text = piece.text
        for at, told in find_identity_numbers(text):
            what = f"Där står ett personnummer eller samordningsnummer ({told})."
            yield DisclosureFault(output, _line(piece, at), what, _NUMBER_REMEDY, DisclosureKind.IDENTITY_NUMBER)
        for at, kind, what in find_secrets(text):
            yield DisclosureFault(output, _line(piece, at), what, REMEDIES[kind], kind)
        for at in self.names.find(text):
            kind = DisclosureKind.MACHINE_NAME
            what = "Där står namnet på en användare, en dator eller en mapp på datorn."
            yield DisclosureFault(output, _line(piece, at), what, REMEDIES[kind], kind)
        for at in self.texts.find(text):
            what = "Där står en text ur ett verifikat."
            yield DisclosureFault(output, _line(piece, at), what, _TEXT_REMEDY, DisclosureKind.VOUCHER_TEXT)
        for at, word in small_counts_in_prose(text, self.smallest):
            what = f"Där står ett antal {word} under {self.smallest}."
            remedy = _PROSE_REMEDY.format(smallest=self.smallest)
            yield DisclosureFault(output, _line(piece, at), what, remedy, DisclosureKind.SMALL_COUNT)

    def in_table(self, output: str, table: SeenTable) -> Iterator[DisclosureFault]:
        place = table.place or "tabellen"
        for label, about in rows_of_single_cases(table):
            what = f"Kolumnen {label} gör tabellen till en rad för varje {about}."
            yield DisclosureFault(output, place, what, _ROW_REMEDY, DisclosureKind.ROW_LEVEL)
        for row, column in small_counts(table, self.smallest):
            what = f"Kolumnen {table.labels[column]} visar ett antal under {self.smallest}."
            where = f"{place}, rad {row + 1}"
            yield DisclosureFault(output, where, what, _COUNT_REMEDY, DisclosureKind.SMALL_COUNT)
        for at, label in enumerate(table.labels):
            cells = [row[at] for row in table.rows if at < len(row)]
            told = column_of_identity_numbers(cells)
            if (
                told is None
                and HEADINGS.search(label)
                and any(any(map(str.isdigit, cell)) for cell in is_filled(cells))
            ):
                told = "rubriken säger det"
            if told is not None:
                what = f"Kolumnen {label or at + 1} innehåller personnummer ({told})."
                yield DisclosureFault(output, place, what, _NUMBER_REMEDY, DisclosureKind.IDENTITY_NUMBER)
            if self.texts:
                for number, cell in enumerate(cells):
                    if isinstance(cell, str) and self.texts.is_one(cell):
                        what = f"Kolumnen {label} innehåller en text ur ett verifikat."
                        where = f"{place}, rad {number + 1}"
                        yield DisclosureFault(output, where, what, _TEXT_REMEDY, DisclosureKind.VOUCHER_TEXT)


def _line(piece: Text, at: int) -> str:
    line = f"rad {piece.text.count(chr(10), 0, at) + 1}"
    return f"{piece.place}, {line}" if piece.place else line


def _unreadable(output: str, piece: Unreadable) -> DisclosureFault:
    remedy = "Ta bort filen ur paketet, eller lämna den i ett öppet format (CSV, HTML, PDF, Parquet)."
    return DisclosureFault(output, piece.place, piece.why, remedy, DisclosureKind.UNREADABLE)


def _limited(faults: Sequence[DisclosureFault]) -> Iterator[DisclosureFault]:
    """The first places of each output and kind; the rest are counted in the last of them."""
    number = Counter((fault.output, fault.kind) for fault in faults)
    told: Counter[tuple[str, DisclosureKind]] = Counter()
    for fault in faults:
        group = (fault.output, fault.kind)
        told[group] += 1
        if told[group] < MAX_PLACES or number[group] == MAX_PLACES:
            yield fault
        elif told[group] == MAX_PLACES:
            rest = number[group] - MAX_PLACES + 1
            what = f"Dessutom {rest} ställen av samma slag ({fault.kind.value})."
            yield DisclosureFault(fault.output, "", what, fault.remedy, fault.kind)
