"""Every measure of the register, jointly, against its plan: no krona twice, no claim before its time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.effects.portfolio.estimation import Claim, Estimation, estimate_portfolio
from utfall.effects.portfolio.gains import YEAR, Gains, planned
from utfall.effects.portfolio.ledger_bridge import LedgerBridge, ledger_bridge
from utfall.effects.portfolio.measure_checks import checks_of, control_words, grade_of, placebo_words
from utfall.effects.portfolio.result import LEVELS, SPANS, TOTAL, Portfolio
from utfall.effects.portfolio.verdicts import IMPOSSIBLE, is_judged, verdict
from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent, period_name
from utfall.presentation.words import list_words, plural
from utfall.region import Region, a_year_before, parse_period, year_start
from utfall.region.registers import Measure
from utfall.results import NotAvailable

Array = NDArray[np.float64]

ENTANGLED = -0.7
"""Correlation between the estimates of two measures below which it is said that they are hard to tell apart."""

ASSUMPTIONS = (
    "Utan åtgärderna hade kostnaderna, i fasta priser, fortsatt som historien och jämförelseenheterna visar.",
    "Varje åtgärds effekt kommer som införandeprofilen i registret säger och består sedan.",
    "Varje krona räknas en gång: åtgärder på samma enheter och konton skattas tillsammans, och den som börjat först "
    "räknas på det som då fanns kvar.",
    "Osäkra skattningar vägs samman med vad åtgärder brukar ge, inte med vad de var planerade att ge; alla räknas med, "
    "även de som inte visar någon effekt.",
    "Något annat, som inte syns, kan ha ändrat en serie samtidigt; intervallen rymmer det.",
)
"""What every estimate of a portfolio stands on."""

COLUMNS = (
    *("id", "name", "kind", "component", "responsible", "decision", "start", "judgement", "judged", "group", "split"),
    *("plan_year", "plan_to_date", "relative", "p_positive", "p_plan"),
    *("cost_to_date", "net_to_date", "cost_year", "net_year", "minimum_detectable"),
    *("grade", "placebo", "negative_control", "verdict", "reason"),
)
"""Columns of `Portfolio.measures`."""


def measure_portfolio(region: Region, *, period: str | pd.Timestamp) -> Portfolio:
    """Estimate every measure of the register that has started, jointly and against plan.

    Parameters
    ----------
    region : Region
        The region, with its register of measures.
    period : str or Timestamp
        The report's month.

    Returns
    -------
    Portfolio

    Raises
    ------
    InvalidParameter
        When the month is outside the ledger.
    """
    month = region.period(period)
    found = estimate_portfolio(region, month)
    earlier = _earlier_verdicts(region, month, found)
    rows, checks, draws = [], [], {}
    gains: dict[str, Gains] = {}
    for claim in found.claims:
        for measure, share in zip(claim.measures, _shares(claim.measures), strict=True):
            own = None if claim.gains is None else claim.gains.times(share)
            own_checks = checks_of(claim, found.ledger.months)
            checks += [{"id": measure.id, "check": c.name, "passed": c.passed, "detail": c.detail} for c in own_checks]
            row = _row(measure, claim, own, own_checks, found, month)
            rows.append(row | ({"verdict": earlier[measure.id]} if measure.id in earlier else {}))
            if own is not None:
                gains[measure.id] = own
                draws[measure.id] = _to_date(own, found, month)
    measures = pd.DataFrame(rows, columns=list(COLUMNS))
    measure_checks = pd.DataFrame(checks, columns=["id", "check", "passed", "detail"])
    draws[TOTAL] = sum(draws.values(), np.zeros(1))
    effects = _effects(gains, measures, found, month)
    bridge = _bridge(region, found, gains, measures, month)
    return Portfolio(
        period=month,
        measures=measures,
        effects=effects,
        correlation=_correlation(draws),
        bridge=bridge,
        measure_checks=measure_checks,
        money=Money.for_amounts([*effects["estimate"], *measures["plan_to_date"]], region.currency),
        assumptions=ASSUMPTIONS,
        warnings=_warnings(found, measures, _correlation(draws)),
        checks=_checks(effects, measures, measure_checks, bridge),
        _draws=draws,
    )


def _shares(measures: tuple[Measure, ...]) -> list[float]:
    """How a group's effect is split: by plan, for nothing else is known."""
    plans = [max(measure.planned_effect, 0.0) for measure in measures]
    return [plan / sum(plans) if sum(plans) > 0 else 1 / len(plans) for plan in plans]


def _row(
    measure: Measure,
    claim: Claim,
    own: Gains | None,
    checks: tuple[Check, ...],
    found: Estimation,
    month: pd.Timestamp,
) -> dict[str, object]:
    """Everything that is said of one measure."""
    months, since = found.ledger.months, year_start(month)
    start = parse_period(measure.start)
    judged = is_judged(measure.judgement, month)
    plan = planned(measure.planned_effect, claim.path, months, since)
    active = int((months >= max(start, since)).sum())
    row: dict[str, object] = {
        "id": measure.id,
        "name": measure.name,
        "kind": measure.kind,
        "component": measure.component,
        "responsible": measure.responsible,
        "decision": measure.decision,
        "start": start,
        "judgement": parse_period(measure.judgement) if measure.judgement else pd.NaT,
        "judged": judged and own is not None,
        "group": claim.measures[0].id,
        "split": len(claim.measures) > 1,
        "plan_year": measure.planned_effect,
        "plan_to_date": plan,
        "cost_to_date": measure.cost * active / YEAR,
        "cost_year": measure.cost,
        "minimum_detectable": claim.minimum_detectable,
        "grade": grade_of(claim, checks).value,
        "placebo": placebo_words(claim),
        "negative_control": control_words(claim),
        "verdict": f"{IMPOSSIBLE}: {claim.reason}",
        "reason": claim.reason,
    }
    if own is None:
        return row | {"grade": Grade.D.value}
    drawn = _to_date(own, found, month)
    pulse = measure.profile == "pulse"
    weighed = own.monthly.sum(axis=1) if pulse else own.full_year
    aim = planned(measure.planned_effect, claim.path, months, start) if pulse else measure.planned_effect
    return row | {
        "relative": np.nan if pulse else float(own.full_year.mean()) / own.base,
        "p_positive": float((drawn > 0).mean()),
        "p_plan": float((drawn >= plan).mean()) if plan else np.nan,
        "net_to_date": float(drawn.mean()) - measure.cost * active / YEAR,
        "net_year": np.nan if pulse else float(own.full_year.mean()) - measure.cost,
        "verdict": verdict(weighed, aim or None, judged=judged, base=own.base),
    }


def _to_date(gains: Gains, found: Estimation, month: pd.Timestamp) -> Array:
    """Draws of this year's effect."""
    return np.asarray(gains.monthly[:, found.ledger.months >= year_start(month)].sum(axis=1))


def _effects(gains: dict[str, Gains], measures: pd.DataFrame, found: Estimation, month: pd.Timestamp) -> pd.DataFrame:
    """Every measure, kind and the total over every span, with intervals."""
    kind = dict(zip(measures["id"], measures["kind"], strict=True))
    parts: dict[str, list[str]] = {name: [name] for name in gains}
    for name in gains:
        parts.setdefault(f"kind:{kind[name]}", []).append(name)
    parts[TOTAL] = list(gains)
    pulses = {measure.id for claim in found.claims for measure in claim.measures if measure.profile == "pulse"}
    rows = []
    for name, members in parts.items():
        for span in SPANS:
            lasting = [one for one in members if one not in pulses] if span == "full_year" else members
            drawn = [_span(gains[one], span, found, month) for one in lasting]
            rows.append({"id": name, "span": span, **_summary(drawn, empty=name != TOTAL)})
    columns = ["id", "span", "estimate", *(f"{end}-{level}" for level in LEVELS for end in ("lo", "hi"))]
    return pd.DataFrame(rows, columns=columns)


def _span(gains: Gains, span: str, found: Estimation, month: pd.Timestamp) -> Array:
    if span == "full_year":
        return gains.full_year
    return gains.monthly[:, -1] if span == "month" else _to_date(gains, found, month)


def _summary(drawn: list[Array], *, empty: bool) -> dict[str, float]:
    """Mean and ends of a sum of draws; missing when there is nothing to sum."""
    if not drawn:
        nothing = np.nan if empty else 0.0
        return {"estimate": nothing} | {f"{end}-{level}": nothing for level in LEVELS for end in ("lo", "hi")}
    summed = sum(drawn, np.zeros(1))
    found = {"estimate": float(summed.mean())}
    for level in LEVELS:
        tail = (1 - level / 100) / 2
        found[f"lo-{level}"], found[f"hi-{level}"] = map(float, np.quantile(summed, [tail, 1 - tail]))
    return found


def _earlier_verdicts(region: Region, month: pd.Timestamp, found: Estimation) -> dict[str, str]:
    """Verdicts of measures whose month of judgement has passed: given then, and not changed by later months."""
    due = {
        measure.id: parse_period(measure.judgement)
        for claim in found.claims
        for measure in claim.measures
        if measure.judgement and _was_judged(measure, region.first_period, month)
    }
    said = {}
    for judged in sorted(set(due.values())):
        verdicts = measure_portfolio(region, period=judged).measures.set_index("id")["verdict"]
        for name, when in due.items():
            if when == judged:
                said[name] = f"{verdicts[name]} (bedömd i {period_name(judged)})"
    return said


def _was_judged(measure: Measure, first: pd.Timestamp, month: pd.Timestamp) -> bool:
    """Whether the month of judgement lies in the past, with the measure begun and the ledger there."""
    judgement = parse_period(str(measure.judgement))
    return max(parse_period(measure.start), first) <= judgement < month


def _bridge(
    region: Region, found: Estimation, gains: dict[str, Gains], measures: pd.DataFrame, month: pd.Timestamp
) -> LedgerBridge | NotAvailable:
    names = dict(zip(measures["id"], measures["name"], strict=True))
    months = found.ledger.months
    before = (months >= a_year_before(year_start(month))) & (months <= a_year_before(month))
    changes = {
        name: (names[name], float(_to_date(own, found, month).mean() - own.monthly[:, before].sum(axis=1).mean()))
        for name, own in gains.items()
    }
    cells = [claim.cells for claim in found.claims if len(claim.cells)]
    if not cells:
        return NotAvailable("Inget är bokfört på de enheter och konton som åtgärderna avser.")
    bridge = ledger_bridge(region, found.ledger, pd.concat(cells), changes)
    return bridge or NotAvailable("Bokföringen når inte till samma månader förra året.")


def _correlation(draws: dict[str, Array]) -> pd.DataFrame:
    names = [name for name in draws if name != TOTAL]
    if len(names) < 2:
        return pd.DataFrame(np.eye(len(names)), names, names)
    return pd.DataFrame(np.corrcoef(np.array([draws[name] for name in names])), names, names)


def _warnings(found: Estimation, measures: pd.DataFrame, correlation: pd.DataFrame) -> tuple[str, ...]:
    names = dict(zip(measures["id"], measures["name"], strict=True))
    said = list(found.notes)
    for place, one in enumerate(correlation.index):
        for other in correlation.index[place + 1 :]:
            if correlation.loc[one, other] < ENTANGLED:
                said.append(
                    f"{names[one]} och {names[other]} kan knappt skiljas åt; summan av dem är säkrare än delarna."
                )
    for claim in found.claims:
        whose = list_words(measure.name for measure in claim.measures)
        if claim.gains is not None and claim.left_out > 0:
            said.append(f"{whose}: {percent(claim.left_out, 0)} av beloppen kan inte skattas och ingår inte.")
        if len(claim.measures) > 1:
            said.append(f"{whose} kan inte skiljas åt: de har en gemensam effekt, och delarna är fördelning, ej mätt.")
        for measure in claim.measures:
            if measure.judgement is None:
                said.append(f"{measure.name} har ingen bedömningsmånad i registret och blir därför aldrig bedömd.")
    if found.waiting:
        said.append(f"{plural(found.waiting, 'åtgärd', 'åtgärder')} i registret börjar senare och ingår inte.")
    if not found.ledger.index.shape[1]:
        said.append("Prisindex saknas: skattningarna är i löpande priser.")
    return tuple(said)


def _checks(
    effects: pd.DataFrame, measures: pd.DataFrame, measure_checks: pd.DataFrame, bridge: LedgerBridge | NotAvailable
) -> tuple[Check, ...]:
    """The sums, and how many measures passed each check."""
    rows = effects[effects["span"] == "to_date"].set_index("id")["estimate"]
    parts = rows.reindex(measures.loc[measures["reason"] == "", "id"]).sum()
    found = [require_identity("åtgärdernas effekter = den samlade effekten", float(parts), float(rows[TOTAL]))]
    if not isinstance(bridge, NotAvailable):
        found.append(bridge.check)
    for name, checks in measure_checks.groupby("check", sort=False):
        passed = int(checks["passed"].sum())
        found.append(Check(str(name), passed == len(checks), f"{passed} av {len(checks)} åtgärder"))
    return tuple(found)
