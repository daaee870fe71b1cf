"""Segments: where a deviation sits."""
