"""Values in error messages, as the person who handed them over would write them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd


def as_written(value: Any) -> str:
    """Write a value for an error message, without the name of the type that holds it.

    Parameters
    ----------
    value : Any
        Anything found where a number, a month or a name should be; a sequence is written item by item.

    Returns
    -------
    str
        ``missing`` for what is not there, ``infinite`` for what has no end, dates as ``2026-10-01``, and texts within
        quotes.

    Examples
    --------
    >>> as_written(np.float64("nan")), as_written(np.int64(3)), as_written("3,5"), as_written([np.float64(80.0), 101])
    ('missing', '3', "'3,5'", '[80.0, 101]')
    """
    if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.ndim):
        return f"[{', '.join(map(as_written, value))}]"
    if pd.api.types.is_scalar(value) and pd.isna(value):
        return "missing"
    if isinstance(value, np.datetime64 | pd.Timestamp | pd.Period):
        return f"{pd.Timestamp(str(value)):%Y-%m-%d}"
    plain = value.item() if isinstance(value, np.generic) else value
    if isinstance(plain, float) and math.isinf(plain):
        return "infinite"
    return repr(plain)
