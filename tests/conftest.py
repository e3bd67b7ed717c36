"""What every test may ask for: the parts of the stack, started once for the whole session."""

import os
import secrets
from collections.abc import Iterator

import pytest

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack, StackParts


@pytest.fixture(scope="session")
def stack_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackParts]:
    """The parts, each our own or, where KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI or S3_ENDPOINT_URL names one, that one."""
    # A database of its own, so that sessions on a kept engine do not meet.
    database = os.environ.get("MONGODB_DATABASE") or f"rushes_test_{secrets.token_hex(4)}"
    with Stack(tmp_path_factory.mktemp("stack-parts"), environment={"MONGODB_DATABASE": database}, only=PARTS) as stack:
        yield stack.parts
