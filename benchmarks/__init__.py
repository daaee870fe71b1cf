"""Measurements against outside data: how well the analyses do, and how fast."""
