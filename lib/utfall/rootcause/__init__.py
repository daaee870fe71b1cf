"""Root cause: why the outcome deviates, which factors drove a change, and which segments carry it."""

from utfall.rootcause.deviation import Deviation
from utfall.rootcause.drivers.decompose import Drivers, decompose
from utfall.rootcause.explain import explain_deviation
from utfall.rootcause.segments.localise import Segments, localise

__all__ = ["Deviation", "Drivers", "Segments", "decompose", "explain_deviation", "localise"]
