"""Many reports as one document: a cover, the contents with page numbers, then each report on a page of its own."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from xml.etree.ElementTree import Element, SubElement

from utfall.publishing.pdf.print_tree import parse, prepare, text_of
from utfall.publishing.pdf.render import write

FICTITIOUS = "Påhittade uppgifter"

_REFERENCES = ("id", "for", "aria-labelledby", "aria-describedby")


def render_volume(pages: Sequence[str], *, title: str, publisher: str, month: str, fictitious: bool = False) -> bytes:
    """Bind the pages of several reports into one document.

    Parameters
    ----------
    pages : sequence of str
        The pages, as `render_page` makes them, in the order they are to be read.
    title : str
        Title of the volume, for its cover.
    publisher : str
        Who publishes it; may be empty.
    month : str
        The month in words, as "oktober 2026".
    fictitious : bool, default False
        Say on the cover that the figures are made up. Each report's own pages say so by themselves.

    Returns
    -------
    bytes
        A file that claims PDF/A-2a and PDF/UA-1, with a bookmark for each report and each of its sections. The same
        pages give the same bytes.

    Raises
    ------
    PdfLibraryMissing
        When the system library that sets the text is not installed.
    PdfIncomplete
        When a chart or table of a page could not be set.

    Examples
    --------
    >>> page = "<html lang='sv'><title>Klinik</title><main><h1>Varför avviker vi?</h1></main></html>"
    >>> render_volume([page, page], title="Samlad rapport", publisher="Region", month="oktober 2026")[:8]
    b'%PDF-1.7'
    """
    reports = [_report(page, number) for number, page in enumerate(pages, 1)]
    document = parse(_cover(title, publisher, month, fictitious))
    tree: Element = document.etree_element
    body = tree.find("body")
    assert body is not None
    body.extend([_contents(reports), *reports])
    return write(document)


def _cover(title: str, publisher: str, month: str, fictitious: bool) -> str:
    lines = [f'<p class="volume-publisher">{escape(publisher)}</p>' if publisher else "", f"<h1>{escape(title)}</h1>"]
    if month not in title:
        lines.append(f'<p class="volume-month">{escape(month)}</p>')
    if fictitious:
        lines.append(
            f'<p class="fictitious"><strong>{FICTITIOUS}.</strong> Siffrorna i rapporterna är påhittade för '
            "demonstration och säger inget om någon verklig verksamhet.</p>"
        )
    author = f'<meta name="author" content="{escape(publisher)}">' if publisher else ""
    name = title if month in title else f"{title} {month}"
    return (
        f'<!DOCTYPE html><html lang="sv"><head><title>{escape(name)}</title>{author}</head>'
        f'<body class="volume"><section class="cover">{"".join(lines)}</section></body></html>'
    )


def _report(page: str, number: int) -> Element:
    """Content of one page, prepared, its ids unlike those of all other pages."""
    tree: Element = parse(page).etree_element
    prepare(tree)
    body = tree.find("body")
    assert body is not None
    prefix = f"r{number}-"
    for element in body.iter():
        for name in _REFERENCES:
            if name in element.attrib:
                element.set(name, " ".join(prefix + value for value in element.get(name, "").split()))
        if element.get("href", "").startswith("#"):
            element.set("href", f"#{prefix}{element.get('href', '')[1:]}")
    report = Element("article", {"class": "bound", "id": f"rapport-{number}"})
    report.extend(body)
    main, heading = report.find(".//main"), report.find(".//h1")
    name = (main.get("data-report", "") if main is not None else "") or text_of(tree.find("head/title"))
    report.set("data-name", name)
    if heading is not None:
        heading.set("data-name", name)
    return report


def _contents(reports: Sequence[Element]) -> Element:
    contents = Element("section", {"class": "volume-contents"})
    SubElement(contents, "h2").text = "Innehåll"
    entries = SubElement(contents, "ul")
    for report in reports:
        entry = SubElement(SubElement(entries, "li"), "a", {"href": f"#{report.get('id')}"})
        entry.text = report.get("data-name")
    return contents
