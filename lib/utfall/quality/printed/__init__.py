"""Tables as they are printed in plans and reports: whether their sums hold, and which cell is wrong if not."""

from utfall.quality.printed.check import check_printed_sums, printed_sums_of_file
from utfall.quality.printed.result import PrintedSums

__all__ = ["PrintedSums", "check_printed_sums", "printed_sums_of_file"]
