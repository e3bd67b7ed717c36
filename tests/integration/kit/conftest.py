import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pymongo
import pytest
from pymongo.errors import PyMongoError

from shared.contracts.ids import new_id
from shared.kit.documents import Collection, Documents

REPOSITORY = Path(__file__).parents[3]
REAL_ENGINE = REPOSITORY.parent / "shared" / "engines" / "mongo" / "serve"
SCRIPTS = Path(sys.executable).parent
START_SECONDS = 60


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@dataclass
class Engine:
    """A document engine on a fixed port, which can be killed and started again on its data."""

    name: str
    directory: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/"

    def command(self) -> list[str]:
        data = str(self.directory / "data")
        if self.name == "nx-27017":
            files = ("--pid-file", str(self.directory / "pid"), "--log-file", str(self.directory / "log"))
            return [str(SCRIPTS / "nx-27017"), "--data-dir", data, "--port", str(self.port), *files]
        return [str(REAL_ENGINE), "--port", str(self.port), "--dbpath", data, "--expiry-seconds", "1"]

    def start(self) -> None:
        with (self.directory / "output").open("ab") as output:
            self.process = subprocess.Popen(self.command(), stdout=output, stderr=output)  # noqa: S603  our own command
        client: pymongo.MongoClient[dict[str, object]]
        client = pymongo.MongoClient(self.uri, serverSelectionTimeoutMS=500)
        give_up_at = time.monotonic() + START_SECONDS
        with client:
            while time.monotonic() < give_up_at and self.process.poll() is None:
                try:
                    client.admin.command("ping")
                except PyMongoError:
                    continue
                return
        self.stop()
        pytest.skip(f"{self.name} does not start here: {(self.directory / 'output').read_text()[-500:]}")

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        for left_over in self.directory.glob("pid"):
            left_over.unlink()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


def make_engine(name: str, directory: Path) -> Engine:
    if name == "real engine" and not REAL_ENGINE.exists():
        pytest.skip("the folder of the real engine is missing")
    return Engine(name, directory)


@pytest.fixture(scope="session", params=["nx-27017", "real engine"])
def engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    engine = make_engine(request.param, tmp_path_factory.mktemp("engine"))
    engine.start()
    yield engine
    engine.stop()


@pytest.fixture
def killable_engine(engine: Engine, tmp_path: Path) -> Iterator[Engine]:
    """One of the same kind, on data of its own."""
    killable = make_engine(engine.name, tmp_path)
    killable.start()
    yield killable
    killable.stop()


@pytest.fixture(scope="session")
def engine_uri(engine: Engine) -> str:
    return engine.uri


@pytest.fixture(scope="session")
async def documents(engine_uri: str) -> AsyncIterator[Documents]:
    documents = Documents.connect(engine_uri, "rushes_test")
    yield documents
    await documents.close()


@pytest.fixture
def collection(documents: Documents) -> Collection:
    """A new one for every test."""
    return documents.collection(f"things_{new_id().replace('-', '')}")
