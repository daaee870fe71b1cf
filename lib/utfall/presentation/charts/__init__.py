"""Charts of the reports: static SVG, one message each, labelled where the eye is."""

from utfall.presentation.charts.by_month import by_month
from utfall.presentation.charts.chart import Chart
from utfall.presentation.charts.control import natural_limits
from utfall.presentation.charts.cumulated import cumulated
from utfall.presentation.charts.fans import fan
from utfall.presentation.charts.intervals import intervals
from utfall.presentation.charts.months import monthly, year_path
from utfall.presentation.charts.multiples import small_multiples
from utfall.presentation.charts.rows import bars, waterfall
from utfall.presentation.charts.tornado import tornado

__all__ = [
    "Chart",
    "bars",
    "by_month",
    "cumulated",
    "fan",
    "intervals",
    "monthly",
    "natural_limits",
    "small_multiples",
    "tornado",
    "waterfall",
    "year_path",
]
