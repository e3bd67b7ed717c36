"""What six stages owe, and nothing else: the messages, writes and objects that the design promises, by bare clients.

Of each stage: an offer heard, a claim inserted while the artifact is looked for, the report stored, a completion said
and heard, the run replaced by compare-and-swap, the next offer said. One process, no code of ours in it.

`python -m tests.benchmarks.hops.owed` with the addresses of the stack in the environment; it says `true` when it
listens.
"""

import asyncio
import contextlib
import os
from collections.abc import Awaitable, Callable
from io import BytesIO
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import orjson
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from minio import Minio
from minio.error import S3Error
from pymongo import AsyncMongoClient

from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.contracts.topics import Topic
from tests.benchmarks.hops.bare import producer
from tests.benchmarks.hops.plan import STAGES

TOPIC_NAMES = tuple(f"rushes.benchmark.owed-{number}.v1" for number in range(2 * len(STAGES) + 1))
TOPICS = [
    Topic(name, said_by="benchmark", key="", partitions=1, standalone_partitions=1, retention_hours=1, meaning="")
    for name in TOPIC_NAMES
]
REPORT = b"x" * 100

Message = dict[str, Any]
Act = Callable[[Message], Awaitable[None]]


class Debts:
    """The acts of a worker and of a gateway."""

    def __init__(self) -> None:
        database = AsyncMongoClient[dict[str, Any]](os.environ["MONGODB_URI"], w="majority")["benchmark"]
        self._claims, self._runs = database["claims"], database["runs"]
        self._objects = Minio(
            urlsplit(os.environ["S3_ENDPOINT_URL"]).netloc,
            os.environ["S3_ACCESS_KEY_ID"],
            os.environ["S3_SECRET_ACCESS_KEY"],
            secure=False,
            region="us-east-1",
        )

    async def work(self, message: Message) -> None:
        """Claim while looking for the artifact, and store it."""
        name = f"{message['run']}-{message['revision']}"
        await asyncio.gather(
            self._claims.insert_one({"_id": name, "revision": 1, "owner": "benchmark"}),
            asyncio.to_thread(self._look, f"owed/{name}"),
        )
        await asyncio.to_thread(
            self._objects.put_object, ARTIFACTS_BUCKET, f"owed/{name}", BytesIO(REPORT), len(REPORT)
        )

    async def fold(self, message: Message) -> None:
        """Replace the run by compare-and-swap, as large as runs are."""
        revision = message["revision"]
        run = {"_id": message["run"], "revision": revision + 1, "outbox": message["filler"], "state": "x" * 3000}
        if revision == 0:
            await self._runs.insert_one(run)
        else:
            await self._runs.replace_one({"_id": message["run"], "revision": revision}, run)
        message["revision"] = revision + 1

    def _look(self, key: str) -> None:
        with contextlib.suppress(S3Error):
            self._objects.stat_object(ARTIFACTS_BUCKET, key)


async def hop(consumer: AIOKafkaConsumer, speaker: AIOKafkaProducer, act: Act, to: str) -> None:
    async for record in consumer:
        message = orjson.loads(record.value)
        await act(message)
        await speaker.send_and_wait(to, orjson.dumps(message), key=record.key)


async def main(bootstrap_servers: str) -> None:
    debts = Debts()
    async with asyncio.TaskGroup() as hops:
        for number, (heard, said) in enumerate(pairwise(TOPIC_NAMES)):
            consumer = AIOKafkaConsumer(heard, bootstrap_servers=bootstrap_servers, group_id=heard)
            speaker = producer(bootstrap_servers)
            await asyncio.gather(consumer.start(), speaker.start())
            hops.create_task(hop(consumer, speaker, debts.fold if number % 2 else debts.work, said))
        print("true", flush=True)


if __name__ == "__main__":
    uvloop.run(main(os.environ["KAFKA_BOOTSTRAP_SERVERS"]))
