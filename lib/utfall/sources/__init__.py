"""Reading outside files into named columns, with the row each value came from."""

from utfall.sources.files import RawTable, plain_frame, read_file
from utfall.sources.mapping import ColumnRule, TableMapping, apply_mapping
from utfall.sources.yaml_file import YamlRow, read_yaml

__all__ = [
    "ColumnRule",
    "RawTable",
    "TableMapping",
    "YamlRow",
    "apply_mapping",
    "plain_frame",
    "read_file",
    "read_yaml",
]
