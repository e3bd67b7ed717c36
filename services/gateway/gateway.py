"""The gateway's one place where objects are built: the API, the projection of facts, the relay and the sweeper."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.gateway.app import create_app
from services.gateway.deliveries import Deliveries
from services.gateway.endpoints import Endpoints
from services.gateway.first_start import make_default_organization, make_first_key
from services.gateway.http.parts import Parts, Reads
from services.gateway.http.usage import KeyUsage
from services.gateway.runs import Runs
from services.gateway.settings import Settings
from services.gateway.store import Store
from services.gateway.sweeper import sweep_forever
from shared.contracts.instants import now
from shared.contracts.topics import DELIVERIES, STAGE_FACTS
from shared.kit.bus import Bus, Heard
from shared.kit.documents import Documents
from shared.kit.http import serve
from shared.kit.objects import Objects
from shared.kit.outbox import Relay
from shared.kit.readiness import answers, until_it_is_there

GROUP = "gateway"

OBJECTS_SILENCE_SECONDS = 10.0
OBJECTS_TRIES = 2
"""Somebody waits, and common clients and proxies give up after 60 s: a store that hangs is a 503 before."""


async def run_gateway(settings: Settings) -> None:
    """Serve until cancelled."""
    documents = Documents.connect(settings.mongodb_uri, settings.mongodb_database)
    objects = Objects.connect(
        settings.s3_endpoint_url,
        settings.s3_access_key_id,
        settings.s3_secret_access_key.get_secret_value(),
        settings.s3_region,
        silence_seconds=OBJECTS_SILENCE_SECONDS,
        tries=OBJECTS_TRIES,
    )
    bus = Bus(bootstrap_servers=settings.kafka_bootstrap_servers, service=GROUP)
    store = Store.of(documents)
    relay = Relay(store.speaking, bus)
    runs = Runs(store, objects, relay, now)
    usage = KeyUsage(store.keys)
    parts = Parts(store, Reads.of(store), objects, runs, relay, settings.limits, now)
    token = settings.admin_token.get_secret_value() if settings.admin_token else None
    app = create_app(parts, usage, token, Readiness(documents, objects, bus).ready)
    bus.hear((STAGE_FACTS,), GROUP, runs.hear)
    bus.hear((DELIVERIES,), GROUP, WebhookFacts(Endpoints(store, now), Deliveries(store)).hear)

    async with AsyncExitStack() as closing, asyncio.TaskGroup() as beside:
        closing.push_async_callback(documents.close)
        closing.push_async_callback(objects.close)
        closing.push_async_callback(bus.stop)
        await until_it_is_there(store.prepare)
        await until_it_is_there(first_start, store, settings)
        beside.create_task(bus.start())
        beside.create_task(relay.run())
        beside.create_task(sweep_forever(runs))
        beside.create_task(usage.run())
        await serve(app, settings.gateway_host, settings.gateway_port)


async def first_start(store: Store, settings: Settings) -> None:
    """What must be there before anyone calls."""
    await make_default_organization(store, now())
    if settings.rushes_first_key_file is not None:
        await make_first_key(store, settings.rushes_first_key_file, now())


@dataclass(frozen=True)
class WebhookFacts:
    """What the webhook dispatcher says goes to endpoints and to deliveries."""

    endpoints: Endpoints
    deliveries: Deliveries

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Both see all of it, and each takes its own."""
        await self.endpoints.hear(batch)
        await self.deliveries.hear(batch)


class Readiness:
    """Whether work can be done."""

    def __init__(self, documents: Documents, objects: Objects, bus: Bus) -> None:
        self._documents = documents
        self._objects = objects
        self._bus = bus

    async def ready(self) -> Mapping[str, bool]:
        """Each part by name."""
        documents, objects = await asyncio.gather(answers(self._documents.ping), answers(self._objects.ping))
        return {"kafka": self._bus.is_ready(), "documents": documents, "objects": objects}
