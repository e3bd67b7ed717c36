"""A running stack for tests, the demo and benchmarks: `rushes up` as a child process, with its facts at hand."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from deploy.standalone.checks import answers_ok, listens
from deploy.standalone.files import read_json
from deploy.standalone.layout import Layout
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.s3 import S3Keys, read_keys
from deploy.standalone.settings import NAMES
from deploy.standalone.state import Endpoints

LOOK_EVERY_SECONDS = 0.05
READY_WITHIN_SECONDS = 240.0
ENDED_WITHIN_SECONDS = 90.0
PACKAGES = Path(__file__).parents[2]


class StackFailedError(Exception):
    """The stack did not become ready, or did not end."""


@dataclass(frozen=True)
class StackParts:
    """Kafka, a document store and an object store that are ready; the topics and buckets are there."""

    kafka: str
    mongodb: str
    mongodb_database: str
    s3: str
    s3_access_key_id: str
    s3_secret_access_key: str


class Stack:
    """`rushes up` on one data directory; as a context manager it is ready inside and ended after."""

    def __init__(
        self,
        data_dir: Path,
        port: int = 0,
        environment: Mapping[str, str] | None = None,
        only: tuple[str, ...] = NAMES,
        *,
        is_shown: bool = False,
    ) -> None:
        """Describe the stack; `is_shown` leaves what the launcher says on the console."""
        self.layout = Layout(Path(data_dir).resolve())
        self._port = port
        self._only = only
        self._is_shown = is_shown
        self._first_key_file = self.layout.root / "stack-first-key"
        self._environment = {
            **os.environ,
            "RUSHES_FIRST_KEY_FILE": str(self._first_key_file),
            **(environment or {}),
            "PYTHONPATH": os.pathsep.join(filter(None, [str(PACKAGES), os.environ.get("PYTHONPATH")])),
        }
        # Everything that ran when the stack became ready: what the user's environment replaced is not among it.
        self._started: tuple[str, ...] = ()
        self._launcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the stack and wait until it can work."""
        self.layout.root.mkdir(parents=True, exist_ok=True)
        self.layout.ready_file.unlink(missing_ok=True)
        command = (sys.executable, "-m", "deploy.standalone.cli", "up", "--data-dir", str(self.layout.root))
        with self.output_file.open("ab") as output:
            self._launcher = subprocess.Popen(  # noqa: S603  a command of our own making, without a shell
                (*command, "--port", str(self._port), "--only", ",".join(self._only)),
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=None if self._is_shown else output,
                stderr=None if self._is_shown else output,
            )
        self._started = ()
        deadline = time.monotonic() + READY_WITHIN_SECONDS
        while not self.layout.ready_file.exists():
            if self._launcher.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise StackFailedError(f"the stack did not start:\n{self.output_file.read_text(encoding='utf-8')}")
            time.sleep(LOOK_EVERY_SECONDS)
        self._started = tuple(self.pids())

    def stop(self) -> int:
        """End the stack in order; return the launcher's exit code."""
        if self._launcher is None:
            return 0
        launcher, self._launcher = self._launcher, None
        launcher.terminate()
        try:
            return launcher.wait(ENDED_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            launcher.kill()
            launcher.wait()
            raise StackFailedError(f"the stack did not end within {ENDED_WITHIN_SECONDS:g} s") from None

    def kill_launcher(self) -> None:
        """SIGKILL `rushes up` itself."""
        if self._launcher is not None:
            self._launcher.kill()
            self._launcher.wait()
            self._launcher = None

    @property
    def output_file(self) -> Path:
        """What `rushes up` said."""
        return self.layout.root / "rushes-up.log"

    @property
    def url(self) -> str:
        """Where the gateway listens."""
        return str(read_json(self.layout.state_file)["url"])

    @property
    def endpoints(self) -> Endpoints:
        """Where the parts listen."""
        match read_json(self.layout.state_file):
            case {"endpoints": dict(known)}:
                names = ("kafka", "mongodb", "mongodb_database", "s3")
                return Endpoints(*(str(known.get(name, "")) for name in names))
        raise StackFailedError(f"{self.layout.state_file} names no endpoints")

    @property
    def s3_keys(self) -> S3Keys:
        """The object store's identity."""
        access_key_id = self._environment.get("S3_ACCESS_KEY_ID")
        secret_access_key = self._environment.get("S3_SECRET_ACCESS_KEY")
        if access_key_id and secret_access_key:
            return S3Keys(access_key_id, secret_access_key)
        return read_keys(self.layout.s3_config_file)

    @property
    def parts(self) -> StackParts:
        """All that a client of the parts needs."""
        keys = self.s3_keys
        return StackParts(
            **vars(self.endpoints), s3_access_key_id=keys.access_key_id, s3_secret_access_key=keys.secret_access_key
        )

    @property
    def admin_token(self) -> str:
        """The operator's token."""
        given = self._environment.get("ADMIN_TOKEN")
        return given or self.layout.admin_token_file.read_text(encoding="utf-8").strip()

    @property
    def first_key(self) -> str:
        """The API key that the first start of this data directory made."""
        return self._first_key_file.read_text(encoding="utf-8").strip()

    def pids(self) -> dict[str, int]:
        """The process id of everything that runs now, by name."""
        match read_json(self.layout.state_file):
            case {"processes": list(processes)}:
                return {process["name"]: process["pid"] for process in processes}
        return {}

    def kill(self, name: str) -> int:
        """SIGKILL a process by name; return the process id that died."""
        pid = self.pids()[name]
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        return pid

    def until_restarted(self, name: str, dead_pid: int, within_seconds: float = 60.0) -> int:
        """Wait until the name has another process id, and return it; the new process may not be ready yet."""
        deadline = time.monotonic() + within_seconds
        while self.pids().get(name, dead_pid) == dead_pid:
            if time.monotonic() > deadline:
                raise StackFailedError(f"{name} was not started again within {within_seconds:g} s")
            time.sleep(LOOK_EVERY_SECONDS)
        return self.pids()[name]

    def until_answering(self, within_seconds: float = 60.0) -> None:
        """Wait until everything that this stack runs answers, after something was killed."""
        deadline = time.monotonic() + within_seconds
        while not self._answers():
            if time.monotonic() > deadline:
                raise StackFailedError(f"the stack did not answer again within {within_seconds:g} s")
            time.sleep(LOOK_EVERY_SECONDS)

    def _answers(self) -> bool:
        endpoints, pids = self.endpoints, self.pids()
        mongodb, ports = urlsplit(endpoints.mongodb), read_json(self.layout.ports_file)
        asked: dict[str, Callable[[], bool]] = {
            "kafka": lambda: listens(endpoints.kafka.partition(":")[0], int(endpoints.kafka.partition(":")[2])),
            "mongodb": lambda: listens(mongodb.hostname or "", mongodb.port or 0),
            "s3": lambda: answers_ok(f"{endpoints.s3}/status"),
            "gateway": lambda: answers_ok(f"{self.url}/health/ready"),
            "workers": lambda: answers_ok(f"http://{LOOPBACK}:{ports['workers_metrics']}/health/ready"),
            "webhook_dispatcher": lambda: answers_ok(
                f"http://{LOOPBACK}:{ports['webhook_dispatcher_metrics']}/health/ready"
            ),
        }
        return all(name in pids and asked[name]() for name in self._started)
