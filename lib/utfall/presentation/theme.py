"""Colours, sizes and class names: the look every chart, table and page shares.

Colours pass 3:1 against white as areas and lines; those named ``*_TEXT`` and ``TEXT`` pass 4.5:1 as text.
The pairs blue/orange/green keep apart for colour-blind readers, and no meaning is carried by colour alone.

Class names
-----------
``table-scroll``
    The scroll region around a table (``<div role="region" tabindex="0">``).
``num``
    A numeric cell: flush right, figures of equal width, never broken.
``prose``
    A cell of sentences, which keeps a width worth reading on a phone.
``total``
    A row that is a sum or otherwise emphasised.
``indent``
    The name of a row below another; the depth is set inline.
``unit``
    The unit in a caption.
``mark``
    The symbol after a figure that is worse or better; also has ``worse`` or ``better``.
``worse``, ``better``, ``neutral``
    Assessments.
``note``
    Remarks below a table or chart.
``chart``
    A ``<figure>`` around a chart.
``key-figures``, ``assessment``
    The description list of key figures, and the words on one of them.
``result``, ``headline``, ``method-note``
    What a result shows of itself: the whole, its first paragraph, and how it was made.

`style.css` beside this module styles them all; `stylesheet` reads it.
"""

from __future__ import annotations

from importlib.resources import files

ACTUAL = "#0072B2"
"""The outcome, and the forecast that continues it."""

WORSE = "#D55E00"
"""Worse than what it is compared with."""

BETTER = "#009E73"
"""Better than what it is compared with."""

REFERENCE = "#595959"
"""What the outcome is compared with: budget, last year."""

TEXT = "#1A1A1A"
"""Text."""

MUTED_TEXT = "#595959"
"""Text of less weight: ticks, units, notes."""

WORSE_TEXT = "#A34700"
"""Worse, as text (the area colour has too little contrast for letters)."""

BETTER_TEXT = "#00694C"
"""Better, as text."""

GRID = "#D9D9D9"
"""Grid lines; decoration, so no contrast is asked of them."""

ZERO_LINE = "#1A1A1A"
"""The line where nothing deviates."""

BAND_INNER = "#9CC6E3"
"""The interval the outcome is likely to stay in (80 %)."""

BAND_OUTER = "#D3E6F3"
"""The interval it will rarely leave (95 %)."""

BACKGROUND = "#FFFFFF"
"""Behind every chart, so that it can be read in JupyterLab's dark theme too."""

WIDTH = 440
"""Width of a chart in its own units.

At 390 pixels of phone less margins, text of size 13 becomes 10.6 pixels; at `MAX_WIDTH` it is 17.
"""

MAX_WIDTH = 576
"""Widest a chart is shown, in pixels (36 rem): there its text is as large as the text around it."""

TEXT_SIZE = 13.0
"""Size of labels, in the units of `WIDTH`."""

SMALL_SIZE = 11.5
"""Size of ticks, units and remarks."""

MEASURED_FONT = "DejaVu Sans"
"""Font that text is measured in. It comes with matplotlib, so the layout is the same everywhere, and it is
wider than every font in `SHOWN_FONTS`, so what is measured free of overlap is shown free of overlap."""

SHOWN_FONTS = "system-ui,'Segoe UI',Roboto,'Helvetica Neue','Liberation Sans',Arial,sans-serif"
"""Fonts text is shown in: charts keep their text as text, so that it can be searched, read and magnified."""


def stylesheet() -> str:
    """Read the styles of the class names above.

    Returns
    -------
    str
        CSS, to be inlined in a page.

    Examples
    --------
    >>> ".table-scroll" in stylesheet()
    True
    """
    return files("utfall.presentation").joinpath("style.css").read_text(encoding="utf-8")
