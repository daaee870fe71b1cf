"""A finished report page as a document for the archive: PDF/A-2a and PDF/UA-1 in one file.

WeasyPrint and the system library it stands on are loaded when the first document is made, not before: pages and
everything else of the kit work without them.
"""

from utfall.publishing.pdf.library import PdfLibraryMissing, require_pdf
from utfall.publishing.pdf.render import render_pdf
from utfall.publishing.pdf.structure import PdfIncomplete
from utfall.publishing.pdf.tables import MOST_ROWS
from utfall.publishing.pdf.volume import render_volume

__all__ = ["MOST_ROWS", "PdfIncomplete", "PdfLibraryMissing", "render_pdf", "render_volume", "require_pdf"]
