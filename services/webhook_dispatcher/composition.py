"""Builds the dispatcher out of its parts: the only place that does."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from services.webhook_dispatcher.attempts import Attempts
from services.webhook_dispatcher.closing import Closing
from services.webhook_dispatcher.core.lanes import Lanes
from services.webhook_dispatcher.dispatcher import Dispatcher
from services.webhook_dispatcher.fan_out import FanOut
from services.webhook_dispatcher.handlers import Handlers
from services.webhook_dispatcher.mouth import SOURCE, Mouth
from services.webhook_dispatcher.registry import Registry
from services.webhook_dispatcher.requests import Requests
from services.webhook_dispatcher.resolver import Resolver, SystemResolver
from services.webhook_dispatcher.sender import Sender
from services.webhook_dispatcher.settings import Settings
from services.webhook_dispatcher.store import Store
from shared.contracts.instants import now
from shared.contracts.topics import ENDPOINTS, PUBLIC_EVENTS
from shared.kit.bus import Bus
from shared.kit.documents import Documents
from shared.kit.http import health_app, serve
from shared.kit.outbox import Relay
from shared.kit.process import end
from shared.kit.readiness import answers, until_it_is_there

CANCELLED_AGAIN_AFTER_SECONDS = 2.0

log = structlog.get_logger()


@dataclass(frozen=True)
class Service:
    """The running parts."""

    store: Store
    bus: Bus
    dispatcher: Dispatcher
    closing: Closing
    relay: Relay


@asynccontextmanager
async def composed(
    settings: Settings,
    documents: Documents,
    bus: Bus,
    *,
    resolver: Resolver | None = None,
    clock: Callable[[], datetime] = now,
) -> AsyncIterator[Service]:
    """The dispatcher, ready to run; the bus is not started yet."""
    store = Store(documents)
    relay = Relay([store.deliveries, store.endpoints], bus)
    mouth = Mouth(bus, relay, store)
    closing = Closing(store, mouth, clock=clock)
    async with Sender(
        resolver or SystemResolver(),
        allow_private=settings.webhook_allow_private_targets,
        ca_file=settings.webhook_ca_file,
    ) as sender:
        attempts = Attempts(store, sender, mouth, closing, retry_scale=settings.webhook_retry_scale, clock=clock)
        lanes = Lanes(
            overall=settings.webhook_dispatcher_attempts,
            for_each=settings.webhook_dispatcher_attempts_per_endpoint,
        )
        dispatcher = Dispatcher(store, attempts, lanes, clock=clock)
        fan_out = FanOut(store, dispatcher, deal_scoring=settings.webhook_deal_scoring, clock=clock)
        handlers = Handlers(Registry(store, fan_out, closing, clock=clock), Requests(store, dispatcher), fan_out)
        bus.hear([ENDPOINTS], SOURCE, handlers.hear_endpoints)
        bus.hear([PUBLIC_EVENTS], SOURCE, handlers.hear_public_events)
        yield Service(store, bus, dispatcher, closing, relay)


async def run(service: Service) -> None:
    """Hear, deliver and say until cancelled; what runs may finish."""
    await until_it_is_there(service.store.prepare)
    async with asyncio.TaskGroup() as beside, AsyncExitStack() as stack:
        stack.push_async_callback(service.bus.stop)
        await service.bus.start()
        for work in (service.relay.run, service.closing.run):
            stack.push_async_callback(end, beside.create_task(work()), CANCELLED_AGAIN_AFTER_SECONDS)
        stack.push_async_callback(service.dispatcher.stop, beside.create_task(service.dispatcher.run()))
        log.info("dispatcher started")
        await asyncio.Event().wait()


async def main(settings: Settings) -> None:
    """The whole process."""
    documents = Documents.connect(settings.mongodb_uri, settings.mongodb_database)
    bus = Bus(bootstrap_servers=settings.kafka_bootstrap_servers, service=SOURCE)

    async def ready() -> Mapping[str, bool]:
        return {"kafka": bus.is_ready(), "mongodb": await answers(documents.ping)}

    async with asyncio.TaskGroup() as beside, AsyncExitStack() as stack:
        stack.push_async_callback(documents.close)
        if settings.metrics_port is not None:
            serving = beside.create_task(serve(health_app(SOURCE, ready), settings.metrics_host, settings.metrics_port))
            stack.callback(serving.cancel)
        await run(await stack.enter_async_context(composed(settings, documents, bus)))
