"""Reading outside files into named columns, with the row each value came from."""

from utfall.sources.files import RawTable, read_file
from utfall.sources.mapping import ColumnRule, TableMapping, apply_mapping
from utfall.sources.yaml_file import YamlRow, read_yaml

__all__ = ["ColumnRule", "RawTable", "TableMapping", "YamlRow", "apply_mapping", "read_file", "read_yaml"]
