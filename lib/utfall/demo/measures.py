"""The registers that people would write: measures, goals, decisions, report plan; every row is invented."""

from __future__ import annotations

from utfall.demo.drug_events import HANDLING_PLAN_SEK, HANDLING_START, HANDLING_UNIT, VACCINE_START
from utfall.demo.measure_effects import ShareEffect
from utfall.demo.organisation import DemoOrganisation
from utfall.demo.programme import BEDS_UNIT, CARE_FLOW_UNITS, RIGHT_SKILLS_UNITS, RS_WARD, SERVICE_UNITS
from utfall.demo.single_events import CONTRACT_UNIT, HOME_PLAN_SEK, HOME_START
from utfall.demo.units import BOARD_CODE

VACCINATION_UNIT = "Barn- och ungdomsmottagningen"
"""The clinic that vaccinates infants."""

_JUDGED = "2026-12"
_PLAN_2024 = "HSN/1001/2023 (påhittad)"
_PLAN_2026 = "HSN/1002/2025 (påhittad)"
_RESPONSIBLE = "Divisionschef"

Row = dict[str, object]
"""One row of a register."""


def measures_register(organisation: DemoOrganisation, effects: tuple[ShareEffect, ...]) -> list[Row]:
    """Return the rows of ``measures.yaml``.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    effects : tuple of ShareEffect
        The measures that change accounts by a share; say which units they touch.

    Returns
    -------
    list of dict
        Planned effects are those of the action plans; what the measures really do is in ``truth.yaml``.
    """
    touched = {effect.event: organisation.codes(effect.units) for effect in effects}

    def codes(*names: str) -> list[str]:
        return organisation.codes(organisation.index(*names))

    def row(identifier: str, name: str, description: str, units: list[str], lines: list[str], **rest: object) -> Row:
        common: Row = {
            "id": identifier, "name": name, "description": description, "units": units, "lines": lines,
            "accounts": [], "component": "total", "start": "2024-01", "profile": "step",
            "planned_effect": 0.0, "cost": 0.0,
            "kind": "budget_reducing", "responsible": _RESPONSIBLE, "decision": _PLAN_2024,
            "comparison_units": [], "negative_control": None, "judgement": _JUDGED,
        }  # fmt: skip
        unknown = set(rest) - set(common)
        assert not unknown, unknown
        return common | rest

    return [
        row(
            "hired_staff_2024", "Minskad hyrbemanning",
            "Garantibemanning upphör och färre veckor inhyrd personal avropas.",
            touched["hired_staff_2024"], ["hired_staff"],
            profile="ramp(6)", planned_effect=50_000_000.0,
            negative_control={"units": touched["hired_staff_2024"][:20], "lines": ["depreciation"]},
        ),
        row(
            "contract_home", "Höft- och knäoperationer i egen regi",
            "Höft- och knäoperationer som köpts av en privat vårdgivare utförs inom regionen.",
            codes(CONTRACT_UNIT), ["purchased_care", "materials"],
            start=HOME_START, profile="ramp(3)", planned_effect=HOME_PLAN_SEK,
            responsible="Områdeschef ortopedi",
            negative_control={"units": codes(CONTRACT_UNIT), "lines": ["drugs"]},
        ),
        row(
            "drug_handling", "Effektiviserad läkemedelshantering",
            "Patienter bokas så att hela förpackningar används och färre doser kasseras.",
            codes(HANDLING_UNIT), ["drugs"],
            component="intensity", start=HANDLING_START, profile="ramp(6)", planned_effect=HANDLING_PLAN_SEK,
            cost=300_000.0, responsible="Enhetschef reumatologi",
            comparison_units=codes("Gastromottagningen", "Neurologmottagningen"),
            negative_control={"units": codes(HANDLING_UNIT), "lines": ["materials"]},
        ),
        row(
            "care_flows_2024", "Effektiviserade vårdflöden",
            "Fler patienter följs genom egenmonitorering och vård flyttas från slutenvård till dagvård.",
            codes(*CARE_FLOW_UNITS), ["hired_staff", "materials"],
            start="2024-06", profile="ramp(6)", planned_effect=1_000_000.0, cost=400_000.0, kind="capacity",
            comparison_units=codes("Strokeenheten", "Infektionsavdelningen"),
        ),
        row(
            "diagnosis_coding_2024", "Ökade intäkter genom diagnoskodning",
            "Korrekt diagnoskodning ger underlag för fakturering av utomläns- och utlandspatienter.",
            touched["diagnosis_coding_2024"], ["care_sold"],
            profile="delay(6)", planned_effect=5_000_000.0, cost=500_000.0,
        ),
        row(
            "right_skills_2024", "Rätt använd kompetens",
            "Arbetsuppgifter fördelas om mellan yrkesgrupper.",
            codes(*RIGHT_SKILLS_UNITS), ["salaries"],
            start="2024-03", profile="ramp(6)", planned_effect=6_000_000.0,
            comparison_units=codes("Allmänpsykiatriska avdelningen", "Lungavdelningen"),
        ),
        row(
            "service_agreements_2024", "Översyn av serviceavtal",
            "Serviceavtal för medicinteknisk utrustning omförhandlas.",
            codes(*SERVICE_UNITS), ["other_costs"], accounts=["6610"],
            component="price", planned_effect=3_000_000.0, kind="price", responsible="Områdeschef diagnostik",
        ),
        row(
            "fees_2024", "Justerade patientavgifter",
            "Patientavgifterna höjs enligt beslut om avgifter.",
            touched["fees_2024"], ["patient_fees"],
            component="price", planned_effect=17_000_000.0, kind="price", responsible="Ekonomidirektör",
        ),
        row(
            "rs_vaccination", "Vaccination mot RS-virus",
            "Barn födda efter den 10 september 2025 erbjuds skydd mot RS-virus.",
            codes(VACCINATION_UNIT, RS_WARD), ["drugs", "materials", "hired_staff", "salaries"],
            start=VACCINE_START, planned_effect=0.0, kind="capacity", decision="HSN/1003/2025 (påhittad)",
            responsible="Områdeschef barn och ungdom",
        ),
        row(
            "monitoring_beds", "Övervakningsplatser avvecklas",
            "Särskilda vårdplatser för patienter med övervakningsbehov avvecklas när kompetensen stärkts.",
            codes(BEDS_UNIT), ["salaries", "hired_staff"],
            start="2025-11", profile="ramp(2)", planned_effect=4_000_000.0,
            decision="HSN/1004/2025 (påhittad)", responsible="Områdeschef kirurgi",
            comparison_units=codes("Kirurgavdelningen"),
            negative_control={"units": codes(BEDS_UNIT), "lines": ["drugs"]},
        ),
        row(
            "hiring_review_2026", "Särskild prövning av hyravrop",
            "Varje avrop av inhyrd personal prövas särskilt; prövningen är förlängd till och med juni 2026.",
            touched["hiring_review_2026"], ["hired_staff"],
            start="2026-01", profile="ramp(3)", planned_effect=75_000_000.0, decision=_PLAN_2026,
        ),
        row(
            "staff_cost_2026", "Oförändrad personalkostnad",
            "Varje anställning prövas särskilt så att personalkostnaden inte ökar.",
            touched["staff_cost_2026"], ["salaries"],
            start="2026-01", profile="ramp(6)", planned_effect=100_000_000.0, decision=_PLAN_2026,
        ),
    ]  # fmt: skip


def goals_register() -> list[Row]:
    """Return the rows of ``goals.yaml``: the steering key figures of 2026 for the board and its divisions."""
    source = "Påhittad för demonstration; målen liknar dem i en regions plan"
    rows: list[Row] = []
    for unit in (BOARD_CODE, "MED", "KIR", "NAR"):
        for kpi, name, target, weight in (
            ("personalkostnadsutveckling", "Personalkostnadsutveckling, procent", 0.0, 3.0),
            ("hyrkostnad_andel", "Hyrkostnadens andel av personalkostnaden, procent", 5.0, 3.0),
            ("personalomsattning", "Personalomsättning, rullande tolv månader, procent", 9.0, 1.0),
        ):
            rows.append(
                {
                    "id": f"{kpi}_{unit}_2026", "name": name, "kpi": kpi, "unit": unit, "year": 2026,
                    "target": target, "direction": "at_most", "weight": weight, "source": source,
                }
            )  # fmt: skip
    for kpi, name, target, direction, weight in (
        (
            "kopt_vard_per_invanare",
            "Köpt vård per länsinvånare, rullande tolv månader, kronor",
            1600.0,
            "at_most",
            2.0,
        ),
        ("bruttokostnadsutveckling", "Bruttokostnadsutveckling, procent", -2.0, "at_most", 3.0),
        (
            "akut_inom_4_timmar",
            "Andel med vistelsetid högst 4 timmar på akutmottagningen, procent",
            75.0,
            "at_least",
            1.0,
        ),
        ("vardgaranti_besok", "Andel förstabesök inom 90 dagar, procent", 80.0, "at_least", 1.0),
        ("leverantorstrohet", "Leverantörstrohet, procent", 95.0, "at_least", 1.0),
        ("sjukfranvaro", "Sjukfrånvaro, procent", 5.0, "at_most", 1.0),
    ):
        rows.append(
            {
                "id": f"{kpi}_{BOARD_CODE}_2026", "name": name, "kpi": kpi, "unit": BOARD_CODE, "year": 2026,
                "target": target, "direction": direction, "weight": weight, "source": source,
            }
        )  # fmt: skip
    return rows


def decisions_register() -> list[Row]:
    """Return the rows of ``decisions.yaml``."""
    board = "Hälso- och sjukvårdsnämnden"
    return [
        {
            "id": "plan_2024", "date": "2023-12-14", "body": board, "reference": _PLAN_2024,
            "text": "Nämndens plan 2024 med åtgärdsplan för ekonomi i balans.",
            "measures": [
                "hired_staff_2024", "contract_home", "drug_handling", "care_flows_2024",
                "diagnosis_coding_2024", "right_skills_2024", "service_agreements_2024", "fees_2024",
            ],
        },
        {
            "id": "rs_2025", "date": "2025-06-12", "body": board, "reference": "HSN/1003/2025 (påhittad)",
            "text": "Skydd mot RS-virus erbjuds barn födda efter den 10 september 2025.",
            "measures": ["rs_vaccination"],
        },
        {
            "id": "beds_2025", "date": "2025-10-16", "body": "Division Kirurgi",
            "reference": "HSN/1004/2025 (påhittad)",
            "text": "Särskilda övervakningsplatser på kirurgienheten avvecklas.",
            "measures": ["monitoring_beds"],
        },
        {
            "id": "plan_2026", "date": "2025-12-18", "body": board, "reference": _PLAN_2026,
            "text": "Nämndens plan 2026: minskad hyrbemanning och oförändrad personalkostnad, 175 mkr.",
            "measures": ["hiring_review_2026", "staff_cost_2026"],
        },
        {
            "id": "review_2026", "date": "2026-03-26", "body": board, "reference": "HSN/1005/2026 (påhittad)",
            "text": "Särskild prövning av hyravrop och anställningar förlängs april till och med juni 2026.",
            "measures": ["hiring_review_2026", "staff_cost_2026"],
        },
    ]  # fmt: skip


def comments_register(organisation: DemoOrganisation) -> list[Row]:
    """Return the rows of ``comments.yaml``: what a few of those responsible said of their deviations."""

    def row(unit: str, line: str, period: str, text: str, decision: str = "") -> Row:
        return {
            "unit": organisation.unit(unit).code, "line": line, "period": period, "text": text,
            "author": "Enhetschef", "decision": decision,
        }  # fmt: skip

    return [
        row(
            "Dialysmottagningen", "materials", "2026-09",
            "Leverantören höjde priserna vid avtalsförlängningen i februari; ny upphandling är begärd.",
        ),
        row(
            "Ögonmottagningen", "drugs", "2026-08",
            "Fler patienter än planerat har remitterats; väntelistan har kortats.",
        ),
        row(
            "Frösö hälsocentral", "hired_staff", "2026-10",
            "Två läkartjänster är vakanta och har täckts med inhyrd personal.", "review_2026",
        ),
    ]  # fmt: skip


def reports_register() -> list[Row]:
    """Return the rows of ``reports.yaml``."""
    leading = ["board", "division"]
    management = ["Nämnden", "Regiondirektören", "Ekonomidirektören"]
    return [
        {
            "notebook": "monthly_report.ipynb",
            "title": "Månadsrapport",
            "levels": ["board", "division", "area", "unit"],
            "receivers": ["Enhetens chef", "Enhetens controller"],
        },
        {
            "notebook": "root_cause.ipynb",
            "title": "Orsaksanalys",
            "levels": leading,
            "receivers": ["Divisionschefen", "Divisionens controller"],
        },
        {
            "notebook": "year_end_forecast.ipynb",
            "title": "Helårsprognos",
            "levels": leading,
            "months": [3, 4, 8, 10],  # the months a region reports its forecast in
            "receivers": management,
        },
        {
            "notebook": "measure_portfolio.ipynb",
            "title": "Åtgärdsplanen",
            "levels": ["board"],
            "receivers": management,
        },
        {
            "notebook": "measure_effect.ipynb",
            "title": "Effekt av övervakningsplatser",
            "levels": ["board"],
            "months": [4, 8, 10],
            "parameters": {"measure": "monitoring_beds"},
            "receivers": management,
        },
        {
            "notebook": "drug_handling.ipynb",
            "title": "Läkemedelshantering",
            "levels": ["board"],
            "months": [4, 8, 10],
            "parameters": {"measure": "drug_handling", "drug": "Injektionsläkemedel Alfa"},
            "receivers": ["Nämnden", "Läkemedelskommittén"],
        },
        {
            "notebook": "multi_year.ipynb",
            "title": "De närmaste åren",
            "levels": ["board"],
            "months": [4, 8, 10],
            "parameters": {"scenario": "base"},
            "receivers": management,
        },
        {
            "notebook": "scenario_comparison.ipynb",
            "title": "Scenarier",
            "levels": ["board"],
            "months": [4, 8, 10],
            "receivers": management,
        },
        {
            "notebook": "benefit_calculation.ipynb",
            "title": "Nyttokalkyl: egenmonitorering",
            "levels": ["board"],
            "months": [10],
            "parameters": {"project": "home_monitoring"},
            "receivers": ["Nämnden", "Utvecklingsdirektören"],
        },
        {
            "notebook": "forecast_accuracy.ipynb",
            "title": "Prognosernas träff",
            "levels": ["board"],
            "receivers": ["Ekonomidirektören"],
        },
    ]
