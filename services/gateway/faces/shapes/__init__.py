"""The shapes of what the faces answer: read by the documentation and by its tests, never on the way of a call."""
