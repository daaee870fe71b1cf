"""Tables of what was found: each finding, its effect by month, and the deviation with and without it."""

from __future__ import annotations

import pandas as pd

from utfall.evidence import Grade
from utfall.presentation.money import Money
from utfall.presentation.numbers import short_period
from utfall.presentation.words import list_words
from utfall.region import a_year_before
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.account_months import AccountMonths
from utfall.rootcause.postings.vouchers import Finding, Postings

EVIDENCE = {
    "pair": "verifikaten tar ut varandra",
    "year_end": "motsvarar bokningen före årsskiftet",
    "open_accrual": "inget verifikat tar ut bokningen",
    "missing": "kom månaderna före",
    "doubled": "lika verifikat i samma månad",
}
"""What a finding rests on."""

PERSONAL_LINES = ("salaries", "pensions", "patient_fees")
"""Lines whose counterparty may be a person, and is never named."""

FRAME_COLUMNS = [
    "kind", "unit", "unit_name", "line", "line_name", "account", "counterparty", "months", "vouchers", "amount",
    "effect", "lo", "hi", "evidence", "grade",
]  # fmt: skip
"""Columns of `utfall.rootcause.postings.periodisation.Periodisation.frame`."""


def findings_frame(
    comparison: Comparison, findings: list[Finding], postings: Postings, accounts: AccountMonths, money: Money
) -> pd.DataFrame:
    """Lay out the findings as the report names them.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    findings : list of Finding
        What was found.
    postings : Postings
        The vouchers it was found in.
    accounts : AccountMonths
        The accounts they are on.
    money : Money
        How amounts are written.

    Returns
    -------
    DataFrame
        `FRAME_COLUMNS`, one row a finding in the order given.
    """
    organisation = comparison.region.organisation
    line_names = comparison.region.accounts.frame.set_index("line")["name"]
    rows: list[dict[str, object]] = []
    for found in findings:
        unit, account, line = (str(accounts.keys[name].iloc[found.cell]) for name in ("unit", "account", "line"))
        effect = found.effect
        low, high = found.interval or (effect, effect)
        months = [postings.period(part.month) for part in found.booked]
        rows.append(
            {
                "kind": found.kind,
                "unit": unit,
                "unit_name": organisation.name(unit, comparison.period),
                "line": line,
                "line_name": line_names[line],
                "account": account,
                "counterparty": "" if line in PERSONAL_LINES else found.counterparty,
                "months": list_words([short_period(month) for month in months]),
                "vouchers": tuple(part.voucher for part in found.booked if part.voucher),
                "amount": found.largest.amount,
                "effect": effect,
                "lo": low,
                "hi": high,
                "evidence": _evidence(found, money),
                # That two postings of the year cancel is an identity; which year one belongs to is not.
                "grade": (Grade.A if found.exact and found.kind == "pair" else Grade.C).value,
            }
        )
    return pd.DataFrame(rows, columns=FRAME_COLUMNS).astype(
        {"amount": float, "effect": float, "lo": float, "hi": float}
    )


def _evidence(found: Finding, money: Money) -> str:
    words = EVIDENCE[found.kind] + (" på öret" if found.exact else "")
    if found.interval is None:
        return words
    low, high = (money.write(edge, signed=True) for edge in found.interval)
    return f"{words}, mellan {low} och {high}"


def effects(findings: list[Finding], postings: Postings, accounts: AccountMonths) -> pd.DataFrame:
    """Effect of each finding by month of the year.

    Parameters
    ----------
    findings : list of Finding
        What was found.
    postings : Postings
        The vouchers it was found in.
    accounts : AccountMonths
        The accounts they are on.

    Returns
    -------
    DataFrame
        ``finding`` (its number), ``unit, line, account, period, effect``; SEK in result sign.
    """
    rows = [
        {"finding": row, **accounts.keys.loc[found.cell].to_dict()}
        | {"period": postings.period(part.month), "effect": part.amount}
        for row, found in enumerate(findings)
        for part in found.this_year
    ]
    frame = pd.DataFrame(rows, columns=["finding", "unit", "line", "account", "period", "effect"])
    return frame.astype({"effect": float, "period": "datetime64[us]"})


def deviation_by_line(comparison: Comparison, monthly: pd.DataFrame) -> pd.DataFrame:
    """Deviation of each unit and line, as booked and without the findings.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    monthly : DataFrame
        As `effects` gives it.

    Returns
    -------
    DataFrame
        ``unit, unit_name, line, line_name, deviation, effect, adjusted``; SEK in result sign.
    """
    frame = comparison.amounts(["unit", "line"])[["unit", "line", "deviation"]]
    effect = monthly.groupby(["unit", "line"])["effect"].sum().round(2).reset_index()
    frame = frame.merge(effect, on=["unit", "line"], how="outer").fillna({"deviation": 0.0, "effect": 0.0})
    organisation, lines = comparison.region.organisation, comparison.region.accounts.frame.set_index("line")["name"]
    names = {code: organisation.name(code, comparison.period) for code in frame["unit"].unique().tolist()}
    return frame.assign(
        unit_name=frame["unit"].map(names),
        line_name=frame["line"].map(lines),
        adjusted=(frame["deviation"] - frame["effect"]).round(2),
    )[["unit", "unit_name", "line", "line_name", "deviation", "effect", "adjusted"]]


def deviation_by_month(comparison: Comparison, monthly: pd.DataFrame) -> pd.DataFrame:
    """Deviation of each month of the year so far, as booked and without the findings.

    Parameters
    ----------
    comparison : Comparison
        The node and the months.
    monthly : DataFrame
        As `effects` gives it.

    Returns
    -------
    DataFrame
        ``period, deviation, effect, adjusted``; SEK in result sign.
    """
    region, code, since, until = comparison.region, comparison.node.code, comparison.since, comparison.period
    now = region.amounts(["period"], unit=code, since=since, until=until).set_index("period")
    expected = now["budget"]
    if comparison.against == "previous_year":
        before = region.amounts(
            ["period"], unit=code, since=a_year_before(since), until=a_year_before(until), structure=until
        )
        expected = before.set_index(before["period"] + pd.DateOffset(years=1))["actual"]
    months = pd.date_range(since, until, freq="MS", name="period")
    deviation = now["actual"].reindex(months, fill_value=0.0) - expected.reindex(months, fill_value=0.0)
    effect = monthly.groupby("period")["effect"].sum().reindex(months, fill_value=0.0)
    frame = pd.DataFrame({"deviation": deviation.round(2), "effect": effect.round(2)})
    return frame.assign(adjusted=(frame["deviation"] - frame["effect"]).round(2)).reset_index()
