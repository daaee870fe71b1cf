"""Importing a region's tables: every row is read once, typed, checked and counted, by an engine."""

from utfall.region.importing.rows import MAX_FAULTS_A_RULE, CheckedTable
from utfall.region.importing.table import ImportedTable, import_table
from utfall.region.importing.tables import import_tables, importing_engine
from utfall.region.importing.typed import Rule, TypedRows, Writing, typed_rows

__all__ = [
    "MAX_FAULTS_A_RULE",
    "CheckedTable",
    "ImportedTable",
    "Rule",
    "TypedRows",
    "Writing",
    "import_table",
    "import_tables",
    "importing_engine",
    "typed_rows",
]
