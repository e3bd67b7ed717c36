import hashlib
import http.server
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from deploy.standalone.jar_fetch import fetch
from deploy.standalone.jars import Jar, JarRefusedError, classpath, missing, read_lock, write_lock

CONTENT = b"the bytes of a jar"
JAR = Jar("org.example:thing:1.0", "thing-1.0.jar", hashlib.sha256(CONTENT).hexdigest(), len(CONTENT))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on this machine, named in jgo's own configuration as a user's mirror would be."""
    root = tmp_path / "repository"
    root.mkdir()
    handler = partial(QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        configuration = tmp_path / "jgo.conf"
        configuration.write_text(f"[repositories]\nlocal = http://127.0.0.1:{server.server_port}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(configuration))
        yield root
        server.shutdown()
        thread.join()


def publish(repository: Path, content: bytes) -> None:
    directory = repository / "org/example/thing/1.0"
    directory.mkdir(parents=True)
    (directory / "thing-1.0.jar").write_bytes(content)


def test_the_lock_holds_one_kafka_and_every_jar_once() -> None:
    jars = read_lock()
    assert len({jar.file for jar in jars}) == len(jars)
    assert all(len(jar.sha256) == 64 and jar.size_bytes > 0 for jar in jars)
    versions = {jar.coordinate.split(":")[2] for jar in jars if jar.coordinate.startswith("org.apache.kafka:")}
    assert versions == {"4.4.0"}


def test_the_lock_is_what_its_own_writer_writes(tmp_path: Path) -> None:
    write_lock(read_lock(), tmp_path / "lock.json")
    assert read_lock(tmp_path / "lock.json") == read_lock()


def test_a_fetched_jar_is_kept_and_never_fetched_again(repository: Path, tmp_path: Path) -> None:
    publish(repository, CONTENT)
    cache = tmp_path / "jars"
    assert fetch((JAR,), cache) == 1
    assert classpath((JAR,), cache) == str(cache / "thing-1.0.jar")
    assert fetch((JAR,), cache) == 0
    assert [file.name for file in cache.iterdir()] == ["thing-1.0.jar"]


def test_other_bytes_than_the_locked_ones_are_refused_and_not_kept(repository: Path, tmp_path: Path) -> None:
    publish(repository, b"the bytes of a jaw")
    cache = tmp_path / "jars"
    with pytest.raises(JarRefusedError, match=r"org\.example:thing:1\.0 has SHA-256 .* it is not used"):
        fetch((JAR,), cache)
    assert list(cache.iterdir()) == []


def test_a_jar_that_cannot_be_had_says_how_to_go_on(repository: Path, tmp_path: Path) -> None:
    assert repository.exists()
    with pytest.raises(JarRefusedError, match=r"could not be fetched .* `rushes fetch`"):
        fetch((JAR,), tmp_path / "jars")


def test_a_jar_changed_in_the_cache_is_not_used(tmp_path: Path) -> None:
    (tmp_path / JAR.file).write_bytes(b"the bytes of a jaw")
    assert missing((JAR,), tmp_path) == (JAR,)
    with pytest.raises(JarRefusedError, match=r"not the file that the lock names"):
        classpath((JAR,), tmp_path)
