"""Analyses on the platform face (contract, 8.1 to 8.3) and their streams (section 15)."""

from services.gateway.changes import find_or_make
from services.gateway.core.endings import ingest_artifact
from services.gateway.core.resources import deadline_seconds, insights_parameters, new_run_of_video
from services.gateway.core.scopes import ANALYSES_READ, ANALYSES_WRITE
from services.gateway.faces.platform import VIDEO_STATUS, present_analysis, present_new_analysis
from services.gateway.faces.shapes.platform.analyses import Analysis, AnalysisProgress, NewAnalysis
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.operations import ANALYSIS, VIDEO, Answers, AnyObject, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import invalid
from services.gateway.http.streams import ProgressStream

NOT_READY = (("validation_failed", "video_id: the video's status is processing, it must be ready"),)


async def create_analysis(call: Call) -> Answer:
    """Begin an analysis of a video that is ready."""
    video = call.found["video"]
    status = VIDEO_STATUS[video["status"]]
    if status != "ready":
        raise invalid(f"video_id: the video's status is {status}, it must be ready")
    made, _ = await find_or_make(call.parts.store.runs, call.claim.resource_id, lambda: _start(call, video))
    return created(call, present_new_analysis(made))


async def list_analyses(call: Call) -> Answer:
    """The history of a video, newest first, whole."""
    where = {"organization_id": call.owner, "video_id": call.found["video"]["_id"], "kind": "analysis"}
    return listed(call, await read_page(call.parts.store.runs, where, call.page), present_analysis)


async def get_analysis(call: Call) -> Answer:
    """One analysis."""
    return shown(call, present_analysis(call.found["analysis"]))


async def stream_analysis(call: Call) -> ProgressStream:
    """The states of one analysis until it ends."""
    return ProgressStream(call.found["analysis"], call.parts.reads.runs, present_analysis)


async def _start(call: Call, video: Document) -> Document:
    limits, now = call.parts.limits, call.parts.clock()
    document = new_run_of_video(
        call.claim.resource_id,
        kind="analysis",
        video=video,
        inputs=ingest_artifact(video),
        now=now,
        deadline_seconds=deadline_seconds(call.tenant, limits.run_deadline_seconds, video["duration_seconds"]),
        parameters={"insights": insights_parameters(call.tenant)},
    )
    return await call.parts.runs.start(call.parts.store.runs, document)


_ALL = "/v1/videos/{video_id}/analyses"
_ONE = _ALL + "/{analysis_id}"

OPERATIONS = (
    Operation("GET", _ONE, get_analysis, scope=ANALYSES_READ, finds=(VIDEO, ANALYSIS), answers=Answers(Analysis)),
    Operation(
        "GET",
        _ONE + "/stream",
        stream_analysis,
        scope=ANALYSES_READ,
        finds=(VIDEO, ANALYSIS),
        answers=Answers(AnalysisProgress, "stream"),
    ),
    Operation(
        "POST",
        _ALL,
        create_analysis,
        scope=ANALYSES_WRITE,
        finds=(VIDEO,),
        accepts=AnyObject,
        answers=Answers(
            NewAnalysis,
            status=CREATED,
            refuses=NOT_READY,
        ),
    ),
    Operation(
        "GET",
        _ALL,
        list_analyses,
        scope=ANALYSES_READ,
        finds=(VIDEO,),
        is_paged=True,
        answers=Answers(Analysis, "page"),
    ),
)
