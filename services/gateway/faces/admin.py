"""How the admin face presents resources (contract, sections 3 to 5 and 7); videos and deals are the platform face's."""

from datetime import datetime
from typing import Any

from services.gateway.faces import platform
from shared.contracts.instants import rfc3339

Document = dict[str, Any]


def present_organization(organization: Document) -> dict[str, Any]:
    """An organization with all its settings."""
    return {
        "id": organization["_id"],
        "name": organization["name"],
        "is_active": organization["is_active"],
        "settings": organization["settings"],
        "created_at": rfc3339(organization["created_at"]),
        "updated_at": rfc3339(organization["updated_at"]),
    }


def present_studio_secret(organization: Document, now: datetime) -> dict[str, Any]:
    """The secret of the studio webhooks, and the one before as long as it signs too."""
    secret, *older = organization["studio_secrets"]
    _, *until = organization["studio_secrets_until"]
    shown = {"secret": secret, "previous_secret": None, "previous_expires_at": None}
    if until and now < until[0]:
        shown |= {"previous_secret": older[0], "previous_expires_at": rfc3339(until[0])}
    return shown


def present_member(member: Document) -> dict[str, Any]:
    """A member, with what only the operator sees."""
    return platform.present_member(member) | {
        "external_id": member["external_id"],
        "updated_at": rfc3339(member["updated_at"]),
    }


def present_activity(activity: Document) -> dict[str, Any]:
    """An activity, with the instant of its last change."""
    return platform.present_activity(activity) | {"updated_at": rfc3339(activity["updated_at"])}


def present_key(key: Document, *, raw_key: str | None = None) -> dict[str, Any]:
    """An API key; the key itself only in the answer that made it."""
    return {
        "id": key["_id"],
        "name": key["name"],
        "key_prefix": key["key_prefix"],
        "raw_key": raw_key,
        "scopes": key["scopes"],
        "member_id": key["member_id"],
        "is_active": key["is_active"],
        "expires_at": None if key["expires_at"] is None else rfc3339(key["expires_at"]),
        "last_used_at": None if key["last_used_at"] is None else rfc3339(key["last_used_at"]),
        "created_at": rfc3339(key["created_at"]),
        "updated_at": rfc3339(key["updated_at"]),
    }
