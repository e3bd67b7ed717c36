"""Deals and their activities on the platform face (contract, 9.1 and 9.2)."""

from functools import partial

from services.gateway.core.scopes import DEALS_READ
from services.gateway.faces.platform import present_activity, present_deal
from services.gateway.faces.shapes.platform.deals import Activity, Deal, DealInList
from services.gateway.http.answering import listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call
from services.gateway.http.operations import DEAL, Answers, Operation
from services.gateway.http.pages import read_page


async def list_deals(call: Call) -> Answer:
    """Every deal of the organization, without its factors."""
    page = await read_page(call.parts.store.deals, {"organization_id": call.owner}, call.page)
    return listed(call, page, partial(present_deal, with_factors=False))


async def get_deal(call: Call) -> Answer:
    """One deal."""
    return shown(call, present_deal(call.found["deal"]))


async def list_activities(call: Call) -> Answer:
    """What has happened in a deal."""
    page = await read_page(call.parts.store.activities, {"deal_id": call.found["deal"]["_id"]}, call.page)
    return listed(call, page, present_activity)


_ALL = "/v1/deals"
_ONE = _ALL + "/{deal_id}"

OPERATIONS = (
    Operation("GET", _ONE, get_deal, scope=DEALS_READ, finds=(DEAL,), answers=Answers(Deal)),
    Operation("GET", _ALL, list_deals, scope=DEALS_READ, is_paged=True, answers=Answers(DealInList, "page")),
    Operation(
        "GET",
        _ONE + "/activities",
        list_activities,
        scope=DEALS_READ,
        finds=(DEAL,),
        is_paged=True,
        answers=Answers(Activity, "page"),
    ),
)
