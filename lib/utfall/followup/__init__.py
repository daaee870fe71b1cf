"""The monthly follow-up of one unit, put together from the analyses."""

from utfall.followup.candidates.year_forecast import YearForecast, year_forecast
from utfall.followup.forecast_accounts.accuracy import ForecastAccuracy, forecast_accuracy
from utfall.followup.monthly import FollowUp, follow_up
from utfall.followup.months_ahead import month_forecast
from utfall.followup.outlook import Outlook, year_outlook
from utfall.followup.personnel import Personnel, personnel
from utfall.followup.planned_measures import PlannedMeasures, planned_measures
from utfall.followup.result_table import ResultTable, result_table

__all__ = [
    "FollowUp",
    "ForecastAccuracy",
    "Outlook",
    "Personnel",
    "PlannedMeasures",
    "ResultTable",
    "YearForecast",
    "follow_up",
    "forecast_accuracy",
    "month_forecast",
    "personnel",
    "planned_measures",
    "result_table",
    "year_forecast",
    "year_outlook",
]
