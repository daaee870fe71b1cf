"""SIE, the Swedish format for moving accounting between systems: types 1 to 4 (text) and SIE 5 (XML)."""

from utfall.sources.sie.content import Account, Dimension, Header
from utfall.sources.sie.file import SieFile, read_sie

__all__ = ["Account", "Dimension", "Header", "SieFile", "read_sie"]
