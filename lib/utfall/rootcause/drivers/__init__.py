"""Drivers: price, volume, mix and efficiency, since last year and against the flexible budget, with exact sums."""
