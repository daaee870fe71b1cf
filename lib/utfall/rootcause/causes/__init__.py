"""Causes: what carries a deviation, with what remains."""
