"""What the user decides: the environment of `rushes up`, read once; what is set there wins."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.files import PRIVATE, write_whole

PARTS = ("kafka", "mongodb", "s3")
SERVICES = ("gateway", "workers", "webhook_dispatcher")
NAMES = (*PARTS, *SERVICES)
DEFAULT_DATABASE = "rushes"


@dataclass(frozen=True)
class Settings:
    """The decisions for one start."""

    root: Path
    host: str
    port: int
    only: tuple[str, ...]
    environment: Mapping[str, str]

    @property
    def url(self) -> str:
        """Where a browser on this machine finds the gateway."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104  compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def cache(self) -> Path:
        """What all data directories of this user share."""
        return cache_directory(self.environment)

    def given(self, name: str) -> str | None:
        """The user's own value, where one is set."""
        return self.environment.get(name) or None

    def starts(self, name: str) -> bool:
        """Whether this start runs the process itself: asked for, and not replaced by an endpoint of the user's."""
        outside = {"kafka": "KAFKA_BOOTSTRAP_SERVERS", "mongodb": "MONGODB_URI", "s3": "S3_ENDPOINT_URL"}.get(name)
        return name in self.only and not (outside and self.given(outside))


def cache_directory(environment: Mapping[str, str]) -> Path:
    """RUSHES_CACHE_DIR, else the user's cache directory."""
    given = environment.get("RUSHES_CACHE_DIR")
    if given:
        return Path(given).expanduser().absolute()
    return Path(environment.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "rushes"


def keep_admin_token(file: Path, given: str | None) -> str:
    """The operator's token: the given one, else the kept one, else a new one that is kept."""
    if given:
        return given
    if not file.exists():
        write_whole(file, secrets.token_urlsafe(32) + "\n", PRIVATE)
    return file.read_text(encoding="utf-8").strip()


def link_models(models: Path, cache: Path) -> None:
    """Let a new data directory share the user's models; a directory that is already there stays the user's own."""
    shared_models = cache / "models"
    shared_models.mkdir(parents=True, exist_ok=True)
    if not models.exists():
        models.unlink(missing_ok=True)
        models.symlink_to(shared_models, target_is_directory=True)
