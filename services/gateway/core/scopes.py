"""Scopes: what an API key may do (platform contract, section 2)."""

from collections.abc import Collection

VIDEOS_READ = "videos:read"
ANALYSES_READ = "analyses:read"
ANALYSES_WRITE = "analyses:write"
DEALS_READ = "deals:read"
SCORINGS_READ = "scorings:read"
SCORINGS_WRITE = "scorings:write"
MEMBERS_READ = "members:read"
WEBHOOKS_READ = "webhooks:read"
WEBHOOKS_WRITE = "webhooks:write"

SCOPES: frozenset[str] = frozenset(
    {
        VIDEOS_READ,
        ANALYSES_READ,
        ANALYSES_WRITE,
        DEALS_READ,
        SCORINGS_READ,
        SCORINGS_WRITE,
        MEMBERS_READ,
        WEBHOOKS_READ,
        WEBHOOKS_WRITE,
        "library:read",
        "library:write",
        "studio:read",
        "studio:write",
    }
)
"""Every scope a key may carry, those of the other faces included."""


def allows(scopes: Collection[str] | None, scope: str) -> bool:
    """Whether a key with these scopes may do it; a key without a list has every scope."""
    return scopes is None or scope in scopes
