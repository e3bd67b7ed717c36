"""Webhook endpoints and deliveries (platform contract, section 14)."""

from typing import Annotated, Any, Literal

from pydantic import Field

from services.gateway.faces.shapes.shape import (
    CHANGED,
    DELIVERY_ID,
    MADE,
    MESSAGE_ID,
    WEBHOOK_ID,
    Instant,
    Shape,
    shows,
)

WebhookId = Annotated[str, Field(pattern=r"^ep_[0-9a-f]{32}$")]
DeliveryId = Annotated[str, Field(pattern=r"^dlv_[0-9a-f]{32}$")]
MessageId = Annotated[str, Field(pattern=r"^msg_[0-9a-f]{32}$")]
Secret = Annotated[str, Field(pattern=r"^whsec_[A-Za-z0-9+/]+=*$")]


_WEBHOOK: dict[str, Any] = {
    "id": WEBHOOK_ID,
    "url": "https://hooks.example.com/rushes",
    "events": ["video.analysis.completed"],
    "status": "enabled",
    "disabled_reason": None,
    "created_at": MADE,
    "updated_at": MADE,
}


class Webhook(Shape):
    """An endpoint that messages are sent to."""

    model_config = shows(**_WEBHOOK)

    id: WebhookId
    url: str
    events: list[str] = Field(description="The event types it gets; empty: all of them.")
    status: Literal["enabled", "disabled"]
    disabled_reason: Literal["gone", "failing"] | None = Field(
        description="`gone`: it answered 410; `failing`: nothing but failures for 5 days."
    )
    created_at: Instant
    updated_at: Instant


class WebhookWithSecret(Webhook):
    """An endpoint as its creation and the rotation of its secret show it, and nothing else."""

    model_config = shows(**_WEBHOOK, secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")  # noqa: S106  of no endpoint

    secret: Secret = Field(description="What signs its messages (Standard Webhooks): `whsec_` and base64.")


class Attempt(Shape):
    """One attempt to send a message."""

    number: Annotated[int, Field(ge=1)]
    at: Instant
    response_status: int | None = Field(description="Null when no response came.")
    error: (
        Literal["timeout", "connection_failed", "tls_failed", "dns_failed", "target_forbidden", "host_not_allowed"]
        | None
    ) = Field(description="Why no response came.")
    duration_ms: Annotated[int, Field(ge=0)] = Field(description="Milliseconds.")


class Delivery(Shape):
    """One message on its way to one endpoint."""

    model_config = shows(
        id=DELIVERY_ID,
        webhook_id=WEBHOOK_ID,
        message_id=MESSAGE_ID,
        event_type="video.analysis.completed",
        status="pending",
        next_attempt_at="2026-01-31T05:32:15.200Z",
        attempts=[{"number": 1, "at": CHANGED, "response_status": 500, "error": None, "duration_ms": 41}],
        created_at=CHANGED,
        finished_at=None,
    )

    id: DeliveryId
    webhook_id: WebhookId
    message_id: MessageId = Field(description="The `webhook-id` header: constant over retries and redeliveries.")
    event_type: str
    status: Literal["pending", "succeeded", "failed"]
    next_attempt_at: Instant | None = Field(description="Null once it has ended.")
    attempts: list[Attempt]
    created_at: Instant
    finished_at: Instant | None = Field(description="Null until it has ended.")
