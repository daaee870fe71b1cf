"""The outline of an answer: one title, and headings below it that skip no level, whatever the writer began with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from utfall.appendix.answer.blocks import Block, Line, Span

DEEPEST = 6
"""Lowest level a heading can have in a page."""


def outlined(blocks: Sequence[Block], title: str) -> tuple[Line, tuple[Block, ...]]:
    """Part an answer's title from its text, and set its headings in order.

    Parameters
    ----------
    blocks : sequence of Block
        The answer.
    title : str
        The case's title, for an answer that has none of its own.

    Returns
    -------
    title : tuple of Span
        The answer's first heading when it is the only one of its level and stands first; else the case's.
    blocks : tuple of Block
        The rest. The highest heading has level 2, and none is more than one level below the one before.

    Examples
    --------
    >>> heading = Block("heading", ((Span("Svar"),),), level=1)
    >>> below = Block("heading", ((Span("Fråga"),),), level=3)
    >>> line, rest = outlined([heading, below], "Ärende")
    >>> line[0].text, [block.level for block in rest]
    ('Svar', [2])
    """
    levels = [block.level for block in blocks if block.kind == "heading"]
    own = bool(levels) and blocks[0].kind == "heading" and levels.count(min(levels)) == 1 == levels.count(levels[0])
    own = own and levels[0] == min(levels)
    line = blocks[0].lines[0] if own else (Span(title),)
    rest = blocks[1:] if own else blocks
    highest = min((block.level for block in rest if block.kind == "heading"), default=1)
    outline, above = [], 1
    for block in rest:
        if block.kind == "heading":
            above = min(block.level - highest + 2, above + 1, DEEPEST)
            block = replace(block, level=above)
        outline.append(block)
    return line, tuple(outline)
