"""Scorings of deals on the platform face (contract, 9.3 and 9.4) and their streams (section 15)."""

import asyncio
from dataclasses import replace

from services.gateway.changes import find_or_make
from services.gateway.core.resources import deadline_seconds, new_scoring
from services.gateway.core.scopes import SCORINGS_READ, SCORINGS_WRITE
from services.gateway.deal_snapshots import keep_snapshot
from services.gateway.faces.platform import present_new_scoring, present_scoring
from services.gateway.faces.shapes.platform.scorings import NewScoring, Scoring, ScoringProgress
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import DEAL, SCORING, Answers, AnyObject, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.streams import ProgressStream


async def create_scoring(call: Call) -> Answer:
    """Begin a scoring of a deal, as the deal stands now."""
    made, _ = await find_or_make(call.parts.store.runs, call.claim.resource_id, lambda: _start(call))
    return created(call, present_new_scoring(made))


async def list_scorings(call: Call) -> Answer:
    """The history of a deal, newest first, whole."""
    where = {"deal_id": call.found["deal"]["_id"], "kind": "scoring"}
    page = await read_page(call.parts.store.runs, where, call.page)
    items = await asyncio.gather(*(call.parts.runs.landing.landed(scoring) for scoring in page.items))
    return listed(call, replace(page, items=items), present_scoring)


async def get_scoring(call: Call) -> Answer:
    """One scoring."""
    return shown(call, present_scoring(await call.parts.runs.landing.landed(call.found["scoring"])))


async def stream_scoring(call: Call) -> ProgressStream:
    """The states of one scoring until it ends."""
    landing = call.parts.runs.landing
    return ProgressStream(await landing.landed(call.found["scoring"]), landing, present_scoring)


async def _start(call: Call) -> Document:
    deal, limits, now = call.found["deal"], call.parts.limits, call.parts.clock()
    document = new_scoring(
        call.claim.resource_id,
        deal=deal,
        source=await keep_snapshot(call.parts.store, call.parts.objects, deal, now),
        now=now,
        deadline_seconds=deadline_seconds(call.tenant, limits.run_deadline_seconds, None),
    )
    return await call.parts.runs.start(call.parts.store.runs, document)


_ALL = "/v1/deals/{deal_id}/scorings"
_ONE = _ALL + "/{scoring_id}"

OPERATIONS = (
    Operation("GET", _ONE, get_scoring, scope=SCORINGS_READ, finds=(DEAL, SCORING), answers=Answers(Scoring)),
    Operation(
        "GET",
        _ONE + "/stream",
        stream_scoring,
        scope=SCORINGS_READ,
        finds=(DEAL, SCORING),
        answers=Answers(ScoringProgress, "stream"),
    ),
    Operation(
        "POST",
        _ALL,
        create_scoring,
        scope=SCORINGS_WRITE,
        finds=(DEAL,),
        accepts=AnyObject,
        answers=Answers(NewScoring, status=CREATED),
    ),
    Operation(
        "GET",
        _ALL,
        list_scorings,
        scope=SCORINGS_READ,
        finds=(DEAL,),
        is_paged=True,
        answers=Answers(Scoring, "page"),
    ),
)
