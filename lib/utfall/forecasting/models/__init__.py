"""How one series goes on: the batch core, and what the state of a series demands."""
