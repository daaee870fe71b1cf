"""Synthetic control: a comparison made of other units."""
