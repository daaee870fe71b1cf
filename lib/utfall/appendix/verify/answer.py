"""Whether the answer says the same as Word document, page and PDF, and has every number of the list."""

from __future__ import annotations

from collections.abc import Iterator

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.checks import Payload
from utfall.appendix.verify.reports import differs, pdf_faults
from utfall.appendix.verify.told import read_told
from utfall.appendix.verify.words import absent, document_blocks, page_blocks, squashed

_ASK = "Begär ett nytt exemplar av paketet."


def answer_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Compare the three forms of the answer with each other and with the list of numbers; see `ContentCheck`.

    Yields
    ------
    Fault
        Each paragraph that one form has and another has not, and each number that the answer lacks.
    """
    page_name, document_name = f"{layout.ANSWER}.html", f"{layout.ANSWER}.docx"
    written = payload[page_name].decode("utf-8")
    page, whole = page_blocks(written), page_blocks(written, furniture=True)
    try:
        document = document_blocks(payload[document_name])
    except (ValueError, SyntaxError):  # the parser of XML raises the latter
        yield Fault(FaultKind.UNREADABLE, document_name, f"Filen kan inte läsas som Word-dokument. {_ASK}")
        return
    # Every table of a page has a caption; a document's need none.
    for block in absent(page_blocks(written, captions=False), "\n".join(document)):
        yield differs(document_name, "Dokumentet saknar det som sidan säger", block)
    for block in absent(document, "\n".join(whole)):
        yield differs(document_name, "Dokumentet säger det som sidan inte säger", block)
    yield from pdf_faults(f"{layout.ANSWER}.pdf", payload[f"{layout.ANSWER}.pdf"], page)
    text = squashed("\n".join(page))
    for name, told in read_told(payload[layout.NUMBERS]).items():
        if squashed(told.printed) not in text:
            what = f"Talet {name} står i {layout.NUMBERS} som {told.printed!r} men inte i svaret"
            yield Fault(FaultKind.CONTENT, page_name, f"{what}. {_ASK}")
