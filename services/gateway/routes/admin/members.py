"""Members on the admin face (contract, section 4)."""

from typing import Any

from services.gateway.changes import find_or_make
from services.gateway.core.resources import new_member, unique_keys
from services.gateway.faces.admin import present_member
from services.gateway.faces.shapes.admin import Member
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import MEMBER_OF_ORGANIZATION, ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import Refusal, invalid
from services.gateway.routes.admin.bodies import MemberBody, NewMemberBody, Patch
from services.gateway.routes.admin.editing import patched
from shared.kit.documents import DuplicateId

CHANGEABLE = ("name", "email", "role", "external_id")
TAKEN = (("validation_failed", "email: another member in this organization has it"),)


async def create_member(call: Call) -> Answer:
    """Make a member."""
    wanted: NewMemberBody = call.body
    try:
        made, _ = await find_or_make(call.parts.store.members, call.claim.resource_id, lambda: _make(call, wanted))
    except DuplicateId as error:
        raise await _taken(call, wanted) from error
    return created(call, present_member(made))


async def list_members(call: Call) -> Answer:
    """The members of an organization."""
    where = {"organization_id": call.found["organization"]["_id"]}
    return listed(call, await read_page(call.parts.store.members, where, call.page), present_member)


async def get_member(call: Call) -> Answer:
    """One member."""
    return shown(call, present_member(call.found["member"]))


async def patch_member(call: Call) -> Answer:
    """Change what the patch names."""

    async def is_free(wanted: MemberBody) -> None:
        if refusal := await _taken_by_another(call, wanted, call.parameters["member_id"]):
            raise refusal

    def applied(member: Document, wanted: MemberBody) -> dict[str, Any]:
        fields = wanted.model_dump()
        return fields | unique_keys(member | fields)

    try:
        member = await patched(
            call,
            call.parts.store.members,
            "Member",
            call.parameters["member_id"],
            current=lambda member: {name: member[name] for name in CHANGEABLE},
            schema=MemberBody,
            check=is_free,
            apply=applied,
        )
    except DuplicateId as error:
        raise invalid("email: is taken, or external_id is") from error
    return shown(call, present_member(member))


async def _make(call: Call, wanted: NewMemberBody) -> Document:
    fields = wanted.model_dump() | {"created_at": wanted.created_at or call.parts.clock()}
    member = new_member(call.claim.resource_id, organization_id=call.found["organization"]["_id"], **fields)
    await call.parts.store.members.insert(member)
    return member


async def _taken(call: Call, wanted: MemberBody) -> Refusal:
    return await _taken_by_another(call, wanted, "") or invalid("email: is taken, or external_id is")


async def _taken_by_another(call: Call, wanted: MemberBody, identity: str) -> Refusal | None:
    """Which of the two is taken: the sentence names it."""
    keys = unique_keys(wanted.model_dump() | {"_id": identity, "organization_id": call.parameters["organization_id"]})
    holders = [await call.parts.store.members.find_one({name: key}) for name, key in keys.items()]
    for field, holder in zip(("email", "external_id"), holders, strict=True):
        if holder is not None and holder["_id"] != identity:
            where = "in this organization" if field == "email" else "in this installation"
            return invalid(f"{field}: another member {where} has it")
    return None


_ALL = "/admin/v1/organizations/{organization_id}/members"
_ONE = _ALL + "/{member_id}"

OPERATIONS = (
    Operation(
        "POST",
        _ALL,
        create_member,
        finds=(ORGANIZATION,),
        accepts=NewMemberBody,
        answers=Answers(Member, status=CREATED, refuses=TAKEN),
    ),
    Operation("GET", _ALL, list_members, finds=(ORGANIZATION,), is_paged=True, answers=Answers(Member, "page")),
    Operation("GET", _ONE, get_member, finds=(ORGANIZATION, MEMBER_OF_ORGANIZATION), answers=Answers(Member)),
    Operation(
        "PATCH",
        _ONE,
        patch_member,
        finds=(ORGANIZATION, MEMBER_OF_ORGANIZATION),
        accepts=Patch,
        answers=Answers(Member, refuses=TAKEN),
        takes=MemberBody,
    ),
)
