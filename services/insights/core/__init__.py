"""Summary and events from sentences and shots: pure functions on values and arrays."""
