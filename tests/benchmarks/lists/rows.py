"""Rows of the four lists, as many as are wanted, of one organization, video and webhook."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import AsyncMongoClient

from services.gateway.core.deliveries import new_delivery
from services.gateway.core.resources import new_deal, new_endpoint, new_run_of_video, new_video
from shared.contracts.artifacts import MEDIA_BUCKET, SourceReference
from shared.contracts.ids import new_id, prefixed
from shared.contracts.instants import now
from shared.kit.documents import Documents

Document = dict[str, Any]

AT_ONCE = 1000
APART = timedelta(milliseconds=7)
"""Between two rows: a list of 100,000 reaches back twelve minutes."""
SOURCE = SourceReference(bucket=MEDIA_BUCKET, key="original", size_bytes=1, sha256="0" * 64)


@dataclass(frozen=True)
class List:
    """One list.

    Attributes:
        name: What it shows.
        path: Where it is asked for.
        collection: Where its rows are.
        row: A row with that age.
    """

    name: str
    path: str
    collection: str
    row: Callable[[datetime], Document]


class Lists:
    """The lists of an organization.

    Attributes:
        now: When the youngest row was made.
    """

    def __init__(self, organization_id: str) -> None:
        self._organization_id = organization_id
        self.now = now()
        self._video = self._new_video(self.now - timedelta(days=1))
        self._endpoint = new_endpoint(
            prefixed("ep", new_id()),
            organization_id=organization_id,
            url="https://hooks.example.com/",
            events=[],
            secret="whsec_" + "A" * 32,
            now=self.now,
        )
        self.all = (
            List("videos", "/v1/videos", "videos", self._new_video),
            List("deals", "/v1/deals", "deals", self._new_deal),
            List("analyses of a video", f"/v1/videos/{self._video['_id']}/analyses", "runs", self._new_analysis),
            List(
                "deliveries of a webhook",
                f"/v1/webhooks/{self._endpoint['_id']}/deliveries",
                "webhook_deliveries",
                self._new_delivery,
            ),
        )

    async def store(self, mongodb: str, database: str, count: int) -> None:
        """Store so many rows of each list."""
        # Nobody relies on these rows after a kill: w=1 saves the embedded engine a wait for the disk for each of them.
        async with AsyncMongoClient[Document](mongodb, w=1) as client:
            documents = Documents(client, database)
            await documents.collection("videos").insert(self._video)
            await documents.collection("endpoints").insert(self._endpoint)
            for one in self.all:
                for rows in self._rows(one, count):
                    await documents.collection(one.collection).insert_missing(rows)

    def _rows(self, wanted: List, count: int) -> Iterator[list[Document]]:
        for begin in range(0, count, AT_ONCE):
            yield [wanted.row(self.now - number * APART) for number in range(begin, min(count, begin + AT_ONCE))]

    def _new_video(self, at: datetime) -> Document:
        video = new_video(
            new_id(),
            organization_id=self._organization_id,
            title="A sales call",
            filename="call.mp4",
            source=SOURCE,
            owner_id=None,
            deal_id=None,
            now=at,
            deadline_seconds=60.0,
        )
        return _ended(video) | {"status": "ready", "duration_seconds": 60.0}

    def _new_deal(self, at: datetime) -> Document:
        return new_deal(
            new_id(),
            organization_id=self._organization_id,
            title="A large customer",
            product_id=None,
            owner_id=None,
            forecast_amount=10_000.0,
            close_date=at,
            probability=None,
            created_at=at,
        )

    def _new_analysis(self, at: datetime) -> Document:
        analysis = new_run_of_video(
            new_id(), kind="analysis", video=self._video, inputs={}, now=at, deadline_seconds=60.0
        )
        return _ended(analysis) | {"status": "completed", "result": {"summary": {"sections": []}, "events": []}}

    def _new_delivery(self, at: datetime) -> Document:
        delivery = new_delivery(
            prefixed("dlv", new_id()),
            organization_id=self._organization_id,
            webhook_id=self._endpoint["_id"],
            message_id=prefixed("msg", new_id()),
            event_type="video.ready",
            created_at=at,
        )
        attempt = {"number": 1, "at": at, "response_status": 200, "error": None, "duration_ms": 12}
        return delivery | {"status": "succeeded", "next_attempt_at": None, "finished_at": at, "attempts": [attempt]}


def _ended(document: Document) -> Document:
    run = document["run"] | {"status": "completed", "progress_percent": 100}
    return document | {"run": run, "finished_at": document["created_at"]}
