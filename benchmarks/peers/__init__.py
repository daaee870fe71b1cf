"""Public methods that the localisation is compared with."""
