"""The command `rushes`."""

import asyncio
import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from deploy.standalone.assembly import assemble, prepare_kafka
from deploy.standalone.console import Terminal
from deploy.standalone.jars import JarRefusedError
from deploy.standalone.kafka import KafkaFormatError
from deploy.standalone.launcher import StartError, launch
from deploy.standalone.layout import Layout
from deploy.standalone.lock import AlreadyRunningError, hold
from deploy.standalone.orphans import end_orphans
from deploy.standalone.ports import NoFreePortError, PortRefusedError, choose_ports, require_free
from deploy.standalone.s3 import S3KeysUnreadableError
from deploy.standalone.settings import NAMES, SERVICES, Settings, link_models
from deploy.standalone.supervisor import RefusedToStartError

FAILED = 1
# Nothing was started: another launcher runs on the directory, or the port is taken.
REFUSED = 2

FAILURES = (
    JarRefusedError,
    KafkaFormatError,
    NoFreePortError,
    RefusedToStartError,
    S3KeysUnreadableError,
    StartError,
)

application = typer.Typer(help="Rushes: self-hosted video intelligence.", no_args_is_help=True, add_completion=False)
models_application = typer.Typer(help="The models that the workers use.", no_args_is_help=True)
application.add_typer(models_application, name="models")

DataDir = Annotated[Path, typer.Option(envvar="RUSHES_DATA_DIR", help="Everything that Rushes keeps.")]
Host = Annotated[str, typer.Option(envvar="GATEWAY_HOST", help="Address that the API listens on.")]
Port = Annotated[int, typer.Option(envvar="GATEWAY_PORT", help="Port that the API listens on; 0 takes a free one.")]
Only = Annotated[str, typer.Option(help=f"Start only these, by comma: {', '.join(NAMES)}.")]


@application.command()
def up(data_dir: DataDir = Path(".rushes"), host: Host = "127.0.0.1", port: Port = 8000, only: Only = "") -> None:
    """Run everything in the foreground; Ctrl-C ends it."""
    terminal = Terminal()
    settings = _settings(data_dir, host, port, _read_only(only))
    layout = Layout(settings.root)
    signal.signal(signal.SIGTERM, _end_before_start)
    try:
        settings.root.mkdir(parents=True, exist_ok=True)
        with hold(layout.lock_file, settings.url):
            if any(name in settings.only for name in SERVICES):
                require_free(settings.port, settings.host)
            end_orphans(settings.root)
            layout.make()
            asyncio.run(launch(assemble(settings, layout, terminal), terminal))
    except (AlreadyRunningError, PortRefusedError) as error:
        terminal.complain(str(error))
        raise typer.Exit(REFUSED) from None
    except FAILURES as error:
        terminal.complain(str(error))
        raise typer.Exit(FAILED) from None
    except OSError as error:
        terminal.complain(f"{error.strerror}: {error.filename}" if error.filename else str(error))
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        raise typer.Exit from None


@application.command()
def fetch(data_dir: DataDir = Path(".rushes")) -> None:
    """Fetch Kafka and the models ahead, so that later starts need no network."""
    terminal = Terminal()
    try:
        prepare_kafka(_settings(data_dir, "127.0.0.1", 0, NAMES), terminal)
    except JarRefusedError as error:
        terminal.complain(str(error))
        raise typer.Exit(FAILED) from None
    pull(data_dir)
    terminal.say("all is here: `rushes up` needs no network now")


@models_application.command()
def pull(data_dir: DataDir = Path(".rushes")) -> None:
    """Fetch the models and verify them."""
    # Imported here: the other commands start without what only fetching needs.
    from shared.models import ModelError  # noqa: PLC0415  see above
    from shared.models import pull as pull_models  # noqa: PLC0415  see above

    settings = _settings(data_dir, "127.0.0.1", 0, NAMES)
    given = settings.given("RUSHES_MODELS_DIR")
    models = Path(given) if given else Layout(settings.root).models
    if not given:
        settings.root.mkdir(parents=True, exist_ok=True)
        link_models(models, settings.cache)
    try:
        pull_models(models)
    except ModelError as error:
        Terminal().complain(str(error))
        raise typer.Exit(FAILED) from None


def main() -> None:
    """The console script."""
    application()


def _settings(data_dir: Path, host: str, port: int, only: tuple[str, ...]) -> Settings:
    port = port or choose_ports(["gateway"], {})["gateway"]
    return Settings(data_dir.expanduser().resolve(), host, port, only, dict(os.environ))


def _read_only(only: str) -> tuple[str, ...]:
    names = tuple(name.strip() for name in only.split(",") if name.strip())
    strangers = [name for name in names if name not in NAMES]
    if strangers:
        raise typer.BadParameter(f"{strangers[0]} is none of {', '.join(NAMES)}", param_hint="--only")
    return names or NAMES


def _end_before_start(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
