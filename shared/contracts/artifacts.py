"""Artifacts: a stage's output in object storage, addressed by what determined it."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson
from pydantic import BaseModel, ConfigDict

ARTIFACTS_BUCKET = "rushes-artifacts"
MEDIA_BUCKET = "rushes-media"
RENDERS_BUCKET = "rushes-renders"
BUCKETS = (MEDIA_BUCKET, ARTIFACTS_BUCKET, RENDERS_BUCKET)

REPORT = "report.json"
"""The file that is written last: an artifact whose report exists is whole."""


class SourceReference(BaseModel):
    """The uploaded original in object storage."""

    model_config = ConfigDict(frozen=True)

    bucket: str
    key: str
    size_bytes: int
    sha256: str


class ArtifactReference(BaseModel):
    """Names one artifact; equal inputs give an equal address."""

    model_config = ConfigDict(frozen=True)

    stage: str
    version: int
    address: str
    files: tuple[str, ...]

    def key(self, name: str) -> str:
        """The object key of one of its files, in the bucket of artifacts."""
        return object_key(self.stage, self.address, name)


def object_key(stage: str, address: str, name: str) -> str:
    """The object key of a file of an artifact."""
    return f"{stage}/{address}/{name}"


def artifact_address(
    *,
    stage: str,
    version: int,
    parameters: Mapping[str, Any],
    source_sha256: str,
    inputs: Mapping[str, str],
    models: Mapping[str, str],
) -> str:
    """SHA-256 (hex) of everything that determines a stage's output.

    Args:
        stage: The stage's name.
        version: Its version: raised when its output for equal inputs changes.
        parameters: Its parameters, as JSON values.
        source_sha256: The digest of the original.
        inputs: The addresses of the artifacts it reads, by stage.
        models: The digests of the models it uses, by name.
    """
    determined_by = {
        "stage": stage,
        "version": version,
        "parameters": parameters,
        "source": source_sha256,
        "inputs": inputs,
        "models": models,
    }
    return hashlib.sha256(orjson.dumps(determined_by, option=orjson.OPT_SORT_KEYS)).hexdigest()
