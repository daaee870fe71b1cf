"""The page's tree made ready for paper: what leads nowhere is taken out, what has no tag of its own gets one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from math import ceil
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from utfall.publishing.pdf.figures import draw_figures
from utfall.publishing.pdf.library import weasyprint
from utfall.publishing.pdf.tables import cut_tables, set_tables

LEAVES_THE_FILE = re.compile(r"(?:https?|mailto):")
"""Addresses that can be followed from a document; all others are files beside the page."""

NAVIGATION = frozenset({"nav", "script", "style", "link", "template"})
"""Elements that are of use on a screen only."""

SCREEN_ONLY = frozenset({"skip", "page-foot", "data-link"})
"""Classes of such elements."""

MOST_ACROSS = 5
"""Key figures side by side; more are spread evenly over several rows."""

TEXT_WIDTH, GAP = 179.5, 2.0
"""Width of the text on a standing page, and the distance between two key figures, in millimetres; as in `pdf.css`."""


def parse(page: str) -> Any:
    """Read a page.

    Parameters
    ----------
    page : str
        HTML.

    Returns
    -------
    weasyprint.HTML
        Its ``etree_element`` may be changed until it is rendered. Nothing is fetched but what the page holds itself.
    """
    library = weasyprint()
    from weasyprint.urls import URLFetcher

    return library.HTML(string=page, url_fetcher=URLFetcher(allowed_protocols=("data",)))


def prepare(tree: Element) -> None:
    """Make a page's tree ready for paper, in place.

    Parameters
    ----------
    tree : Element
        The ``<html>`` element.
    """
    cut_tables(tree)  # first: it tells where all rows are, which only the links say
    _remove(tree, lambda element: element.tag in NAVIGATION or not SCREEN_ONLY.isdisjoint(classes(element)))
    _say_in_the_margins(tree)
    _links_to_text(tree)
    _lists_of_terms_to_lists(tree)
    _details_to_blocks(tree)
    draw_figures(tree)
    set_tables(tree)


def classes(element: Element) -> frozenset[str]:
    """Class names of an element."""
    return frozenset((element.get("class") or "").split())


def text_of(element: Element | None) -> str:
    """Text of an element on one line; nothing for an element that is not there."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def with_class(tree: Element, name: str) -> Element | None:
    """First element of a class."""
    return next((element for element in tree.iter() if name in classes(element)), None)


def _remove(tree: Element, unwanted: Callable[[Element], bool]) -> None:
    for parent in list(tree.iter()):
        for child in list(parent):
            if isinstance(child.tag, str) and unwanted(child):
                _drop(parent, child)


def _drop(parent: Element, child: Element) -> None:
    """Remove an element but not the text that follows it."""
    at = list(parent).index(child)
    if at:
        parent[at - 1].tail = (parent[at - 1].tail or "") + (child.tail or "")
    else:
        parent.text = (parent.text or "") + (child.tail or "")
    parent.remove(child)


def _say_in_the_margins(tree: Element) -> None:
    """Put what the head and foot of every page say where the style sheet reads it."""
    main = tree.find(".//main")
    if main is None:
        return
    publisher, kicker = text_of(with_class(tree, "publisher")), with_class(tree, "kicker")
    unit = text_of(None if kicker is None else kicker.find("strong"))
    report = text_of(kicker).removeprefix(unit).strip()
    main.set("data-publisher", publisher)
    main.set("data-report", " · ".join(part for part in (unit, report) if part))
    main.set("data-fictitious", "Påhittade uppgifter" if with_class(tree, "fictitious") is not None else "")
    head = tree.find("head")
    if publisher and head is not None:
        SubElement(head, "meta", {"name": "author", "content": publisher})


def _links_to_text(tree: Element) -> None:
    ids = {element.get("id") for element in tree.iter()}
    for link in list(tree.iter("a")):
        address = link.get("href", "")
        if LEAVES_THE_FILE.match(address) or (address.startswith("#") and address[1:] in ids):
            continue
        link.tag = "span"
        link.attrib.pop("href", None)


def _lists_of_terms_to_lists(tree: Element) -> None:
    """Write key figures as a list: PDF has no list of terms, and a list may hold nothing but its items."""
    for terms in list(tree.iter("dl")):
        items = list(_items(terms))
        for child in list(terms):
            terms.remove(child)
        terms.tag, terms.text = "ul", None
        terms.set("class", f"{terms.get('class', '')} terms".strip())
        terms.extend(items)
        across = ceil(len(items) / ceil(len(items) / MOST_ACROSS)) if items else 1
        for item in items:
            item.set("style", f"width:{(TEXT_WIDTH - (across - 1) * GAP) / across:.1f}mm")


def _items(terms: Element) -> Iterator[Element]:
    item: Element | None = None
    for part in [part for child in terms for part in (child if child.tag == "div" else [child])]:
        if part.tag not in ("dt", "dd"):
            continue
        if part.tag == "dt" or item is None:
            if item is not None:
                yield item
            item = Element("li")
        part.set("class", f"{part.get('class', '')} {part.tag}".strip())
        part.tag, part.tail = "p", None
        item.append(part)
    if item is not None:
        yield item


def _details_to_blocks(tree: Element) -> None:
    """Open what a reader would have clicked on."""
    for details in list(tree.iter("details")):
        details.tag = "div"
    for summary in list(tree.iter("summary")):
        summary.tag = "p"
        summary.set("class", f"{summary.get('class', '')} summary".strip())
