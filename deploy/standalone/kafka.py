"""Apache Kafka as one process: its settings, the storage format made once, the command."""

import shutil
import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

from deploy.standalone.checks import listens_check
from deploy.standalone.layout import Layout
from deploy.standalone.ports import LOOPBACK
from deploy.standalone.processes import ProcessSpec

PORT_NAMES = ("kafka", "kafka_controller")
# Measured for start and memory: a broker that serves one machine needs neither the optimising compiler nor
# parallel collection.
JVM_FLAGS = ("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
FORMAT_SECONDS = 120

# Paths are relative to the data directory, the process's own directory, because Kafka reads commas in them as lists.
SERVER_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{host}:{controller_port}
listeners=BROKER://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=BROKER://{host}:{port}
listener.security.protocol.map=BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=BROKER
controller.listener.names=CONTROLLER
log.dirs={storage}
auto.create.topics.enable=false
num.partitions=1
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# 4 MiB instead of 128 MiB, half of the heap: enough to compact the few thousand keys of one machine.
log.cleaner.dedupe.buffer.size=4194304
# 1 MiB of index instead of 10 MiB, twice for each partition, goes with segments of 64 MiB.
log.index.size.max.bytes=1048576
log.segment.bytes=67108864
# A killed broker is let in again only when its session has run out: 3 s instead of 9 s of waiting.
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
num.network.threads=2
num.io.threads=2
background.threads=2
"""

LOG4J2_PROPERTIES = """\
status=warn
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d{ISO8601} %-5p %c{1} %m%n
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
"""


class KafkaFormatError(Exception):
    """Kafka's storage could not be formatted."""


@dataclass(frozen=True)
class KafkaProgram:
    """What runs Kafka: a java command and the verified jars."""

    java: Path
    classpath: str

    def command(self, main_class: str, *arguments: str) -> tuple[str, ...]:
        """The command that runs one of Kafka's main classes in the data directory."""
        log_settings = "-Dlog4j2.configurationFile=kafka/log4j2.properties"
        return (str(self.java), *JVM_FLAGS, log_settings, "-cp", self.classpath, main_class, *arguments)


def server_properties(port: int, controller_port: int, storage: str) -> str:
    """The settings of a single broker that is its own controller."""
    return SERVER_PROPERTIES.format(host=LOOPBACK, port=port, controller_port=controller_port, storage=storage)


def kafka_process(
    program: KafkaProgram, layout: Layout, ports: dict[str, int], environment: dict[str, str]
) -> ProcessSpec:
    """Write the settings and describe the broker's process."""
    settings = server_properties(ports["kafka"], ports["kafka_controller"], "kafka/storage")
    (layout.kafka / "server.properties").write_text(settings, encoding="utf-8")
    (layout.kafka / "log4j2.properties").write_text(LOG4J2_PROPERTIES, encoding="utf-8")
    return ProcessSpec(
        name="kafka",
        command=program.command("kafka.Kafka", "kafka/server.properties"),
        # It opens its listener last, once it may serve.
        ready=listens_check(LOOPBACK, ports["kafka"]),
        environment=environment,
        directory=layout.root,
        stop_grace_seconds=20.0,
    )


def is_formatted(layout: Layout) -> bool:
    """Whether the storage was formatted at an earlier start."""
    return (layout.kafka / "storage" / "meta.properties").is_file()


def format_storage(program: KafkaProgram, layout: Layout, ports: dict[str, int], environment: dict[str, str]) -> None:
    """Format the storage beside its place and move it there, so that half a format never counts as one."""
    partial = layout.kafka / "storage.partial"
    shutil.rmtree(partial, ignore_errors=True)
    settings = server_properties(ports["kafka"], ports["kafka_controller"], "kafka/storage.partial")
    (layout.kafka / "format.properties").write_text(settings, encoding="utf-8")
    cluster_id = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    command = program.command(
        "kafka.tools.StorageTool", "format", f"--cluster-id={cluster_id}", "--config", "kafka/format.properties"
    )
    try:
        done = subprocess.run(  # noqa: S603  a command of our own making, without a shell
            command,
            cwd=layout.root,
            env=environment,
            capture_output=True,
            text=True,
            timeout=FORMAT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise KafkaFormatError(f"Kafka's storage was not formatted within {FORMAT_SECONDS} s") from None
    if done.returncode != 0:
        raise KafkaFormatError(f"Kafka's storage could not be formatted: {(done.stderr or done.stdout).strip()}")
    partial.replace(layout.kafka / "storage")
