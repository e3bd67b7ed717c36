"""Where everything lives inside one data directory."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Layout:
    """The paths of one data directory; the root is absolute."""

    root: Path

    @property
    def lock_file(self) -> Path:
        """Held while a launcher runs on this directory."""
        return self.root / "launcher.lock"

    @property
    def state_file(self) -> Path:
        """What runs now, for other programs."""
        return self.root / "standalone.json"

    @property
    def ready_file(self) -> Path:
        """There from the moment that everything can work until the end begins."""
        return self.root / "ready"

    @property
    def ports_file(self) -> Path:
        """The ports chosen for the parts, kept across starts."""
        return self.root / "ports.json"

    @property
    def s3_config_file(self) -> Path:
        """The object store's identities: a secret."""
        return self.root / "s3.json"

    @property
    def admin_token_file(self) -> Path:
        """The operator's token: a secret."""
        return self.root / "admin-token"

    @property
    def first_key_file(self) -> Path:
        """Where the gateway leaves the first API key, once: a secret."""
        return self.root / "first-key"

    @property
    def logs(self) -> Path:
        """One log file for each process."""
        return self.root / "logs"

    @property
    def kafka(self) -> Path:
        """Kafka's settings and log segments."""
        return self.root / "kafka"

    @property
    def mongodb(self) -> Path:
        """The document store's database files."""
        return self.root / "mongodb"

    @property
    def s3(self) -> Path:
        """The object store's volumes."""
        return self.root / "s3"

    @property
    def models(self) -> Path:
        """The models that the workers use."""
        return self.root / "models"

    @property
    def work(self) -> Path:
        """Scratch space of the workers."""
        return self.root / "work"

    @property
    def compiled(self) -> Path:
        """What numba compiled, so that no later start compiles it again."""
        return self.root / "compiled"

    def make(self) -> None:
        """Make the directories that must exist before anything starts."""
        self.root.mkdir(parents=True, exist_ok=True)
        for directory in (self.logs, self.kafka, self.mongodb, self.s3, self.work, self.compiled):
            directory.mkdir(mode=0o700, exist_ok=True)
