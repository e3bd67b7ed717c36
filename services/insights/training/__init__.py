"""How the judge learns from labelled calls; needed to make its weights, never where it judges."""
