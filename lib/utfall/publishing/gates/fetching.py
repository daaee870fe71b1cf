"""What a browser would fetch or run by itself: a report is one file, and still."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

FETCHING_ATTRIBUTES = frozenset({"src", "poster", "data", "xlink:href", "background", "action", "formaction", "ping"})
"""Attributes whose address a browser fetches by itself, or on a click that seems to lead elsewhere."""

FETCHING_LINKS = frozenset({"link", "use", "image", "feimage", "base"})
"""Elements whose ``href`` a browser fetches by itself; an ordinary link is only followed by a person."""

TEXTS = frozenset({"alt", "aria-label", "title", "content"})
"""Attributes that hold words, which may look like anything."""

_OWN = re.compile(r"\s*(?:data:|#|$)", re.IGNORECASE)
_CSS_OUTSIDE = re.compile(r"""@import|(?:url|image-set)\(\s*["']?(?!#|data:)""", re.IGNORECASE)
_RUNS = re.compile(r"\s*(?:javascript|vbscript):", re.IGNORECASE)
_SCRIPT = "The page has a script{}; a report must work without."


def faults_of_tag(tag: str, attributes: Mapping[str, str]) -> Iterator[str]:
    """Find what an element makes the browser fetch or run.

    Parameters
    ----------
    tag : str
        Name of the element, in lower case.
    attributes : mapping of str to str
        Its attributes.

    Yields
    ------
    str
        A sentence for each fault.

    Examples
    --------
    >>> list(faults_of_tag("img", {"alt": "En yta", "src": "https://example.org/a.png"}))
    ['<img> fetches https://example.org/a.png from outside the page; put it in the page.']
    """
    if tag == "script":
        yield _SCRIPT.format("")
    if tag in ("iframe", "object", "embed"):
        yield f"The page has an <{tag}>, which fetches another page; show a picture or a table."
    if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
        yield "The page leads to another page by itself (<meta http-equiv=refresh>); use a link."
    for name, address in attributes.items():
        if name.startswith("on") or (name in ("href", "xlink:href") and _RUNS.match(address)):
            yield _SCRIPT.format(f" in the {name} of <{tag}>")
        elif _fetches(tag, name, address):
            shown = address if len(address) <= 80 else address[:79] + "…"
            yield f"<{tag}> fetches {shown} from outside the page; put it in the page."


def style_fetches(css: str) -> bool:
    """Whether a style sheet fetches something.

    Examples
    --------
    >>> style_fetches("p { background: url(x.png) }"), style_fetches("p { clip-path: url(#a) }")
    (True, False)
    """
    return bool(_CSS_OUTSIDE.search(css))


def _fetches(tag: str, name: str, address: str) -> bool:
    if name == "srcset":
        return bool(address.strip())  # a list, of which a part may lead anywhere; the page has no use for one
    if name in FETCHING_ATTRIBUTES or (name == "href" and tag in FETCHING_LINKS):
        return not _OWN.match(address)
    return "(" in address and name not in TEXTS and style_fetches(address)
