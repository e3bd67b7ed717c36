"""Creates the Kafka topics that do not exist yet; those that exist stay as they are."""

from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError, for_code

from shared.contracts.topics import TOPICS, Topic

MILLISECONDS_IN_HOUR = 3_600_000
# The broker's own default: one on this stack, whatever an outside cluster sets.
REPLICATION_OF_BROKER = -1
NO_ERROR = 0


async def create_topics(bootstrap_servers: str, topics: Sequence[Topic] = TOPICS) -> int:
    """Create the missing topics; return how many were made."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        present = set(await admin.list_topics())
        absent = [new_topic(topic) for topic in topics if topic.name not in present]
        if absent:
            answer = await admin.create_topics(absent)
            for name, code, *_ in answer.topic_errors:
                # Another launcher may have been quicker on a shared cluster.
                if code not in {NO_ERROR, TopicAlreadyExistsError.errno}:
                    raise for_code(code)(name)
        return len(absent)
    finally:
        await admin.close()


def new_topic(topic: Topic) -> NewTopic:
    """One topic of the table as the standalone broker should hold it."""
    settings = {"cleanup.policy": "delete", "retention.ms": str(topic.retention_hours * MILLISECONDS_IN_HOUR)}
    return NewTopic(
        topic.name, topic.standalone_partitions, REPLICATION_OF_BROKER, replica_assignments={}, topic_configs=settings
    )
