"""What ingest decides and measures: pure functions on numbers and arrays."""
