"""Six hops in bare aiokafka: six pairs of a consumer and a producer, each hears a message and says it on.

`python -m tests.benchmarks.hops.bare BOOTSTRAP_SERVERS`; it says `true` when it listens.
"""

import asyncio
import sys
from itertools import pairwise

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from shared.contracts.topics import Topic
from tests.benchmarks.hops.plan import STAGES

TOPIC_NAMES = tuple(f"rushes.benchmark.bare-{number}.v1" for number in range(len(STAGES) + 1))
TOPICS = [
    Topic(name, said_by="benchmark", key="", partitions=1, standalone_partitions=1, retention_hours=1, meaning="")
    for name in TOPIC_NAMES
]


def producer(bootstrap_servers: str) -> AIOKafkaProducer:
    """With the promises of the bus: acknowledged by all, and idempotent."""
    return AIOKafkaProducer(bootstrap_servers=bootstrap_servers, acks="all", enable_idempotence=True)


async def hop(consumer: AIOKafkaConsumer, speaker: AIOKafkaProducer, to: str) -> None:
    async for record in consumer:
        await speaker.send_and_wait(to, record.value, key=record.key)


async def main(bootstrap_servers: str) -> None:
    async with asyncio.TaskGroup() as hops:
        for heard, said in pairwise(TOPIC_NAMES):
            consumer = AIOKafkaConsumer(heard, bootstrap_servers=bootstrap_servers, group_id=heard)
            speaker = producer(bootstrap_servers)
            await asyncio.gather(consumer.start(), speaker.start())
            hops.create_task(hop(consumer, speaker, said))
        print("true", flush=True)


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1]))
