"""Members on the platform face (contract, section 10)."""

from services.gateway.core.scopes import MEMBERS_READ
from services.gateway.faces.platform import present_member
from services.gateway.faces.shapes.platform.deals import Member
from services.gateway.http.answering import shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call
from services.gateway.http.operations import Answers, Operation
from services.gateway.store import NEWEST_FIRST


async def list_members(call: Call) -> Answer:
    """Every member of the organization, newest first, whole."""
    members = await call.parts.store.members.find({"organization_id": call.owner}, sort=NEWEST_FIRST)
    return shown(call, [present_member(member) for member in members])


OPERATIONS = (Operation("GET", "/v1/members", list_members, scope=MEMBERS_READ, answers=Answers(Member, "list")),)
