"""What the year could end on by several ways of guessing, how each has done, and how likely the goals are."""
