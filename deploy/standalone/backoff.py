"""How long to wait before a process that died is started again."""

FIRST_DELAY_SECONDS = 0.2
LONGEST_DELAY_SECONDS = 10.0
# A process that lived this long was healthy: its next death is a new story.
HEALTHY_AFTER_SECONDS = 10.0


def next_delay(previous_delay_seconds: float | None, lived_seconds: float) -> float:
    """The delay before the next start: doubled after each quick death, the first again after a healthy life."""
    if previous_delay_seconds is None or lived_seconds >= HEALTHY_AFTER_SECONDS:
        return FIRST_DELAY_SECONDS
    return min(previous_delay_seconds * 2, LONGEST_DELAY_SECONDS)
