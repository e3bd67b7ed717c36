"""References to members and deals: those that the organization does not have are refused."""

from services.gateway.http.call import Call
from services.gateway.http.refusals import invalid
from shared.contracts.ids import is_id
from shared.kit.documents import SharedReads


async def check_member(call: Call, field: str, member_id: str | None) -> None:
    """Refuse the id of a member that the organization in the path does not have."""
    if member_id is not None and not await _has(call, call.parts.reads.members, member_id):
        raise invalid(f"{field}: no such member in this organization")


async def check_deal(call: Call, field: str, deal_id: str | None) -> None:
    """Refuse the id of a deal that the organization in the path does not have."""
    if deal_id is not None and not await _has(call, call.parts.reads.deals, deal_id):
        raise invalid(f"{field}: no such deal in this organization")


async def _has(call: Call, reads: SharedReads, identity: str) -> bool:
    document = await reads.load(identity) if is_id(identity) else None
    return document is not None and document["organization_id"] == call.parameters["organization_id"]
