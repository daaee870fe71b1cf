"""The answer key: what was planted, where, when, and what it did to the öre."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from utfall.demo import drug_events, programme, single_events
from utfall.demo.accounts import ACCOUNTS
from utfall.demo.effects_log import EffectsLog
from utfall.demo.organisation import MERGED_INTO, MERGED_UNITS, MOVED_AREA, MOVED_UNIT, DemoOrganisation
from utfall.demo.timeline import ACTUAL_MONTHS, LAST_YEAR, YEARS, period_text, year_slice


@dataclass(frozen=True)
class Planted:
    """One planted cause or effect.

    Parameters
    ----------
    event : str
        Identifier; the measure in the register has the same.
    kind : str
        What sort of cause: measure, no_effect, price, volume, mix, one_off, periodisation, level_shift,
        strained_budget or reorganisation.
    start, end : str or None
        First and last month; no end while it goes on.
    description : str
        What happened, in Swedish.
    parameters : dict
        The numbers it was made with.
    """

    event: str
    kind: str
    start: str
    end: str | None
    description: str
    parameters: dict[str, object] = field(default_factory=dict)


_HIGH_COST = tuple(
    Planted(
        case.event, "one_off", case.period, case.period,
        f"En patient vårdades i {case.provider} till en kostnad över en miljon kronor.",
        {"cost_sek": case.sek, "provider": case.provider},
    )
    for case in single_events.HIGH_COST_CASES
)  # fmt: skip

PLANTED: tuple[Planted, ...] = (
    Planted(
        "drug_handling", "measure", drug_events.HANDLING_START, None,
        "Färre förpackningar går åt per dos. Effekten är den undvikna kostnaden; den syns inte i totalen, "
        "eftersom fler patienter behandlas samtidigt.",
        {"drug": drug_events.HANDLING_DRUG, "packages_per_dose_change": -drug_events.HANDLING_SAVING,
         "profile": "ramp(6)"},
    ),
    Planted(
        "drug_patients", "volume", drug_events.GROWTH_START, None,
        "Mottagningen behandlar allt fler patienter, fler än budgeten räknar med.",
        {"drug": drug_events.HANDLING_DRUG, "patients_change_at_end": drug_events.GROWTH_AT_END},
    ),
    Planted(
        "hired_staff_2024", "measure", "2024-01", None, "Färre veckor inhyrd personal avropas.",
        {"profile": "ramp(6)"},
    ),
    Planted(
        "hiring_review_2026", "measure", "2026-01", None,
        "Prövningen av hyravrop minskar inhyrd personal, men mindre än budgeten räknar med.",
        {"profile": "ramp(3)"},
    ),
    Planted(
        "staff_cost_2026", "measure", "2026-01", None,
        "Personalkostnaden hålls tillbaka, men mycket mindre än budgeten räknar med.", {"profile": "ramp(6)"},
    ),
    Planted(
        "contract_home", "measure", single_events.HOME_START, None,
        "Höft- och knäoperationer görs i egen regi: mindre köpt vård, mer implantat.",
        {"share": single_events.HOME_SHARE, "profile": "ramp(3)"},
    ),
    Planted("fees_2024", "measure", "2024-01", None, "Patientavgifterna höjs.", {"profile": "step"}),
    Planted(
        "diagnosis_coding_2024", "measure", "2024-07", None,
        "Diagnoskodningen ger intäkter först efter ett halvår, och mindre än planerat.",
        {"profile": "ramp(6)"},
    ),
    Planted(
        "right_skills_2024", "measure", "2024-03", None, "Arbetsuppgifter fördelas om.",
        {"change": -0.014, "profile": "ramp(6)"},
    ),
    Planted(
        "care_flows_2024", "measure", "2024-06", None,
        "Egenmonitorering minskar inhyrd personal och material något.",
        {"change": -0.03, "profile": "ramp(6)"},
    ),
    Planted(
        "service_agreements_2024", "no_effect", "2024-01", None,
        "Översynen av serviceavtal har ingen effekt alls.",
        {"change": 0.0},
    ),
    Planted(
        "monitoring_beds", "measure", "2025-11", None,
        "Övervakningsplatserna är stängda: färre sköterskor och mindre hyr.",
        {"profile": "ramp(2)"},
    ),
    Planted(
        "rs_vaccination", "measure", drug_events.VACCINE_START, None,
        "Vaccinet kostar, vårddygnen för spädbarn minskar.", {"drug": drug_events.VACCINE},
    ),
    Planted(
        "supplier_price_jump", "price", single_events.SUPPLIER_START, None,
        "Leverantören av dialysmaterial höjer priset.",
        {"counterparty": single_events.SUPPLIER, "price_change": single_events.SUPPLIER_JUMP},
    ),
    Planted(
        "drug_price_jump", "price", drug_events.PRICE_START, None, "Priset på ett läkemedel höjs.",
        {"drug": drug_events.PRICE_DRUG, "price_change": drug_events.PRICE_JUMP},
    ),
    Planted(
        "volume_rise", "volume", "2026-01", None, "Mottagningen tar emot fler patienter än planerat.",
        {"volume_change": programme.VOLUME_RISE},
    ),
    Planted(
        "mix_shift", "mix", drug_events.MIX_START, None, "Patienter byter till ett dyrare läkemedel.",
        {"from": drug_events.MIX_FROM, "to": drug_events.MIX_TO, "share": drug_events.MIX_SHARE,
         "profile": "ramp(6)"},
    ),
    *_HIGH_COST,
    Planted(
        "accrual_pair", "periodisation", "2026-05", "2026-06",
        "En upplupen kostnad vänds i maj och rättas i juni; paret tar ut sig.",
    ),
    Planted(
        "accrual_open", "periodisation", "2026-10", None,
        "En upplupen kostnad har vänts men fakturan saknas; resultatet ser bättre ut än det är.",
    ),
    Planted(
        "pension_jump", "level_shift", "2023-01", None, "Pensionskostnaden stiger kraftigt i alla enheter.",
    ),
    Planted(
        "strained_budget", "strained_budget", "2019-01", None,
        "Budgeten är lägre än vad enheterna väntas kosta; gäller en del av enheterna.",
    ),
)  # fmt: skip
"""Every planted cause and effect that changes amounts."""


def truth_register(organisation: DemoOrganisation, log: EffectsLog) -> dict[str, object]:
    """Return the content of ``truth.yaml``.

    Parameters
    ----------
    organisation : DemoOrganisation
        The units.
    log : EffectsLog
        What each event did.

    Returns
    -------
    dict
        ``planted``: one row an event; amounts are SEK in result sign. ``effect_sek`` is what the actuals
        would not have held without the event, ``budgeted_sek`` what the budget would not have held, and
        ``against_budget_2026_sek`` the event's part of the deviation of January to October 2026.
        ``reorganisations``: the changes of the organisation.
    """
    missing = (set(log.actual) | set(log.budget)) - {planted.event for planted in PLANTED}
    assert not missing, missing
    return {
        "planted": [_row(organisation, log, planted) for planted in PLANTED],
        "reorganisations": _reorganisations(organisation),
    }


def _row(organisation: DemoOrganisation, log: EffectsLog, planted: Planted) -> dict[str, object]:
    actual, budget = log.actual.get(planted.event, {}), log.budget.get(planted.event, {})
    cells = sorted({*actual, *budget})
    monthly = sum(actual.values(), np.zeros(ACTUAL_MONTHS, dtype=np.int64))
    planned = sum(budget.values(), np.zeros(12 * YEARS.size, dtype=np.int64))
    against = log.against_budget(planted.event, LAST_YEAR)
    by_unit: dict[str, int] = {}
    by_line: dict[str, int] = {}
    for (unit, account), ore in against.items():
        code, line = organisation.units[unit].code, ACCOUNTS[account].line
        by_unit[code] = by_unit.get(code, 0) + ore
        by_line[line] = by_line.get(line, 0) + ore
    return {
        "id": planted.event,
        "kind": planted.kind,
        "description": planted.description,
        "units": organisation.codes(sorted({unit for unit, _ in cells})),
        "lines": list(dict.fromkeys(ACCOUNTS[account].line for account in sorted({account for _, account in cells}))),
        "accounts": sorted({ACCOUNTS[account].code for _, account in cells}),
        "start": planted.start,
        "end": planted.end,
        "parameters": planted.parameters,
        "effect_sek": {period_text(month): monthly[month].item() / 100 for month in np.flatnonzero(monthly).tolist()},
        "effect_sek_by_year": {
            int(year): int(total) / 100 for year in YEARS if (total := monthly[year_slice(int(year))].sum())
        },
        "budgeted_sek": {period_text(month): planned[month].item() for month in np.flatnonzero(planned).tolist()},
        "budgeted_sek_by_year": {
            int(year): int(total) for year in YEARS if (total := planned[year_slice(int(year))].sum())
        },
        "against_budget_2026_sek": sum(against.values()) / 100,
        "against_budget_2026_by_unit": {code: ore / 100 for code, ore in by_unit.items() if ore},
        "against_budget_2026_by_line": {line: ore / 100 for line, ore in by_line.items() if ore},
    }


def _reorganisations(organisation: DemoOrganisation) -> list[dict[str, object]]:
    moved = organisation.unit(MOVED_UNIT[0])
    area = organisation.area_code(MOVED_AREA[0])
    return [
        {
            "id": "area_moves", "date": "2025-01-01", "codes": [area],
            "from": organisation.division_of_area[area], "to": MOVED_AREA[1],
            "description": f"{MOVED_AREA[0]} byter division.",
        },
        {
            "id": "unit_moves", "date": "2025-01-01", "codes": [moved.code],
            "from": moved.area, "to": organisation.area_code(MOVED_UNIT[1]),
            "description": f"{MOVED_UNIT[0]} byter område.",
        },
        {
            "id": "units_merge", "date": "2025-01-01",
            "codes": organisation.codes(organisation.index(*MERGED_UNITS)),
            "to": organisation.unit(MERGED_INTO).code,
            "description": "Två enheter läggs ner och får en gemensam efterträdare.",
        },
    ]  # fmt: skip
