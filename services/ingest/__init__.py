"""The ingest stage: one decode of the original, and everything later stages read instead of it."""
