"""A stage declared: what it reads and writes, the function that does it, and the limits of its work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from shared.contracts.artifacts import REPORT, SourceReference, artifact_address
from shared.contracts.failures import FailureCode, PermanentFailure

GIBIBYTE = 1 << 30

SOURCE = "source"
"""Stands among the things a stage reads for the uploaded original itself."""

P = TypeVar("P", bound=BaseModel)
R = TypeVar("R", bound=BaseModel)
M = TypeVar("M", bound=BaseModel)


class Progress(Protocol):
    """Says how much of the work is done; cheap enough to be called for every frame."""

    def __call__(self, fraction: float, /) -> None:
        """Say it, from 0 to 1."""


@dataclass(frozen=True)
class WarmUp:
    """What a pool process is told when it starts.

    Attributes:
        threads: How many threads one pool process may use.
    """

    models_dir: Path
    threads: int


@dataclass(frozen=True)
class Inputs:
    """The files of one task, all below its private directory.

    Attributes:
        directory: `source`, `inputs/<stage>/<file>` and `output/<file>` lie in it.
        threads: How many threads the work may use.
    """

    directory: Path
    source_reference: SourceReference
    models_dir: Path
    threads: int = 1

    @property
    def source(self) -> Path:
        """The original, there only for a stage that reads `SOURCE`."""
        return self.directory / "source"

    def report(self, stage: str, kind: type[M]) -> M:
        """The report of an input artifact."""
        return kind.model_validate_json(self.file(stage, REPORT).read_bytes())

    def file(self, stage: str, name: str) -> Path:
        """A file of an input artifact."""
        return self.directory / "inputs" / stage / _inside(name)

    def output(self, name: str) -> Path:
        """Where to write a file of the own artifact; what lies there when the work ends is stored."""
        path = self.directory / "output" / _inside(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _inside(name: str) -> str:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise ValueError(f"{name!r} is no name of a file in an artifact")
    return name


@dataclass(frozen=True)
class Stage(Generic[P, R]):
    """One step of a run, as the service that does it declares it.

    Attributes:
        version: Raised when the output for equal inputs changes.
        reads: Stages whose artifacts are fetched before the work: `ingest` all files, `ingest/audio.*` the report and
            the files of that name only; `SOURCE` the original.
        writes: The class of the report.
        parameters: What the work can be told; an offer may carry other values. Part of the artifact's address.
        run: A function of a module (it is called in another process). Raises `PermanentFailure` for input that it
            cannot handle; anything else it raises is an internal error that another attempt may not meet.
        models: Names in the manifest of models; their digests are part of the address.
        warm: Called once when a pool process starts: heavy imports, models.
        memory_limit_bytes: What the work may add to the resident memory of a warmed pool process.
        deadline_seconds: How long the work may take, if not as long as its run.
        slots: How many offers one process works on at a time.
        is_light: Its work takes milliseconds and next to no memory: it is done beside the pool processes and waits for
            none of them.
    """

    name: str
    version: int
    reads: tuple[str, ...]
    writes: type[R]
    parameters: P
    run: Callable[[Inputs, P, Progress], R]
    models: tuple[str, ...] = ()
    warm: Callable[[WarmUp], None] | None = None
    memory_limit_bytes: int = 2 * GIBIBYTE
    deadline_seconds: float | None = None
    slots: int = 1
    is_light: bool = False

    @property
    def reads_source(self) -> bool:
        """Whether the original is fetched."""
        return SOURCE in self.reads

    @property
    def input_stages(self) -> tuple[str, ...]:
        """The stages whose artifacts it reads, each once."""
        return tuple(dict.fromkeys(read.partition("/")[0] for read in self.reads if read != SOURCE))

    def wants(self, stage: str, name: str) -> bool:
        """Whether the file of that input artifact is to be fetched."""
        if name == REPORT:
            return stage in self.input_stages
        patterns = (read.partition("/")[2] for read in self.reads if read.partition("/")[0] == stage)
        return any(not pattern or fnmatchcase(name, pattern) for pattern in patterns)

    def parameters_for(self, overrides: Mapping[str, Any]) -> P:
        """The stage's parameters with an offer's values in their place.

        Raises:
            PermanentFailure: They do not fit.
        """
        try:
            return type(self.parameters).model_validate(self.parameters.model_dump(mode="json") | dict(overrides))
        except ValidationError as error:
            raise PermanentFailure(FailureCode.INTERNAL_ERROR, f"{self.name} cannot use its parameters") from error

    def address(
        self, parameters: P, *, source_sha256: str, inputs: Mapping[str, str], model_digests: Mapping[str, str]
    ) -> str:
        """The address of the artifact that it makes of these: `inputs` maps the stages that it reads to addresses."""
        return artifact_address(
            stage=self.name,
            version=self.version,
            parameters=parameters.model_dump(mode="json"),
            source_sha256=source_sha256,
            inputs={stage: inputs[stage] for stage in self.input_stages},
            models={name: model_digests[name] for name in self.models},
        )


AnyStage = Stage[Any, Any]
