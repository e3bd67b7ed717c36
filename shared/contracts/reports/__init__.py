"""The report of each stage: the typed part of its artifact, which other services read."""
