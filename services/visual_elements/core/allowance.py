"""An allowance that grows with the video: it bounds the cost of any minute, whatever is in it."""

from __future__ import annotations


class Allowance:
    """So much may be used in each minute of video; what is left is kept up to a limit."""

    def __init__(self, *, per_minute: float, most: float) -> None:
        """Begin with as much as is ever kept."""
        self._per_second = per_minute / 60
        self._most = most
        self._left = most
        self._seconds = 0.0

    def grow(self, seconds: float) -> None:
        """Say how far the video has come."""
        self._left = min(self._most, self._left + (seconds - self._seconds) * self._per_second)
        self._seconds = seconds

    @property
    def left(self) -> float:
        """How much may be used now."""
        return self._left

    def use(self, amount: float) -> None:
        """Use so much."""
        self._left -= amount
