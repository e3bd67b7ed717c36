"""The secret that signs an organization's studio webhooks, on the admin face (contract, section 7)."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from services.gateway.changes import change
from services.gateway.core.secrets import SECRET_BYTES, rotated, spell_secret
from services.gateway.faces.admin import present_studio_secret
from services.gateway.faces.shapes.admin import StudioSecret
from services.gateway.http.answering import shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import ORGANIZATION, Answers, AnyObject, Operation
from services.gateway.http.refusals import not_found
from shared.contracts.events import Event


async def get_studio_secret(call: Call) -> Answer:
    """The secret, and the one before while it signs too."""
    return shown(call, present_studio_secret(call.found["organization"], call.parts.clock()))


async def rotate_studio_secret(call: Call) -> Answer:
    """Make a new secret; the one before signs too for a day."""
    parts, identity = call.parts, call.found["organization"]["_id"]
    secret, rotation = spell_secret(secrets.token_bytes(SECRET_BYTES)), call.claim.resource_id

    async def rotate(organization: Document, now: datetime) -> Sequence[Event]:
        if organization["studio_rotated_by"] != rotation:
            signing, until = rotated(organization["studio_secrets"], secret, now)
            organization |= {
                "studio_secrets": signing,
                "studio_secrets_until": until,
                "studio_rotated_by": rotation,
            }
        return ()

    organization = await change(parts.relay, parts.store.organizations, identity, parts.clock, rotate)
    if organization is None:
        raise not_found("Organization")
    return shown(call, present_studio_secret(organization, parts.clock()))


_ONE = "/admin/v1/organizations/{organization_id}/studio-webhook-secret"

OPERATIONS = (
    Operation("GET", _ONE, get_studio_secret, finds=(ORGANIZATION,), answers=Answers(StudioSecret)),
    Operation(
        "POST",
        _ONE + "/rotate",
        rotate_studio_secret,
        finds=(ORGANIZATION,),
        accepts=AnyObject,
        answers=Answers(StudioSecret),
    ),
)
