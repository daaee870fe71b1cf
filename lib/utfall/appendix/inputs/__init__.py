"""What of a region's data may leave the house with an answer, made small enough to do so."""

from utfall.appendix.inputs.listing import inputs_csv
from utfall.appendix.inputs.reads import Reads, noted, noting
from utfall.appendix.inputs.rules import RULES, Form, LeavingRule
from utfall.appendix.inputs.take import InputFile, Inputs, take_inputs

__all__ = [
    "RULES",
    "Form",
    "InputFile",
    "Inputs",
    "LeavingRule",
    "Reads",
    "inputs_csv",
    "noted",
    "noting",
    "take_inputs",
]
