"""Organizations on the admin face (contract, section 3)."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.gateway.changes import change, find_or_make, insert
from services.gateway.core.organization_settings import merge
from services.gateway.core.resources import new_organization
from services.gateway.core.run import NEVER
from services.gateway.core.secrets import SECRET_BYTES, spell_secret
from services.gateway.faces.admin import present_organization
from services.gateway.faces.shapes.admin import Organization
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.content import fitted
from services.gateway.http.operations import ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import not_found
from services.gateway.routes.admin.bodies import OrganizationBody, Patch
from shared.contracts.events import AllowlistChanged, Event
from shared.kit.documents import Range

CHANGEABLE = ("name", "is_active", "settings")
EVERY = {"created_at": Range(lt=NEVER)}
"""A condition that all of them fit: the operator sees every organization."""
ALLOWLIST = "webhook_allowed_hostnames"


async def create_organization(call: Call) -> Answer:
    """Make an organization."""
    made, _ = await find_or_make(call.parts.store.organizations, call.claim.resource_id, lambda: _make(call))
    return created(call, present_organization(made))


async def list_organizations(call: Call) -> Answer:
    """All organizations."""
    page = await read_page(call.parts.store.organizations, EVERY, call.page)
    return listed(call, page, present_organization)


async def get_organization(call: Call) -> Answer:
    """One organization."""
    return shown(call, present_organization(call.found["organization"]))


async def patch_organization(call: Call) -> Answer:
    """Change what the patch names."""
    parts, identity = call.parts, call.found["organization"]["_id"]
    changed = await change(
        parts.relay, parts.store.organizations, identity, parts.clock, lambda *of: patched(call.json, *of)
    )
    if changed is None:
        raise not_found("Organization")
    return shown(call, present_organization(changed))


async def patched(patch: dict[str, Any], organization: Document, now: datetime) -> Sequence[Event]:
    """Merge the patch into the organization.

    Raises:
        Refusal: The outcome does not fit.
    """
    current = {name: organization[name] for name in CHANGEABLE}
    wanted = fitted(OrganizationBody, merge(current, patch))
    hostnames = organization["settings"][ALLOWLIST]
    organization |= wanted.model_dump() | {"updated_at": now}
    if organization["settings"][ALLOWLIST] == hostnames:
        return ()
    return (_allowlist(organization, organization["revision"] + 1),)


async def _make(call: Call) -> Document:
    wanted: OrganizationBody = call.body
    now = call.parts.clock()
    organization = new_organization(
        call.claim.resource_id,
        name=wanted.name,
        is_active=wanted.is_active,
        settings=wanted.settings.model_dump(),
        studio_secret=spell_secret(secrets.token_bytes(SECRET_BYTES)),
        now=now,
    )
    said = [_allowlist(organization, organization["revision"])] if organization["settings"][ALLOWLIST] else []
    return await insert(call.parts.relay, call.parts.store.organizations, organization, said, now)


def _allowlist(organization: Document, revision: int) -> AllowlistChanged:
    return AllowlistChanged(
        organization_id=organization["_id"],
        hostnames=tuple(organization["settings"][ALLOWLIST]),
        revision=revision,
    )


_ALL = "/admin/v1/organizations"
_ONE = _ALL + "/{organization_id}"

OPERATIONS = (
    Operation(
        "POST", _ALL, create_organization, accepts=OrganizationBody, answers=Answers(Organization, status=CREATED)
    ),
    Operation("GET", _ALL, list_organizations, is_paged=True, answers=Answers(Organization, "page")),
    Operation("GET", _ONE, get_organization, finds=(ORGANIZATION,), answers=Answers(Organization)),
    Operation(
        "PATCH",
        _ONE,
        patch_organization,
        finds=(ORGANIZATION,),
        accepts=Patch,
        answers=Answers(Organization),
        takes=OrganizationBody,
    ),
)
