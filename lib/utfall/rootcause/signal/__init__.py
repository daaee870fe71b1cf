"""Signal or noise: whether a deviation is larger than chance explains, and when the months left their pattern."""
