"""Forecast series with public libraries: run in their environment, ``forecasting.py FOLDER METHOD``.

``FOLDER/series.parquet`` holds ``unique_id, ds, y``; ``FOLDER/horizon.txt`` the months ahead. Writes
``FOLDER/answer.parquet`` (``unique_id, step, mean, lo-80, hi-80, lo-95, hi-95``) and the CPU time in
``FOLDER/seconds.txt``.
"""

from __future__ import annotations

import logging
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

MONTHS = 12
LEVELS = (80, 95)
SERIES_FOR_COMPILING = 2
"""Compiled code is made ready on so many series before the clock starts."""


def statsforecast_model(series: pd.DataFrame, horizon: int, name: str) -> pd.DataFrame:
    """Forecast by one of statsforecast's models."""
    from statsforecast import StatsForecast, models

    model = getattr(models, name)(season_length=MONTHS)
    engine = StatsForecast(models=[model], freq="MS", n_jobs=1, fallback_model=models.SeasonalNaive(MONTHS))
    found = engine.forecast(df=series, h=horizon, level=list(LEVELS)).reset_index(drop=True)
    alias = str(model)
    edges = {f"{alias}-{edge}-{level}": f"{edge}-{level}" for edge in ("lo", "hi") for level in LEVELS}
    return _steps(found.rename(columns={alias: "mean", **edges}))


def scum(series: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Median of four models of statsforecast (Petropoulos and Svetunkov, IJF 36, 2020)."""
    names = ("AutoETS", "AutoCES", "DynamicOptimizedTheta", "AutoARIMA")
    parts = [statsforecast_model(series, horizon, name).set_index(["unique_id", "step"]) for name in names]
    columns = parts[0].columns
    stacked = np.stack([part.loc[parts[0].index, columns].to_numpy() for part in parts])
    return pd.DataFrame(np.median(stacked, axis=0), parts[0].index, columns).reset_index()


def prophet(series: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Forecast by Prophet, as it comes."""
    from prophet import Prophet

    found = []
    for name, part in series.groupby("unique_id", sort=False):
        columns = {}
        for level in LEVELS:
            model = Prophet(interval_width=level / 100, daily_seasonality=False, weekly_seasonality=False)
            model.fit(part[["ds", "y"]])
            ahead = model.predict(model.make_future_dataframe(horizon, freq="MS", include_history=False))
            columns |= {"mean": ahead["yhat"], f"lo-{level}": ahead["yhat_lower"], f"hi-{level}": ahead["yhat_upper"]}
        found.append(pd.DataFrame(columns).assign(unique_id=name))
    return _steps(pd.concat(found, ignore_index=True))


def statsmodels_three(series: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """Mean of Theta, ETS and the airline model on logarithms, by statsmodels."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel
    from statsmodels.tsa.forecasting.theta import ThetaModel
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    found = []
    for name, part in series.groupby("unique_id", sort=False):
        y = part["y"].to_numpy(dtype=float)
        positive = (y > 0).all()
        scaled = np.log(y) if positive else y
        dated = pd.Series(scaled, index=pd.DatetimeIndex(part["ds"], freq="MS"))
        plain = pd.Series(y, index=dated.index)
        theta = np.asarray(ThetaModel(plain, period=MONTHS, deseasonalize=True).fit().forecast(horizon))
        ets = ETSModel(dated, error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=MONTHS)
        airline = SARIMAX(dated, order=(0, 1, 1), seasonal_order=(0, 1, 1, MONTHS))
        paths = [np.asarray(model.fit(disp=False).forecast(horizon)) for model in (ets, airline)]
        paths = [np.exp(np.minimum(path, 700.0)) if positive else path for path in paths]
        limit = 3 * np.abs(y[-2 * MONTHS :]).max()
        mean = np.mean([theta, *(np.clip(path, -limit, limit) for path in paths)], axis=0)
        found.append(pd.DataFrame({"unique_id": name, "mean": mean}))
    return _steps(pd.concat(found, ignore_index=True))


def _steps(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["mean", *(f"{edge}-{level}" for level in LEVELS for edge in ("lo", "hi"))]
    step = frame.groupby("unique_id", sort=False).cumcount() + 1
    return frame.assign(step=step).reindex(columns=["unique_id", "step", *columns])


METHODS = {
    "statsforecast AutoETS": lambda series, horizon: statsforecast_model(series, horizon, "AutoETS"),
    "statsforecast AutoARIMA": lambda series, horizon: statsforecast_model(series, horizon, "AutoARIMA"),
    "statsforecast SCUM": scum,
    "statsmodels Theta + ETS + airline": statsmodels_three,
    "prophet": prophet,
}


def main() -> None:
    """Forecast the series of a folder by one method."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    folder, method = Path(sys.argv[1]), sys.argv[2]
    series = pd.read_parquet(folder / "series.parquet")
    horizon = int((folder / "horizon.txt").read_text())
    first = series["unique_id"].drop_duplicates().head(SERIES_FOR_COMPILING)
    METHODS[method](series[series["unique_id"].isin(first)], horizon)
    begun = time.process_time()
    METHODS[method](series, horizon).to_parquet(folder / "answer.parquet")
    (folder / "seconds.txt").write_text(str(time.process_time() - begun))


if __name__ == "__main__":
    main()
