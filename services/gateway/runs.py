"""Start runs, and fold what is heard of them into their resources."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from services.gateway.core.fold import Change, begin, fold
from services.gateway.core.resources import new_sentence
from services.gateway.core.run import stage_of
from services.gateway.core.sweep import sweep
from services.gateway.landing import Landing
from services.gateway.latest import Latest
from services.gateway.speaking import say_with
from services.gateway.store import Document, Store
from shared.contracts.artifacts import ARTIFACTS_BUCKET, REPORT
from shared.contracts.events import Event, StageCompleted, StageFact
from shared.contracts.ids import derived_id
from shared.contracts.reports.ingest import IngestReport
from shared.contracts.reports.insights import InsightsReport
from shared.contracts.reports.scoring import ScoringReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.kit.bus import Heard
from shared.kit.documents import Collection, Range
from shared.kit.objects import Objects
from shared.kit.outbox import Relay

REPORTS: dict[str, type[BaseModel]] = {
    "ingest": IngestReport,
    "insights": InsightsReport,
    "scoring": ScoringReport,
    "transcription": TranscriptionReport,
}
"""The reports that become part of resources; those of the other stages stay in their artifacts."""

MOST_REPORT_BYTES = 64 * 1024 * 1024
SWEPT_AT_ONCE = 100


@dataclass(frozen=True)
class Runs:
    """The gateway's side of every run."""

    store: Store
    objects: Objects
    relay: Relay
    clock: Callable[[], datetime]
    latest: Latest = field(default_factory=Latest)

    @property
    def landing(self) -> Landing:
        """How scorings come to their deals."""
        return Landing(self.store, self.relay, self.clock)

    async def start(self, collection: Collection, document: Document) -> Document:
        """Store a new resource with the first offers of its run; DuplicateId when it is there already."""
        now = self.clock()
        change = begin(document, now)
        say_with(change.document, change.events, now)
        await collection.insert(change.document)
        self.latest.keep(change.document)
        self.relay.hurry(collection, change.document)
        return change.document

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Fold a batch of facts; those of one run in their order, runs side by side."""
        by_run: dict[tuple[str, str], list[Heard]] = defaultdict(list)
        for heard in batch:
            if isinstance(heard.event, StageFact):
                by_run[heard.event.run_kind, heard.event.run_id].append(heard)
        await asyncio.gather(*(self._fold_all(kind, run, facts) for (kind, run), facts in by_run.items()))

    async def sweep(self) -> int:
        """Look at every run whose time has come; how many there were."""
        swept = 0
        for collection in self.store.running:
            due = await collection.find(
                {"attention_at": Range(lte=self.clock())}, sort=(("attention_at", 1),), limit=SWEPT_AT_ONCE
            )
            for document in due:
                await self.landing.landed(document)
                change = sweep(document, self.clock())
                if change is not None:
                    await self._save(collection, change, cause=None)
            swept += len(due)
        return swept

    async def _fold_all(self, kind: str, run_id: str, facts: Sequence[Heard]) -> None:
        """Fold the facts of one run in one write, however many others write at the same time."""
        collection = self.store.carrying(kind)
        kept = self.latest.take(run_id)
        if kept is not None and await self._fold_into(collection, kept, facts):
            return
        # What was kept may be stale: only the store says for sure that a fact is no news.
        while (document := await collection.get(run_id)) is not None:
            if await self._fold_into(collection, document, facts) is not False:
                return

    async def _fold_into(self, collection: Collection, document: Document, facts: Sequence[Heard]) -> bool | None:
        """Whether the folded document was stored; None when the facts change nothing."""
        change = await self._folded(document, facts)
        return None if change is None else await self._save(collection, change, cause=facts[-1].envelope.id)

    async def _folded(self, document: Document, facts: Sequence[Heard]) -> Change | None:
        events: list[Event] = []
        folded = document
        for heard in facts:
            assert isinstance(heard.event, StageFact)  # noqa: S101  hear() lets no other through
            report = await self._contribution(folded, heard.event)
            change = fold(folded, heard.event, self.clock(), report)
            if change is not None:
                folded = change.document
                events.extend(change.events)
        return None if folded is document else Change(folded, tuple(events))

    async def _save(self, collection: Collection, change: Change, cause: str | None) -> bool:
        document = change.document
        self.relay.settle(document)
        say_with(document, change.events, self.clock(), cause)
        if not await collection.replace(document):
            return False
        self.latest.keep(document)
        self.relay.hurry(collection, document)
        await self.landing.landed(document)
        return True

    async def _contribution(self, document: Document, fact: StageFact) -> dict[str, Any] | None:
        """The report that a completion brings to its resource; a transcript's rows are stored on the way."""
        stage = stage_of(document["run"], fact.stage)
        if not isinstance(fact, StageCompleted) or stage is None or stage["status"] == "completed":
            return None
        kind = REPORTS.get(fact.stage)
        if kind is None:
            return None
        content = await self.objects.get_bytes(
            ARTIFACTS_BUCKET, fact.artifact.key(REPORT), limit_bytes=MOST_REPORT_BYTES
        )
        report: dict[str, Any] = kind.model_validate_json(content).model_dump()
        if fact.stage == "transcription":
            await self._store_sentences(document, fact.artifact.address, report)
        return report

    async def _store_sentences(self, run: Document, address: str, report: dict[str, Any]) -> None:
        now = self.clock()
        await self.store.segments.insert_missing(
            [
                new_sentence(
                    derived_id(run["video_id"], address, f"{index:08d}"),
                    run=run,
                    artifact_address=address,
                    sentence=sentence,
                    now=now,
                )
                for index, sentence in enumerate(report["sentences"])
            ]
        )
