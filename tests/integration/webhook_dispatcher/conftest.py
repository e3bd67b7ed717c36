import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest
from pydantic import SecretStr

from deploy.standalone.stack import StackParts
from services.webhook_dispatcher.composition import Service, composed, run
from services.webhook_dispatcher.core.deliveries import delivery_id
from services.webhook_dispatcher.settings import Settings
from shared.kit.bus import Bus
from shared.kit.documents import Documents
from shared.testkit.patience import until
from shared.testkit.receiver import Receiver

RETRY_SCALE = 1e-5
"""All eight attempts within seconds."""

Running = Callable[[], AbstractAsyncContextManager[Service]]


@pytest.fixture(scope="session")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    with Receiver(tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture(scope="session")
def running(stack_parts: StackParts, receiver: Receiver) -> Running:
    @asynccontextmanager
    async def opened() -> AsyncIterator[Service]:
        settings = Settings(
            kafka_bootstrap_servers=stack_parts.kafka,
            mongodb_uri=stack_parts.mongodb,
            mongodb_database=stack_parts.mongodb_database,
            s3_endpoint_url=stack_parts.s3,
            s3_access_key_id=stack_parts.s3_access_key_id,
            s3_secret_access_key=SecretStr(stack_parts.s3_secret_access_key),
            webhook_allow_private_targets=True,
            webhook_retry_scale=RETRY_SCALE,
            webhook_ca_file=receiver.ca_file,
        )
        documents = Documents.connect(stack_parts.mongodb, stack_parts.mongodb_database)
        bus = Bus(bootstrap_servers=stack_parts.kafka, service="webhook_dispatcher")

        async def is_ready() -> bool:
            return bus.is_ready()

        async with composed(settings, documents, bus) as service:
            work = asyncio.create_task(run(service))
            try:
                await until(is_ready)
                yield service
            finally:
                work.cancel()
                await asyncio.gather(work, return_exceptions=True)
        await documents.close()

    return opened


@pytest.fixture(scope="session")
def finished() -> Callable[..., Any]:
    async def wait(service: Service, message_id: str, endpoint_id: str) -> dict[str, Any]:
        """The delivery's row once it has ended."""

        async def look() -> dict[str, Any] | None:
            row = await service.store.deliveries.get(delivery_id(message_id, endpoint_id))
            return row if row and row["status"] != "pending" else None

        row = await until(look)
        assert row is not None
        return row

    return wait
