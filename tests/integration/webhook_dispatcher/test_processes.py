import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.standalone.stack import StackParts
from services.webhook_dispatcher.composition import Service
from services.webhook_dispatcher.core.deliveries import delivery_id
from services.webhook_dispatcher.store import Store
from shared.contracts.instants import now
from shared.kit.bus import Bus
from shared.kit.documents import Documents
from shared.testkit.patience import until
from shared.testkit.receiver import Answer, Receiver
from shared.testkit.tenant import Tenant

pytestmark = pytest.mark.integration

LEASE_SECONDS = 30


@contextmanager
def dispatcher_process(parts: StackParts, receiver: Receiver, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "KAFKA_BOOTSTRAP_SERVERS": parts.kafka,
        "MONGODB_URI": parts.mongodb,
        "MONGODB_DATABASE": parts.mongodb_database,
        "S3_ENDPOINT_URL": parts.s3,
        "S3_ACCESS_KEY_ID": parts.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": parts.s3_secret_access_key,
        "WEBHOOK_ALLOW_PRIVATE_TARGETS": "true",
        "WEBHOOK_RETRY_SCALE": "1e-5",
        "WEBHOOK_CA_FILE": str(receiver.ca_file),
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.webhook_dispatcher"], env=environment, stdout=output, stderr=output
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def mouth(stack_parts: StackParts) -> Bus:
    return Bus(bootstrap_servers=stack_parts.kafka, service="gateway")


async def test_two_dispatchers_share_the_work_and_repeat_none_of_it(
    running: Callable[[], AbstractAsyncContextManager[Service]], receiver: Receiver
) -> None:
    async with running() as one, running():
        tenant = Tenant(one.bus)
        receiver.script(tenant.path, *[500, 200] * 20)
        await tenant.allow("localhost")
        await tenant.register(receiver.url(tenant.path), created_at=now() - timedelta(seconds=1))
        messages = [await tenant.video_ready(times=2) for _ in range(40)]
        await receiver.arrived(60, tenant.path)

        async def all_done() -> bool:
            return not await one.store.deliveries.find({"organization_id": tenant.organization_id, "status": "pending"})

        await until(all_done)
        await asyncio.sleep(0.3)
        count = Counter(request.message_id for request in receiver.received(tenant.path))
        rows = await one.store.deliveries.find({"organization_id": tenant.organization_id})
        assert set(count) == set(messages)
        assert {row["message_id"]: len(row["attempts"]) for row in rows} == count


async def test_what_is_pending_survives_a_kill(
    stack_parts: StackParts, receiver: Receiver, mouth: Bus, tmp_path: Path
) -> None:
    tenant = Tenant(mouth)
    receiver.script(tenant.path, Answer(status=503, headers={"Retry-After": "4"}))
    await mouth.start()
    await tenant.allow("localhost")
    await tenant.register(receiver.url(tenant.path), created_at=now() - timedelta(seconds=1))
    with dispatcher_process(stack_parts, receiver, tmp_path / "first.log") as process:
        message_id = await tenant.video_ready()
        await receiver.arrived(1, tenant.path)
        await asyncio.sleep(1)
        process.send_signal(signal.SIGKILL)
    with dispatcher_process(stack_parts, receiver, tmp_path / "second.log"):
        requests = await receiver.arrived(2, tenant.path, seconds=LEASE_SECONDS)
    await mouth.stop()

    assert [request.message_id for request in requests] == [message_id, message_id]


async def test_an_attempt_that_was_made_and_not_stored_is_made_again_under_the_same_id(
    stack_parts: StackParts, receiver: Receiver, mouth: Bus, tmp_path: Path
) -> None:
    tenant = Tenant(mouth)
    receiver.script(tenant.path, Answer(delay_seconds=60))
    await mouth.start()
    await tenant.allow("localhost")
    endpoint_id, secret = await tenant.register(receiver.url(tenant.path), created_at=now() - timedelta(seconds=1))
    with dispatcher_process(stack_parts, receiver, tmp_path / "first.log"):
        message_id = await tenant.video_ready()
        await receiver.arrived(1, tenant.path)
    with dispatcher_process(stack_parts, receiver, tmp_path / "second.log"):
        requests = await receiver.arrived(2, tenant.path, seconds=LEASE_SECONDS + 30)
        documents = Documents.connect(stack_parts.mongodb, stack_parts.mongodb_database)
        store = Store(documents)

        async def is_stored() -> bool:
            row = await store.deliveries.get(delivery_id(message_id, endpoint_id))
            return row is not None and row["status"] == "succeeded" and len(row["attempts"]) == 1

        await until(is_stored)
        await documents.close()
    await mouth.stop()

    assert [request.message_id for request in requests] == [message_id, message_id]
    assert requests[1].verified(secret)


async def test_it_ends_in_order_and_gives_back_what_it_holds(
    stack_parts: StackParts, receiver: Receiver, mouth: Bus, tmp_path: Path
) -> None:
    tenant = Tenant(mouth)
    receiver.script(tenant.path, Answer(delay_seconds=60))
    await mouth.start()
    await tenant.allow("localhost")
    endpoint_id, _ = await tenant.register(receiver.url(tenant.path), created_at=now() - timedelta(seconds=1))
    with dispatcher_process(stack_parts, receiver, tmp_path / "log") as process:
        message_id = await tenant.video_ready()
        await receiver.arrived(1, tenant.path)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(process.wait, 30) == 0
    await mouth.stop()

    documents = Documents.connect(stack_parts.mongodb, stack_parts.mongodb_database)
    row = await Store(documents).deliveries.get(delivery_id(message_id, endpoint_id))
    await documents.close()
    assert row is not None
    assert (row["status"], row["leased_by"], row["attempts"]) == ("pending", "", [])
    assert row["due_at"] <= now()
