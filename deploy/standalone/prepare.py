"""Waits until the parts answer and makes what they must hold: topics, buckets (`python -m deploy.standalone.prepare`).

A process of its own, ended when done: the clients it needs would otherwise stay in the launcher's memory.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Mapping

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaConnectionError, KafkaError
from minio.error import S3Error
from pymongo import AsyncMongoClient
from pymongo.errors import ConnectionFailure, PyMongoError
from urllib3.exceptions import HTTPError

from deploy.standalone.buckets import create_buckets
from deploy.standalone.s3 import S3Keys
from deploy.standalone.topics import create_topics

ASK_EVERY_SECONDS = 0.1
ANSWER_MILLISECONDS = 2000


async def prepare(environment: Mapping[str, str]) -> None:
    """Prepare every part that the environment names."""
    async with asyncio.TaskGroup() as together:
        if bootstrap_servers := environment.get("KAFKA_BOOTSTRAP_SERVERS"):
            together.create_task(_prepare_kafka(bootstrap_servers))
        if uri := environment.get("MONGODB_URI"):
            together.create_task(_until_mongodb_answers(uri))
        if endpoint_url := environment.get("S3_ENDPOINT_URL"):
            keys = S3Keys(environment["S3_ACCESS_KEY_ID"], environment["S3_SECRET_ACCESS_KEY"])
            together.create_task(_prepare_s3(endpoint_url, keys))


async def _prepare_kafka(bootstrap_servers: str) -> None:
    while not await kafka_answers(bootstrap_servers):  # noqa: ASYNC110  nobody could set an event
        await asyncio.sleep(ASK_EVERY_SECONDS)
    await create_topics(bootstrap_servers)


async def kafka_answers(bootstrap_servers: str) -> bool:
    """Whether the cluster describes itself."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    try:
        await admin.start()
    except KafkaConnectionError:
        return False
    finally:
        await admin.close()
    return True


async def _until_mongodb_answers(uri: str) -> None:
    async with AsyncMongoClient[dict[str, object]](uri, serverSelectionTimeoutMS=ANSWER_MILLISECONDS) as client:
        while True:
            try:
                await client.admin.command("ping")
            except ConnectionFailure:
                await asyncio.sleep(ASK_EVERY_SECONDS)
            else:
                return


async def _prepare_s3(endpoint_url: str, keys: S3Keys) -> None:
    while True:
        try:
            await asyncio.to_thread(create_buckets, endpoint_url, keys)
        except HTTPError:
            await asyncio.sleep(ASK_EVERY_SECONDS)
        else:
            return


def main() -> None:
    """Prepare, or say in one sentence what refuses."""
    # The clients report every connection that is refused while a part still starts.
    logging.disable(logging.CRITICAL)
    try:
        asyncio.run(prepare(os.environ))
    except* (KafkaError, PyMongoError, S3Error) as group:
        sys.exit("; ".join(f"{type(error).__name__}: {error}" for error in group.exceptions))


if __name__ == "__main__":
    main()
