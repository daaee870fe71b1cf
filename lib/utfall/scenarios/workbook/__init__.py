"""The statements as an Excel workbook with living sums."""

from utfall.scenarios.workbook.write import write_statements

__all__ = ["write_statements"]
