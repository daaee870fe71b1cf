"""Charts and symbols as figures with a text alternative, set in the font they were measured in."""

from __future__ import annotations

import base64
import re
from html import escape
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from utfall.presentation import theme
from utfall.publishing.pdf.library import FAMILY

SVG = "{http://www.w3.org/2000/svg}"

XMLNS = "{http://www.w3.org/2000/xmlns/}"

DECORATION = "Utsmyckning"
"""Text alternative of a drawing that says nothing; every figure of an accessible document must have one."""

SYMBOL_COLORS = {"worse": theme.WORSE_TEXT, "better": theme.BETTER_TEXT, "neutral": theme.MUTED_TEXT}
"""Class of a symbol → its colour."""

_FONT_FAMILY = re.compile(r"font-family:[^;]*;?")


def draw_figures(tree: Element) -> None:
    """Make every drawing of a page, and every symbol that stands for a word, an image with a text alternative.

    An ``<svg>`` becomes an image for speed too: as part of the page, each of its lines would be styled by the page's
    rules.

    Parameters
    ----------
    tree : Element
        The ``<html>`` element; changed in place.
    """
    for drawing in [element for element in tree.iter(f"{SVG}svg")]:
        title = drawing.find(f"{SVG}title")
        alt = drawing.get("aria-label") or (title is not None and title.text) or DECORATION
        _set_font(drawing)
        _become_image(drawing, ElementTree.tostring(_alone(drawing)), alt)
    for symbol in [e for e in tree.iter("span") if e.get("role") == "img" and e.get("aria-label")]:
        _become_image(symbol, _symbol(symbol), symbol.get("aria-label", ""))


def _alone(drawing: Element) -> Element:
    """Copy without the text after it, which belongs to the page, and with its namespace as XML writes it."""
    alone = Element(drawing.tag, {k: v for k, v in drawing.attrib.items() if not k.startswith(XMLNS)})
    alone.text = drawing.text
    alone.extend(drawing)
    return alone


def _set_font(drawing: Element) -> None:
    for element in drawing.iter():
        if "font-family" in element.attrib:
            del element.attrib["font-family"]
        if "font-family" in element.get("style", ""):
            element.set("style", _FONT_FAMILY.sub("", element.get("style", "")))
    drawing.set("font-family", FAMILY)


def _symbol(symbol: Element) -> bytes:
    known = (SYMBOL_COLORS[name] for name in symbol.get("class", "").split() if name in SYMBOL_COLORS)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><text x="5" y="9" text-anchor="middle" '
        f'font-size="11" font-family="{FAMILY}" fill="{next(known, theme.TEXT)}">'
        f"{escape(''.join(symbol.itertext()))}</text></svg>"
    ).encode()


def _become_image(element: Element, svg: bytes, alt: str) -> None:
    css, tail = element.get("class", ""), element.tail
    kind = "drawing" if element.tag == f"{SVG}svg" else "symbol"
    element.clear()
    element.tag, element.tail = "img", tail
    element.set("class", f"{css} {kind}".strip())
    element.set("alt", alt)
    element.set("src", f"data:image/svg+xml;base64,{base64.b64encode(svg).decode()}")
