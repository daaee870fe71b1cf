"""The region: canonical tables, registers, organisation, periods, and `open_region`."""

from utfall.region.accounts import Accounts
from utfall.region.opening import open_region
from utfall.region.organisation import Node, Organisation
from utfall.region.periods import a_year_before, months_between, parse_period, year_start
from utfall.region.region import Region, Registers
from utfall.region.tables import TABLES
from utfall.region.writing import write_database, write_duckdb

__all__ = [
    "TABLES",
    "Accounts",
    "Node",
    "Organisation",
    "Region",
    "Registers",
    "a_year_before",
    "months_between",
    "open_region",
    "parse_period",
    "write_database",
    "write_duckdb",
    "year_start",
]
