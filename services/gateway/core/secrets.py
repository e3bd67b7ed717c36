"""Signing secrets that overlap when they are rotated (platform contract, 14.2 and 14.3; admin contract, section 7)."""

import base64
from datetime import datetime, timedelta

SECRET_BYTES = 24
OVERLAP = timedelta(hours=24)
"""How long the secret before a rotation signs too."""


def spell_secret(key: bytes) -> str:
    """`whsec_` and the key in standard base64."""
    return f"whsec_{base64.b64encode(key).decode()}"


def rotated(secrets: list[str], secret: str, now: datetime) -> tuple[list[str], list[datetime | None]]:
    """The secrets with a new one before them, newest first, and until when each signs; what was older is dropped."""
    return [secret, secrets[0]], [None, now + OVERLAP]
