"""What every test may ask for: the parts of the stack, or all of Rushes, each started once for the whole session."""

import os
import secrets
from collections.abc import Iterator

import pytest

from deploy.standalone.settings import PARTS
from deploy.standalone.stack import Stack, StackParts
from shared.testkit.receiver import Receiver


@pytest.fixture(scope="session")
def stack_parts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StackParts]:
    """The parts, each our own or, where KAFKA_BOOTSTRAP_SERVERS, MONGODB_URI or S3_ENDPOINT_URL names one, that one."""
    data_dir = tmp_path_factory.mktemp("stack-parts")
    with Stack(data_dir, environment={"MONGODB_DATABASE": own_database()}, only=PARTS) as stack:
        yield stack.parts


@pytest.fixture(scope="session")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    """Where the webhooks of `stack` may go: it trusts this receiver's certificate."""
    with Receiver(tmp_path_factory.mktemp("receiver")) as receiver:
        yield receiver


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Stack]:
    """All of Rushes, for contract and end-to-end tests alike; who kills a process of it waits until it is back."""
    environment = {
        "MONGODB_DATABASE": own_database(),
        "WEBHOOK_CA_FILE": str(receiver.ca_file),
        "WEBHOOK_RETRY_SCALE": "0.01",
    }
    with Stack(tmp_path_factory.mktemp("stack"), environment=environment) as stack:
        yield stack


def own_database() -> str:
    """A database of its own, so that sessions on a kept engine do not meet."""
    return os.environ.get("MONGODB_DATABASE") or f"rushes_test_{secrets.token_hex(4)}"
