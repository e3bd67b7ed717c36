"""Deals on the admin face (contract, section 4)."""

from typing import Any

from services.gateway.changes import find_or_make
from services.gateway.core.resources import new_deal
from services.gateway.faces.platform import present_deal
from services.gateway.faces.shapes.platform.deals import Deal
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import DEAL_OF_ORGANIZATION, ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.routes.admin.bodies import DealBody, NewDealBody, Patch
from services.gateway.routes.admin.editing import patched
from services.gateway.routes.admin.links import check_member

KEPT_AS = {"close_date": "close_at"}
"""Instants are kept under names that end in `_at`."""
NO_OWNER = (("validation_failed", "owner_id: no such member in this organization"),)
CHANGEABLE = ("title", "product_id", "owner_id", "forecast_amount", "close_date", "probability")


async def create_deal(call: Call) -> Answer:
    """Make a deal."""
    wanted: NewDealBody = call.body
    await check_member(call, "owner_id", wanted.owner_id)
    made, _ = await find_or_make(call.parts.store.deals, call.claim.resource_id, lambda: _make(call, wanted))
    return created(call, present_deal(made))


async def list_deals(call: Call) -> Answer:
    """The deals of an organization."""
    where = {"organization_id": call.found["organization"]["_id"]}
    return listed(call, await read_page(call.parts.store.deals, where, call.page), present_deal)


async def get_deal(call: Call) -> Answer:
    """One deal."""
    return shown(call, present_deal(call.found["deal"]))


async def patch_deal(call: Call) -> Answer:
    """Change what the patch names; a probability stands until the next completed scoring."""

    async def has_such_owner(wanted: DealBody) -> None:
        await check_member(call, "owner_id", wanted.owner_id)

    def applied(_: Document, wanted: DealBody) -> dict[str, Any]:
        return {KEPT_AS.get(name, name): value for name, value in wanted.model_dump().items()}

    deal = await patched(
        call,
        call.parts.store.deals,
        "Deal",
        call.parameters["deal_id"],
        current=lambda deal: {name: deal[KEPT_AS.get(name, name)] for name in CHANGEABLE},
        schema=DealBody,
        check=has_such_owner,
        apply=applied,
    )
    return shown(call, present_deal(deal))


async def _make(call: Call, wanted: NewDealBody) -> Document:
    fields = wanted.model_dump() | {"created_at": wanted.created_at or call.parts.clock()}
    deal = new_deal(call.claim.resource_id, organization_id=call.found["organization"]["_id"], **fields)
    await call.parts.store.deals.insert(deal)
    return deal


_ALL = "/admin/v1/organizations/{organization_id}/deals"
_ONE = _ALL + "/{deal_id}"

OPERATIONS = (
    Operation(
        "POST",
        _ALL,
        create_deal,
        finds=(ORGANIZATION,),
        accepts=NewDealBody,
        answers=Answers(Deal, status=CREATED, refuses=NO_OWNER),
    ),
    Operation("GET", _ALL, list_deals, finds=(ORGANIZATION,), is_paged=True, answers=Answers(Deal, "page")),
    Operation("GET", _ONE, get_deal, finds=(ORGANIZATION, DEAL_OF_ORGANIZATION), answers=Answers(Deal)),
    Operation(
        "PATCH",
        _ONE,
        patch_deal,
        finds=(ORGANIZATION, DEAL_OF_ORGANIZATION),
        accepts=Patch,
        answers=Answers(Deal, refuses=NO_OWNER),
        takes=DealBody,
    ),
)
