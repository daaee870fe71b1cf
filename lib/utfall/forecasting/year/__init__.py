"""Where a year is heading."""
