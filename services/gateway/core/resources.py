"""New resources as documents of the store: every field a document may have is named here."""

from datetime import datetime, timedelta
from typing import Any

from services.gateway.core.run import NEVER, RunState, new_run
from shared.contracts.artifacts import SourceReference
from shared.contracts.plans import RunKind

Document = dict[str, Any]

ORGANIZATION_SETTINGS: dict[str, Any] = {
    "checklist_enabled": False,
    "checklist": [],
    "webhook_allowed_hostnames": [],
    "run_deadline_seconds": None,
    "rate_limit": None,
    "library_minutes": None,
    "library_bonus_minutes": 0,
}
"""The defaults of an organization's settings (admin contract, section 3)."""


FEWEST_BYTES_PER_SECOND = 12_500
"""100 kbit/s: hardly any recording has less, and a small file that decodes for ever is given up soon."""


def new_document(document_id: str, now: datetime, **fields: Any) -> Document:  # noqa: ANN401  any BSON value
    """What every document of the gateway has, and the given fields."""
    return {
        "_id": document_id,
        "revision": 1,
        "created_at": now,
        "updated_at": now,
        "outbox": [],
        "outbox_due_at": NEVER,
        **fields,
    }


def new_organization(
    organization_id: str, *, name: str, is_active: bool, settings: dict[str, Any], studio_secret: str, now: datetime
) -> Document:
    """A tenant; `settings` overrides the defaults, `studio_secret` signs the studio face's webhooks."""
    return new_document(
        organization_id,
        now,
        name=name,
        is_active=is_active,
        settings={**ORGANIZATION_SETTINGS, **settings},
        studio_secrets=[studio_secret],
        studio_secrets_until=[None],
        studio_rotated_by=None,
    )


def new_key(
    key_id: str,
    *,
    organization_id: str,
    name: str,
    digest: str,
    key_prefix: str,
    scopes: list[str] | None,
    member_id: str | None,
    expires_at: datetime | None,
    now: datetime,
) -> Document:
    """An API key: its digest, never the key itself."""
    return new_document(
        key_id,
        now,
        organization_id=organization_id,
        name=name,
        digest=digest,
        key_prefix=key_prefix,
        scopes=scopes,
        member_id=member_id,
        is_active=True,
        expires_at=expires_at,
        last_used_at=None,
    )


def new_member(
    member_id: str,
    *,
    organization_id: str,
    name: str,
    email: str,
    role: str,
    external_id: str | None,
    created_at: datetime,
) -> Document:
    """A person of an organization."""
    member = new_document(
        member_id,
        created_at,
        organization_id=organization_id,
        name=name,
        email=email,
        role=role,
        external_id=external_id,
    )
    return member | unique_keys(member)


def unique_keys(member: Document) -> Document:
    """What makes a member the only one: its address in its organization, its external id everywhere.

    Indexes want strings that are always there, so one without an external id has its own id there.
    """
    return {
        "email_key": f"{member['organization_id']} {member['email'].casefold()}",
        "external_key": f"={member['external_id']}" if member["external_id"] is not None else member["_id"],
    }


def new_deal(
    deal_id: str,
    *,
    organization_id: str,
    title: str,
    product_id: str | None,
    owner_id: str | None,
    forecast_amount: float | None,
    close_date: datetime | None,
    probability: float | None,
    created_at: datetime,
) -> Document:
    """A deal that has not been scored."""
    return new_document(
        deal_id,
        created_at,
        organization_id=organization_id,
        title=title,
        product_id=product_id,
        owner_id=owner_id,
        forecast_amount=forecast_amount,
        close_at=close_date,
        probability=probability,
        score_factors=[],
        scoring_id=None,
        scored_at=None,
    )


def new_activity(
    activity_id: str,
    *,
    organization_id: str,
    deal_id: str,
    type: str,  # noqa: A002  the contract's word
    title: str | None,
    body: str | None,
    actor_id: str | None,
    occurred_at: datetime,
    created_at: datetime,
) -> Document:
    """Something that happened in a deal."""
    return new_document(
        activity_id,
        created_at,
        organization_id=organization_id,
        deal_id=deal_id,
        type=type,
        title=title,
        body=body,
        actor_id=actor_id,
        occurred_at=occurred_at,
    )


def new_video(
    video_id: str,
    *,
    organization_id: str,
    title: str,
    filename: str,
    source: SourceReference,
    owner_id: str | None,
    deal_id: str | None,
    now: datetime,
    deadline_seconds: float,
) -> Document:
    """A video whose file has arrived; the preparation it carries has the video's id."""
    deadline_at = now + timedelta(seconds=deadline_seconds)
    return new_document(
        video_id,
        now,
        organization_id=organization_id,
        title=title,
        filename=filename,
        source=source.model_dump(mode="json"),
        owner_id=owner_id,
        deal_id=deal_id,
        duration_seconds=None,
        status="uploaded",
        error=None,
        started_at=None,
        finished_at=None,
        attention_at=NEVER,
        run=new_run("preparation", inputs={}, now=now, deadline_at=deadline_at),
    )


def new_run_of_video(
    run_id: str,
    *,
    kind: RunKind,
    video: Document,
    inputs: dict[str, Any],
    now: datetime,
    deadline_seconds: float,
    parameters: dict[str, Any] | None = None,
) -> Document:
    """An analysis, a processing or a job of a prepared video."""
    run = new_run(
        kind, inputs=inputs, now=now, deadline_at=now + timedelta(seconds=deadline_seconds), parameters=parameters
    )
    of_video = {"organization_id": video["organization_id"], "video_id": video["_id"], "source": video["source"]}
    return _new_run_document(run_id, now, run, of_video)


def insights_parameters(organization: Document) -> dict[str, Any]:
    """What an analysis tells the stage insights: the checklist as it stands, when it is to be evaluated."""
    settings = organization["settings"]
    return {"checklist": settings["checklist"]} if settings["checklist_enabled"] else {}


def new_scoring(
    scoring_id: str, *, deal: Document, source: SourceReference, now: datetime, deadline_seconds: float
) -> Document:
    """A scoring of a deal; its source is the snapshot of the deal."""
    run = new_run("scoring", inputs={}, now=now, deadline_at=now + timedelta(seconds=deadline_seconds))
    of_deal = {"organization_id": deal["organization_id"], "video_id": None, "deal_id": deal["_id"]}
    return _new_run_document(scoring_id, now, run, of_deal | {"source": source.model_dump(mode="json")})


def _new_run_document(run_id: str, now: datetime, run: RunState, about: Document) -> Document:
    """A run that has just begun; `about` says whose it is, and what it works on."""
    return new_document(
        run_id,
        now,
        **about,
        kind=run["kind"],
        status="processing",
        error=None,
        started_at=None,
        finished_at=None,
        attention_at=NEVER,
        run=run,
    )


def new_endpoint(
    endpoint_id: str, *, organization_id: str, url: str, events: list[str], secret: str, now: datetime
) -> Document:
    """A webhook endpoint."""
    return new_document(
        endpoint_id,
        now,
        organization_id=organization_id,
        url=url,
        events=events,
        status="enabled",
        disabled_reason=None,
        status_at=now,
        secrets=[secret],
        secrets_until=[None],
        rotated_by=None,
    )


def new_sentence(
    segment_id: str, *, run: Document, artifact_address: str, sentence: dict[str, Any], now: datetime
) -> Document:
    """A row of the module `transcription`; rows belong to a video and an artifact, whichever run made them."""
    return {
        "_id": segment_id,
        "revision": 1,
        "organization_id": run["organization_id"],
        "video_id": run["video_id"],
        "module": "transcription",
        "artifact_address": artifact_address,
        "start_seconds": sentence["start_seconds"],
        "end_seconds": sentence["end_seconds"],
        "speaker": sentence["speaker"],
        "text": sentence["text"],
        "confidence": sentence["confidence"],
        "created_at": now,
    }


def deadline_seconds(organization: Document, default_seconds: float, video_seconds: float | None) -> float:
    """How long a run may take (platform contract, 6.2)."""
    exact: int | None = organization["settings"]["run_deadline_seconds"]
    if exact is not None:
        return exact
    return max(default_seconds, 2 * (video_seconds or 0.0))


def preparation_seconds(size_bytes: int, default_seconds: float, longest_video_seconds: float) -> float:
    """How long a preparation may take: twice the longest video that a file of that size can be.

    Its real length is what the preparation finds out, and the organization's own deadline is for runs that it asks for.
    """
    return max(default_seconds, 2 * min(size_bytes / FEWEST_BYTES_PER_SECOND, longest_video_seconds))
