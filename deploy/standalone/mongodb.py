"""NX-27017 as one process: MongoDB's wire protocol over SQLite files."""

import os
import sys

from deploy.standalone.checks import listens_check
from deploy.standalone.layout import Layout
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import ProcessSpec

PORT_NAMES = ("mongodb",)


def mongodb_uri(port: int) -> str:
    """The URI with the write concern that survives a kill."""
    return f"mongodb://{LOOPBACK}:{port}/?w=majority"


def mongodb_process(layout: Layout, ports: dict[str, int], environment: dict[str, str]) -> ProcessSpec:
    """Describe the document store's process."""
    pid_file = layout.root / "mongodb.pid"
    return ProcessSpec(
        name="mongodb",
        command=(
            *(sys.executable, "-m", "nx_27017.nx_27017", "--host", LOOPBACK, "--port", str(ports["mongodb"])),
            *("--data-dir", str(layout.mongodb), "--pid-file", str(pid_file)),
            # It speaks on its standard error already; its own file would be in a shared temporary folder.
            *("--log-file", os.devnull),
        ),
        ready=listens_check(LOOPBACK, ports["mongodb"]),
        environment=environment,
        directory=layout.root,
        # A killed server leaves it, and refuses to start while any process has that number.
        removes=(pid_file,),
    )
