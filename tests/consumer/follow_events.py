"""Follow the public events of Rushes from a system of one's own.

`python follow_events.py BOOTSTRAP_SERVERS GROUP` prints a line for each event. It needs nothing of Rushes, only
aiokafka. Started again with the same group it goes on where it was; several with one group share the events.
"""

import asyncio
import json
import sys
from collections import OrderedDict

from aiokafka import AIOKafkaConsumer

TOPIC = "rushes.events.v1"
REMEMBERED = 10_000


async def follow(bootstrap_servers: str, group: str) -> None:
    """Print every event once, and commit it after that: whatever dies in between, none is missed."""
    consumer = AIOKafkaConsumer(
        TOPIC,
        bootstrap_servers=bootstrap_servers,
        group_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",  # a new group hears all that is kept (7 days)
    )
    seen: OrderedDict[str, None] = OrderedDict()
    await consumer.start()
    try:
        async for record in consumer:
            envelope = json.loads(record.value)
            if envelope["id"] not in seen:  # delivery is at least once
                handle(envelope)
            seen[envelope["id"]] = None
            if len(seen) > REMEMBERED:
                seen.popitem(last=False)
            await consumer.commit()
    finally:
        await consumer.stop()


def handle(envelope: dict) -> None:
    """What a system of one's own would do; types that it does not know are none of its business."""
    match envelope["type"]:
        case (
            "dev.rushes.video.ready.v1"
            | "dev.rushes.video.analysis.completed.v1"
            | "dev.rushes.deal.scoring.completed.v1"
        ):
            resource = envelope["data"]["data"]
            print(envelope["organizationid"], envelope["data"]["type"], resource["id"], flush=True)
        case "dev.rushes.video.analysis.failed.v1" | "dev.rushes.deal.scoring.failed.v1":
            resource = envelope["data"]["data"]
            print(envelope["organizationid"], "failed", resource["id"], resource["error"]["code"], flush=True)


if __name__ == "__main__":
    asyncio.run(follow(sys.argv[1], sys.argv[2]))
