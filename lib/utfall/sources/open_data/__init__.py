"""Open data about Swedish regions: fetched politely, saved as it came, read the same without network."""

from utfall.sources.open_data.answer import Unreachable
from utfall.sources.open_data.fetching import Fetched, fetch
from utfall.sources.open_data.kolada import kpi_values
from utfall.sources.open_data.reading import SavedFigures, read_saved
from utfall.sources.open_data.scb_tables import population, price_index

__all__ = [
    "Fetched",
    "SavedFigures",
    "Unreachable",
    "fetch",
    "kpi_values",
    "population",
    "price_index",
    "read_saved",
]
