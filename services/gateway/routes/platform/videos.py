"""Videos on the platform face (contract, section 7)."""

from services.gateway.core.scopes import VIDEOS_READ
from services.gateway.faces.platform import present_video
from services.gateway.faces.shapes.platform.videos import Video
from services.gateway.http.answering import listed, shown
from services.gateway.http.answers import Answer
from services.gateway.http.call import Call
from services.gateway.http.operations import VIDEO, Answers, Operation
from services.gateway.http.pages import read_page


async def list_videos(call: Call) -> Answer:
    """Every video of the organization, whichever face uploaded it."""
    page = await read_page(call.parts.store.videos, {"organization_id": call.owner}, call.page)
    return listed(call, page, present_video)


async def get_video(call: Call) -> Answer:
    """One video."""
    return shown(call, present_video(call.found["video"]))


OPERATIONS = (
    Operation("GET", "/v1/videos/{video_id}", get_video, scope=VIDEOS_READ, finds=(VIDEO,), answers=Answers(Video)),
    Operation("GET", "/v1/videos", list_videos, scope=VIDEOS_READ, is_paged=True, answers=Answers(Video, "page")),
)
