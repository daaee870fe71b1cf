"""Where the outcome is heading: year totals and monthly forecasts, with intervals that were tested."""

from utfall.forecasting.year_end import YearEnd, year_end

__all__ = ["YearEnd", "year_end"]
