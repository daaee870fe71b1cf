"""Forecast accounts: every forecast is kept, and scored when the outcome comes."""
