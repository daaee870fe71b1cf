"""Raindance: exports of its data mart, and the fixed-width records other systems import into it."""

from utfall.sources.raindance.import_records import (
    INVOICE_LAYOUT,
    FieldPlace,
    RecordLayout,
    read_import_records,
)
from utfall.sources.raindance.mart import MartMapping, budget_mapping, code_parts, ledger_mapping
from utfall.sources.raindance.objects import MartAccount, MartNode, account_rows, object_levels, organisation_rows

__all__ = [
    "INVOICE_LAYOUT",
    "FieldPlace",
    "MartAccount",
    "MartMapping",
    "MartNode",
    "RecordLayout",
    "account_rows",
    "budget_mapping",
    "code_parts",
    "ledger_mapping",
    "object_levels",
    "organisation_rows",
    "read_import_records",
]
