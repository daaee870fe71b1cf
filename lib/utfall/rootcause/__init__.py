"""Root cause: which factors drove a change, and which segments carry a deviation."""

from utfall.rootcause.drivers import Drivers, decompose
from utfall.rootcause.segments import Segments, localise

__all__ = ["Drivers", "Segments", "decompose", "localise"]
