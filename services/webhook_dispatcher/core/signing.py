"""Signatures: Standard Webhooks 1.0 (https://www.standardwebhooks.com), in both header families."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

SECRET_PREFIX = "whsec_"  # noqa: S105  the public prefix of every secret
USER_AGENT = "Rushes-Webhooks/1.0"


def signature(secret: str, message_id: str, timestamp_seconds: int, body: bytes) -> str:
    """One entry of the signature header: `v1,<standard base64>`.

    Args:
        secret: `whsec_` + standard base64 of the key.
        message_id: The `msg_…` id, without a full stop.
        timestamp_seconds: When the attempt is made, in whole seconds since the epoch.
        body: The very bytes that are sent.
    """
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp_seconds, body)
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(secrets: Sequence[str], message_id: str, timestamp_seconds: int, body: bytes) -> dict[str, str]:
    """Every header of an attempt (platform contract, 14.6) but `Host` and `Content-Length`.

    Args:
        secrets: What signs, newest first; each gives one signature.
        message_id: As in `signature`.
        timestamp_seconds: As in `signature`.
        body: As in `signature`.
    """
    timestamp = str(timestamp_seconds)
    signatures = " ".join(signature(secret, message_id, timestamp_seconds, body) for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signatures,
        "svix-id": message_id,
        "svix-timestamp": timestamp,
        "svix-signature": signatures,
    }
