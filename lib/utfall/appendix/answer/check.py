"""What stops an answer before a notebook is run: names unknown or unused, numbers typed, questions not answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from utfall.appendix.answer.blocks import Answer, Line, typed_text
from utfall.appendix.answer.marks import Mark
from utfall.appendix.answer.read import read_answer
from utfall.appendix.answer.unsupported import Unsupported, comparisons_typed, numbers_typed, sentence_at
from utfall.appendix.claims import Check, read_check, read_shorthand
from utfall.errors import Fault, InvalidData, InvalidParameter

if TYPE_CHECKING:
    from utfall.appendix.case import Case

SHOWN_SENTENCE = 160
"""Letters of a sentence that an error shows."""


def answer_faults(case: Case, answer: Answer | None = None) -> list[Fault]:
    """Find what stops an answer, as far as it can be told without its numbers.

    Parameters
    ----------
    case : Case
        The case.
    answer : Answer, optional
        Its answer, when it has been read.

    Returns
    -------
    list of Fault
        Names that are unknown or never used, numbers typed by hand, questions without an answer; empty when all is
        well.
    """
    try:
        answer = answer or read_answer(case.answer)
    except InvalidData as error:
        return list(error.faults)
    faults = list(answer.faults)
    used: set[str] = set()
    for mark, place in answer.marks():
        try:
            used.update(_names_of(mark, case))
        except InvalidParameter as error:
            faults.append(fault_of(answer, place, error))
    faults += [_typed_number(answer, found) for found in unsupported(answer) if found.kind == "number"]
    return [*faults, *_unused(case, used), *_unanswered(case, answer)]


def check_of(mark: Mark, case: Case) -> tuple[str, Check] | None:
    """Words and check of a mark that makes a claim.

    Parameters
    ----------
    mark : Mark
        The mark.
    case : Case
        The case.

    Returns
    -------
    (str, Check) or None
        ``None`` for a mark that claims nothing.

    Raises
    ------
    InvalidParameter
        When the check cannot be read.
    """
    if mark.kind == "name" and mark.words in case.claims:
        claim = case.claims[mark.words]
        return claim.words, claim.check
    if mark.kind == "meaning":
        return read_shorthand(mark.words)
    if mark.kind == "check":
        named = case.claims.get(mark.rest)
        return mark.words, named.check if named else read_check(mark.rest)
    return None


def fault_of(answer: Answer, place: str, error: InvalidParameter) -> Fault:
    """Put an error about a mark, "what is wrong; what to do", in its place."""
    what, divided, remedy = str(error).rpartition("; ")
    if not divided:
        return answer.fault(place, str(error), "Correct the mark.")
    return answer.fault(place, f"{what}.", remedy[:1].upper() + remedy[1:])


def unsupported(answer: Answer) -> Iterator[Unsupported]:
    """Find what an answer says without support, in the order of the text.

    Parameters
    ----------
    answer : Answer
        The answer.

    Yields
    ------
    Unsupported
        Numbers typed by hand, also in the words of a judgement or a check; and words that compare, outside them.
    """
    for block in answer.blocks:
        if not block.typed:
            continue
        for line in block.lines:
            text = typed_text(line)
            for words, at in numbers_typed(text, heading=block.kind == "heading"):
                yield Unsupported("number", words, _sentence(text, at), block.place)
            for words, at in comparisons_typed(text):
                yield Unsupported("comparison", words, _sentence(text, at), block.place)
            yield from _within_marks(line, block.place)


def _within_marks(line: Line, place: str) -> Iterator[Unsupported]:
    for span in line:
        mark = span.mark
        if mark is None or mark.kind not in ("judgement", "check"):
            continue
        for words, _ in numbers_typed(mark.words):
            # "mer än hälften: del / helhet > 0.5" is what the check proves; a number in digits is to be a mark.
            if mark.kind == "judgement" or any(letter.isdigit() for letter in words):
                yield Unsupported("number", words, str(mark), place)


def _sentence(text: str, at: int) -> str:
    sentence = sentence_at(text, at)
    return sentence if len(sentence) <= SHOWN_SENTENCE else f"{sentence[: SHOWN_SENTENCE - 1]}…"


def _typed_number(answer: Answer, found: Unsupported) -> Fault:
    return answer.fault(
        answer.row_of(found.words, found.place),
        f'the number "{found.words}" is typed by hand and has no support, in "{found.sentence}".',
        "Write {{ name }} for a number of the case, or {{ citat: number | source }} for one quoted from elsewhere.",
    )


def _names_of(mark: Mark, case: Case) -> tuple[str, ...]:
    """Names of the case's numbers and claims that a mark uses."""
    claimed = check_of(mark, case)
    if claimed is not None:
        _, check = claimed
        unknown = [name for name in check.names if name not in case.numbers]
        if unknown:
            raise InvalidParameter(f"{mark} names {unknown[0]}, which is no number of the case; {_known(case)}")
        name = mark.words if mark.kind == "name" else mark.rest
        return (*check.names, *([name] if name in case.claims else []))
    if mark.kind == "name":
        if mark.words not in case.numbers:
            raise InvalidParameter(f"{mark} is neither a number nor a claim of the case; {_known(case)}")
        return (mark.words,)
    if mark.kind == "question" and mark.words not in [question.id for question in case.questions]:
        raise InvalidParameter(
            f"{mark} is no question of the case; use one of {', '.join(question.id for question in case.questions)}."
        )
    return ()


def _known(case: Case) -> str:
    return f"the case has {', '.join([*case.numbers, *case.claims])}."


def _unused(case: Case, used: set[str]) -> Iterator[Fault]:
    in_claims = {name for claim in case.claims.values() for name in claim.check.names}
    for name, number in case.numbers.items():
        if name not in used and name not in in_claims:
            what = f"the number {name} is never used in {case.answer.name}."
            yield Fault(case.path.name, number.source_row, what, "Use it as {{ " + name + " }}, or take it away.")
    for name, claim in case.claims.items():
        if name not in used:
            what = f"the claim {name} is never used in {case.answer.name}."
            yield Fault(case.path.name, claim.row, what, "Use it as {{ " + name + " }}, or take it away.")


def _unanswered(case: Case, answer: Answer) -> Iterator[Fault]:
    asked = [mark.words for mark, _ in answer.marks() if mark.kind == "question"]
    for question in case.questions:
        if question.id not in asked:
            what = f"the question {question.id} is not answered in {case.answer.name}."
            remedy = "Write {{ fråga: " + question.id + " }} above its answer."
            yield Fault(case.path.name, question.source_row, what, remedy)
