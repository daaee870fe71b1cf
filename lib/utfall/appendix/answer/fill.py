"""Filling an answer: every mark becomes words with a reference, and every claim is tried on the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from utfall.appendix.answer.blocks import Answer, Block, Line, Span, plain_text
from utfall.appendix.answer.check import answer_faults, check_of, fault_of, unsupported
from utfall.appendix.answer.marks import Mark
from utfall.appendix.answer.read import read_answer
from utfall.appendix.answer.unsupported import Unsupported, sentence_at
from utfall.appendix.case import Case
from utfall.appendix.claims import Check, Quantity
from utfall.appendix.numbers import Number, write_rows
from utfall.errors import Fault, InvalidData, InvalidParameter

CLAIM_HEADINGS = ("påstående", "mening", "kontroll", "tal", "utfall")
"""Columns of ``pastaenden.csv``."""

HOLDS, JUDGED, UNBOUND = "håller", "bedömning, kontrolleras inte", "jämförelse utan kontroll"
"""What became of the words of an answer that claim something."""


@dataclass(frozen=True)
class Referenced:
    """A number as the answer refers to it.

    Parameters
    ----------
    reference : str
        As ``T7``.
    number : Number
        The number.
    """

    reference: str
    number: Number


@dataclass(frozen=True)
class Quotation:
    """Something quoted from elsewhere, which no notebook supports.

    Parameters
    ----------
    reference : str
        As ``C1``.
    text, source : str
        What is quoted, and from where.
    """

    reference: str
    text: str
    source: str


@dataclass(frozen=True)
class TriedClaim:
    """Words of an answer that claim something, and what became of them.

    Parameters
    ----------
    words, sentence : str
        The words, and the sentence they stand in, filled.
    check : str
        The check; empty where there is none.
    numbers : tuple of str
        The numbers it was tried on, as ``kostnad = 23,0 mkr``.
    outcome : str
        `HOLDS`, `JUDGED` or `UNBOUND`.
    """

    words: str
    sentence: str
    check: str
    numbers: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class FilledAnswer:
    """An answer with its numbers in place; made by `fill_answer`.

    Parameters
    ----------
    case : Case
        The case.
    blocks : tuple of Block
        Its text; spans that were marks hold what is printed, and a reference.
    fills : tuple of Span
        What each mark became, in the order of `Answer.marks`.
    numbers : tuple of Referenced
        Its numbers, in the order they are first used; those of checks alone come last.
    quotations : tuple of Quotation
        What it quotes from elsewhere.
    claims : tuple of TriedClaim
        What it claims, in the order of the text: checked, judged, and without a check.
    unbound : tuple of Unsupported
        Words that compare, and are bound to no check: to be checked, or marked as judgements.
    fictitious : bool
        Whether the figures are made up; the answer then says so.
    document : bytes or None
        The Word document the answer was written in.
    """

    case: Case
    blocks: tuple[Block, ...]
    fills: tuple[Span, ...]
    numbers: tuple[Referenced, ...]
    quotations: tuple[Quotation, ...]
    claims: tuple[TriedClaim, ...]
    unbound: tuple[Unsupported, ...]
    fictitious: bool
    document: bytes | None


def fill_answer(case: Case, numbers: Mapping[str, Number], *, fictitious: bool = False) -> FilledAnswer:
    """Put the numbers in their places, and try every claim on them.

    Parameters
    ----------
    case : Case
        The case.
    numbers : mapping of str to Number
        Its numbers, as `collect_numbers` finds them.
    fictitious : bool, default False
        Whether the figures are made up; the answer then says so.

    Returns
    -------
    FilledAnswer

    Raises
    ------
    InvalidData
        Naming every claim that does not hold, with its numbers; and whatever `answer_faults` finds.
    """
    answer = read_answer(case.answer)
    faults = answer_faults(case, answer)
    if faults:
        raise InvalidData(faults)
    filling = _Filling(case, numbers, answer)
    blocks = tuple(filling.block(block) for block in answer.blocks)
    for block in answer.margins:
        filling.block(block)
    if filling.faults:
        raise InvalidData(filling.faults)
    filling.refer_to(name for claim in filling.checks for name in claim.names)
    unbound = tuple(found for found in unsupported(answer) if found.kind == "comparison")
    return FilledAnswer(
        case=case,
        blocks=blocks,
        fills=tuple(filling.fills),
        numbers=tuple(Referenced(reference, numbers[name]) for name, reference in filling.references.items()),
        quotations=tuple(filling.quotations),
        claims=(*filling.claims, *(TriedClaim(found.words, found.sentence, "", (), UNBOUND) for found in unbound)),
        unbound=unbound,
        fictitious=fictitious,
        document=answer.document,
    )


def claims_csv(filled: FilledAnswer) -> bytes:
    """Write what an answer claims as a table that a Swedish spreadsheet opens in columns.

    Parameters
    ----------
    filled : FilledAnswer
        The answer.

    Returns
    -------
    bytes
        UTF-8 with its mark, a line a claim. The same answer gives the same bytes.
    """
    rows = (
        [claim.words, claim.sentence, claim.check, "; ".join(claim.numbers), claim.outcome] for claim in filled.claims
    )
    return write_rows([CLAIM_HEADINGS, *rows])


@dataclass
class _Filling:
    """The lists an answer fills as its text is gone through."""

    case: Case
    numbers: Mapping[str, Number]
    answer: Answer
    references: dict[str, str] = field(default_factory=dict)
    quotations: list[Quotation] = field(default_factory=list)
    claims: list[TriedClaim] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    fills: list[Span] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def block(self, block: Block) -> Block:
        return block.with_lines(tuple(self._line(line, block.place) for line in block.lines))

    def refer_to(self, names: Iterable[str]) -> None:
        for name in names:
            self.references.setdefault(name, f"T{len(self.references) + 1}")

    def _line(self, line: Line, place: str) -> Line:
        filled = tuple(self._span(span) for span in line)
        self.fills += [span for span in filled if span.mark is not None]
        at = 0
        for span in filled:
            if span.mark is not None:
                self._try(span.mark, sentence_at(plain_text(filled), at), place)
            at += len(span.text)
        return filled

    def _span(self, span: Span) -> Span:
        mark = span.mark
        if mark is None:
            return span
        claimed = check_of(mark, self.case)
        if claimed is not None:
            return replace(span, text=claimed[0])
        if mark.kind == "name":
            self.refer_to([mark.words])
            return replace(span, text=self.numbers[mark.words].text, reference=self.references[mark.words])
        if mark.kind == "question":
            question = next(question for question in self.case.questions if question.id == mark.words)
            return replace(span, text=question.text, reference=self._quoted(question.text, question.source))
        if mark.kind == "quote":
            return replace(span, text=mark.words, reference=self._quoted(mark.words, mark.rest))
        return replace(span, text=mark.words)

    def _quoted(self, text: str, source: str) -> str:
        known = next((q for q in self.quotations if (q.text, q.source) == (text, source)), None)
        if known is None:
            known = Quotation(f"C{len(self.quotations) + 1}", text, source)
            self.quotations.append(known)
        return known.reference

    def _try(self, mark: Mark, sentence: str, place: str) -> None:
        if mark.kind == "judgement":
            self.claims.append(TriedClaim(mark.words, sentence, "", (), JUDGED))
            return
        claimed = check_of(mark, self.case)
        if claimed is None:
            return
        words, check = claimed
        told = tuple(f"{name} = {self.numbers[name].text}" for name in check.names)
        try:
            holds = check.holds({name: _quantity(self.numbers[name]) for name in check.names})
        except InvalidParameter as error:
            self.faults.append(fault_of(self.answer, place, error))
            return
        if not holds:
            what = f'"{words}" no longer holds in "{sentence}": {", ".join(told)}, and the check is {check.text}.'
            remedy = "Change the sentence to what the numbers say, or correct the numbers' places in the case file."
            self.faults.append(self.answer.fault(place, what, remedy))
            return
        self.checks.append(check)
        self.claims.append(TriedClaim(words, sentence, check.text, told, HOLDS))


def _quantity(number: Number) -> Quantity:
    return Quantity(number.told, number.unit, number.text)
