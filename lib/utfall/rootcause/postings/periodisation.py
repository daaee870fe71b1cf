"""Periodisation: what lies in the wrong month, is missing or is there twice, and the deviation without it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from utfall.evidence import Check, Grade, require_identity
from utfall.presentation.charts import bars
from utfall.presentation.charts.chart import Chart
from utfall.presentation.money import Money
from utfall.presentation.numbers import number, percent, period_range, short_period
from utfall.presentation.tables import Column, Table
from utfall.presentation.words import list_words, plural
from utfall.results import NotAvailable, Result
from utfall.rootcause.comparison import Comparison
from utfall.rootcause.postings.account_months import (
    ACCOUNT_SHARE,
    EARLIER_MONTHS,
    MONTHS,
    SIGMAS,
    UNIT_SHARE,
    AccountMonths,
    account_months,
)
from utfall.rootcause.postings.late_bookings import LateBookings, late_bookings
from utfall.rootcause.postings.misplaced import deviation_by_line, deviation_by_month, effects, findings_frame
from utfall.rootcause.postings.recurring import ALIKE_MONTHS, ALIKE_WITHIN, LONGEST_GAP, recurring
from utfall.rootcause.postings.vouchers import Finding, read_postings
from utfall.rootcause.postings.wrong_month import CANCEL_WITHIN, MOST_MONTHS_APART, POSTING_FACTOR, wrong_month
from utfall.rootcause.trail import Step

KINDS = {
    "pair": "Par som tar ut varandra",
    "year_end": "Förskjutning över årsskiftet",
    "open_accrual": "Öppen periodisering",
    "missing": "Saknad bokning",
    "doubled": "Dubbel bokning",
}
"""What each kind of finding is called in a report."""

RULES = {
    "pair": f"Två verifikat på samma enhet, konto och motpart tar ut varandra inom {percent(CANCEL_WITHIN, 0)}, högst "
    f"{MOST_MONTHS_APART} månader isär; båda ligger långt utanför kontots vanliga bokningar, och "
    "båda månaderna avviker med dem.",
    "year_end": f"Ett ovanligt stort verifikat i år tar ut ett från de {EARLIER_MONTHS} sista månaderna förra året, "
    "eller en bokning i januari motsvarar vad december saknar; årets följande månader har inte rättat det.",
    "open_accrual": "Ett ovanligt stort verifikat mot kontots vanliga tecken under de "
    f"{MOST_MONTHS_APART} sista månaderna, som varken har en motpost eller har rättats.",
    "missing": f"En bokning som kommit minst {ALIKE_MONTHS} av de {MONTHS} månaderna före, i lika många rader och inom "
    f"{percent(ALIKE_WITHIN, 0)} av samma belopp, uteblir högst {LONGEST_GAP} månader i rad och tas inte igen månaden "
    "före eller efter, av annan motpart eller på annat konto. Intervallet är månadernas minsta och största belopp.",
    "doubled": "Två verifikat med samma konto, motpart, text och belopp i en månad, eller en månatlig bokning som "
    "kommit två gånger, utan lucka före eller efter; bara där sådant inte har förekommit året före.",
}
"""The rule of each kind, as the report states it."""

FINDINGS_NAMED = 3
"""Findings the text names."""

MONTHS_DRAWN = 6
"""Most months drawn, each as booked and without the findings."""


@dataclass(frozen=True, eq=False, repr=False)
class Periodisation(Result):
    """What lies in the wrong month, is missing or is there twice in the year so far.

    Parameters
    ----------
    frame : DataFrame
        One row a finding, the largest first: ``kind`` (one of `KINDS`), ``unit, unit_name, line, line_name, account,
        counterparty, months`` (Swedish text), ``vouchers`` (tuple of numbers), ``amount`` (the largest posting),
        ``effect`` (what the year's deviation holds because of it; without it the deviation is ``deviation − effect``),
        ``lo, hi`` (interval of the effect; the effect itself where it is booked), ``evidence, grade``. SEK in result
        sign.
    monthly : DataFrame
        The effects by month: ``finding`` (row of `frame`), ``unit, line, account, period, effect``.
    by_line : DataFrame
        One row a unit and line: ``unit, unit_name, line, line_name, deviation, effect, adjusted``.
    by_month : DataFrame
        One row a month: ``period, deviation, effect, adjusted``.
    late : LateBookings or NotAvailable
        Whether the last month is booked in full. What may still come is no finding and is in no effect.
    unit_name, reference_words : str
        The node, and what its outcome is compared with.
    since, period : Timestamp
        First and last month.
    money : Money
        How amounts are written.
    """

    frame: pd.DataFrame
    monthly: pd.DataFrame
    by_line: pd.DataFrame
    by_month: pd.DataFrame
    late: LateBookings | NotAvailable
    unit_name: str
    reference_words: str
    since: pd.Timestamp
    period: pd.Timestamp
    money: Money
    assumptions: tuple[str, ...]
    warnings: tuple[str, ...]
    checks: tuple[Check, ...]

    @property
    def grade(self) -> Grade:
        """The weakest finding's; C when there is none, since each account is judged by its own history."""
        if not all(check.passed for check in self.checks):
            return Grade.D
        return Grade(max(self.frame["grade"], default=Grade.C.value))

    @property
    def effect(self) -> float:
        """What the year's deviation holds because of the findings, SEK in result sign."""
        return float(round(self.frame["effect"].sum(), 2))

    @property
    def deviation(self) -> float:
        """The deviation as booked, SEK; negative is worse."""
        return float(round(self.by_line["deviation"].sum(), 2))

    @property
    def adjusted(self) -> float:
        """The deviation without the findings, SEK."""
        return float(round(self.by_line["adjusted"].sum(), 2))

    @property
    def step(self) -> Step:
        """The step of the method."""
        outcome = self._count() if len(self.frame) else "Inget funnet"
        return Step(
            "Periodisering",
            "Årets verifikat och tolv månader före",
            "Långt utanför kontots vanliga månader och bokningar",
            f"{outcome}; effekt på avvikelsen {self.money.write(self.effect, signed=True)}",
            self.grade,
        )

    @property
    def table(self) -> Table:
        """The findings, with what each means for the year's deviation."""
        shown = self.frame.assign(
            name=self.frame["kind"].map(KINDS),
            voucher=[list_words(numbers) for numbers in self.frame["vouchers"]],
        )
        kinds = dict.fromkeys(self.frame["kind"])
        columns = {
            "name": Column("Fynd"),
            "unit_name": Column("Enhet"),
            "account": Column("Konto"),
            "counterparty": Column("Motpart"),
            "months": Column("Månad"),
            "voucher": Column("Verifikat"),
            "amount": Column("Belopp", "amount", signed=True),
            "effect": Column("Effekt på årets avvikelse", "amount", signed=True),
            "evidence": Column("Underlag"),
            "grade": Column("Evidens"),
        }
        return Table(
            shown,
            f"Bokningar i fel månad, saknade och dubbla, {period_range(self.since, self.period)}",
            columns,
            notes=tuple(f"{KINDS[kind]}: {RULES[kind]}" for kind in kinds),
            unit=self.money.unit,
            currency=self.money.currency,
        )

    def plot(self) -> Chart:
        """Draw the deviation of each disturbed month, as booked and without the findings."""
        largest = self.by_month["effect"].abs().nlargest(MONTHS_DRAWN).index.sort_values()
        rows = []
        for row in self.by_month.loc[largest].query("effect != 0").to_dict("records"):
            month = short_period(row["period"])
            rows.append({"label": f"{month}, bokförd avvikelse", "amount": row["deviation"]})
            rows.append({"label": f"{month}, utan fynden", "amount": row["adjusted"]})
        return bars(
            pd.DataFrame(rows, columns=["label", "amount"]),
            title=self._headline(),
            unit=self.money.unit,
            currency=self.money.currency,
            sort=False,
        )

    def text(self) -> str:
        """How the deviation looks without the findings, and which are the largest."""
        sentences = [f"{self._headline()}."]
        named = [
            f"{KINDS[row['kind']].lower()} vid {row['unit_name']}, konto {row['account']} ({row['months']}, "
            f"{self.money.write(row['amount'], signed=True)})"
            for row in self.frame.head(FINDINGS_NAMED).to_dict("records")
        ]
        if named:
            sentences.append(f"{'Störst' if len(self.frame) > FINDINGS_NAMED else 'Det gäller'}: {list_words(named)}.")
        if isinstance(self.late, LateBookings):
            sentences.append(self.late.note.to_text())
        return " ".join(sentences)

    def _count(self) -> str:
        return plural(len(self.frame), "fynd", "fynd")

    def _headline(self) -> str:
        if self.frame.empty:
            return "Inget verifikat av betydelse ligger i fel månad, saknas eller är bokfört dubbelt"
        if not self.money.assess(self.effect):
            return f"{self._count()} stör enskilda månader men ändrar inte årets avvikelse"
        without = self.money.compare(self.adjusted, self.reference_words)
        return (
            f"Avvikelsen rymmer {self.money.write(self.effect, signed=True)} som inte hör till årets månader "
            f"({self._count()}); utan det ligger {self.unit_name} {without}"
        )


def periodisation(comparison: Comparison, money: Money) -> Periodisation | NotAvailable:
    """Find what lies in the wrong month, is missing or is there twice, and the deviation without it.

    Each account at each unit is judged by its own months and postings before the year; what is only somewhat unusual
    is left alone. Postings for single patients' care are never looked at.

    Parameters
    ----------
    comparison : Comparison
        The node, the months and what they are compared with.
    money : Money
        How amounts are written.

    Returns
    -------
    Periodisation or NotAvailable
        Not available where the ledger has no whole year before the judged one, or no account has postings often
        enough to have a usual month.

    Raises
    ------
    IdentityFailed
        When the effects do not sum to the difference they make.
    """
    accounts = account_months(comparison)
    if accounts is None:
        return NotAvailable("Periodiseringen kan inte bedömas: huvudboken har inget helt år före det bedömda.")
    if not accounts.judged.any():
        return NotAvailable(
            "Periodiseringen kan inte bedömas: inget konto har bokningar under tillräckligt många månader."
        )
    postings = read_postings(comparison, accounts)
    findings = _apart(wrong_month(postings, accounts), recurring(postings, accounts))
    frame = findings_frame(comparison, findings, postings, accounts, money)
    monthly = effects(findings, postings, accounts)
    by_line, by_month = deviation_by_line(comparison, monthly), deviation_by_month(comparison, monthly)
    rows = [row for found in findings for row in found.rows]
    late = late_bookings(comparison, postings, accounts, money)
    checks = (
        require_identity(
            "Fyndens effekter = skillnaden mellan avvikelsen med och utan dem",
            frame["effect"].sum(),
            (by_line["deviation"] - by_line["adjusted"]).sum(),
        ),
        require_identity(
            "Månadernas avvikelser summerar till postens", by_month["deviation"].sum(), by_line["deviation"].sum()
        ),
        Check("Ingen bokning ingår i två fynd", len(rows) == len(set(rows))),
    )
    return Periodisation(
        frame=frame,
        monthly=monthly,
        by_line=by_line,
        by_month=by_month,
        late=late,
        unit_name=comparison.node.name,
        reference_words=comparison.reference_words,
        since=comparison.since,
        period=comparison.period,
        money=money,
        assumptions=(
            f"Ett verifikat är ovanligt när det är minst {number(POSTING_FACTOR, 1)} gånger det tredje största på "
            f"enhetens konto och minst {number(SIGMAS)} robusta standardavvikelser av kontots månader, dessutom minst "
            f"{percent(ACCOUNT_SHARE, 0)} av kontots vanliga månad och {percent(UNIT_SHARE)} av enhetens.",
            "Köpt vård prövas inte, eftersom enskilda patienters vård kan vara lika stor som ett fel.",
            "Effekten gäller årets utfall, inte det som utfallet jämförs med.",
        ),
        warnings=_warnings(accounts, late),
        checks=checks,
    )


def _apart(wrong: list[Finding], recurring: list[Finding]) -> list[Finding]:
    """Put the findings together, the largest first, each krona in one of them.

    Where a posting lies in the wrong month, nothing is said of what recurs on the same account that month: the reversed
    accrual and the invoice it waits for are the same krona.
    """
    taken = {(found.cell, part.month) for found in wrong for part in found.booked}
    others = [found for found in recurring if not taken & {(found.cell, part.month) for part in found.booked}]
    return sorted([*wrong, *others], key=lambda found: -abs(found.largest.amount))


def _warnings(accounts: AccountMonths, late: LateBookings | NotAvailable) -> tuple[str, ...]:
    said = [late.reason] if isinstance(late, NotAvailable) else []
    left_out = int((~accounts.judged).sum())
    if left_out:
        said.append(
            f"{plural(left_out, 'konto', 'konton')} (av {len(accounts.judged)}, räknat per enhet) har bokningar under "
            "för få månader för att stora enskilda verifikat ska kunna bedömas."
        )
    return tuple(said)
