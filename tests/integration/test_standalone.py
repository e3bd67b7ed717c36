import pytest
from aiokafka.admin import AIOKafkaAdminClient

from deploy.standalone.stack import StackParts
from shared.contracts.topics import TOPICS

pytestmark = pytest.mark.integration


async def test_the_parts_come_with_every_topic(stack_parts: StackParts) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=stack_parts.kafka)
    await admin.start()
    try:
        described = {topic["topic"]: topic for topic in await admin.describe_topics()}
    finally:
        await admin.close()
    assert {topic.name: topic.standalone_partitions for topic in TOPICS} == {
        topic.name: len(described[topic.name]["partitions"]) for topic in TOPICS
    }
