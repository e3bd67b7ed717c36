"""The sounds of the one pass: held back until the first picture sets the clock, then written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared.media.refusal import too_long
from shared.media.writing import AudioTrackWriter

if TYPE_CHECKING:
    from contextlib import ExitStack
    from fractions import Fraction
    from pathlib import Path

    from shared.media.limits import MediaLimits
    from shared.media.source import Sound

LONGEST_HELD_SECONDS = 60
"""Sound that comes before the first picture in the file is held back up to this length."""


@dataclass(frozen=True)
class Heard:
    """What is known of the whole sound; decibels are None for silence."""

    seconds: float
    downmix_loss_decibels: float | None
    peak_decibels: float | None


class SoundTrack:
    """Writes an audio track whose first sample sounds at the instant of the first picture."""

    def __init__(self, path: Path, limits: MediaLimits, declared_origin: Fraction, stack: ExitStack) -> None:
        self._path, self._limits, self._stack = path, limits, stack
        self._origin = declared_origin
        self._is_set = False
        self._held: list[Sound] = []
        self._held_seconds = 0.0
        self._writer: AudioTrackWriter | None = None

    def set_origin(self, seconds: Fraction) -> None:
        """Say when the first picture is shown, on the file's own clock."""
        if not self._is_set:
            self._origin, self._is_set = seconds, True

    def hear(self, sound: Sound) -> None:
        """Add decoded sound.

        Raises:
            PermanentFailure: It goes on for longer than a video may.
        """
        self._held.append(sound)
        self._held_seconds += sound.samples / max(1, sound.sample_rate)
        if self._is_set or self._held_seconds > LONGEST_HELD_SECONDS:
            self._write_held()

    @property
    def is_set(self) -> bool:
        """Whether the first picture's instant is known, or nobody waits for it any longer."""
        return self._is_set

    def finish(self) -> Heard | None:
        """Write what is still held; None when nothing was heard."""
        self._write_held()
        if self._writer is None:
            return None
        seconds, mixer = self._writer.finish(), self._writer.mixer
        return Heard(seconds, mixer.downmix_loss_decibels, mixer.peak_decibels)

    def _write_held(self) -> None:
        self._is_set = True
        for sound in self._held:
            if self._writer is None:
                self._writer = self._stack.enter_context(AudioTrackWriter(self._path, origin_seconds=self._origin))
            self._writer.write(sound)
            if self._writer.duration_seconds > self._limits.duration_seconds:
                raise too_long(None, self._limits)
        self._held.clear()
        self._held_seconds = 0.0
