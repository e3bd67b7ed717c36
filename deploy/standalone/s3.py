"""SeaweedFS as one process: an S3 object store over files."""

import json
import secrets
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.checks import answers_ok_check
from deploy.standalone.files import PRIVATE, read_json, write_whole
from deploy.standalone.layout import Layout
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import ProcessSpec

# Every port it opens, each with its own gRPC one: left out, they are fixed numbers on which two stacks collide.
PORT_NAMES = tuple(
    f"s3{part}{protocol}" for part in ("", "_master", "_volume", "_filer", "_admin") for protocol in ("", "_grpc")
)
# It reserves 230 MB at its start, and touches half of them. Below that the limit keeps it collecting garbage for ever
# (measured at 200 MiB: 20 % of a core with nothing to do, and six times the processor time for a request).
MEMORY_LIMIT = "320MiB"
ACTIONS = ["Admin", "Read", "Write", "List", "Tagging"]


@dataclass(frozen=True)
class S3Keys:
    """One identity of the object store."""

    access_key_id: str
    secret_access_key: str


class S3KeysUnreadableError(Exception):
    """The kept identity of the object store cannot be read."""


def keep_keys(file: Path, access_key_id: str | None, secret_access_key: str | None) -> S3Keys:
    """The identity to use: the given one, else the kept one, else a new one; written for the object store to read."""
    if access_key_id and secret_access_key:
        keys = S3Keys(access_key_id, secret_access_key)
    elif file.exists():
        return read_keys(file)
    else:
        keys = S3Keys(secrets.token_hex(10), secrets.token_urlsafe(30))
    credentials = {"accessKey": keys.access_key_id, "secretKey": keys.secret_access_key}
    identity = {"name": "rushes", "credentials": [credentials], "actions": ACTIONS}
    write_whole(file, json.dumps({"identities": [identity]}, indent=1) + "\n", PRIVATE)
    return keys


def read_keys(file: Path) -> S3Keys:
    """The identity in the object store's settings file."""
    match read_json(file):
        case {"identities": [{"credentials": [{"accessKey": str(access), "secretKey": str(secret)}, *_]}, *_]}:
            return S3Keys(access, secret)
    raise S3KeysUnreadableError(f"{file} names no credentials; delete it to have new ones made")


def s3_process(layout: Layout, ports: dict[str, int], environment: dict[str, str]) -> ProcessSpec:
    """Describe the object store's process."""
    options = {
        "dir": str(layout.s3),
        "ip": LOOPBACK,
        "ip.bind": LOOPBACK,
        "s3.config": str(layout.s3_config_file),
        "webdav": "false",
        "admin.ui": "false",
        "s3.port.iceberg": "0",
        "s3.port.lance": "0",
        "s3.allowDeleteBucketNotEmpty": "false",
        "master.telemetry": "false",
    }
    for part in ("s3", "master", "volume", "filer", "admin"):
        name = part if part == "s3" else f"s3_{part}"
        options |= {f"{part}.port": str(ports[name]), f"{part}.port.grpc": str(ports[f"{name}_grpc"])}
    return ProcessSpec(
        name="s3",
        command=(_program(), "-logtostderr=true", "mini", *(f"-{option}={value}" for option, value in options.items())),
        ready=answers_ok_check(f"http://{LOOPBACK}:{ports['s3']}/status"),
        environment={"GOMEMLIMIT": MEMORY_LIMIT, **environment},
        directory=layout.root,
        # It remembers the options of its last start there, ports too.
        removes=(layout.s3 / "mini.options",),
        stop_grace_seconds=15.0,
    )


def _program() -> str:
    beside_python = Path(sys.executable).parent / "weed"
    return str(beside_python) if beside_python.exists() else shutil.which("weed") or "weed"
