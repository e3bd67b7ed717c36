"""Pure rules: a snapshot of a deal in, its factors and the probability out."""
