"""The region: canonical tables, registers, organisation, periods, and `open_region`."""

from utfall.region.accounts import Accounts
from utfall.region.opening import open_region, write_duckdb
from utfall.region.organisation import Node, Organisation
from utfall.region.periods import a_year_before, months_between, parse_period, year_start
from utfall.region.region import Region, Registers
from utfall.region.tables import TABLES

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
    "write_duckdb",
    "year_start",
]
