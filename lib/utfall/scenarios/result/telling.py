"""What a scenario says in words."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from utfall.presentation.money import Money
from utfall.presentation.numbers import HOME_CURRENCY
from utfall.presentation.words import list_words
from utfall.scenarios.law import MEASURES
from utfall.scenarios.result.frequency import of_draws
from utfall.scenarios.result.limits import limit_words

LIKELY = 0.5
"""Probability from which a limit is said to be broken."""


def headline(name: str, year: int, result: Mapping[str, float], known: pd.Series, money: Money) -> str:
    """Say where the result leads, how sure that is and where it comes from.

    Parameters
    ----------
    name : str
        Name of the scenario.
    year : int
        The last year.
    result : mapping of str to float
        ``mean``, ``lo-80`` and ``hi-80`` of that year's result; SEK.
    known : Series
        Known results by year; may be empty.
    money : Money
        How amounts are written.

    Returns
    -------
    str

    Examples
    --------
    >>> result = {"mean": -31e6, "lo-80": -52e6, "hi-80": -9e6}
    >>> said = headline("Bas", 2031, result, pd.Series([-20e6], [2025]), Money.for_amounts([31e6]))
    >>> print(said.replace(chr(160), " "))
    I scenariot Bas blir årets resultat i medeltal −31,0 mkr 2031, med 80 % sannolikhet mellan −52,0 mkr och −9,0 mkr. \
Det kända resultatet 2025 var −20,0 mkr.
    """
    mean, low, high = (money.write(result[part]) for part in ("mean", "lo-80", "hi-80"))
    said = f"I scenariot {name} blir årets resultat {mean} {year}."
    if low != high:
        said = (
            f"I scenariot {name} blir årets resultat i medeltal {mean} {year}, med 80\N{NO-BREAK SPACE}% sannolikhet "
            f"mellan {low} och {high}."
        )
    if known.empty:
        return said
    return f"{said} Det kända resultatet {known.index[-1]} var {money.write(float(known.iloc[-1]))}."


def limit_sentences(limits: pd.DataFrame, currency: str = HOME_CURRENCY) -> str:
    """Say which limits are broken from the start, and which is broken next, when and how often.

    Parameters
    ----------
    limits : DataFrame
        As `limit_frame` gives it, without those that cannot be computed; at least one.
    currency : str, default "SEK"
        ISO code of the currency.

    Returns
    -------
    str
    """
    first_year = limits["year"].min()
    likely = limits[limits["breaks"] >= LIKELY].sort_values("year", kind="stable").drop_duplicates("limit")
    early, later = likely[likely["year"] == first_year], likely[likely["year"] > first_year]
    said = []
    if len(early):
        names = list_words(f"”{name}”" for name in early["name"])
        word = "gränsen" if len(early) == 1 else "gränserna"
        said.append(f"Redan {first_year} bryts {word} {names} i minst hälften av beräkningarna.")
    if len(later):
        said.append(f"{'Därefter' if said else 'Först'} bryts {_told(later.iloc[0], currency)}.")
    if said:
        return " ".join(said)
    breaks = limits["breaks"].to_numpy("float64")
    if not breaks.any():
        return "Ingen av registrets gränser bryts i någon beräkning."
    worst = limits.iloc[int(breaks.argmax())]
    return f"Ingen av registrets gränser bryts i hälften av beräkningarna; oftast bryts {_told(worst, currency)}."


def limit_to_watch(limits: pd.DataFrame) -> str | None:
    """Choose the limit that is kept at first and then broken soonest; else the one that is broken most often.

    Parameters
    ----------
    limits : DataFrame
        As `limit_frame` gives it, without those that cannot be computed.

    Returns
    -------
    str or None
        Its identifier; None without limits.
    """
    if limits.empty:
        return None
    likely = limits[limits["breaks"] >= LIKELY].sort_values("year", kind="stable").drop_duplicates("limit")
    later = likely[likely["year"] > limits["year"].min()]
    if len(later):
        return str(later["limit"].iloc[0])
    return str(limits["limit"].iloc[int(limits["breaks"].to_numpy("float64").argmax())])


def _told(row: pd.Series, currency: str) -> str:
    about = MEASURES[str(row["measure"])].name
    allowed = limit_words(str(row["measure"]), str(row["direction"]), float(row["value"]), currency)
    measure = "" if about == row["name"] else f"{about[:1].lower()}{about[1:]} "
    return f"”{row['name']}” ({measure}{allowed}) {row['year']}, i {of_draws(float(row['breaks']))}"
