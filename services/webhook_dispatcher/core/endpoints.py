"""An endpoint as the dispatcher keeps it: folded from facts in any order, and disabled when it deserves it.

Fields: `state` is `enabled`, `disabled` or `deleted`; `is_closing` holds until no delivery of an endpoint that is not
enabled is pending any more; `first_failed_at` is when the first failure since the last success was.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.webhook_dispatcher.core.deliveries import NEVER, Document
from services.webhook_dispatcher.core.schedule import LONGEST_FAILING
from shared.contracts.events import EndpointDeleted, EndpointDisabled, EndpointEnabled, EndpointRegistered
from shared.contracts.events.deliveries import DisabledReason

DEAL_SCORING = "deal.scoring."
"""What the names of the events begin with that a setting switches off."""
TEST = "webhook.test"
"""The message that goes to the endpoint it was asked for, and to no other."""


def registered(known: Document | None, fact: EndpointRegistered, *, said_at: datetime) -> Document | None:
    """The endpoint after the fact; None: it changes nothing.

    The same fact may be heard again, or late: a deleted endpoint stays deleted, a disabled one disabled, and an older
    fact does not bring back older secrets.
    """
    wanted = {
        "url": fact.url,
        "events": list(fact.events),
        "secrets": list(fact.secrets),
        "secrets_until": list(fact.secrets_until),
        "said_at": said_at,
    }
    if known is None:
        return wanted | {
            "_id": fact.endpoint_id,
            "revision": 1,
            "organization_id": fact.organization_id,
            "state": "enabled",
            "disabled_reason": None,
            "disabled_at": None,
            "is_closing": False,
            "is_caught_up": False,
            "first_failed_at": None,
            "created_at": fact.created_at,
            "expires_at": NEVER,
        }
    if known["state"] == "deleted" or said_at <= known["said_at"]:
        return None
    return known | wanted


def deleted(
    known: Document | None, fact: EndpointDeleted, *, said_at: datetime, forget_at: datetime
) -> Document | None:
    """The trace that a deleted endpoint leaves, so that a late registration does not bring it back; None: no change."""
    if known is not None and known["state"] == "deleted":
        return None
    before = known or {"_id": fact.endpoint_id, "revision": 1, "organization_id": fact.organization_id}
    return before | {
        "url": "",
        "events": [],
        "secrets": [],
        "secrets_until": [],
        "said_at": said_at,
        "state": "deleted",
        "disabled_reason": None,
        "disabled_at": None,
        "is_closing": True,
        "is_caught_up": True,
        "first_failed_at": None,
        "created_at": before.get("created_at", said_at),
        "expires_at": forget_at,
    }


def wants(endpoint: Mapping[str, Any], message: Mapping[str, Any], *, deal_scoring: bool) -> bool:
    """Whether the message is owed to the endpoint."""
    name: str = message["event_type"]
    return (
        endpoint["state"] == "enabled"
        and name != TEST
        and endpoint["organization_id"] == message["organization_id"]
        and message["occurred_at"] >= endpoint["created_at"]
        and (not endpoint["events"] or name in endpoint["events"])
        and (deal_scoring or not name.startswith(DEAL_SCORING))
    )


def signing_secrets(endpoint: Mapping[str, Any], *, at: datetime) -> list[str]:
    """What signs a message at that instant, newest first: after a rotation the one before signs for a while too."""
    until: list[datetime | None] = endpoint.get("secrets_until") or [None] * len(endpoint["secrets"])
    return [secret for secret, end in zip(endpoint["secrets"], until, strict=True) if end is None or at < end]


def after_success(endpoint: Document | None) -> Document | None:
    """The endpoint after it answered 2xx; None: no change."""
    if endpoint is None or endpoint["first_failed_at"] is None:
        return None
    return endpoint | {"first_failed_at": None}


def after_failure(endpoint: Document, *, at: datetime) -> Document | None:
    """The endpoint after a failed attempt: disabled when it has known nothing else for five days; None: no change."""
    if endpoint["first_failed_at"] is None:
        return endpoint | {"first_failed_at": at}
    if at - endpoint["first_failed_at"] >= LONGEST_FAILING:
        return disabled(endpoint, reason="failing", at=at)
    return None


def disabled(endpoint: Document, *, reason: DisabledReason, at: datetime) -> Document | None:
    """The endpoint without any further delivery; None: it is disabled or deleted already."""
    if endpoint["state"] != "enabled":
        return None
    return endpoint | {"state": "disabled", "disabled_reason": reason, "disabled_at": at, "is_closing": True}


def enabled(endpoint: Document | None, *, at: datetime) -> Document | None:
    """A disabled endpoint in use again; None: it is not disabled."""
    if endpoint is None or endpoint["state"] != "disabled":
        return None
    return endpoint | {
        "state": "enabled",
        "disabled_reason": None,
        "disabled_at": None,
        "is_closing": False,
        "first_failed_at": None,
        "enabled_at": at,
    }


def enabling_fact(endpoint: Mapping[str, Any]) -> EndpointEnabled:
    """What is said of an endpoint that is in use again."""
    return EndpointEnabled(
        endpoint_id=endpoint["_id"],
        organization_id=endpoint["organization_id"],
        enabled_at=endpoint["enabled_at"],
    )


def disabling_fact(endpoint: Mapping[str, Any]) -> EndpointDisabled:
    """What is said of an endpoint that has been disabled."""
    return EndpointDisabled(
        endpoint_id=endpoint["_id"],
        organization_id=endpoint["organization_id"],
        reason=endpoint["disabled_reason"],
        disabled_at=endpoint["disabled_at"],
    )
