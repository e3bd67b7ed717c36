"""What is said of each face as a whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.gateway.http.operations import Operation
from services.gateway.routes import admin, platform


@dataclass(frozen=True, eq=False)
class Face:
    """A public API.

    Attributes:
        prefix: What every path of its table begins with.
        servers: The spellings of that prefix.
        schemes: Its security schemes: each of them suffices.
        key_variable: The variable of a shell that holds what its callers carry.
        everywhere: Errors that any of its operations may answer, as code and sentence.
        tags: What the groups of operations hold, by the module that has them, in the order in which they are shown.
        titles: What groups are called whose module's name does not say it.
    """

    name: str
    title: str
    description: str
    prefix: str
    servers: tuple[str, ...]
    operations: tuple[Operation, ...]
    schemes: Mapping[str, Mapping[str, Any]]
    key_variable: str
    everywhere: tuple[tuple[str, str], ...]
    tags: Mapping[str, str]
    titles: Mapping[str, str]


_DEFECTS = (
    ("internal_error", "Something unexpected went wrong"),
    ("service_unavailable", "The service is temporarily unavailable; try again"),
)

PLATFORM = Face(
    name="platform",
    title="Rushes platform API",
    description="Videos, their analyses, deals and webhooks of one organization. Long-running work is a resource: "
    "its POST answers 201 with `status: processing`; poll the resource every 5 to 10 seconds, follow its stream or "
    "subscribe a webhook. Both servers are spellings of one API.\n\nUnknown members of a body and unknown query "
    "parameters are ignored. What belongs to another organization is 404, as if it were not there. Every POST takes "
    "an `Idempotency-Key`: within 24 hours the same call with the same key is answered with the stored bytes.",
    prefix="/v1",
    servers=("/v1", "/platform/v1"),
    operations=platform.OPERATIONS,
    schemes={
        "key": {
            "type": "http",
            "scheme": "bearer",
            "description": "An API key (`rsh_live_…`), made on the admin API. A key without a scope list has every "
            "scope.",
        },
        "bare_key": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The same key without the word Bearer.",
        },
    },
    key_variable="KEY",
    everywhere=(
        ("unauthorized", "The API key is missing, unknown, revoked or expired"),
        ("invalid_key_metadata", "The organization of this API key is missing"),
        ("forbidden", "The API key lacks the scope of this operation"),
        ("rate_limited", "Too many requests with this API key"),
        *_DEFECTS,
    ),
    tags={
        "videos": "Every video of the organization, whichever face uploaded it.",
        "analyses": "Analyses of a video: begun, followed and read.",
        "pieces": "The parts of the latest completed analysis of a video.",
        "deals": "Deals and what happened in them.",
        "scorings": "Scorings of a deal: how likely it is won, and why.",
        "members": "The people of the organization.",
        "webhooks": "Endpoints that messages are sent to, signed by Standard Webhooks.",
        "deliveries": "Messages on their way: looked at, sent again, tested.",
    },
    titles={"pieces": "Parts of an analysis"},
)

ADMIN = Face(
    name="admin",
    title="Rushes admin API",
    description="The operator's API: organizations with their settings, members, deals, activities, keys and videos. "
    "It is there only where the setting `ADMIN_TOKEN` is.\n\nA PATCH merges: an absent member stays, `null` resets it "
    "to its default, arrays are replaced whole, nested objects merge. Nothing is deleted here: an organization and a "
    "key are deactivated by `is_active: false`.",
    prefix="/admin/v1",
    servers=("/admin/v1",),
    operations=admin.OPERATIONS,
    schemes={
        "operator": {
            "type": "http",
            "scheme": "bearer",
            "description": "The value of the setting `ADMIN_TOKEN`.",
        }
    },
    key_variable="ADMIN_TOKEN",
    everywhere=(
        ("unauthorized", "The operator's token is missing or wrong"),
        ("not_found", "Route not found"),
        *_DEFECTS,
    ),
    tags={
        "organizations": "Organizations with all their settings.",
        "members": "The people of an organization.",
        "deals": "Deals of an organization.",
        "activities": "What happened in a deal.",
        "keys": "API keys of an organization.",
        "videos": "Videos of an organization, whichever face they came from.",
        "studio_secret": "The secret that signs an organization's studio webhooks.",
    },
    titles={"studio_secret": "Studio webhook secret"},
)

FACES = (PLATFORM, ADMIN)
