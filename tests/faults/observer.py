"""Reads topics of the stack from their beginnings."""

from collections.abc import Sequence

from aiokafka import AIOKafkaConsumer, TopicPartition

from shared.contracts.envelope import Envelope, decode
from shared.contracts.topics import Topic


async def everything_said(bootstrap_servers: str, topics: Sequence[Topic]) -> list[Envelope]:
    """Every message of the topics up to now."""
    consumer = AIOKafkaConsumer(bootstrap_servers=bootstrap_servers, enable_auto_commit=False)
    await consumer.start()
    try:
        parts = [
            TopicPartition(topic.name, number)
            for topic in topics
            for number in consumer.partitions_for_topic(topic.name) or await _partitions(consumer, topic.name)
        ]
        ends = await consumer.end_offsets(parts)
        consumer.assign([part for part in parts if ends[part] > 0])
        said: list[Envelope] = []
        for part in consumer.assignment():
            await consumer.seek_to_beginning(part)
        while any([await consumer.position(part) < ends[part] for part in consumer.assignment()]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                said.extend(decode(record.value) for record in records)
        return said
    finally:
        await consumer.stop()


async def _partitions(consumer: AIOKafkaConsumer, topic: str) -> set[int]:
    metadata = await consumer._client.fetch_all_metadata()  # no public way before a subscription
    return metadata.partitions_for_topic(topic) or set()
