"""The one place that builds the stack: from the user's decisions to a table of processes."""

from collections.abc import Mapping
from dataclasses import dataclass

from deploy.standalone import kafka, mongodb, s3, services
from deploy.standalone.console import Terminal
from deploy.standalone.jars import classpath, missing, read_lock
from deploy.standalone.java import find_java
from deploy.standalone.layout import Layout
from deploy.standalone.orphans import MARK
from deploy.standalone.ports import LOOPBACK, keep_ports
from deploy.standalone.processes import ProcessSpec, python_command, python_environment
from deploy.standalone.s3 import S3Keys, keep_keys
from deploy.standalone.services import MakeServices, ServiceContext, make_services, parts_environment
from deploy.standalone.settings import DEFAULT_DATABASE, SERVICES, Settings, link_models
from deploy.standalone.state import Endpoints

PORT_NAMES = (*kafka.PORT_NAMES, *mongodb.PORT_NAMES, *s3.PORT_NAMES, *services.PORT_NAMES)


@dataclass(frozen=True)
class Assembly:
    """Everything that one start runs."""

    layout: Layout
    url: str | None
    endpoints: Endpoints
    # What prepares the parts, and how it is told about them.
    prepare_command: tuple[str, ...]
    prepare_environment: Mapping[str, str]
    parts: tuple[ProcessSpec, ...]
    services: tuple[ProcessSpec, ...]
    # Not when the user named a file for it: then the key is theirs to read.
    announces_first_key: bool


def assemble(settings: Settings, layout: Layout, terminal: Terminal, make: MakeServices = make_services) -> Assembly:
    """Fetch what is missing, choose ports, make secrets, and describe every process."""
    ports = keep_ports(PORT_NAMES, layout.ports_file)
    environment = {**settings.environment, MARK: str(layout.root)}
    # The keys are read by the user's own store when one is named, and then never written.
    access_key_id, secret = settings.given("S3_ACCESS_KEY_ID"), settings.given("S3_SECRET_ACCESS_KEY")
    if settings.starts("s3"):
        keys = keep_keys(layout.s3_config_file, access_key_id, secret)
    else:
        keys = S3Keys(access_key_id or "", secret or "")
    endpoints = choose_endpoints(settings, ports)
    parts = _make_parts(settings, layout, ports, environment, terminal)
    made_services: tuple[ProcessSpec, ...] = ()
    if any(name in settings.only for name in SERVICES):
        if settings.given("RUSHES_MODELS_DIR") is None:
            link_models(layout.models, settings.cache)
        made_services = make(ServiceContext(settings, layout, ports, endpoints, keys, environment))
    return Assembly(
        layout=layout,
        url=settings.url if "gateway" in settings.only else None,
        endpoints=endpoints,
        prepare_command=python_command("deploy.standalone.prepare"),
        prepare_environment=python_environment({**environment, **parts_environment(endpoints, keys)}),
        parts=parts,
        services=made_services,
        announces_first_key=settings.given("RUSHES_FIRST_KEY_FILE") is None,
    )


def choose_endpoints(settings: Settings, ports: dict[str, int]) -> Endpoints:
    """Where the parts listen: the user's own, else ours; empty for a part that this start leaves out."""

    def endpoint(name: str, variable: str, ours: str) -> str:
        return settings.given(variable) or (ours if name in settings.only else "")

    return Endpoints(
        kafka=endpoint("kafka", "KAFKA_BOOTSTRAP_SERVERS", f"{LOOPBACK}:{ports['kafka']}"),
        mongodb=endpoint("mongodb", "MONGODB_URI", mongodb.mongodb_uri(ports["mongodb"])),
        mongodb_database=settings.given("MONGODB_DATABASE") or DEFAULT_DATABASE,
        s3=endpoint("s3", "S3_ENDPOINT_URL", f"http://{LOOPBACK}:{ports['s3']}"),
    )


def prepare_kafka(settings: Settings, terminal: Terminal) -> kafka.KafkaProgram:
    """Have every jar of the lock at hand, verified, and a java to run them."""
    jars, directory = read_lock(), settings.cache / "jars"
    absent = missing(jars, directory)
    if absent:
        # Imported only when needed: what fetches would stay in the launcher's memory.
        from deploy.standalone.jar_fetch import fetch  # noqa: PLC0415  see above

        total_bytes = sum(jar.size_bytes for jar in absent)
        terminal.say(f"fetching Kafka: {len(absent)} jars, {total_bytes / 1e6:.0f} MB, into {directory}")
        with terminal.fetching("Kafka", total_bytes) as progress:
            fetch(absent, directory, progress)
    return kafka.KafkaProgram(find_java(settings.given("JAVA_HOME")), classpath(jars, directory))


def _make_parts(
    settings: Settings, layout: Layout, ports: dict[str, int], environment: dict[str, str], terminal: Terminal
) -> tuple[ProcessSpec, ...]:
    parts: list[ProcessSpec] = []
    if settings.starts("kafka"):
        program = prepare_kafka(settings, terminal)
        parts.append(kafka.kafka_process(program, layout, ports, environment))
        if not kafka.is_formatted(layout):
            terminal.say("formatting Kafka's storage, once")
            kafka.format_storage(program, layout, ports, environment)
    if settings.starts("mongodb"):
        parts.append(mongodb.mongodb_process(layout, ports, environment))
    if settings.starts("s3"):
        parts.append(s3.s3_process(layout, ports, environment))
    return tuple(parts)
