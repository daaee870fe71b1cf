"""A price index as events: the series in fixed prices, and back in the prices expected."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from utfall.errors import Fault, InvalidData
from utfall.forecasting.as_written import as_written
from utfall.forecasting.events.read_events import COLUMNS


def price_changes(price_index: pd.DataFrame, index_of: Mapping[object, str]) -> pd.DataFrame:
    """Turn a price index, outcome and forecast, into known changes of the series that follow it.

    Each value is a change on the one before. Handed to a forecast as its events, history is put in the prices of the
    last known month, and the months ahead in the prices the index expects; after its last value it is taken to change
    as it did twelve months before.

    Parameters
    ----------
    price_index : pandas.DataFrame
        ``index`` (its name), ``period`` and ``value`` (its level, any base, above zero). Other columns do not matter.
    index_of : mapping
        Series id → name of the index it follows.

    Returns
    -------
    pandas.DataFrame
        Events as `utfall.forecast` reads them, named after the index.

    Raises
    ------
    InvalidData
        When a series follows an index that is not there, or a value is not above zero.

    Examples
    --------
    >>> wages = pd.DataFrame({"index": "Löner", "period": pd.to_datetime(["2026-04-01", "2027-06-01"]),
    ...                       "value": [100.0, 103.0]})
    >>> price_changes(wages, {"salaries": "Löner"})[["unique_id", "start", "change", "name"]].values.tolist()
    [['salaries', Timestamp('2027-06-01 00:00:00'), 0.03, 'Löner']]
    """
    known = price_index.sort_values(["index", "period"], kind="stable")
    names = set(known["index"])
    faults = [
        Fault("price_index", None, f"the series {series} follows the index '{name}', which is not there.", "Add it.")
        for series, name in index_of.items()
        if name not in names
    ]
    faults += [
        Fault(
            "price_index",
            int(row) + 1,
            f"the value is {as_written(price_index['value'].iloc[row])}, which is not above zero.",
            "Correct it.",
        )
        for row in np.flatnonzero(~(price_index["value"].to_numpy(dtype=float) > 0))
    ]
    if faults:
        raise InvalidData(faults)
    change = known.groupby("index", sort=False)["value"].transform(lambda values: values / values.shift() - 1.0)
    steps = pd.DataFrame({"name": known["index"], "start": known["period"], "change": change.round(12)}).dropna()
    followed = pd.DataFrame({"unique_id": list(index_of), "name": list(index_of.values())})
    frame = followed.merge(steps, on="name")
    return frame.reindex(columns=list(COLUMNS))
