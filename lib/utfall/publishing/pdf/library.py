"""WeasyPrint, loaded when it is first needed, with the fonts and the style sheet of every document."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import matplotlib

from utfall.errors import UtfallError
from utfall.presentation.theme import stylesheet

FONT_FACES = {
    ("normal", "normal"): "DejaVuSans.ttf",
    ("normal", "bold"): "DejaVuSans-Bold.ttf",
    ("italic", "normal"): "DejaVuSans-Oblique.ttf",
    ("italic", "bold"): "DejaVuSans-BoldOblique.ttf",
}
"""Style and weight → file. They come with matplotlib, which measured the charts' labels in them."""

FAMILY = "Utfall DejaVu"
"""The fonts' name in a document; not DejaVu's own, so that no other version on the computer is taken for it."""


class PdfLibraryMissing(UtfallError):
    """The system library that WeasyPrint sets text with is not installed.

    Examples
    --------
    >>> "libpango" in str(PdfLibraryMissing())
    True
    """

    def __init__(self) -> None:
        super().__init__(
            "PDF kan inte skapas, eftersom systembiblioteket Pango saknas. Installera det "
            "(Debian och Ubuntu: sudo apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0; "
            "macOS: brew install pango; Windows: installera MSYS2 och kör där pacman -S mingw-w64-x86_64-pango) "
            "eller skapa rapporterna utan PDF; webbsidorna behöver det inte."
        )


def weasyprint() -> ModuleType:
    """Load WeasyPrint.

    Returns
    -------
    module

    Raises
    ------
    PdfLibraryMissing
        When its system library cannot be loaded.
    """
    try:
        import weasyprint
    except OSError as error:  # what cffi raises for a shared library that is not there
        raise PdfLibraryMissing from error
    return weasyprint


def require_pdf() -> None:
    """Find out whether documents can be made, before any report is.

    Raises
    ------
    PdfLibraryMissing
        When the system library that sets the text is not installed.
    """
    weasyprint()


def fonts() -> tuple[Any, Any]:
    """Load the fonts for one document.

    WeasyPrint copies them to a folder that is removed with the first object. Kept for all documents, the folder would
    be left behind by every worker process, which ends without cleaning up.

    Returns
    -------
    (FontConfiguration, CSS)
        WeasyPrint's own objects; both are needed to render.
    """
    library = weasyprint()
    from weasyprint.text.fonts import FontConfiguration

    loaded = FontConfiguration()
    return loaded, library.CSS(string=_font_faces(), font_config=loaded)


@lru_cache(maxsize=1)
def house_style() -> Any:
    """Style sheet of every document, read once in a process.

    Returns
    -------
    weasyprint.CSS
    """
    own = files(__package__).joinpath("pdf.css").read_text(encoding="utf-8").replace("FAMILY", f"'{FAMILY}'")
    return weasyprint().CSS(string=_for_paper(stylesheet()) + own)


def _for_paper(css: str) -> str:
    """Take out what concerns screens, of which WeasyPrint would warn each time."""
    return re.sub(r"@media \([^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|overflow-x:[^;]*;", "", css)


def font_folder() -> Path:
    """Folder of the fonts."""
    return Path(matplotlib.get_data_path()) / "fonts" / "ttf"


def _font_faces() -> str:
    return "".join(
        f"@font-face {{ font-family: '{FAMILY}'; font-style: {style}; font-weight: {weight};"
        f" src: url('{(font_folder() / name).as_uri()}') }}\n"
        for (style, weight), name in FONT_FACES.items()
    )
