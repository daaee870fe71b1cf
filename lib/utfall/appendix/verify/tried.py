"""Whether what the answer claims is borne out by its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from utfall.appendix.claims import Quantity, read_check
from utfall.appendix.csv_rows import read_rows
from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.numbers import Number, read_numbers_csv
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.checks import Payload
from utfall.appendix.verify.words import page_blocks, squashed
from utfall.errors import InvalidData, InvalidParameter

WORDS, SENTENCE, CHECK = "påstående", "mening", "kontroll"

_ASK = "Begär ett nytt exemplar av paketet."


def claim_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Try every claim on the numbers, and look for its sentence in the answer; see `ContentCheck`.

    Yields
    ------
    Fault
        A claim that the numbers do not bear out, or that the answer does not make.
    """
    answer = squashed("\n".join(page_blocks(payload[f"{layout.ANSWER}.html"].decode("utf-8"))))
    for row in _claims(payload[layout.CLAIMS]):
        if squashed(row[SENTENCE]) not in answer:
            what = f"Svaret har inte meningen med påståendet {row[WORDS]!r}"
            yield Fault(FaultKind.CONTENT, layout.CLAIMS, f"{what}. {_ASK}")
    try:
        numbers = read_numbers_csv(payload[layout.NUMBERS])
    except InvalidData:  # a list of another version does not tell the sign a number is told with
        return
    for what in untrue(payload[layout.CLAIMS], numbers):
        yield Fault(FaultKind.CLAIM, layout.CLAIMS, f"{what}. {_ASK}")


def untrue(claims: bytes, numbers: Mapping[str, Number]) -> Iterator[str]:
    """Try claims on numbers.

    Parameters
    ----------
    claims : bytes
        The file ``pastaenden.csv``.
    numbers : mapping of str to Number
        The numbers.

    Yields
    ------
    str
        For each claim that does not hold, a Swedish sentence with its numbers.
    """
    known = {name: Quantity(number.told, number.unit, number.text) for name, number in numbers.items()}
    for row in _claims(claims):
        if not row[CHECK]:
            continue
        try:
            check = read_check(row[CHECK])
            if check.holds(known):
                continue
            told = ", ".join(f"{name} = {numbers[name].text}" for name in check.names)
        except InvalidParameter:
            told = "det kan inte prövas på talen"
        yield f"Påståendet {row[WORDS]!r} håller inte ({row[CHECK]}: {told})"


def _claims(content: bytes) -> list[dict[str, str]]:
    header, *rows = read_rows(content)
    return [dict(zip(header, row, strict=True)) for row in rows]
