"""Activities of a deal on the admin face (contract, section 4)."""

from typing import Any

from services.gateway.changes import find_or_make
from services.gateway.core.resources import new_activity
from services.gateway.faces.admin import present_activity
from services.gateway.faces.shapes.admin import Activity
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import ACTIVITY_OF_DEAL, DEAL_OF_ORGANIZATION, ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.routes.admin.bodies import ActivityBody, NewActivityBody, Patch
from services.gateway.routes.admin.editing import patched
from services.gateway.routes.admin.links import check_member

NO_ACTOR = (("validation_failed", "actor_id: no such member in this organization"),)
CHANGEABLE = ("type", "title", "body", "actor_id", "occurred_at")


async def create_activity(call: Call) -> Answer:
    """Note something that happened."""
    wanted: NewActivityBody = call.body
    await check_member(call, "actor_id", wanted.actor_id)
    made, _ = await find_or_make(call.parts.store.activities, call.claim.resource_id, lambda: _make(call, wanted))
    return created(call, present_activity(made))


async def list_activities(call: Call) -> Answer:
    """The activities of a deal."""
    where = {"deal_id": call.found["deal"]["_id"]}
    return listed(call, await read_page(call.parts.store.activities, where, call.page), present_activity)


async def get_activity(call: Call) -> Answer:
    """One activity."""
    return shown(call, present_activity(call.found["activity"]))


async def patch_activity(call: Call) -> Answer:
    """Change what the patch names."""

    async def has_such_actor(wanted: ActivityBody) -> None:
        await check_member(call, "actor_id", wanted.actor_id)

    def applied(activity: Document, wanted: ActivityBody) -> dict[str, Any]:
        return wanted.model_dump() | {"occurred_at": wanted.occurred_at or activity["created_at"]}

    activity = await patched(
        call,
        call.parts.store.activities,
        "Activity",
        call.parameters["activity_id"],
        current=lambda activity: {name: activity[name] for name in CHANGEABLE},
        schema=ActivityBody,
        check=has_such_actor,
        apply=applied,
    )
    return shown(call, present_activity(activity))


async def _make(call: Call, wanted: NewActivityBody) -> Document:
    deal, now = call.found["deal"], call.parts.clock()
    fields = wanted.model_dump() | {
        "created_at": wanted.created_at or now,
        "occurred_at": wanted.occurred_at or wanted.created_at or now,
    }
    activity = new_activity(
        call.claim.resource_id, organization_id=deal["organization_id"], deal_id=deal["_id"], **fields
    )
    await call.parts.store.activities.insert(activity)
    return activity


_ALL = "/admin/v1/organizations/{organization_id}/deals/{deal_id}/activities"
_ONE = _ALL + "/{activity_id}"
_DEAL = (ORGANIZATION, DEAL_OF_ORGANIZATION)

OPERATIONS = (
    Operation(
        "POST",
        _ALL,
        create_activity,
        finds=_DEAL,
        accepts=NewActivityBody,
        answers=Answers(Activity, status=CREATED, refuses=NO_ACTOR),
    ),
    Operation("GET", _ALL, list_activities, finds=_DEAL, is_paged=True, answers=Answers(Activity, "page")),
    Operation("GET", _ONE, get_activity, finds=(*_DEAL, ACTIVITY_OF_DEAL), answers=Answers(Activity)),
    Operation(
        "PATCH",
        _ONE,
        patch_activity,
        finds=(*_DEAL, ACTIVITY_OF_DEAL),
        accepts=Patch,
        answers=Answers(Activity, refuses=NO_ACTOR),
        takes=ActivityBody,
    ),
)
