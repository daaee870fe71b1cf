"""Parts and totals: which series each total is the sum of, and forecasts that add up."""
