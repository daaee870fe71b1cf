"""Files as they really come: each with the rows that are in it, or the rows that must be refused."""
