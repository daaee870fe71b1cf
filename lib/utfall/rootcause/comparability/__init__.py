"""Comparability: fixed prices, working days and reorganisations, so that none of them is taken for a cause."""
