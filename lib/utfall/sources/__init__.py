"""Reading outside files and systems into named columns, with the row each value came from."""

from utfall.sources.mapping import ColumnRule, Exclusion, TableMapping
from utfall.sources.opening import open_file
from utfall.sources.several import SeveralFiles
from utfall.sources.source import SOURCE_ROW, ArrowSource, Source
from utfall.sources.yaml_file import YamlRow, read_yaml

__all__ = [
    "SOURCE_ROW",
    "ArrowSource",
    "ColumnRule",
    "Exclusion",
    "SeveralFiles",
    "Source",
    "TableMapping",
    "YamlRow",
    "open_file",
    "read_yaml",
]
