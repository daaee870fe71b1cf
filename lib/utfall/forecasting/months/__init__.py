"""The months ahead of every series."""
