"""Interrupted series: one series before and after a measure."""
