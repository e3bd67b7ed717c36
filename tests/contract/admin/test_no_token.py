"""A gateway without an operator's token (admin contract, section 1)."""

import os
import subprocess
import sys

import aiohttp
import pytest

from deploy.standalone.ports import choose_ports
from shared.testkit.patience import until


@pytest.fixture
def tokenless(stack):
    """Another gateway on the running stack, to which nobody has given ADMIN_TOKEN; its URL."""
    parts = stack.parts
    port = choose_ports(["gateway"], {})["gateway"]
    environment = {name: value for name, value in os.environ.items() if name != "ADMIN_TOKEN"} | {
        "KAFKA_BOOTSTRAP_SERVERS": parts.kafka,
        "MONGODB_URI": parts.mongodb,
        "MONGODB_DATABASE": parts.mongodb_database,
        "S3_ENDPOINT_URL": parts.s3,
        "S3_ACCESS_KEY_ID": parts.s3_access_key_id,
        "S3_SECRET_ACCESS_KEY": parts.s3_secret_access_key,
        "GATEWAY_PORT": str(port),
        "LOG_LEVEL": "error",
    }
    with subprocess.Popen([sys.executable, "-m", "services.gateway"], env=environment) as process:
        yield f"http://127.0.0.1:{port}"
        process.terminate()


async def test_item_01_without_a_token_configured_the_face_is_not_there(tokenless, stack):
    async with aiohttp.ClientSession() as calls:

        async def lives():
            try:
                async with calls.get(f"{tokenless}/health/live") as answer:
                    return answer.status == 200
            except aiohttp.ClientConnectionError:
                return False

        await until(lives, seconds=60)
        for headers in ({}, {"Authorization": f"Bearer {stack.admin_token}"}):
            async with calls.get(f"{tokenless}/admin/v1/organizations", headers=headers) as answer:
                body = await answer.json()
            assert (answer.status, body["error"]["code"]) == (404, "not_found")
        async with calls.get(f"{tokenless}/v1/videos") as answer:
            assert answer.status == 401
