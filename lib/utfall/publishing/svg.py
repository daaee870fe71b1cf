"""Charts inside a page: SVG that stands in HTML, says what it shows, and does not clash with its neighbours."""

from __future__ import annotations

import html
import re
from itertools import count

_SVG = re.compile(r"<svg\b.*?</svg\s*>", re.DOTALL)
_HEAD = re.compile(r"""<svg\b(?:[^>"']|"[^"]*"|'[^']*')*(?=/?>)""")
_METADATA = re.compile(r"<metadata\b.*?</metadata\s*>|<metadata\b[^>]*/>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_SIZE = re.compile(r"""\s(?:width|height)=(?:"[^"]*"|'[^']*')""")
_ID = re.compile(r"""(\sid=)(["'])(.*?)\2""")
_URL = re.compile(r"""(url\(\s*["']?#)([^"')]+)""")
_LINK = re.compile(r"""(href=["']#)([^"']+)""")
_ID_LIST = re.compile(r"""(\saria-(?:labelledby|describedby)=)(["'])(.*?)\2""")
_STYLE_RULE = re.compile(r"<style\b[^>]*>\s*\*\s*\{([^{}]*)\}\s*</style>")


def inline_svg(svg: str, alt: str | None = None) -> str:
    """Make a chart's SVG ready to stand in a page.

    The XML head, which only a file of its own may have, and the metadata are cut off; the size is left to the page,
    which scales the chart by its ``viewBox``; and the drawing becomes one image with a text alternative.

    Parameters
    ----------
    svg : str
        The SVG, as a file or as an element.
    alt : str, optional
        The text alternative. Without one the element stays nameless, and the gates stop the page.

    Returns
    -------
    str
        The ``<svg>`` element.

    Examples
    --------
    >>> inline_svg('<?xml version="1.0"?><svg width="4pt" viewBox="0 0 4 4"><path/></svg>', "En streckad yta")
    '<svg viewBox="0 0 4 4" role="img" aria-label="En streckad yta"><path/></svg>'
    """
    found = _SVG.search(svg)
    element = found.group() if found else svg
    element = _STYLE_RULE.sub("", _METADATA.sub("", _COMMENT.sub("", element)))
    opening = _HEAD.match(element)
    head = opening.group() if opening else "<svg"
    body = element[len(head) :]
    if "viewBox" in head:
        head = _SIZE.sub("", head)
    if alt:
        head = re.sub(r"""\s(?:role|aria-label)=(?:"[^"]*"|'[^']*')""", "", head)
        head += f' role="img" aria-label="{html.escape(alt)}"'
    inherited = _STYLE_RULE.search(svg)
    if inherited and " style=" not in head:
        # matplotlib writes a rule for "*", which in a page would reach every chart; as inherited style it stays here.
        head += f' style="{html.escape(inherited.group(1).strip())}"'
    return head + body


def separate_ids(page: str) -> str:
    """Give every chart in a page ids of its own, so that no chart borrows its neighbour's clip path.

    Parameters
    ----------
    page : str
        HTML with any number of ``<svg>`` elements.

    Returns
    -------
    str
        The same page; ids inside chart *n*, and what refers to them, begin with ``d<n>-``.

    Examples
    --------
    >>> separate_ids('<svg><g id="a"/></svg><svg><g id="a"/><use href="#a"/></svg>')
    '<svg><g id="d1-a"/></svg><svg><g id="d2-a"/><use href="#d2-a"/></svg>'
    """
    number = count(1)
    return _SVG.sub(lambda match: _with_prefix(match.group(), f"d{next(number)}-"), page)


def _with_prefix(svg: str, prefix: str) -> str:
    own = {match.group(3) for match in _ID.finditer(svg)}
    if not own:
        return svg

    def renamed(name: str) -> str:
        return prefix + name if name in own else name

    svg = _ID.sub(lambda m: f"{m[1]}{m[2]}{renamed(m[3])}{m[2]}", svg)
    for reference in (_URL, _LINK):  # two expressions that begin with a letter are ten times as fast as one
        svg = reference.sub(lambda m: m[1] + renamed(m[2]), svg)
    return _ID_LIST.sub(lambda m: f"{m[1]}{m[2]}{' '.join(renamed(name) for name in m[3].split())}{m[2]}", svg)
