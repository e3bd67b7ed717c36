"""Refusals: every code with its status, as the platform and admin faces use them (platform contract, 3)."""

from typing import Final

STATUS: Final = {
    "bad_request": 400,
    "unauthorized": 401,
    "invalid_key_metadata": 401,
    "forbidden": 403,
    "not_found": 404,
    "validation_failed": 422,
    "invalid_webhook_url": 422,
    "rate_limited": 429,
    "internal_error": 500,
    "service_unavailable": 503,
}


class Refusal(Exception):  # noqa: N818  an answer, not a defect
    """The call ends here, with that code and sentence; nothing was made or changed."""

    def __init__(self, code: str, message: str, *, retry_after_seconds: int | None = None) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.status: int = STATUS[code]
        self.retry_after_seconds = retry_after_seconds

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """What the status asks for beside the body."""
        if self.retry_after_seconds is not None:
            return ((b"retry-after", b"%d" % self.retry_after_seconds),)
        if self.status == STATUS["unauthorized"]:
            return ((b"www-authenticate", b"Bearer"),)
        return ()


def not_found(what: str = "Route") -> Refusal:
    """The same answer for what is foreign and for what never was."""
    return Refusal("not_found", f"{what} not found")


def invalid(message: str) -> Refusal:
    """Query or body do not fit; the message begins with the path of the field."""
    return Refusal("validation_failed", message)


def unavailable() -> Refusal:
    """The store cannot be reached."""
    return Refusal("service_unavailable", "The service is temporarily unavailable; try again")
