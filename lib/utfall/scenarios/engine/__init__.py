"""The engine: where the years begin, what is assumed, how it is drawn, and the statements month by month."""

from utfall.scenarios.engine.assumptions import Assumptions, changed_rows, resolve
from utfall.scenarios.engine.simulate import simulate
from utfall.scenarios.engine.start import Start, read_start
from utfall.scenarios.engine.unsaid import unsaid

__all__ = ["Assumptions", "Start", "changed_rows", "read_start", "resolve", "simulate", "unsaid"]
