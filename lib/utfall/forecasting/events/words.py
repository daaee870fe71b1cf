"""What events do to a forecast, said in Swedish."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from utfall.forecasting.events.contradicted import closings_told, still_booked
from utfall.forecasting.events.effects import CLOSED, EventEffects, Events
from utfall.forecasting.events.read_events import NEVER_ENDS, Columns
from utfall.forecasting.events.recurring import CLOSE
from utfall.presentation.numbers import amount, choose_unit, percent, period_name
from utfall.presentation.words import list_words, plural

EVENTS_SAID = 8
"""Events an assumption names one by one; the rest are counted."""

SAME_SIZE = 5e-4
"""Changes that differ by less than this are the same revision."""


NO_OTHERS = "Inga åtgärder eller beslut utöver dem som redan syns i utfallet är inräknade."
"""What a forecast without events takes for given besides."""

NO_OTHERS_THAN_LISTED = "Inga åtgärder eller beslut utöver de uppräknade och dem som redan syns är inräknade."
"""What a forecast with events takes for given besides."""


def event_assumptions(events: Events) -> tuple[str, ...]:
    """Say which events the forecast reckons with.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    tuple of str
        One sentence for each event that changes a month ahead, the first ones one by one; one for those expected to
        return although they are not listed; and one for those whose earlier months were moved to another level.

    Examples
    --------
    >>> from utfall.forecasting.panel import read_panel
    >>> panel = read_panel(pd.DataFrame({"unique_id": "rent", "ds": ["2026-01-01", "2026-02-01"], "y": [-5.0, -5.0]}))
    >>> rows = pd.DataFrame({"unique_id": ["rent"], "start": ["2026-04"], "change": [-1.0], "name": ["Avtalet slut"]})
    >>> event_assumptions(Events(rows, panel, 3))[0].replace(chr(160), " ")
    'Inräknat: Avtalet slut från april 2026, beloppen upphör (1 serie).'
    """
    if not events:
        return ()
    now, rows = events.at(0), events.rows
    reaches = np.minimum(now.origin[rows.leaf] + events.months - events.panel.values.shape[1], events.months - 1)
    used = ~np.isnan(now.size) | ~np.isnan(rows.amount)
    begins = used & (rows.start > now.origin[rows.leaf]) & (rows.start <= reaches)
    ends = used & (rows.end >= now.origin[rows.leaf]) & (rows.end < reaches)
    names = rows.group_name[rows.group]
    indices = _indices(events)
    single = ~np.isin(names, indices)
    sentences = [
        *(_begins(events, now, chosen) for chosen in _together(names, rows.start, begins & single)),
        *(_ends(events, chosen) for chosen in _together(names, rows.end, ends & ~begins)),
        *(_index(events, now, name) for name in indices),
    ]
    if len(sentences) > EVENTS_SAID:
        rest = len(sentences) - EVENTS_SAID
        sentences = [*sentences[:EVENTS_SAID], f"Ytterligare {plural(rest, 'händelse', 'händelser')} är inräknade."]
    sentences += _expected(events, now, indices)
    known = sorted(set(rows.group_name[_recounted(events, now)]))
    if known:
        said = list_words(known[:EVENTS_SAID])
        more = f" och {len(known) - EVENTS_SAID} till" if len(known) > EVENTS_SAID else ""
        sentences.append(f"Tidigare månader är omräknade till nivån efter händelser som redan inträffat: {said}{more}.")
    return tuple(sentences)


def no_others(events: Events) -> str:
    """Say that nothing else is reckoned with.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    str
        One sentence.
    """
    return NO_OTHERS_THAN_LISTED if events else NO_OTHERS


def event_warnings(events: Events) -> tuple[str, ...]:
    """Say which events the forecast could not reckon with, and which closings the booked months contradict.

    Parameters
    ----------
    events : Events
        The events.

    Returns
    -------
    tuple of str
        One sentence for each closing that is still booked, and one for all whose size cannot be estimated.
    """
    if not events:
        return ()
    now, rows = events.at(0), events.rows
    told = closings_told(still_booked(events))
    lost = rows.unknown & np.isnan(now.size)
    if not lost.any():
        return told
    names = sorted(set(rows.group_name[rows.group[lost]]))
    said = list_words(names[:EVENTS_SAID])
    return (*told, f"Storleken på händelser kan inte beräknas, eftersom månaderna omkring dem är för få: {said}.")


def _recounted(events: Events, now: EventEffects) -> NDArray[np.bool_]:
    """Groups that change some known month of their series: an event before its first month or of no size does not.

    A series closed at the origin has no level that earlier months could be moved to.
    """
    leaves, values = events.rows.group_leaf, events.panel.values
    known = ~np.isnan(values[leaves])
    factor, sums = (of_group[:, : values.shape[1]] for of_group in now.by_group)
    closed_now = now.ratio[leaves, np.clip(now.origin[leaves], 0, events.months - 1)] < CLOSED
    moved = (np.abs(factor - 1.0) > SAME_SIZE) & ((values[leaves] != 0.0) | (factor < CLOSED))
    return np.asarray((known & (moved | (sums != 0.0))).any(axis=1) & ~closed_now)


def _together(names: NDArray[np.object_], month: NDArray[np.int64], chosen: NDArray[np.bool_]) -> list[Columns]:
    """Rows of the same name and month, the earliest first."""
    rows = np.flatnonzero(chosen)
    frame = pd.DataFrame({"row": rows, "name": names[rows], "month": month[rows]})
    return [part["row"].to_numpy() for _, part in frame.groupby(["month", "name"], sort=True)]


def _begins(events: Events, now: EventEffects, chosen: Columns) -> str:
    rows = events.rows
    name = rows.group_name[rows.group[chosen[0]]]
    month = period_name(events.panel.dates(rows.start[chosen[:1]])[0])
    until = rows.end[chosen[0]]
    if until != NEVER_ENDS:
        last = period_name(events.panel.dates(np.array([until]))[0])
        month = f"{month}" if until == rows.start[chosen[0]] else f"{month} till och med {last}"
    when = month if until != NEVER_ENDS and until == rows.start[chosen[0]] else f"från {month}"
    count = plural(len(set(rows.leaf[chosen])), "serie", "serier")
    return f"Inräknat: {name} {when}, {_size(events, now, chosen)} ({count})."


def _indices(events: Events) -> list[str]:
    """Names of what changes nearly every month: a price index, told as one and not month by month."""
    rows = events.rows
    count = np.bincount(rows.group, minlength=len(rows.group_leaf))
    first, last = np.full(len(count), NEVER_ENDS), np.full(len(count), -NEVER_ENDS)
    np.minimum.at(first, rows.group, rows.start)
    np.maximum.at(last, rows.group, rows.start)
    dense = (count >= 3) & (last - first <= CLOSE * (count - 1))
    return sorted(set(rows.group_name[dense]))


def _index(events: Events, now: EventEffects, name: str) -> str:
    """What an index does until the last month ahead, in the series it changes most."""
    rows = events.rows
    groups = np.flatnonzero(rows.group_name == name)
    leaves = rows.group_leaf[groups]
    last = np.minimum(now.origin[leaves] + events.months - events.panel.values.shape[1], events.months - 1)
    change = now.by_group[0][groups, last] - 1.0
    most = int(np.argmax(np.abs(change)))
    month = period_name(events.panel.dates(last[[most]])[0])
    text = f"Inräknat: {name} till och med {month}, {percent(float(change[most]), signed=True)} sammanlagt"
    if now.expected[groups[most], : last[most] + 1].any():
        text += ", efter det sista värdet som tolv månader tidigare"
    return f"{text} ({plural(len(set(leaves)), 'serie', 'serier')})."


def _size(events: Events, now: EventEffects, chosen: Columns) -> str:
    rows = events.rows
    amounts = rows.amount[chosen]
    if not np.isnan(amounts).any():
        total = float(amounts.sum())
        once = (rows.start[chosen] == rows.end[chosen]).all()
        return f"{amount(total, choose_unit(abs(total)), signed=True)}{'' if once else ' i månaden'}"
    size = now.size[chosen][~np.isnan(now.size[chosen])]
    changes = np.where(size > np.log(CLOSED), np.expm1(size), -1.0)
    low, high = float(changes.min()), float(changes.max())
    if high < CLOSED - 1.0:
        return "beloppen upphör"
    if high - low < SAME_SIZE:
        said = percent(float(changes.mean()), signed=True)
    else:
        said = f"mellan {percent(low, signed=True)} och {percent(high, signed=True)}"
    guessed = ", skattat ur tidigare månader" if rows.unknown[chosen].any() else ""
    return f"{said} av nivån{guessed}"


def _ends(events: Events, chosen: Columns) -> str:
    rows = events.rows
    name = rows.group_name[rows.group[chosen[0]]]
    month = period_name(events.panel.dates(rows.end[chosen[:1]])[0])
    count = plural(len(set(rows.leaf[chosen])), "serie", "serier")
    return f"Inräknat: {name} upphör efter {month} ({count})."


def _expected(events: Events, now: EventEffects, indices: list[str]) -> list[str]:
    """Yearly events that are expected again after the last one listed."""
    rows = events.rows
    after = now.expected & (np.arange(events.months) > now.origin[rows.group_leaf][:, None])
    found: dict[str, str] = {}
    for group in np.flatnonzero(after.any(axis=1)):
        name = str(rows.group_name[group])
        if name not in found and name not in indices:
            column = int(np.argmax(after[group]))
            factor, sums = (of_group[group] for of_group in now.by_group)
            added = float(sums[column] - sums[column - 1])
            change = percent(float(factor[column] / factor[column - 1] - 1.0), signed=True)
            size = amount(added, choose_unit(abs(added)), signed=True) if added else change
            found[name] = f"{name} {period_name(events.panel.dates(np.array([column]))[0])} ({size})"
    if not found:
        return []
    said = list_words(list(found.values())[:EVENTS_SAID])
    return [f"Det som kommer varje år antas göra det även när det inte är beslutat, lika stort som senast: {said}."]
