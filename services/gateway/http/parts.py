"""What routes work with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.gateway.core.token_bucket import Rate
from services.gateway.runs import Runs
from services.gateway.store import Store
from shared.kit.documents import SharedReads
from shared.kit.objects import Objects
from shared.kit.outbox import Relay


@dataclass(frozen=True)
class Reads:
    """The documents that nearly every call looks at, read together with those of the calls beside it."""

    keys_by_digest: SharedReads
    keys_by_id: SharedReads
    organizations: SharedReads
    members: SharedReads
    deals: SharedReads
    activities: SharedReads
    videos: SharedReads
    runs: SharedReads
    endpoints: SharedReads
    webhook_deliveries: SharedReads

    @classmethod
    def of(cls, store: Store) -> Self:
        """The reads of that store."""
        return cls(
            keys_by_digest=store.keys.shared_reads("digest"),
            keys_by_id=store.keys.shared_reads(),
            organizations=store.organizations.shared_reads(),
            members=store.members.shared_reads(),
            deals=store.deals.shared_reads(),
            activities=store.activities.shared_reads(),
            videos=store.videos.shared_reads(),
            runs=store.runs.shared_reads(),
            endpoints=store.endpoints.shared_reads(),
            webhook_deliveries=store.webhook_deliveries.shared_reads(),
        )


@dataclass(frozen=True)
class Limits:
    """The installation's limits that routes keep.

    Attributes:
        rate: Of every key whose organization sets none; None: no limit.
        video_seconds: The longest video that is prepared.
    """

    upload_bytes: int
    run_deadline_seconds: float
    rate: Rate | None
    video_seconds: float = 21_600.0


@dataclass(frozen=True)
class Parts:
    """The store, the objects and the rules of this installation."""

    store: Store
    reads: Reads
    objects: Objects
    runs: Runs
    relay: Relay
    limits: Limits
    clock: Callable[[], datetime]
