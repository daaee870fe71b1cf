"""Text files with separated values, however they are written: CSV, tab-separated, from Excel or from old systems."""

from utfall.sources.text.form import TextForm, read_form
from utfall.sources.text.source import TextSource

__all__ = ["TextForm", "TextSource", "read_form"]
