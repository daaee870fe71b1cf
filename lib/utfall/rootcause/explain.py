"""The root-cause method: its steps in their order, each leaving a trace."""

from __future__ import annotations

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.money import Money
from utfall.presentation.numbers import percent
from utfall.presentation.words import list_words, plural
from utfall.region import Region
from utfall.results import NotAvailable
from utfall.rootcause.associations.associations import Associations, associations
from utfall.rootcause.causes.causes import Causes
from utfall.rootcause.causes.details import with_details
from utfall.rootcause.causes.find import NEGLIGIBLE_SHARE, find_causes
from utfall.rootcause.comparability.comparability import Comparability, comparability
from utfall.rootcause.comparison import Comparison, compare
from utfall.rootcause.deviation import Deviation
from utfall.rootcause.drivers.budget_variances import BudgetVariances
from utfall.rootcause.drivers.cost_factors import split_cells
from utfall.rootcause.drivers.price_volume import PriceVolume, price_and_volume
from utfall.rootcause.drivers.variances import budget_variances
from utfall.rootcause.postings.high_cost import HighCost, high_cost_cases, undivided_units
from utfall.rootcause.postings.periodisation import KINDS, Periodisation, periodisation
from utfall.rootcause.postings.reclassification import Reclassifications, reclassifications
from utfall.rootcause.segments.located import Located, locate
from utfall.rootcause.signal.control_charts import ControlCharts, control_charts
from utfall.rootcause.signal.repeated import repeated_deviations
from utfall.rootcause.signal.usual_variation import exceeds, limit, span_history, summed, usual_variation
from utfall.rootcause.trail import Step


def explain_deviation(
    region: Region,
    *,
    unit: str | None = None,
    period: str | pd.Timestamp,
    against: str | None = None,
) -> Deviation:
    """Explain the deviation of a node's year so far: the whole root-cause method.

    Parameters
    ----------
    region : Region
        The region.
    unit : str, optional
        Name or code, at any level; the board when not given or empty.
    period : str or Timestamp
        Last month; the deviation runs from January.
    against : {"budget", "previous_year"}, optional
        What the outcome is compared with; the region's own reference when not given.

    Returns
    -------
    Deviation

    Raises
    ------
    InvalidParameter
        For a unit, period or reference that cannot be used.
    IdentityFailed
        When a sum that must hold does not: the parts and the ledger, the components and the deviation, the causes
        with what remains and the deviation.
    """
    comparison = compare(region, unit=unit, period=period, against=against)
    variation, repeated = _variation(comparison)
    lines = _lines(comparison, variation)
    money = Money.for_deviations(lines[["actual", "expected"]].to_numpy().ravel(), lines["deviation"], region.currency)
    control = _control_totals(comparison, lines)

    comparable = comparability(comparison, money)
    charts = control_charts(comparison, money)
    split = split_cells(comparison, undivided_units(comparison))
    drivers = price_and_volume(comparison, split, money)
    located = locate(comparison, money)
    misplaced = periodisation(comparison, money)
    moved = reclassifications(comparison, money)
    care = lines.loc[lines["line"] == "purchased_care", "deviation"].sum()
    costly = high_cost_cases(comparison, float(care), money)
    related = associations(comparison, money)

    one_offs = _one_offs(misplaced)
    variances = budget_variances(comparison, split, money, one_offs=one_offs)
    hidden = costly.hidden_cells if isinstance(costly, HighCost) else variation.iloc[:0]
    names = {node.code: node.name for node in region.organisation.nodes(comparison.period, "unit")}
    causes = find_causes(variances, variation, one_offs, hidden, repeated, names, money)
    causes = causes.with_frame(with_details(causes.frame, comparison, variances, split, repeated, charts, money))
    whole = float(lines["deviation"].sum())
    checks = (
        *control,
        require_identity("Delarna summerar till avvikelsen", float(located.parts["deviation"].sum()), whole),
        require_identity("Orsakerna och det som återstår är avvikelsen", causes.deviation, whole),
    )
    return Deviation(
        unit=comparison.node.code,
        unit_name=comparison.node.name,
        since=comparison.since,
        period=comparison.period,
        against=comparison.against,
        reference_words=comparison.reference_words,
        lines=lines,
        causes=causes,
        comparability=comparable,
        control_charts=charts,
        price_volume=drivers,
        variances=variances,
        located=located,
        periodisation=misplaced,
        reclassifications=moved,
        high_cost=costly,
        associations=related,
        trail=(
            _control_step(checks),
            *_step(comparable, "Prisindex och jämförbarhet"),
            _signal_step(causes, lines),
            *_step(charts, "Styrdiagram"),
            *_driver_steps(drivers, variances),
            _segment_step(located),
            *_step(misplaced, "Periodisering"),
            *_step(moved, "Omklassificering"),
            _high_cost_step(costly),
            *_step(related, "Samband med produktion och bemanning"),
            *_cause_steps(causes),
        ),
        money=money,
        assumptions=(
            "Normal variation skattas ur hela perioder (januari till månaden) år för år: varje enhets förändringar vid "
            "sidan av postens i hela regionen, stödda på hur andra enheters poster av samma slag varierar.",
        ),
        warnings=tuple(
            part.reason for part in (comparable, drivers, misplaced, related) if isinstance(part, NotAvailable)
        ),
        checks=tuple(dict.fromkeys((*checks, *_identities(comparable, drivers, variances, misplaced, causes)))),
    )


def _variation(comparison: Comparison) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Usual variation of each cell of the node, and the cells whose deviation is repeated every year."""
    spans = span_history(comparison.region, comparison.period)
    variation = usual_variation(spans)
    own = {unit for unit in comparison.amounts(["unit"])["unit"]}
    variation = variation[variation["unit"].isin(own)].reset_index(drop=True)
    if comparison.against == "previous_year":
        return variation.assign(sd=variation["sd_change"]), variation.iloc[:0][["unit", "line"]].assign(years=[])
    variation = variation.assign(drift=0.0)  # a budget is to have foreseen what every unit would do
    return variation, repeated_deviations(spans[spans["unit"].isin(own)], variation)


def _lines(comparison: Comparison, variation: pd.DataFrame) -> pd.DataFrame:
    """Compare each report line, and judge its deviation against what chance does to the sum of its cells."""
    frame = comparison.amounts(["line"])
    register = comparison.region.accounts.frame[["line", "name", "kind", "order"]]
    frame = frame.merge(register, on="line").sort_values("order", ignore_index=True)
    frame = frame.merge(summed(variation, ["line"]), on="line", how="left")
    frame = frame.assign(band=limit(frame["sd"], frame["degrees"]))
    drift = variation.groupby("line")["drift"].sum().rename("drift").reset_index()
    frame = frame.merge(drift, on="line", how="left").fillna({"drift": 0.0})
    beyond = frame["deviation"] - frame["drift"]
    large = beyond.abs() > NEGLIGIBLE_SHARE * frame["expected"].abs()
    signal = exceeds(beyond, frame["sd"], frame["degrees"]) & large
    columns = ["line", "name", "kind", "actual", "expected", "deviation", "band", "signal"]
    return frame.assign(signal=signal.where(frame["band"].notna()))[columns]


def _control_totals(comparison: Comparison, lines: pd.DataFrame) -> tuple[Check, ...]:
    """Ledger in = report out, for the outcome and for what it is compared with."""
    region, code, since, until = comparison.region, comparison.node.code, comparison.since, comparison.period
    ledger = region.control_total(unit=code, since=since, until=until)
    checks = [require_identity("Rapportens utfall = huvudbokens summa", lines["actual"].sum(), ledger)]
    if comparison.against == "budget":
        budget = region.control_total(unit=code, since=since, until=until, table="budget")
        checks.append(require_identity("Rapportens budget = budgettabellens summa", lines["expected"].sum(), budget))
    return tuple(checks)


def _one_offs(misplaced: Periodisation | NotAvailable) -> pd.DataFrame:
    """Give what the year holds because of postings that belong elsewhere, as causes."""
    columns = ["unit", "line", "kind", "amount", "detail", "grade"]
    if isinstance(misplaced, NotAvailable):
        return pd.DataFrame(columns=columns).astype({"amount": "float64"})
    frame = misplaced.frame[misplaced.frame["effect"] != 0]
    details = [
        f"{KINDS[row['kind']]}: konto {row['account']}, {row['months']}, verifikat {list_words(row['vouchers'])}."
        for row in frame.to_dict("records")
    ]
    frame = frame.assign(kind="periodisation", amount=frame["effect"], detail=details)
    return frame[columns].astype({"amount": "float64"}).reset_index(drop=True)


def _identities(*parts: object) -> tuple[Check, ...]:
    """Give the sums that the parts have checked; their other checks are about their own evidence."""
    checks: tuple[Check, ...] = tuple(check for part in parts for check in getattr(part, "checks", ()))
    return tuple(check for check in checks if check.values is not None)


def _step(
    part: Comparability | ControlCharts | Periodisation | Reclassifications | Associations | NotAvailable, name: str
) -> tuple[Step, ...]:
    if isinstance(part, NotAvailable):
        return (Step(name, "–", "–", f"Kan inte avgöras. {part.reason}", Grade.D),)
    return part.steps if isinstance(part, Comparability) else (part.step,)


def _control_step(checks: tuple[Check, ...]) -> Step:
    return Step(
        "Kontrollsummor",
        "Huvudbok, budget",
        "Rapportens summa är huvudbokens summa på öret",
        f"{len(checks)} kontroller håller",
        Grade.A,
    )


def _signal_step(causes: Causes, lines: pd.DataFrame) -> Step:
    judged = int(lines["signal"].notna().sum())
    outside = int(lines["signal"].fillna(False).sum())
    within = causes.counts["within_noise"]
    return Step(
        "Signal eller brus",
        "Samma månader tidigare år, enhet för enhet",
        "Större än slumpen överskrider i ett fall av 2 000, eller åt samma håll varje år",
        f"{outside} av {judged} poster är signal; {within} av {causes.counts['cells']} delar är brus"
        if judged
        else "Kan inte avgöras: för kort historik",
        Grade.C,
    )


def _driver_steps(drivers: PriceVolume | NotAvailable, variances: BudgetVariances) -> list[Step]:
    steps = []
    if isinstance(drivers, PriceVolume):
        steps.append(
            Step(
                "Pris, volym, mix, effektivitet",
                "Räknade volymer, prisindex",
                "Additiv LMDI mot samma månader förra året",
                "Delarna summerar till förändringen",
                drivers.grade,
            )
        )
    steps.append(
        Step(
            "Flexibel budget",
            "Planerad och verklig volym",
            "Budget × verklig ÷ planerad volym; resten efter pris, mix, effektivitet och budgetens nivå",
            "Delarna summerar till avvikelsen",
            variances.grade,
        )
    )
    return steps


def _segment_step(located: Located) -> Step:
    gross = abs(located.worsened) + located.improved
    left = abs(located.segments.unexplained) / gross if gross else 0.0
    return Step(
        "Segment",
        "Enhet × konto",
        "Minsta antal segment som skiljer ut sig från bruset",
        f"{len(located.segments.causes)} segment; oförklarat netto är {percent(left, 0)} av bruttoavvikelsen",
        located.segments.grade,
    )


def _high_cost_step(costly: HighCost | NotAvailable) -> Step:
    if isinstance(costly, NotAvailable):
        return Step("Enskilda högkostnadsfall", "–", "–", f"Kan inte avgöras. {costly.reason}", Grade.D)
    if not costly.exist:
        outcome = "Inga"
    else:
        outcome = "Finns; visas inte" if costly.cases is None else plural(costly.cases, "fall", "fall")
    return Step(
        "Enskilda högkostnadsfall", "Köpt vård per vårdtillfälle", "Minst en miljon; färre än fem visas inte", outcome,
        Grade.A,
    )  # fmt: skip


def _cause_steps(causes: Causes) -> list[Step]:
    left = causes.rest["unexplained"]
    outcome = plural(len(causes.frame), "orsak", "orsaker")
    rest = f"{causes.money.write(left, signed=True)} i {plural(causes.counts['unexplained'], 'post', 'poster')}"
    return [
        Step(
            "Orsaker",
            "Stegen ovan",
            "Drivkrafter som slumpen inte förklarar, i poster som är signal",
            outcome,
            causes.grade,
        ),
        Step("Det oförklarade", "Stegen ovan", "Avvikelsen minus orsakerna, i poster som är signal", rest, Grade.A),
    ]
