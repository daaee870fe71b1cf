"""Figures published earlier, computed again each month: a silent revision is told with its cause."""

from utfall.appendix.published.check import PublishedCheck, recompute_published, world_of
from utfall.appendix.published.record import PublishedRecord, read_records, record_published
from utfall.appendix.published.register import PublishedFigure, read_published

__all__ = [
    "PublishedCheck",
    "PublishedFigure",
    "PublishedRecord",
    "read_published",
    "read_records",
    "recompute_published",
    "record_published",
    "world_of",
]
