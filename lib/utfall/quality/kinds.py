"""What can be found in the data that does not stop an import but needs a look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FindingKind:
    """One kind of finding.

    Parameters
    ----------
    name : str
        What it is called in a report.
    remedy : str
        What to do about it, in Swedish.
    is_fault : bool
        Whether the figures are likely to be wrong; otherwise something is worth knowing.
    """

    name: str
    remedy: str
    is_fault: bool = True


KINDS: dict[str, FindingKind] = {
    "doubled_rows": FindingKind(
        "Rader som står två gånger", "Ta bort dubbletten ur exporten, eller vänd den i huvudboken."
    ),
    "booked_twice": FindingKind(
        "Samma verifikat i två månader", "Pröva om fakturan är bokförd två gånger; är den periodiserad är allt rätt."
    ),
    "turned_sign": FindingKind("Fel tecken", "Pröva om beloppet är bokfört på fel sida; vänd det i så fall."),
    "account_sign": FindingKind(
        "Kontot har fel tecken i sin helhet", "Rätta kontots rapportrad i accounts.yaml, eller tecknet i exporten."
    ),
    "missing_month": FindingKind(
        "Månad utan bokföring", "Fråga om månaden är bokförd; saknas underlaget ska beloppet periodiseras."
    ),
    "outlier": FindingKind(
        "Ovanligt belopp", "Stäm av mot verifikaten: fel belopp, fel konto, fel månad eller en verklig händelse?"
    ),
    "large_posting": FindingKind("Stor enskild post", "Stäm av mot underlaget, och pröva om posten är återkommande."),
    "booked_apart": FindingKind(
        "Bokförd långt från sin månad", "Pröva om raden hör till den period som den står på.", is_fault=False
    ),
    "late_share": FindingKind(
        "Mycket bokfört sent", "Vänta med slutsatser om månaden, och fråga varför bokningen dröjde.", is_fault=False
    ),
    "unit_never_posted": FindingKind(
        "Enhet utan bokföring", "Ta bort enheten ur organisation.yaml, eller ge den ett slutdatum.", is_fault=False
    ),
    "budget_only": FindingKind("Budget utan utfall", "Pröva om budgeten ligger på rätt enhet och konto."),
    "outcome_only": FindingKind("Utfall utan budget", "Pröva om utfallet ligger på rätt enhet och konto."),
    "unit_without_budget": FindingKind(
        "Enhet utan budget i år", "Lägg in enhetens budget, eller godta att den är noll."
    ),
    "register_without_postings": FindingKind(
        "Register som pekar på enhet utan bokföring", "Rätta enheten i registret, eller avsluta raden.", is_fault=False
    ),
    "unused_account": FindingKind(
        "Konto som ingen rad använder",
        "Ta bort intervallet ur accounts.yaml, om kontot inte ska användas.",
        is_fault=False,
    ),
    "person_number": FindingKind(
        "Ser ut som personnummer", "Ta bort eller maskera uppgiften i exporten innan något lämnas ut."
    ),
    "population": FindingKind("Folkmängden går inte ihop", "Hämta folkmängden på nytt från källan."),
}
"""Every kind of finding by its key, in the order they are told."""
