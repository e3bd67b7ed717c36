import asyncio
import io
import stat
import time
from collections.abc import Iterator

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient
from minio import Minio
from pymongo import AsyncMongoClient

from deploy.standalone.buckets import BUCKETS
from deploy.standalone.checks import answers_ok
from deploy.standalone.settings import NAMES, PARTS, SERVICES
from deploy.standalone.stack import Stack, StackFailedError, StackParts
from shared.contracts.topics import PUBLIC_EVENTS, TOPICS

pytestmark = pytest.mark.integration

WITHIN_SECONDS = 60.0
OURS = {"KAFKA_BOOTSTRAP_SERVERS": "", "MONGODB_URI": "", "S3_ENDPOINT_URL": "", "MONGODB_DATABASE": ""}


def objects(parts: StackParts) -> Minio:
    return Minio(
        endpoint=parts.s3.removeprefix("http://"),
        access_key=parts.s3_access_key_id,
        secret_key=parts.s3_secret_access_key,
        secure=False,
    )


async def put_everywhere(parts: StackParts, mark: str) -> None:
    data = mark.encode()
    producer = AIOKafkaProducer(bootstrap_servers=parts.kafka, acks="all", enable_idempotence=True)
    await producer.start()
    await producer.send_and_wait(PUBLIC_EVENTS.name, data)
    await producer.stop()
    async with AsyncMongoClient[dict[str, object]](parts.mongodb) as client:
        await client[parts.mongodb_database].marks.insert_one({"_id": mark})
    objects(parts).put_object(bucket_name=BUCKETS[0], object_name=mark, data=io.BytesIO(data), length=len(data))


async def find_everywhere(parts: StackParts, mark: str) -> None:
    """Every store gives back what it acknowledged."""
    consumer = AIOKafkaConsumer(PUBLIC_EVENTS.name, bootstrap_servers=parts.kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        async with asyncio.timeout(WITHIN_SECONDS):
            async for record in consumer:
                if record.value == mark.encode():
                    break
    finally:
        await consumer.stop()
    async with AsyncMongoClient[dict[str, object]](parts.mongodb) as client:
        assert await client[parts.mongodb_database].marks.find_one({"_id": mark}) == {"_id": mark}
    with objects(parts).get_object(bucket_name=BUCKETS[0], object_name=mark) as found:
        assert found.data == mark.encode()


async def test_the_parts_come_with_every_topic(stack_parts: StackParts) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack_parts.kafka)
    await admin.start()
    try:
        described = {topic["topic"]: topic for topic in await admin.describe_topics()}
    finally:
        await admin.close()
    assert {topic.name for topic in TOPICS} <= set(described)


def test_the_parts_come_with_every_bucket(stack_parts: StackParts) -> None:
    client = objects(stack_parts)
    assert all(client.bucket_exists(bucket_name=bucket) for bucket in BUCKETS)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp("data"), only=PARTS, environment=OURS)
    yield stack
    stack.stop()


class TestOneDataDirectory:
    """One life of a data directory, told in order: each step stands on the one before."""

    async def test_a_first_start_keeps_what_is_put_in(self, stack: Stack) -> None:
        stack.start()
        assert list(stack.pids()) == list(PARTS)
        await put_everywhere(stack.parts, "first")
        await find_everywhere(stack.parts, "first")

    def test_a_second_start_is_refused_while_the_first_runs(self, stack: Stack) -> None:
        second = Stack(stack.layout.root, only=PARTS, environment=OURS)
        before = stack.pids()
        with pytest.raises(StackFailedError, match="already runs on"):
            second.start()
        assert stack.pids() == before

    @pytest.mark.parametrize("name", PARTS)
    def test_a_killed_part_is_started_again(self, stack: Stack, name: str) -> None:
        dead_pid = stack.kill(name)
        new_pid = stack.until_restarted(name, dead_pid)
        assert psutil.pid_exists(new_pid)
        assert stack.pids().keys() == set(PARTS)

    async def test_nothing_acknowledged_was_lost(self, stack: Stack) -> None:
        stack.until_answering()
        await find_everywhere(stack.parts, "first")

    async def test_an_orderly_end_leaves_nothing_running_and_a_new_start_finds_all(self, stack: Stack) -> None:
        pids = stack.pids()
        parts = stack.parts
        assert stack.stop() == 0
        assert not any(psutil.pid_exists(pid) for pid in pids.values())
        assert stack.pids() == {}
        stack.start()
        assert stack.parts == parts
        await find_everywhere(stack.parts, "first")
        await put_everywhere(stack.parts, "second")

    async def test_a_killed_launcher_takes_all_along_and_the_next_start_works(self, stack: Stack) -> None:
        pids = stack.pids()
        stack.kill_launcher()
        deadline = time.monotonic() + WITHIN_SECONDS
        while any(psutil.pid_exists(pid) for pid in pids.values()):
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
        stack.start()
        await find_everywhere(stack.parts, "second")


class TestEverything:
    """The whole of Rushes, as a person starts it."""

    @pytest.fixture(scope="class")
    @classmethod
    def everything(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
        with Stack(tmp_path_factory.mktemp("everything"), environment=OURS) as everything:
            yield everything

    def test_all_processes_run_and_can_work(self, everything: Stack) -> None:
        assert list(everything.pids()) == list(NAMES)
        assert answers_ok(f"{everything.url}/health/ready")
        assert answers_ok(f"{everything.url}/health/live")

    def test_the_first_start_made_one_key_and_a_token_for_their_owner_alone(self, everything: Stack) -> None:
        assert len(everything.first_key) >= 32
        assert len(everything.admin_token) >= 32
        for file in (everything.layout.root / "stack-first-key", everything.layout.admin_token_file):
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("name", SERVICES)
    def test_a_killed_service_is_started_again_and_can_work(self, everything: Stack, name: str) -> None:
        everything.until_restarted(name, everything.kill(name))
        everything.until_answering()

    def test_no_secret_is_in_a_log(self, everything: Stack) -> None:
        secrets = (everything.first_key, everything.admin_token, everything.s3_keys.secret_access_key)
        for log in (*everything.layout.logs.iterdir(), everything.output_file):
            text = log.read_text(encoding="utf-8", errors="replace")
            assert not any(secret in text for secret in secrets), log.name

    def test_all_of_it_ends_in_order(self, everything: Stack) -> None:
        pids = everything.pids()
        assert everything.stop() == 0
        assert not any(psutil.pid_exists(pid) for pid in pids.values())
        assert "was killed" not in everything.output_file.read_text(encoding="utf-8")
