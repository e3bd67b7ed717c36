"""Operations: a row of the route table says all that the pipeline must know of a route."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, ConfigDict

from services.gateway.http.answers import Reply
from services.gateway.http.call import Call, Document
from services.gateway.http.parts import Reads
from shared.contracts.ids import is_id, is_prefixed
from shared.kit.documents import SharedReads

Act = Callable[[Call], Awaitable[Reply]]


class AnyObject(BaseModel):
    """A body of which nothing is read: `{}`, or none at all."""

    model_config = ConfigDict(extra="ignore")


@dataclass(frozen=True)
class PathResource:
    """A resource that the path names; it is 404 unless it is all of this.

    Attributes:
        name: What it is called in `Call.found`; its id stands in the path as `{<name>_id}`.
        shown: What the sentence of its 404 calls it.
        reads: Where it is read.
        is_form: Whether a text is spelled like one of its ids.
        within: The fields that must hold the ids of resources before it in the path, e.g. `video_id`.
        is_shown: Whether a document of the collection is one of these resources.
    """

    name: str
    shown: str
    reads: Callable[[Reads], SharedReads]
    is_form: Callable[[str], bool] = is_id
    within: tuple[str, ...] = ()
    is_shown: Callable[[Document], bool] = lambda _: True

    @property
    def parameter(self) -> str:
        """The name of its id in the path."""
        return f"{self.name}_id"


VIDEO = PathResource("video", "Video", lambda reads: reads.videos)
ANALYSIS = PathResource(
    "analysis",
    "Analysis",
    lambda reads: reads.runs,
    within=("video_id",),
    is_shown=lambda run: run["kind"] == "analysis",
)
ENDPOINT = PathResource(
    "webhook",
    "Webhook",
    lambda reads: reads.endpoints,
    is_form=lambda text: is_prefixed(text, "ep"),
    is_shown=lambda endpoint: endpoint["status"] != "deleted",
)
DELIVERY = PathResource(
    "delivery",
    "Delivery",
    lambda reads: reads.webhook_deliveries,
    is_form=lambda text: is_prefixed(text, "dlv"),
    within=("webhook_id",),
)
ORGANIZATION = PathResource("organization", "Organization", lambda reads: reads.organizations)
DEAL = PathResource("deal", "Deal", lambda reads: reads.deals)
SCORING = PathResource(
    "scoring",
    "Scoring",
    lambda reads: reads.runs,
    within=("deal_id",),
    is_shown=lambda run: run["kind"] == "scoring",
)
MEMBER_OF_ORGANIZATION = PathResource("member", "Member", lambda reads: reads.members, within=("organization_id",))
DEAL_OF_ORGANIZATION = PathResource("deal", "Deal", lambda reads: reads.deals, within=("organization_id",))
ACTIVITY_OF_DEAL = PathResource(
    "activity", "Activity", lambda reads: reads.activities, within=("organization_id", "deal_id")
)
KEY_OF_ORGANIZATION = PathResource("key", "Key", lambda reads: reads.keys_by_id, within=("organization_id",))
VIDEO_OF_ORGANIZATION = PathResource("video", "Video", lambda reads: reads.videos, within=("organization_id",))


@dataclass(frozen=True)
class Answers:
    """What a success looks like, for the documentation.

    Attributes:
        shape: Of one resource under `data`; None when nothing is left to show.
        how: One resource, a whole list, a page of a list, or a stream of events.
        refuses: What this operation alone may refuse, as code and sentence.
    """

    shape: type[BaseModel] | None
    how: Literal["one", "list", "page", "stream"] = "one"
    status: int = 200
    refuses: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Operation:
    """One method of one path.

    Attributes:
        path: With `{name_id}` for the resources in it.
        act: The route itself: everything before it has been checked.
        scope: What a key must be allowed to do; None on the operator's face.
        finds: The resources in the path. Of several only the last is read: it lies within the others.
        accepts: The schema of the body; None: no body is read.
        takes_form: The body is a form that the route reads while it arrives.
        is_paged: Whether `limit` and `cursor` of the query are read.
        answers: What the documentation says of its answer.
        takes: What the documentation shows of its body where `accepts` says too little: a form, what a patch may name.
    """

    method: str
    path: str
    act: Act
    scope: str | None = None
    finds: tuple[PathResource, ...] = ()
    accepts: type[BaseModel] | None = None
    takes_form: bool = False
    is_paged: bool = False
    answers: Answers | None = None
    takes: type[BaseModel] | None = None
