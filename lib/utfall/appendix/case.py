"""The case file: what the auditors asked, the text of the answer, and where each number in it comes from."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, ValidationError

from utfall.appendix.case_parts import (
    SECRET,
    SENSITIVITIES,
    Case,
    CaseNotebook,
    NumberSource,
    Question,
    Sensitivity,
    Signatory,
)
from utfall.appendix.claims import Claim, read_check
from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.publishing.notebook_file import parameter_names
from utfall.region.registers import MONTH_PATTERN, RegisterRow
from utfall.sources import YamlRow, read_yaml

__all__ = [
    "ANSWER_SUFFIXES",
    "SECRET",
    "SENSITIVITIES",
    "Case",
    "CaseNotebook",
    "NumberSource",
    "Question",
    "Sensitivity",
    "Signatory",
    "read_case",
]

ANSWER_SUFFIXES = (".md", ".docx")
"""Forms an answer's text may have."""

_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,59}$"
_NAME = r"^[a-zåäö][a-zåäö0-9_]{0,59}$"
_KEPT_OUT = ("data",)
"""Parameters of a notebook that the build gives, not the case."""

_PARTS = ("signatory", "questions", "notebooks", "sensitivity", "numbers", "claims")
"""Keys of a case file that hold more than one value."""

_OPTIONAL = ("claims",)
_RESERVED = ("citat", "bedömning", "fråga")
"""Words that begin marks of their own in an answer."""


class _StatedClaim(RegisterRow):
    words: str = Field(min_length=1)
    check: str = Field(min_length=1)


class _CaseHead(RegisterRow):
    """What a case file says once."""

    id: str = Field(pattern=_ID)
    diary_number: str = Field(min_length=1)
    title: str = Field(min_length=1)
    asked_by: str = Field(min_length=1)
    publisher: str = ""
    date: datetime.date
    period: str = Field(pattern=MONTH_PATTERN)
    data: Path
    data_version: str | None = None
    answer: Path


Row = TypeVar("Row", bound=RegisterRow)


def read_case(path: Path, *, with_files: bool = True, data: Path | None = None) -> Case:
    """Read a case file, and check everything that can be checked before a notebook is run.

    Parameters
    ----------
    path : Path
        The case file; the paths in it are relative to its folder.
    with_files : bool, default True
        Whether the data, the notebooks and the answer must be where the case says, and the answer's marks and
        numbers are checked too. A case file taken out of its place, as in a package, is read without.
    data : Path, optional
        The region, when it is another than the case says.

    Returns
    -------
    Case

    Raises
    ------
    InvalidData
        Naming every fault by file, row and remedy.
    """
    content = read_yaml(path)
    if data is not None:
        content["data"] = str(data.resolve())
    case = _Reader(path, content).case(with_files)
    if with_files:
        from utfall.appendix.answer.check import answer_faults  # it reads the answer with the case at hand

        faults = answer_faults(case)
        if faults:
            raise InvalidData(faults)
    return case


class _Reader:
    """Reads the parts of one case file, gathering faults."""

    def __init__(self, path: Path, content: YamlRow) -> None:
        self.path = path
        self.content = content
        self.faults: list[Fault] = []
        self.text = path.read_text(encoding="utf-8-sig").splitlines()
        begins = ((re.match(r"(\w+)\s*:", line), row) for row, line in enumerate(self.text, 1))
        self.lines = {begin[1]: row for begin, row in begins if begin}

    def case(self, with_files: bool) -> Case:
        self._keys()
        head = self._row(_CaseHead, YamlRow({k: v for k, v in self.content.items() if k in _CaseHead.model_fields}))
        given = self.content.get("signatory")
        if isinstance(given, YamlRow):
            given.line = self._line("signatory") or given.line
        signatory = self._row(Signatory, given, "signatory")
        questions = self._list(Question, "questions")
        notebooks = self._list(CaseNotebook, "notebooks")
        numbers = self._named(NumberSource, "numbers")
        stated = self._named(_StatedClaim, "claims")
        sensitivity = self._sensitivity([notebook.id for notebook in notebooks])
        claims = self._claims(stated, numbers)
        self._references(numbers, stated, notebooks)
        if head and with_files:
            notebooks = self._files(head, notebooks)
        if self.faults or head is None or signatory is None:
            raise InvalidData(self.faults)
        return Case(
            path=self.path,
            signatory=signatory,
            questions=questions,
            notebooks=tuple(self._placed(notebook, head.period, with_files) for notebook in notebooks),
            numbers=numbers,
            claims=claims,
            sensitivity=sensitivity,
            **{name: getattr(head, name) for name in _CaseHead.model_fields if name not in ("data", "answer")},
            data=self._beside(head.data),
            answer=self._beside(head.answer),
        )

    def _fault(self, row: int | None, what: str, remedy: str) -> None:
        self.faults.append(Fault(self.path.name, row, what, remedy))

    def _line(self, key: str) -> int | None:
        return self.lines.get(key)

    def _line_of(self, key: str, name: str) -> int | None:
        """Row a name stands on, in the part of the file that a key begins."""
        start = self._line(key)
        begins = re.compile(rf"\s+['\"]?{re.escape(name)}['\"]?\s*:")
        rows = range(start or 0, len(self.text))
        return next((row + 1 for row in rows if begins.match(self.text[row])), start)

    def _beside(self, path: Path) -> Path:
        return self.path.parent / path

    def _keys(self) -> None:
        known = (*_CaseHead.model_fields, *_PARTS)
        for key in self.content:
            if key not in known:
                self._fault(self._line(str(key)), f"{key} is not known here.", f"Use {', '.join(known)}.")
        for key in _PARTS:  # what the head lacks is said when it is read
            if not self.content.get(key) and key not in _OPTIONAL:
                self._fault(self._line(key), f"{key} is missing or empty.", "Add it; docs/appendix.md shows a case.")

    def _row(self, model: type[Row], row: Any, what: str = "") -> Row | None:
        if not isinstance(row, YamlRow):
            if row is not None:
                self._fault(
                    self._line(what.split()[0]), f"{what} is {row!r}, not names and values.", "Write its parts."
                )
            return None
        try:
            read = model.model_validate(row)
        except ValidationError as error:
            for problem in error.errors():
                self._problem(problem, row, what, model)
            return None
        read._source_row = row.line or None
        return read

    def _problem(self, problem: Any, row: YamlRow, what: str, model: type[RegisterRow]) -> None:
        place = str(problem["loc"][0])
        line = row.line or self._line(place)
        name = f"{what}: {place}" if what else place
        if problem["type"] == "missing":
            self._fault(line, f"{name} is missing.", "Add it.")
        elif problem["type"] == "extra_forbidden":
            self._fault(line, f"{name} is not known here.", f"Use {', '.join(model.model_fields)}.")
        else:
            self._fault(line, f"{name} is {problem['input']!r}: {problem['msg']}.", "Correct the value.")

    def _list(self, model: type[Row], key: str) -> tuple[Row, ...]:
        rows = self.content.get(key)
        if not isinstance(rows, list):
            if rows is not None:
                self._fault(self._line(key), f"{key} is not a list.", "Begin each of its rows with '- '.")
            return ()
        read = tuple(row for number, given in enumerate(rows, 1) if (row := self._row(model, given, f"{key} {number}")))
        for name, count in Counter(row.id for row in read).items():  # type: ignore[attr-defined]
            if count > 1:
                second = [row for row in read if row.id == name][1]  # type: ignore[attr-defined]
                self._fault(second.source_row, f"the id {name} is given {count} times in {key}.", "Give each its own.")
        return read

    def _named(self, model: type[Row], key: str) -> dict[str, Row]:
        rows = self.content.get(key)
        if not isinstance(rows, YamlRow):
            if rows is not None:
                self._fault(self._line(key), f"{key} does not hold names.", "Begin each row with a name and a colon.")
            return {}
        read: dict[str, Row] = {}
        for name, given in rows.items():
            row = self._line_of(key, str(name))
            if not re.fullmatch(_NAME, str(name)):
                remedy = "Use small letters, digits and _, beginning with a letter."
                self._fault(row, f"{key} {name} is no name.", remedy)
            if given is None:
                self._fault(row, f"{key} {name} is empty.", "Say where it is found, or take it away.")
            if isinstance(given, YamlRow):
                given.line = row or given.line  # a mapping's own line is the first below its name
            if found := self._row(model, given, f"{key} {name}"):
                read[str(name)] = found
        return read

    def _sensitivity(self, notebooks: Sequence[str]) -> dict[str, str]:
        given = self.content.get("sensitivity")
        if not isinstance(given, dict):
            if given is not None:
                self._fault(self._line("sensitivity"), "sensitivity does not hold names.", "Write notebook: öppen.")
            return {}
        row = given.line if isinstance(given, YamlRow) else None
        for output, level in given.items():
            if level not in SENSITIVITIES:
                self._fault(row, f"the sensitivity of {output} is {level!r}.", f"Use {', '.join(SENSITIVITIES)}.")
            if str(output).partition(": ")[0] not in notebooks:
                what = f"sensitivity is given for {output}, which is no notebook of the case."
                self._fault(row, what, f"The notebooks are {', '.join(notebooks) or 'none'}.")
        for notebook in notebooks:
            if notebook not in given:
                remedy = f"Write {notebook}: öppen, intern or sekretess."
                self._fault(row, f"the notebook {notebook} has no sensitivity.", remedy)
        return {str(output): str(level) for output, level in given.items()}

    def _claims(self, stated: Mapping[str, _StatedClaim], numbers: Mapping[str, NumberSource]) -> dict[str, Claim]:
        claims = {}
        for name, claim in stated.items():
            try:
                check = read_check(claim.check)
            except InvalidParameter as error:
                self._fault(claim.source_row, f"claims {name}: {error}", "Correct the check.")
                continue
            for unknown in [number for number in check.names if number not in numbers]:
                what = f"claims {name}: {unknown} is no number of the case."
                self._fault(claim.source_row, what, _among(numbers))
            claims[name] = Claim(name, claim.words, check, claim.source_row)
        return claims

    def _references(
        self,
        numbers: Mapping[str, NumberSource],
        stated: Mapping[str, _StatedClaim],
        notebooks: Sequence[CaseNotebook],
    ) -> None:
        ids = [notebook.id for notebook in notebooks]
        for name, number in numbers.items():
            if number.notebook not in ids:
                what = f"numbers {name} is taken from {number.notebook}, which is no notebook of the case."
                self._fault(number.source_row, what, f"The notebooks are {', '.join(ids) or 'none'}.")
            if name in stated:
                what = f"{name} is both a number and a claim."
                self._fault(stated[name].source_row, what, "Give them different names.")
        for name in (*numbers, *stated):
            if name in _RESERVED:
                self._fault(self._line("numbers"), f"{name} has a meaning of its own in an answer.", "Rename it.")

    def _files(self, head: _CaseHead, notebooks: Sequence[CaseNotebook]) -> tuple[CaseNotebook, ...]:
        """Name what is not there; hand back the notebooks that can be used."""
        data, answer = self._beside(head.data), self._beside(head.answer)
        if not data.exists():
            self._fault(self._line("data"), f"the data {head.data} are not there.", "Correct the path.")
        if answer.suffix.lower() not in ANSWER_SUFFIXES:
            remedy = f"Give a file that ends with {' or '.join(ANSWER_SUFFIXES)}."
            self._fault(self._line("answer"), f"the answer {head.answer} is of an unknown kind.", remedy)
        elif not answer.is_file():
            self._fault(self._line("answer"), f"the answer {head.answer} is not there.", "Correct the path.")
        usable = []
        for notebook in notebooks:
            try:
                taken = parameter_names(self._beside(notebook.path))
            except InvalidParameter:
                what = f"the notebook {notebook.path} is not there or cannot be read."
                self._fault(notebook.source_row, what, "Correct the path.")
                continue
            for name in notebook.parameters:
                if name in _KEPT_OUT or name not in taken:
                    known = ", ".join(sorted(taken.difference(_KEPT_OUT)))
                    what = f"the notebook {notebook.id} takes no parameter {name} from a case."
                    self._fault(notebook.source_row, what, f"It takes {known}.")
            usable.append(notebook)
        return tuple(usable)

    def _placed(self, notebook: CaseNotebook, period: str, with_files: bool) -> CaseNotebook:
        """The notebook with its path from here, and the case's month where it takes one that is not given."""
        path, parameters = self._beside(notebook.path), dict(notebook.parameters)
        if with_files and "period" in parameter_names(path):
            parameters.setdefault("period", period)
        placed = notebook.model_copy(update={"path": path, "parameters": parameters})
        placed._source_row = notebook.source_row
        return placed


def _among(names: Mapping[str, object]) -> str:
    return f"Its numbers are {', '.join(names)}." if names else "It has none."
