from pathlib import Path

import pytest

from deploy.standalone import mongodb, s3
from deploy.standalone.assembly import PORT_NAMES
from deploy.standalone.kafka import KafkaProgram, kafka_process, server_properties
from deploy.standalone.layout import Layout
from deploy.standalone.ports import choose_ports
from deploy.standalone.services import ServiceContext, make_services
from deploy.standalone.settings import NAMES, Settings
from deploy.standalone.state import Endpoints
from deploy.standalone.topics import new_topic
from shared.contracts.topics import PUBLIC_EVENTS


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path / "a folder, with a comma")
    made.make()
    return made


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    return choose_ports(PORT_NAMES, {})


def test_kafka_listens_on_this_machine_alone_and_keeps_to_its_data_directory(
    layout: Layout, ports: dict[str, int]
) -> None:
    spec = kafka_process(KafkaProgram(Path("/java"), "a.jar:b.jar"), layout, ports, {})
    settings = dict(
        line.split("=", maxsplit=1)
        for line in (layout.kafka / "server.properties").read_text().splitlines()
        if not line.startswith("#")
    )
    assert (
        settings["listeners"]
        == f"BROKER://127.0.0.1:{ports['kafka']},CONTROLLER://127.0.0.1:{ports['kafka_controller']}"
    )
    # Kafka reads a comma there as a list: the path is relative, whatever the data directory is called.
    assert settings["log.dirs"] == "kafka/storage"
    assert spec.directory == layout.root
    assert "-Xmx256m" in spec.command


def test_the_settings_of_the_format_differ_in_the_storage_alone() -> None:
    lines = set(server_properties(1, 2, "one").splitlines()) ^ set(server_properties(1, 2, "two").splitlines())
    assert lines == {"log.dirs=one", "log.dirs=two"}


def test_every_port_of_the_object_store_is_chosen_by_us(layout: Layout, ports: dict[str, int]) -> None:
    options = dict(
        option[1:].split("=", maxsplit=1) for option in s3.s3_process(layout, ports, {}).command if "=" in option
    )
    chosen = [int(value) for name, value in options.items() if ".port" in name and value != "0"]
    assert len(chosen) == len(set(chosen)) == 10
    assert set(chosen) <= set(ports.values())
    assert options["ip.bind"] == "127.0.0.1"
    assert options["master.telemetry"] == "false"


def test_the_document_store_leaves_nothing_outside_its_data_directory(layout: Layout, ports: dict[str, int]) -> None:
    spec = mongodb.mongodb_process(layout, ports, {})
    paths = [Path(part) for part in spec.command[1:] if part.startswith("/")]
    assert all(path == Path("/dev/null") or layout.root in path.parents for path in paths)
    assert spec.removes == (layout.root / "mongodb.pid",)


def test_a_topic_is_kept_for_its_hours() -> None:
    kept = new_topic(PUBLIC_EVENTS)
    assert kept.topic_configs == {"cleanup.policy": "delete", "retention.ms": str(7 * 24 * 3_600_000)}
    assert kept.num_partitions == PUBLIC_EVENTS.standalone_partitions


def test_services_are_told_where_everything_is_and_the_user_wins(layout: Layout, ports: dict[str, int]) -> None:
    users = {
        "ADMIN_TOKEN": "mine",
        "RUSHES_WORK_DIR": "/scratch",
        "METRICS_PORT": "1",
        "PYTHONPATH": "/own",
        "MONGODB_URI": "",
    }
    settings = Settings(layout.root, "0.0.0.0", 8123, NAMES, users)
    endpoints = Endpoints("k:1", "mongodb://m", "rushes", "http://s")
    specs = make_services(ServiceContext(settings, layout, ports, endpoints, s3.S3Keys("id", "secret"), users))
    assert [spec.name for spec in specs] == ["gateway", "workers", "webhook_dispatcher"]
    for spec in specs:
        assert spec.environment["KAFKA_BOOTSTRAP_SERVERS"] == "k:1"
        assert spec.environment["MONGODB_URI"] == "mongodb://m"
        assert spec.environment["S3_SECRET_ACCESS_KEY"] == "secret"
        assert spec.environment["ADMIN_TOKEN"] == "mine"
        assert spec.environment["RUSHES_WORK_DIR"] == "/scratch"
        assert spec.environment["RUSHES_MODELS_DIR"] == str(layout.models)
        assert spec.environment["WEBHOOK_ALLOW_PRIVATE_TARGETS"] == "true"
        assert spec.environment["PYTHONPATH"].endswith(":/own")
        # A secret on a command line would be everybody's to read.
        assert "secret" not in " ".join(spec.command)
    gateway, workers, dispatcher = specs
    assert (gateway.environment["GATEWAY_HOST"], gateway.environment["GATEWAY_PORT"]) == ("0.0.0.0", "8123")
    # One number for two processes could not work, whatever the user's environment says.
    assert workers.environment["METRICS_PORT"] == str(ports["workers_metrics"])
    assert dispatcher.environment["METRICS_PORT"] == str(ports["webhook_dispatcher_metrics"])
