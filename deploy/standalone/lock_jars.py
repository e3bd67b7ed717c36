"""Resolve Kafka's jars from their coordinates and write the lock (`python -m deploy.standalone.lock_jars`)."""

import tempfile
from pathlib import Path

from deploy.standalone.jar_fetch import maven_context
from deploy.standalone.jars import Jar, digest, write_lock

KAFKA_VERSION = "4.4.0"
BROKER = f"org.apache.kafka:kafka_2.13:{KAFKA_VERSION}"
# Kafka's archive ships this bridge beside the broker. It is locked alone: resolved together with the broker,
# its parent's version table would replace the broker's own kafka-clients by an older one.
LOG_BRIDGE = "org.apache.logging.log4j:log4j-slf4j-impl:{log4j_version}"
# Only used to compile Scala macros, and only by form validation from XML files: a broker never loads them.
NOT_NEEDED = frozenset(
    {"scala-reflect", "commons-beanutils", "commons-digester", "commons-collections", "commons-logging"}
)


def resolve() -> tuple[Jar, ...]:
    """Resolve and fetch the broker's jars, and describe each as the lock does."""
    with tempfile.TemporaryDirectory(prefix="rushes-lock-") as directory:
        context = maven_context(Path(directory))
        inputs, transitive = context.resolver.resolve([context.create_dependency(BROKER)])
        artifacts = [each.artifact for each in [*inputs, *transitive] if each.artifactId not in NOT_NEEDED]
        log4j_version = next(each.version for each in artifacts if each.artifactId == "log4j-core")
        artifacts.append(context.create_dependency(LOG_BRIDGE.format(log4j_version=log4j_version)).artifact)
        return tuple(_describe(artifact, artifact.resolve()) for artifact in artifacts)


def _describe(artifact: object, file: Path) -> Jar:
    coordinate = f"{artifact.groupId}:{artifact.artifactId}:{artifact.version}"  # type: ignore[attr-defined]
    return Jar(coordinate=coordinate, file=file.name, sha256=digest(file), size_bytes=file.stat().st_size)


if __name__ == "__main__":
    write_lock(resolve())
