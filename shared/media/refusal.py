"""The sentences with which a file is refused; a person who uploaded it reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.contracts.failures import FailureCode, PermanentFailure

if TYPE_CHECKING:
    from shared.media.limits import MediaLimits

ACCEPTED = "Accepted are video files in MP4, MOV, MKV, WebM, AVI, MPEG-TS, MPEG-PS, FLV, WMV/ASF and Ogg containers."
_SECONDS_PER_MINUTE = 60
_MEBIBYTE = 2**20


def unreadable(what: str) -> PermanentFailure:
    """Refuse what is no video that can be read; `what` is a whole sentence that says what is wrong."""
    return PermanentFailure(FailureCode.UNREADABLE, f"{what} {ACCEPTED}")


def too_large(size_bytes: int, limits: MediaLimits) -> PermanentFailure:
    """Refuse a file with too many bytes."""
    return PermanentFailure(
        FailureCode.FILE_TOO_LARGE,
        f"The file has {size_bytes / _MEBIBYTE:.0f} MiB; at most {limits.size_bytes / _MEBIBYTE:.0f} MiB are accepted.",
    )


def too_long(seconds: float | None, limits: MediaLimits) -> PermanentFailure:
    """Refuse a video that goes on too long; `seconds` is None when only decoding found that it does not end in time."""
    limit = f"at most {limits.duration_seconds / _SECONDS_PER_MINUTE:.0f} minutes are accepted."
    if limits.duration_seconds < _SECONDS_PER_MINUTE:
        limit = f"at most {limits.duration_seconds:g} seconds are accepted."
    if seconds is None:
        return PermanentFailure(FailureCode.TOO_LONG, f"The video goes on longer than its header says; {limit}")
    return PermanentFailure(
        FailureCode.TOO_LONG, f"The video is {seconds / _SECONDS_PER_MINUTE:.1f} minutes long; {limit}"
    )


def resolution_too_high(width: int, height: int, limits: MediaLimits) -> PermanentFailure:
    """Refuse a picture with too many pixels."""
    return PermanentFailure(
        FailureCode.RESOLUTION_TOO_HIGH,
        f"The picture is {width}x{height}; at most {limits.longer_side_pixels}x{limits.shorter_side_pixels} pixels "
        "are accepted, in either orientation.",
    )
