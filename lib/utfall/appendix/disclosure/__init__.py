"""What may leave the house: every file of a package is looked into before any of it is written."""

from utfall.appendix.disclosure.faults import DisclosureFault, DisclosureKind
from utfall.appendix.disclosure.gate import Gate, Seen, disclosure_faults, parts_of
from utfall.appendix.disclosure.voucher_texts import distinctive_texts

__all__ = [
    "DisclosureFault",
    "DisclosureKind",
    "Gate",
    "Seen",
    "disclosure_faults",
    "distinctive_texts",
    "parts_of",
]
