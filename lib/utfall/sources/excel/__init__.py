"""Sheets of Excel workbooks."""

from utfall.sources.excel.source import ExcelSource

__all__ = ["ExcelSource"]
