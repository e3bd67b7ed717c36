"""One process that works on stages: its parts built, started in order and ended in order."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from functools import partial

import structlog

from shared.contracts.topics import offers
from shared.kit.bus import Bus
from shared.kit.claims import claim
from shared.kit.compute import Beginning, Compute
from shared.kit.documents import Documents
from shared.kit.http import health_app, serve
from shared.kit.objects import Objects
from shared.kit.readiness import answers, until_it_is_there
from shared.kit.runner import Parts, Shelf, StageRunner, TaskDirectories
from shared.kit.service.models import Manifest, Models
from shared.kit.service.settings import WorkerSettings
from shared.kit.stage import AnyStage

log = structlog.get_logger()


async def host(service: str, stages: Sequence[AnyStage], manifest: Manifest | None, settings: WorkerSettings) -> None:
    """Work until cancelled; then say of each unfinished attempt that another one is needed."""
    documents = Documents.connect(settings.mongodb_uri, settings.mongodb_database)
    objects = Objects.connect(
        settings.s3_endpoint_url,
        settings.s3_access_key_id,
        settings.s3_secret_access_key.get_secret_value(),
        settings.s3_region,
    )
    bus = Bus(bootstrap_servers=settings.kafka_bootstrap_servers, service=service)
    models_dir = settings.rushes_models_dir.absolute()
    models = Models(stages, models_dir, manifest)
    readiness = Readiness(documents, objects, bus, models)
    async with asyncio.TaskGroup() as beside, AsyncExitStack() as stack:
        stack.push_async_callback(documents.close)
        stack.push_async_callback(objects.close)
        if settings.metrics_port is not None:
            app = health_app(service, readiness.ready)
            serving = beside.create_task(serve(app, settings.metrics_host, settings.metrics_port))
            stack.callback(serving.cancel)
        await models.fetch()
        fetching = beside.create_task(models.keep_fetching())
        stack.callback(fetching.cancel)
        claims = documents.collection("claims")
        await until_it_is_there(claims.ensure_expiry, "expires_at")
        stack.push_async_callback(bus.stop)
        readiness.compute = await stack.enter_async_context(
            Compute(beginning(service, stages, models, settings), processes=settings.worker_processes)
        )
        parts = Parts(
            worker=f"{socket.gethostname()}-{os.getpid()}",
            speaker=bus,
            claim=partial(claim, claims),
            shelf=Shelf(objects),
            compute=readiness.compute,
            directories=stack.enter_context(TaskDirectories(settings.rushes_work_dir)),
            models_dir=models_dir,
            model_digests=models.digests(),
        )
        for stage in stages:
            runner = StageRunner(stage, parts)
            stack.push_async_callback(runner.stop)
            bus.hear_offers(offers(stage.name), stage.name, taking(runner, models), runner.hear)
        await bus.start()
        log.info("worker_started", stages=[stage.name for stage in stages], processes=settings.worker_processes)
        await asyncio.Event().wait()


def taking(runner: StageRunner, models: Models) -> Callable[[], Awaitable[None]]:
    """The runner's `take`, which no offer passes before the stage's models are there."""

    async def take() -> None:
        await models.wait(runner.stage)
        await runner.take()

    return take


def beginning(service: str, stages: Sequence[AnyStage], models: Models, settings: WorkerSettings) -> Beginning:
    """What each pool process is told; a stage whose models are missing is warmed by its first work."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return Beginning(
        service=service,
        warm=tuple(stage.warm for stage in stages if stage.warm is not None and models.are_there(stage)),
        models_dir=settings.rushes_models_dir.absolute(),
        threads=max(1, cores // settings.worker_processes),
        log_level=settings.log_level,
        log_format=settings.log_format,
    )


class Readiness:
    """Whether the process can work."""

    def __init__(self, documents: Documents, objects: Objects, bus: Bus, models: Models) -> None:
        self._documents = documents
        self._objects = objects
        self._bus = bus
        self._models = models
        self.compute: Compute | None = None

    async def ready(self) -> Mapping[str, bool]:
        """Each part by name."""
        documents, objects = await asyncio.gather(answers(self._documents.ping), answers(self._objects.ping))
        return {
            "kafka": self._bus.is_ready(),
            "documents": documents,
            "objects": objects,
            "models": self._models.are_there(),
            "warm": self.compute is not None and self.compute.is_warm,
        }
