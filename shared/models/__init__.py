"""The models of Rushes: which they are, and how they reach a worker."""

from shared.models.failures import (
    ModelError,
    ModelUnavailableError,
    SourceUnavailableError,
    UnknownModelError,
    WrongDigestError,
)
from shared.models.manifest import MODELS, Manifest, Model, ModelFile, model_digest, read_manifest
from shared.models.store import Progress, model_path, pull

__all__ = [
    "MODELS",
    "Manifest",
    "Model",
    "ModelError",
    "ModelFile",
    "ModelUnavailableError",
    "Progress",
    "SourceUnavailableError",
    "UnknownModelError",
    "WrongDigestError",
    "model_digest",
    "model_path",
    "pull",
    "read_manifest",
]
