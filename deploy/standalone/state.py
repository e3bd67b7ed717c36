"""The file that tells other programs what runs now and where."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.files import write_whole


@dataclass(frozen=True)
class Endpoints:
    """Where the parts listen; empty for a part that is left out."""

    kafka: str
    mongodb: str
    mongodb_database: str
    s3: str

    def known(self) -> dict[str, str]:
        """The endpoints of the parts that are there."""
        return {name: address for name, address in vars(self).items() if address}


@dataclass
class StateFile:
    """Rewrites the file, whole, on every change."""

    file: Path
    url: str | None
    endpoints: Endpoints

    def write(self, pids: Mapping[str, int]) -> None:
        """Write what runs now."""
        processes = [{"name": name, "pid": pid} for name, pid in pids.items()]
        state = {"url": self.url, "processes": processes, "endpoints": self.endpoints.known()}
        write_whole(self.file, json.dumps(state, indent=1) + "\n")
