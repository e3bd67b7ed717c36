"""The architecture's rules hold, and each of them breaks when somebody breaks it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VIOLATIONS = [
    ("services/insights/planted.py", "import services.gateway.store", "Services are strangers to each other"),
    ("services/insights/core/planted.py", "import asyncio", "Core is pure"),
    ("services/gateway/core/planted.py", "import shared.kit.bus", "Core is pure"),
    ("shared/contracts/planted.py", "import shared.kit.failures", "Contracts import nothing of ours"),
    ("shared/kit/planted.py", "import services.gateway.store", "each knows only what lies below it"),
    ("shared/models/planted.py", "import shared.media", "each knows only what lies below it"),
    ("services/ingest/planted.py", "import av", "Only media touches PyAV"),
    ("services/gateway/planted.py", "import pymongo", "Only the kit speaks to Kafka"),
    ("shared/kit/planted.py", "import shared.testkit", "What tests need stays out"),
]


def lint(tree):
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    return subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)  # noqa: S603  our own command


@pytest.fixture
def tree(tmp_path):
    for folder in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(("file", "planted", "rule"), VIOLATIONS, ids=[f"{v[0]}: {v[1]}" for v in VIOLATIONS])
def test_a_planted_violation_breaks_its_rule(tree, file, planted, rule):
    (tree / file).write_text(f"{planted}\n")
    verdict = lint(tree)
    assert verdict.returncode == 1, verdict.stdout + verdict.stderr
    assert any(rule in line and line.endswith("BROKEN") for line in verdict.stdout.splitlines())
