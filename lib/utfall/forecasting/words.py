"""What is said of a forecast in Swedish: how it did when tested, and what the reader must know."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from utfall.evidence import Check, Grade
from utfall.forecasting.hierarchy.tree import Hierarchy
from utfall.forecasting.intervals.coverage import Covered
from utfall.forecasting.panel import Panel
from utfall.presentation.numbers import number, percent
from utfall.presentation.probability import in_percent
from utfall.presentation.words import capitalise_first, plural

COVERAGE_TOLERANCE = 0.04
"""How far the backtest coverage may be from the nominal before the check fails."""

WORSE_BY = 0.1
"""Share by which the error may exceed the simple method's and still be said to be on its level."""

CHANCE = 2.0
"""Standard errors of the backtest coverage that may be chance: twenty tests cannot show four percent."""

MIN_TESTS_B = 200
"""Tested forecasts needed before a passed backtest counts as evidence of grade B."""

MONTHS_NAMED = 3
"""Months of jumps that a warning tells one by one; of more it tells how many series."""

A_MONTH = re.compile(r" (?:jan|feb|mars|apr|maj|juni|juli|aug|sep|okt|nov|dec)\w*\.? \d{4}")
"""A month as reasons write it."""

WRONG_SIZE = "händelsens storlek stämmer inte med serien: "
"""How the reason of a series begins when the size of one of its events is plainly wrong."""

NAMES_SHOWN = 5
"""Series a warning names; the rest are counted."""


def error_check(tested: pd.DataFrame, comparison: str, name: str) -> tuple[Check, ...]:
    """Compare the error of earlier forecasts with that of a simple method.

    Parameters
    ----------
    tested : pandas.DataFrame
        Columns ``forecast``, ``actual`` and `comparison`, one row a forecast.
    comparison : str
        Column of the simple method.
    name : str
        What the simple method is called, as it follows "mindre än".

    Returns
    -------
    tuple of Check
        One check, or none when nothing was tested.

    Examples
    --------
    >>> tested = pd.DataFrame({"forecast": [101.0], "naive": [90.0], "actual": [100.0]})
    >>> error_check(tested, "naive", "felet med förra årets profil")[0].detail.replace(chr(160), " ")
    'fel 1,0 % mot 10,0 % av beloppet, 1 prövad prognos'
    """
    size = tested["actual"].abs().sum()
    if not len(tested) or size == 0:
        return ()
    own = (tested["forecast"] - tested["actual"]).abs().sum() / size
    naive = (tested[comparison] - tested["actual"]).abs().sum() / size
    detail = f"fel {percent(own)} mot {percent(naive)} av beloppet, {_tests(len(tested))}"
    holds = bool(own <= naive * (1.0 + WORSE_BY))
    return (Check(f"Prognosens fel är i nivå med eller mindre än {name}", holds, detail),)


def coverage_checks(coverage: Mapping[float, tuple[float, int]]) -> tuple[Check, ...]:
    """Compare how often intervals made from other tests covered with what they promise.

    Parameters
    ----------
    coverage : mapping
        Level in percent → share of the outcomes covered, and how many forecasts were tested.

    Returns
    -------
    tuple of Check
        One check a level that was tested.

    Examples
    --------
    >>> [coverage_checks({80: (share, 400)})[0].passed for share in (0.79, 0.7)]
    [True, False]
    """
    found = []
    for level, (share, tested) in coverage.items():
        if tested:
            nominal = level / 100
            chance = CHANCE * float(np.sqrt(nominal * (1 - nominal) / tested))
            found.append(
                Check(
                    f"Intervallet på {in_percent(level)} % täcker så ofta som det lovar",
                    abs(share - nominal) <= max(COVERAGE_TOLERANCE, chance),
                    f"{percent(share)} av utfallen, {_tests(tested)}",
                )
            )
    return tuple(found)


def coverage_warnings(too_seldom: Mapping[float, Sequence[Covered]], tree: Hierarchy) -> tuple[str, ...]:
    """Name the series and totals whose interval has covered too seldom, also where it holds for all together.

    Parameters
    ----------
    too_seldom : mapping
        Level in percent → what `utfall.forecasting.intervals.coverage.covered_too_seldom` found.
    tree : Hierarchy
        Names of the series and totals.

    Returns
    -------
    tuple of str
        One Swedish sentence for each level that was too narrow somewhere.

    Examples
    --------
    >>> tree = Hierarchy(np.array(["Löner"], dtype=object), np.zeros((0, 1), dtype=bool))
    >>> coverage_warnings({80: [Covered(0, False, 0.4, 40)]}, tree)[0].replace(chr(160), " ")
    'Intervallet på 80 % har täckt utfallet för sällan, och är för smalt, för Löner (40,0 % av 40 prövade prognoser).'
    """
    sentences = []
    for level, found in too_seldom.items():
        said = [
            f"{'serierna i ' if one.parts else ''}{tree.ids[one.node]} ({percent(one.share)} av {_tests(one.tested)})"
            for one in found
        ]
        if said:
            sentences.append(
                f"Intervallet på {in_percent(level)} % har täckt utfallet för sällan, och är för smalt, för "
                f"{series_named(said)}."
            )
    return tuple(sentences)


def forecast_grade(checks: Sequence[Check], tested: int) -> Grade:
    """Grade a forecast by its backtest: B with many tests, C with few, D untested or failed.

    Parameters
    ----------
    checks : sequence of Check
        Checks of the backtest.
    tested : int
        Forecasts that were tested.

    Examples
    --------
    >>> forecast_grade([Check("x", True)], 500).value, forecast_grade([], 0).value
    ('B', 'D')
    """
    if not checks or not all(check.passed for check in checks):
        return Grade.D
    return Grade.B if tested >= MIN_TESTS_B else Grade.C


def series_warnings(panel: Panel, ids: Iterable[object], reasons: Iterable[str]) -> tuple[str, ...]:
    """Say what the reader must know of single series.

    Parameters
    ----------
    panel : Panel
        The series.
    ids, reasons : iterable
        Names and the reason of each, empty for most.

    Returns
    -------
    tuple of str
        Swedish sentences, each naming a few series.
    """
    found: list[str] = []
    if panel.refused:
        rows = [f"{name} (rad {faults[0].row})" for name, faults in panel.refused.items()]
        found.append(f"Serier som inte går att läsa är utelämnade: {series_named(rows)}.")
    if panel.filled:
        found.append(f"Månader utan rader räknas som noll: {series_named(panel.filled)}.")
    early = panel.ids[panel.last < panel.last.max(initial=0)]
    if len(early):
        found.append(f"Serier som slutar före de andra: {series_named(early)}.")
    by_reason: dict[str, list[object]] = {}
    for name, text in zip(ids, reasons, strict=True):
        if text:
            by_reason.setdefault(text, []).append(name)
    found += _wrong_sizes({text: names for text, names in by_reason.items() if text.startswith(WRONG_SIZE)})
    found += _by_month({text: names for text, names in by_reason.items() if not text.startswith(WRONG_SIZE)})
    return tuple(found)


def _wrong_sizes(by_reason: Mapping[str, Sequence[object]]) -> list[str]:
    """One sentence on all events whose sizes their series contradict, with both numbers of each."""
    if not by_reason:
        return []
    said = [f"{series_named(names)}: {text.removeprefix(WRONG_SIZE)}" for text, names in by_reason.items()]
    rest = [f"och {number(len(said) - NAMES_SHOWN)} till"] if len(said) > NAMES_SHOWN else []
    return [
        "Händelsens storlek stämmer inte med serien, eller så hände annat samtidigt. "
        f"{'; '.join([*said[:NAMES_SHOWN], *rest])}. Tidigare månader är omräknade efter serien."
    ]


def _by_month(by_reason: Mapping[str, Sequence[object]]) -> list[str]:
    """One sentence a reason; reasons that differ by month alone share one when there are many."""
    alike: dict[str, dict[str, Sequence[object]]] = {}
    for text, names in by_reason.items():
        month = A_MONTH.search(text)
        alike.setdefault(A_MONTH.sub("", text), {})[month[0].strip() if month else ""] = names
    sentences = []
    for text, months in alike.items():
        if len(months) <= MONTHS_NAMED:
            sentences += [
                f"{capitalise_first(reason)}: {series_named(names)}."
                for reason, names in by_reason.items()
                if A_MONTH.sub("", reason) == text
            ]
            continue
        ordered = sorted(months.items(), key=lambda item: -len(item[1]))
        shown = [f"{month} ({plural(len(names), 'serie', 'serier')})" for month, names in ordered[:MONTHS_NAMED]]
        rest = sum(len(names) for _, names in ordered[MONTHS_NAMED:])
        sentences.append(
            f"{capitalise_first(text)}: {', '.join(shown)} och {plural(rest, 'serie', 'serier')} i andra månader."
        )
    return sentences


def _tests(count: int) -> str:
    return plural(count, "prövad prognos", "prövade prognoser")


def series_named(names: Iterable[object]) -> str:
    """Name a few series and count the rest.

    Parameters
    ----------
    names : iterable
        Names of the series.

    Returns
    -------
    str
        The first `NAMES_SHOWN`, with commas.

    Examples
    --------
    >>> series_named("abcdefg")
    'a, b, c, d, e och 2 till'
    """
    words = [str(name) for name in names]
    shown = ", ".join(words[:NAMES_SHOWN])
    return shown if len(words) <= NAMES_SHOWN else f"{shown} och {number(len(words) - NAMES_SHOWN)} till"
