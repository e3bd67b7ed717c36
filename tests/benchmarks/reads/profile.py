"""Where the gateway's processor time goes, by the part of the program that spends it."""

import pstats
import re
from collections import defaultdict
from pathlib import Path

GROUPS: tuple[tuple[str, str], ...] = (
    ("the gateway's own code", r"/services/gateway/"),
    ("kit: documents", r"/shared/kit/documents/"),
    ("kit: HTTP chassis", r"/shared/kit/http/"),
    ("kit: logs, metrics, traces", r"/shared/kit/telemetry/|/structlog/|/prometheus_client/|/opentelemetry/|/logging/"),
    ("kit: the rest, contracts", r"/shared/"),
    ("PyMongo and BSON", r"/pymongo/|/bson/|bson\._cbson|_cbson"),
    ("FastAPI and Starlette", r"/fastapi/|/starlette/"),
    ("uvicorn and httptools", r"/uvicorn/|httptools"),
    ("Kafka's client", r"/aiokafka/|/faststream/"),
    ("the event loop", r"uvloop|/asyncio/|_asyncio|select\."),
)
OTHER = "the rest"
BUILT_IN = "~"
TOP = 40

Function = tuple[str, int, str]
"""File, line and name."""


def shares(file: Path) -> list[tuple[str, float]]:
    """Each group's share of the time spent inside its functions, largest first; built-ins count for their callers."""
    spent: dict[str, float] = defaultdict(float)
    for (path, _, function), (_, _, own_seconds, _, callers) in _stats(file).items():
        group = _group(f"{path} {function}")
        if group == OTHER and path == BUILT_IN:
            for (caller_path, _, caller), (_, _, own_for_caller, _) in callers.items():
                spent[_group(f"{caller_path} {caller}")] += own_for_caller
        else:
            spent[group] += own_seconds
    total = sum(spent.values())
    return sorted(((name, seconds / total) for name, seconds in spent.items()), key=lambda one: -one[1])


def top(file: Path) -> list[str]:
    """The functions that spend most themselves, one a line."""
    rows = sorted(_stats(file).items(), key=lambda one: -one[1][2])[:TOP]
    return [
        f"{own:8.3f} s own {cumulative:8.3f} s all {calls:8d} calls  {path}:{line} {function}"
        for (path, line, function), (calls, _, own, cumulative, _) in rows
    ]


def _stats(file: Path) -> dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]:
    # The attribute is there, and its type nowhere.
    stats: dict[Function, tuple[int, int, float, float, dict[Function, tuple[int, int, float, float]]]]
    stats = vars(pstats.Stats(str(file)))["stats"]
    return stats


def _group(where: str) -> str:
    return next((name for name, pattern in GROUPS if re.search(pattern, where)), OTHER)
