"""The pages that lead to the reports: a month's front page, and the page over all months."""

from utfall.publishing.index.front_page import render_index
from utfall.publishing.index.months import render_months

__all__ = ["render_index", "render_months"]
