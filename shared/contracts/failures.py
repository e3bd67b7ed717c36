"""Failures: two classes, and every stable code that may stand in a resource or a message."""

from enum import StrEnum


class FailureCode(StrEnum):
    """Why something failed, for switching on."""

    UNREADABLE = "unreadable"
    FILE_TOO_LARGE = "file_too_large"
    TOO_LONG = "too_long"
    RESOLUTION_TOO_HIGH = "resolution_too_high"
    TIMEOUT = "timeout"
    ANALYSIS_FAILED = "analysis_failed"
    SCORING_FAILED = "scoring_failed"
    INTERNAL_ERROR = "internal_error"
    OUT_OF_MEMORY = "out_of_memory"
    WORKER_LOST = "worker_lost"


MEDIA_CODES = frozenset(
    {FailureCode.UNREADABLE, FailureCode.FILE_TOO_LARGE, FailureCode.TOO_LONG, FailureCode.RESOLUTION_TOO_HIGH}
)


class PermanentFailure(Exception):  # noqa: N818  the name says the class of the failure
    """Trying again cannot help; `code` and `message` are shown to the client."""

    def __init__(self, code: FailureCode, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


class TransientFailure(Exception):  # noqa: N818  as above
    """Trying again may help."""
