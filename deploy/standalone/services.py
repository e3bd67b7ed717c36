"""Our own processes as a table: what runs, and how one knows that it can work."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from deploy.standalone.checks import answers_ok_check
from deploy.standalone.layout import Layout
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import ProcessSpec, python_command, python_environment
from deploy.standalone.s3 import S3Keys
from deploy.standalone.settings import Settings, keep_admin_token
from deploy.standalone.state import Endpoints

MODULES = {
    "gateway": "services.gateway",
    "workers": "deploy.standalone.workers",
    "webhook_dispatcher": "services.webhook_dispatcher",
}
FETCH_MODELS = python_command("deploy.standalone.fetch_models")
PORT_NAMES = ("workers_metrics", "webhook_dispatcher_metrics")
STOP_GRACE_SECONDS = 20.0
# How every service ends when a setting is missing or wrong.
REFUSED_SETTINGS = 2


@dataclass(frozen=True)
class ServiceContext:
    """What the table of services is made from."""

    settings: Settings
    layout: Layout
    ports: Mapping[str, int]
    endpoints: Endpoints
    keys: S3Keys
    environment: Mapping[str, str]


MakeServices = Callable[[ServiceContext], tuple[ProcessSpec, ...]]


def parts_environment(endpoints: Endpoints, keys: S3Keys) -> dict[str, str]:
    """Where the parts are, as every process of ours is told."""
    return {
        "KAFKA_BOOTSTRAP_SERVERS": endpoints.kafka,
        "MONGODB_URI": endpoints.mongodb,
        "MONGODB_DATABASE": endpoints.mongodb_database,
        "S3_ENDPOINT_URL": endpoints.s3,
        "S3_ACCESS_KEY_ID": keys.access_key_id,
        "S3_SECRET_ACCESS_KEY": keys.secret_access_key,
    }


def shared_environment(context: ServiceContext) -> dict[str, str]:
    """What every service is told; the user's own environment wins."""
    layout = context.layout
    ours = {
        **parts_environment(context.endpoints, context.keys),
        "ADMIN_TOKEN": keep_admin_token(layout.admin_token_file, context.settings.given("ADMIN_TOKEN")),
        "RUSHES_MODELS_DIR": str(layout.models),
        "RUSHES_WORK_DIR": str(layout.work),
        "RUSHES_FIRST_KEY_FILE": str(layout.first_key_file),
        "NUMBA_CACHE_DIR": str(layout.compiled),
        "WEBHOOK_ALLOW_PRIVATE_TARGETS": "true",
    }
    # An empty variable counts as not set, here as in every service.
    given = {name: value for name, value in context.environment.items() if value}
    return {**ours, **python_environment(given)}


def make_services(context: ServiceContext) -> tuple[ProcessSpec, ...]:
    """The services that this start asks for."""
    shared = shared_environment(context)
    # The command line has spoken last on these, and a metrics port belongs to one process alone.
    told = {
        "gateway": {"GATEWAY_HOST": context.settings.host, "GATEWAY_PORT": str(context.settings.port)},
        "workers": {"METRICS_PORT": str(context.ports["workers_metrics"])},
        "webhook_dispatcher": {"METRICS_PORT": str(context.ports["webhook_dispatcher_metrics"])},
    }
    ready_at = {
        "gateway": context.settings.url,
        "workers": f"http://{LOOPBACK}:{context.ports['workers_metrics']}",
        "webhook_dispatcher": f"http://{LOOPBACK}:{context.ports['webhook_dispatcher_metrics']}",
    }
    return tuple(
        ProcessSpec(
            name=name,
            command=python_command(module),
            ready=answers_ok_check(f"{ready_at[name]}/health/ready"),
            environment={**shared, **told[name]},
            fetch_command=FETCH_MODELS if name == "workers" else (),
            stop_grace_seconds=STOP_GRACE_SECONDS,
            refuses_with=REFUSED_SETTINGS,
        )
        for name, module in MODULES.items()
        if context.settings.starts(name)
    )
