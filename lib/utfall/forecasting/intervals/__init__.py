"""Intervals as wide as earlier forecasts have erred."""
