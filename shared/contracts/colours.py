"""The names of colours: the eleven basic terms of English (Berlin and Kay, 1969)."""

COLOUR_NAMES = ("black", "grey", "white", "red", "orange", "yellow", "green", "blue", "purple", "pink", "brown")
"""In the order of the columns of every array of colour shares."""
