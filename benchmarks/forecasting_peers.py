"""Let public libraries forecast the same series, in an environment of their own."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

import pandas as pd

from benchmarks.peers.environment import environment, version_of

HERE = Path(__file__).parent / "peers"
REQUIREMENTS = HERE / "forecasting.txt"
PEERS = {
    "statsforecast AutoETS": "statsforecast",
    "statsforecast AutoARIMA": "statsforecast",
    "statsforecast SCUM": "statsforecast",
    "statsmodels Theta + ETS + airline": "statsmodels",
    "prophet": "prophet",
}
"""Method → the package it comes from."""

MOST_SECONDS = 3600
"""A peer that is not done by then has no row."""


def titled(peer: str) -> str:
    """Name of a method with the version it was run in."""
    return f"{peer} ({version_of(PEERS[peer], REQUIREMENTS)})"


def peer_forecast(peer: str, series: pd.DataFrame, horizon: int) -> tuple[pd.DataFrame, float]:
    """Forecast series by a public method.

    Parameters
    ----------
    peer : str
        One of `PEERS`.
    series : pandas.DataFrame
        ``unique_id``, ``ds``, ``y``.
    horizon : int
        Months ahead.

    Returns
    -------
    tuple of (pandas.DataFrame, float)
        ``unique_id, step, mean, lo-80, hi-80, lo-95, hi-95``, and the CPU seconds it took once its code was compiled.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series[["unique_id", "ds", "y"]].to_parquet(folder / "series.parquet")
        (folder / "horizon.txt").write_text(str(horizon))
        # Threads of the linear algebra would only add to the time of so small matrices.
        one_thread = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        command = [environment(REQUIREMENTS), HERE / "forecasting.py", folder, peer]
        subprocess.run(command, check=True, timeout=MOST_SECONDS, stderr=subprocess.DEVNULL, env=one_thread)
        return pd.read_parquet(folder / "answer.parquet"), float((folder / "seconds.txt").read_text())
