"""Videos on the admin face (contract, section 6)."""

from functools import partial

from services.gateway.changes import find_or_make
from services.gateway.core.resources import new_video, preparation_seconds
from services.gateway.faces.platform import present_video
from services.gateway.faces.shapes.admin import VideoForm
from services.gateway.faces.shapes.platform.videos import Video
from services.gateway.http.answering import CREATED, created, listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call, Document
from services.gateway.http.content import fitted
from services.gateway.http.forms import FormContent
from services.gateway.http.ledger import Superseded
from services.gateway.http.operations import ORGANIZATION, VIDEO_OF_ORGANIZATION, Answers, Operation
from services.gateway.http.pages import read_page
from services.gateway.http.refusals import Refusal
from services.gateway.routes.admin.bodies import Patch, VideoBody
from services.gateway.routes.admin.editing import patched
from services.gateway.routes.admin.links import check_deal, check_member
from services.gateway.uploads import discard, keep, receive_upload
from shared.contracts.artifacts import SourceReference

NO_VIDEO = (("validation_failed", "file: the extension '.txt' is not accepted"),)
NO_DEAL = (("validation_failed", "deal_id: no such deal in this organization"),)
CHANGEABLE = ("title", "owner_id", "deal_id")


async def create_video(call: Call) -> Answer:
    """Take a file in and begin its preparation."""
    form = call.content
    assert isinstance(form, FormContent)  # noqa: S101  the operation takes a form
    parts = call.parts
    organization_id, identity = call.found["organization"]["_id"], call.claim.resource_id
    upload = await receive_upload(
        form, parts.objects, folder=f"{organization_id}/{identity}", limit_bytes=parts.limits.upload_bytes
    )
    try:
        wanted = fitted(VideoBody, {"title": upload.filename} | _given(upload.fields))
        await check(call, wanted)
        await call.claim.confirm(await form.digest())
    except (Refusal, Superseded):
        await discard(parts.objects, upload.file)
        raise
    source = await keep(parts.objects, upload, folder=organization_id)
    made, is_new = await find_or_make(
        parts.store.videos, identity, lambda: _start(call, wanted, upload.filename, source)
    )
    if not is_new:
        await discard(parts.objects, upload.file)
    return created(call, present_video(made))


async def list_videos(call: Call) -> Answer:
    """The videos of an organization."""
    where = {"organization_id": call.found["organization"]["_id"]}
    return listed(call, await read_page(call.parts.store.videos, where, call.page), present_video)


async def get_video(call: Call) -> Answer:
    """One video."""
    return shown(call, present_video(call.found["video"]))


async def patch_video(call: Call) -> Answer:
    """Change what the patch names, whichever face the video came from; a title that is reset is the file's name."""
    video = await patched(
        call,
        call.parts.store.videos,
        "Video",
        call.parameters["video_id"],
        current=lambda video: {name: video[name] for name in CHANGEABLE},
        schema=VideoBody,
        defaults={"title": call.found["video"]["filename"]},
        check=partial(check, call),
        apply=lambda _, wanted: wanted.model_dump(),
    )
    return shown(call, present_video(video))


async def check(call: Call, wanted: VideoBody) -> None:
    """Refuse references to what the organization does not have."""
    await check_member(call, "owner_id", wanted.owner_id)
    await check_deal(call, "deal_id", wanted.deal_id)


def _given(fields: dict[str, str]) -> dict[str, str]:
    """The fields of a form that say something: forms have no null, an empty field stands for it."""
    return {name: fields[name] for name in CHANGEABLE if fields.get(name)}


async def _start(call: Call, wanted: VideoBody, filename: str, source: SourceReference) -> Document:
    parts = call.parts
    video = new_video(
        call.claim.resource_id,
        organization_id=call.found["organization"]["_id"],
        title=wanted.title,
        filename=filename,
        source=source,
        owner_id=wanted.owner_id,
        deal_id=wanted.deal_id,
        now=parts.clock(),
        deadline_seconds=preparation_seconds(
            source.size_bytes, parts.limits.run_deadline_seconds, parts.limits.video_seconds
        ),
    )
    return await parts.runs.start(parts.store.videos, video)


_ALL = "/admin/v1/organizations/{organization_id}/videos"
_ONE = _ALL + "/{video_id}"

OPERATIONS = (
    Operation(
        "POST",
        _ALL,
        create_video,
        finds=(ORGANIZATION,),
        takes_form=True,
        answers=Answers(Video, status=CREATED, refuses=(*NO_VIDEO, *NO_DEAL)),
        takes=VideoForm,
    ),
    Operation("GET", _ALL, list_videos, finds=(ORGANIZATION,), is_paged=True, answers=Answers(Video, "page")),
    Operation("GET", _ONE, get_video, finds=(ORGANIZATION, VIDEO_OF_ORGANIZATION), answers=Answers(Video)),
    Operation(
        "PATCH",
        _ONE,
        patch_video,
        finds=(ORGANIZATION, VIDEO_OF_ORGANIZATION),
        accepts=Patch,
        answers=Answers(Video, refuses=NO_DEAL),
        takes=VideoBody,
    ),
)
