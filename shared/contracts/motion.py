"""The words for how much moves."""

from shared.contracts.segments import MotionLevel

MEDIUM_FROM = 0.03
"""Frame widths per second. Below it somebody talks, or walks far away: the view as a whole stands still."""

HIGH_FROM = 0.15
"""Frame widths per second: the view is another one within seven seconds."""


def motion_level(speed: float) -> MotionLevel:
    """The word for a mean speed in frame widths per second, as `FrameMeasures.motion` has it."""
    if speed >= HIGH_FROM:
        return "high"
    return "medium" if speed >= MEDIUM_FROM else "low"
