"""One rule for each table and register: in what form it may leave the house, and why.

The rules are data, so that whoever answers for the release can read them as a list and change one. What no rule names
stays. Their reasons are printed in the package and are therefore in Swedish.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Form(StrEnum):
    """In what form a table or register leaves."""

    AS_IT_IS = "oförändrad"
    REWRITTEN = "omskriven utan kommentarer"
    SUMMED = "summerad"
    WITHOUT_FEW_ROWS = "utan rader med små antal"
    WITHOUT_FEW_CELLS = "utan celler med små antal"
    WITHOUT_FEW_SERIES = "utan serier med små antal"
    ABOVE_UNITS = "bara över enhetsnivå"
    STAYS = "lämnas inte ut"


@dataclass(frozen=True)
class LeavingRule:
    """How one table or register may leave.

    Parameters
    ----------
    name : str
        Table, or file name of a register.
    form : Form
        The form it leaves in.
    why : str
        The reason, a Swedish sentence.
    keys : tuple of str, default ()
        For a summed table what it is summed by; for one without small counts what a total may be known for (rows) or
        what names a series.
    counts : tuple of str, default ()
        Columns that count persons or cases.
    """

    name: str
    form: Form
    why: str
    keys: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()


FORECASTS = "forecasts"
"""What the folder of stored forecasts is called among the rules."""

RULES: dict[str, LeavingRule] = {
    rule.name: rule
    for rule in (
        LeavingRule(
            "ledger",
            Form.SUMMED,
            "Beloppen summeras per månad, enhet och konto. Verifikat, text, motpart, projekt och verksamhet kan röja "
            "enskilda och stannar.",
            keys=("period", "unit", "account"),
        ),
        LeavingRule("budget", Form.AS_IT_IS, "Budgeten är beslutad per enhet och konto och gäller ingen enskild."),
        LeavingRule(
            "volumes",
            Form.WITHOUT_FEW_CELLS,
            "Antal under gränsen kan peka ut enskilda; cellen lämnas tom. Poäng och andra mått som inte är antal rörs "
            "inte.",
            keys=("unit", "product"),
            counts=("actual",),
        ),
        LeavingRule(
            "drug_use",
            Form.WITHOUT_FEW_ROWS,
            "Rader med få, eller okänt antal, patienter tas bort, och så många andra rader för samma enhet och månad "
            "att de inte kan räknas fram ur enhetens läkemedelskostnad.",
            keys=("period", "unit"),
            counts=("patients",),
        ),
        LeavingRule(
            "staffing",
            Form.STAYS,
            "En kategori på en enhet är ofta en enda person, och beloppet är då hennes lön.",
        ),
        LeavingRule("purchased_care", Form.STAYS, "Varje rad är en patients vårdtillfälle."),
        LeavingRule(
            "waiting",
            Form.WITHOUT_FEW_SERIES,
            "Kön i slutet av en månad är kön före plus remitterade minus avslutade, så ett dolt antal kan räknas fram "
            "ur månaderna intill. Har en serie ett litet antal lämnas hela serien inte ut.",
            keys=("unit", "pathway"),
            counts=("waiting", "referred", "completed", "within_guarantee"),
        ),
        LeavingRule(
            "kpi_values",
            Form.ABOVE_UNITS,
            "En enhets nyckeltal kan vara en andel av några få; hur många det räknas på är inte känt. Områdens, "
            "divisioners och nämndens lämnas ut.",
        ),
        LeavingRule("price_index", Form.AS_IT_IS, "Prisindex är offentliga."),
        LeavingRule("population", Form.AS_IT_IS, "Folkmängden är offentlig statistik."),
        LeavingRule("population_by_age", Form.AS_IT_IS, "Folkmängden är offentlig statistik."),
        LeavingRule("balance_sheet", Form.AS_IT_IS, "Balansräkningen är offentlig och gäller hela regionen."),
        LeavingRule("income_statement", Form.AS_IT_IS, "Resultaträkningen är offentlig och gäller hela regionen."),
        LeavingRule("own_forecast", Form.AS_IT_IS, "Prognoserna är belopp per enhet och resultatpost."),
        LeavingRule(FORECASTS, Form.AS_IT_IS, "Lämnade prognoser är belopp per enhet och resultatpost."),
        LeavingRule("region.yaml", Form.REWRITTEN, "Regionens namn och inställningar; var filerna legat stannar."),
        LeavingRule("organisation.yaml", Form.REWRITTEN, "Organisationen är offentlig."),
        LeavingRule("accounts.yaml", Form.REWRITTEN, "Kontoplanen är offentlig."),
        LeavingRule("measures.yaml", Form.REWRITTEN, "Åtgärderna är beslutade och anger roller, inte personer."),
        LeavingRule("goals.yaml", Form.REWRITTEN, "Målen är beslutade."),
        LeavingRule("decisions.yaml", Form.REWRITTEN, "Besluten är protokollförda."),
        LeavingRule("events.yaml", Form.REWRITTEN, "Kända händelser anger roller, inte personer."),
        LeavingRule("scenarios.yaml", Form.REWRITTEN, "Antagandena anger roller, inte personer."),
        LeavingRule("investments.yaml", Form.REWRITTEN, "Investeringarna är beslutade eller planerade av nämnden."),
        LeavingRule("projects.yaml", Form.REWRITTEN, "Kalkylerna anger roller, inte personer."),
        LeavingRule("comments.yaml", Form.STAYS, "Chefers kommentarer är fri text och kan beskriva enskilda."),
        LeavingRule("reports.yaml", Form.STAYS, "Rapportplanen anger mottagare och påverkar inga siffror."),
    )
}
"""The rule of every table and register of a region."""


SHARED_TABLES = frozenset({"ledger", "budget"})
"""Tables that go with every answer: all amounts are made of them."""
