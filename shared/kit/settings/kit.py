"""The settings that every service has: where the stack is, and how the process speaks of itself."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class KitSettings(BaseSettings):
    """Where the stack is, and how a process speaks of itself."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    kafka_bootstrap_servers: str = Field(
        description="Kafka brokers to start from, as host:port, separated by commas.",
        examples=["127.0.0.1:9092"],
        min_length=3,
    )
    mongodb_uri: str = Field(
        repr=False,  # it may hold a password
        description="Where the documents are; with w=majority, because w=1 loses acknowledged writes on a kill.",
        examples=["mongodb://127.0.0.1:27017/?w=majority"],
    )
    mongodb_database: str = Field(
        default="rushes",
        description="Name of the database of all collections.",
        pattern=r"^[A-Za-z0-9_-]{1,60}$",
    )
    s3_endpoint_url: str = Field(
        description="Where the objects are: the URL of any S3.",
        examples=["http://127.0.0.1:9000"],
        pattern=r"^https?://",
    )
    s3_access_key_id: str = Field(description="Access key of the object store.", examples=["rushes"])
    s3_secret_access_key: SecretStr = Field(description="Secret of that access key.", examples=["change-me"])
    s3_region: str = Field(default="us-east-1", description="Region that signatures name.")
    rushes_models_dir: Path = Field(default=Path(".rushes/models"), description="Folder of the model files.")
    rushes_work_dir: Path = Field(
        default=Path(".rushes/work"),
        description="Folder of private directories, one for each task while it is worked on.",
    )
    metrics_port: int | None = Field(
        default=None,
        description="Port of /metrics and /health of a service without an API of its own; not set: none is opened.",
        examples=[9100],
        ge=0,
        le=65_535,
    )
    metrics_host: str = Field(default="127.0.0.1", description="Address that METRICS_PORT is opened on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level of the lines that are written."
    )
    log_format: Literal["json", "console"] = Field(
        default="json", description="json: one object a line, for machines; console: colours, for people."
    )
    otel_exporter_otlp_endpoint: str | None = Field(
        default=None,
        description="URL that traces are sent to (OTLP over HTTP); not set: no traces are made.",
        examples=["http://127.0.0.1:4318"],
        pattern=r"^https?://",
    )
