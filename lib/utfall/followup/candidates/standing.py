"""Which forecast has done best so far, in words, and how sure that is."""

from __future__ import annotations

import pandas as pd

from utfall.followup.candidates.gathered import MOST_COMPARABLE, gather
from utfall.followup.candidates.records import MIN_YEARS, Record, past_forecasts, record_at
from utfall.followup.candidates.remade import tests_of_outlook
from utfall.followup.forecast_accounts.views import METHOD_WORDS
from utfall.forecasting import YearEnd
from utfall.forecasting.panel import MONTHS
from utfall.presentation.numbers import percent, period_name
from utfall.presentation.words import capitalise_first, plural
from utfall.region import Region
from utfall.region.organisation import Node

SAME = 1e-9
"""Errors closer than this, as shares of cost, are the same."""

HINDSIGHT = "Facit är räknat på dagens huvudbok, som är fullständigare än den var då."
"""Without days of booking a record sees what was booked later, which those who made their own forecasts did not."""

FINISHED = "Året är avslutat, och det finns ingen prognos kvar att välja mellan."
"""Said instead of a ranking in December."""


def standing_words(record: Record, month: pd.Timestamp, comparable: str) -> str:
    """Say which forecast has done best at the month, and whether that may be chance.

    Parameters
    ----------
    record : Record
        How the candidates have done.
    month : Timestamp
        Last month with an outcome.
    comparable : str
        What comparable nodes are called: "enheter".

    Returns
    -------
    str
        Swedish sentences.
    """
    if month.month == MONTHS:
        return FINISHED
    best, second = record.best, record.second
    if best is None or second is None:
        return f"Facit är för kort för att rangordna prognoserna: minst {MIN_YEARS} tidigare år krävs."
    name, other = METHOD_WORDS[best["method"]], METHOD_WORDS[second["method"]].lower()
    sentence = (
        f"Bäst enligt facit hittills är {name.lower()}: i medeltal {percent(best['error'], 2)} av kostnaden fel efter "
        f"{period_name(month).split(' ')[0]}, i {_rests(record, comparable)}."
    )
    sentence += f" {seen_words(record)}"
    error = percent(second["error"], 2)
    if abs(second["error"] - best["error"]) < SAME:
        return f"{sentence} {capitalise_first(other)} har träffat precis lika bra."
    if second["verdict"] == "level":
        return f"{sentence} Skillnaden mot näst bäst, {other} ({error}), kan bero på slumpen."
    return f"{sentence} Näst bäst är {other} ({error}), och skillnaden är större än slumpen förklarar."


def seen_words(record: Record) -> str:
    """Say how much of the ledger the forecasts of the record have seen."""
    if record.read_after is None:
        return HINDSIGHT
    if record.read_after < 0:
        days = f"{plural(-record.read_after, 'dag', 'dagar')} före månadens slut"
    else:
        days = f"{plural(record.read_after, 'dag', 'dagar')} efter månadens slut"
    return f"Varje prognos har sett det som var bokfört {days}, som nu."


def record_note(record: Record, month: pd.Timestamp, comparable: str) -> str:
    """Say what the record of a table rests on.

    Parameters
    ----------
    record, month, comparable
        As in `standing_words`.

    Returns
    -------
    str
        A Swedish sentence.
    """
    if month.month == MONTHS:
        return "Året är avslutat: det finns ingen prognos att pröva."
    if record.best is None:
        return f"Facit visar de tidigare år som finns. För att rangordna krävs minst {MIN_YEARS} år."
    return (
        f"Facit: prognoserna efter {period_name(month).split(' ')[0]} i {_rests(record, comparable)}, samma för alla "
        "som rangordnas. Medelfel och snedhet är andelar av kostnaden. Oavgjort: skillnaden mot den bästa kan bero på "
        "slumpen."
    )


def _rests(record: Record, comparable: str) -> str:
    years = f"{plural(len(record.years), 'tidigare år', 'tidigare år')} ({record.years[0]}–{record.years[-1]})"
    if record.nodes == 1:
        return years
    alike = " av liknande storlek" if record.nodes >= MOST_COMPARABLE else ""
    return f"{years} för {record.nodes} {comparable}{alike}"


def own_standing(region: Region, node: Node, month: pd.Timestamp, forecast: YearEnd) -> str:
    """Say which forecast has done best for one node alone; light enough for every page of a month.

    Parameters
    ----------
    region : Region
        The region.
    node : Node
        The node.
    month : Timestamp
        Last month with an outcome.
    forecast : YearEnd
        From `utfall.followup.outlook.outlook_and_forecast`.

    Returns
    -------
    str
        Swedish sentences.
    """
    if month.month == MONTHS:
        return FINISHED
    gathered = gather(region, node, month, most=1)
    past = past_forecasts(gathered, tests_of_outlook(node.code, forecast), (month.month,))
    record = record_at(past, month.month, node.code, gathered.read_after)
    return standing_words(record, month, "")
