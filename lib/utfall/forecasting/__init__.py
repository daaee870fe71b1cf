"""Where the outcome is heading: year totals and monthly forecasts, with intervals that were tested."""

from utfall.forecasting.months.forecast import Forecast, forecast
from utfall.forecasting.year.year_end import YearEnd, year_end

__all__ = ["Forecast", "YearEnd", "forecast", "year_end"]
