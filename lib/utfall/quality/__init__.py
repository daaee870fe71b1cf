"""Whether the figures can be relied on: the data of a region, and tables printed in plans and reports."""

from utfall.quality.check import check_data
from utfall.quality.printed import PrintedSums, check_printed_sums, printed_sums_of_file
from utfall.quality.result import DataQuality

__all__ = ["DataQuality", "PrintedSums", "check_data", "check_printed_sums", "printed_sums_of_file"]
