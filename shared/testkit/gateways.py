"""A gateway of the test's own: a real process beside those of a running stack, on the same parts."""

import asyncio
import os
import sys
from collections.abc import Mapping
from types import TracebackType
from typing import Self

import aiohttp

from deploy.standalone.ports import LOOPBACK, choose_ports
from deploy.standalone.s3 import S3Keys
from deploy.standalone.services import parts_environment
from deploy.standalone.stack import StackParts
from deploy.standalone.state import Endpoints
from shared.testkit.patience import until

HTTP_OK = 200
START_SECONDS = 60.0
NOBODY = f"{LOOPBACK}:1"
"""Where no Kafka listens. A gateway that finds none takes no part in the group of the stack's own, so it can be killed
without that one losing its share for a while; and what it leaves unsaid the sweep of that one says."""


class GatewayProcess:
    """`python -m services.gateway`; as an asynchronous context manager it answers inside and is ended after."""

    def __init__(self, parts: StackParts, environment: Mapping[str, str]) -> None:
        """Describe it.

        Args:
            parts: The parts of a running stack.
            environment: What this gateway is told besides; it wins.
        """
        port = choose_ports(["gateway"], {})["gateway"]
        endpoints = Endpoints(NOBODY, parts.mongodb, parts.mongodb_database, parts.s3)
        self.url = f"http://{LOOPBACK}:{port}"
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "ADMIN_TOKEN"},
            **parts_environment(endpoints, S3Keys(parts.s3_access_key_id, parts.s3_secret_access_key)),
            "GATEWAY_PORT": str(port),
            "LOG_LEVEL": "error",
            **environment,
        }
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        """Start, and wait until it answers."""
        command = (sys.executable, "-m", "services.gateway")
        process = self._process = await asyncio.create_subprocess_exec(*command, env=self._environment)
        async with aiohttp.ClientSession() as session:

            async def lives() -> bool:
                if process.returncode is not None:
                    raise ChildProcessError(f"the gateway ended with {process.returncode}")
                try:
                    async with session.get(f"{self.url}/health/live") as answer:
                        return answer.status == HTTP_OK
                except aiohttp.ClientConnectionError:
                    return False

            await until(lives, seconds=START_SECONDS, every_seconds=0.1)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """End it."""
        await self.kill()

    async def kill(self) -> None:
        """SIGKILL."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            await process.wait()
