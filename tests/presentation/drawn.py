"""Read a chart's SVG back: its words with the room they take, its colours, its shapes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from utfall.presentation.charts.labels import text_width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Word) -> bool:
        apart = self.right <= other.left or other.right <= self.left
        return not (apart or self.bottom <= other.top or other.bottom <= self.top)


def words(svg: str) -> list[Word]:
    """Every text with its box: as wide as measured, from cap height down to the baseline."""
    found = []
    for element in ElementTree.fromstring(svg).iter(f"{SVG}text"):
        style = element.get("style")
        size = float(re.search(r"font-size: ([\d.]+)px", style)[1])
        width = text_width(element.text, size, "font-weight: 700" in style)
        x, y = float(element.get("x")), float(element.get("y"))
        shift = {"end": width, "middle": width / 2}.get((re.search(r"text-anchor: (\w+)", style) or [0, ""])[1], 0)
        found.append(Word(element.text, x - shift, y - 0.73 * size, x - shift + width, y))
    return found


def overlaps(svg: str) -> list[tuple[str, str]]:
    return [(a.text, b.text) for a, b in combinations(words(svg), 2) if a.meets(b)]


def outside(svg: str) -> list[str]:
    """Words that reach outside the picture."""
    _, _, width, height = map(float, ElementTree.fromstring(svg).get("viewBox").split())
    half = 0.5  # coordinates are written to a tenth
    return [
        w.text
        for w in words(svg)
        if w.left < -half or w.top < -half or w.right > width + half or w.bottom > height + half
    ]


def fills(svg: str) -> list[str]:
    """Colours of the areas, in the order drawn, without the background."""
    return [c for c in re.findall(r'<path [^>]*style="fill: (#\w+)"', svg)][1:]
