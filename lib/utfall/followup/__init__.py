"""The monthly follow-up of one unit, put together from the analyses."""

from utfall.followup.monthly import FollowUp, follow_up
from utfall.followup.outlook import Outlook, year_outlook
from utfall.followup.personnel import Personnel, personnel
from utfall.followup.planned_measures import PlannedMeasures, planned_measures
from utfall.followup.result_table import ResultTable, result_table

__all__ = [
    "FollowUp",
    "Outlook",
    "Personnel",
    "PlannedMeasures",
    "ResultTable",
    "follow_up",
    "personnel",
    "planned_measures",
    "result_table",
    "year_outlook",
]
