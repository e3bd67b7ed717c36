import io
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from deploy.standalone.assembly import Assembly
from deploy.standalone.checks import answers_ok, answers_ok_check, listens
from deploy.standalone.console import Terminal
from deploy.standalone.launcher import StartError, launch
from deploy.standalone.layout import Layout
from deploy.standalone.lock import hold
from deploy.standalone.ports import LOOPBACK, choose_ports
from deploy.standalone.processes import ProcessSpec
from deploy.standalone.state import Endpoints

NOTHING = Endpoints("", "", "rushes", "")
# Answers like a service: serves a folder that holds health/ready, and writes down when it is asked to end.
SERVICE = """
import functools, http.server, pathlib, signal, sys
name, port = sys.argv[1], int(sys.argv[2])
def end(*_):
    with open("ended", "a") as ended:
        ended.write(name + "\\n")
    raise SystemExit(0)
signal.signal(signal.SIGTERM, end)
folder = pathlib.Path(name) / "health"
folder.mkdir(parents=True, exist_ok=True)
(folder / "ready").write_text("{}")
handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=name)
http.server.ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()
"""


def fake(layout: Layout, name: str, port: int) -> ProcessSpec:
    return ProcessSpec(
        name=name,
        command=(sys.executable, "-c", SERVICE, name, str(port)),
        ready=answers_ok_check(f"http://{LOOPBACK}:{port}/health/ready"),
        environment=dict(os.environ),
        directory=layout.root,
    )


def assembly(layout: Layout, prepare: str = "pass") -> Assembly:
    ports = choose_ports(["kafka", "gateway", "workers"], {})
    return Assembly(
        layout=layout,
        url=f"http://{LOOPBACK}:{ports['gateway']}",
        endpoints=NOTHING,
        prepare_command=(sys.executable, "-c", prepare),
        prepare_environment=dict(os.environ),
        parts=(fake(layout, "kafka", ports["kafka"]),),
        services=(fake(layout, "gateway", ports["gateway"]), fake(layout, "workers", ports["workers"])),
        announces_first_key=True,
    )


class EndsWhenReady(Terminal):
    """A person who presses Ctrl-C as soon as the address is shown."""

    def __init__(self) -> None:
        self.shown = io.StringIO()
        super().__init__(Console(file=self.shown, width=40))

    def address(self, url: str) -> None:
        super().address(url)
        os.kill(os.getpid(), signal.SIGINT)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    made = Layout(tmp_path)
    made.make()
    return made


async def test_services_end_before_the_parts_they_stand_on(layout: Layout) -> None:
    terminal = EndsWhenReady()
    await launch(assembly(layout), terminal)
    ended = (layout.root / "ended").read_text().splitlines()
    assert set(ended[:2]) == {"gateway", "workers"}
    assert ended[2:] == ["kafka"]
    assert json.loads(layout.state_file.read_text())["processes"] == []
    assert not layout.ready_file.exists()


async def test_the_first_key_is_shown_once_whole_and_its_file_is_gone(layout: Layout) -> None:
    terminal = EndsWhenReady()
    key = "rk_" + "k" * 60
    layout.first_key_file.write_text(key + "\n")
    await launch(assembly(layout), terminal)
    # On one line of its terminal, however narrow that is: a wrapped key cannot be copied.
    assert any(line.endswith(key) for line in terminal.shown.getvalue().splitlines())
    assert not layout.first_key_file.exists()


async def test_parts_that_cannot_be_prepared_end_the_start_with_the_reason(layout: Layout) -> None:
    with pytest.raises(StartError, match="no such cluster"):
        await launch(assembly(layout, "raise SystemExit('no such cluster')"), Terminal(Console(file=io.StringIO())))
    assert json.loads(layout.state_file.read_text())["processes"] == []


async def test_a_signal_while_it_starts_ends_what_began(layout: Layout) -> None:
    prepare = f"import os, signal, time; os.kill({os.getpid()}, signal.SIGTERM); time.sleep(600)"
    await launch(assembly(layout, prepare), Terminal(Console(file=io.StringIO())))
    assert json.loads(layout.state_file.read_text())["processes"] == []


def test_nothing_listens_where_nothing_was_started() -> None:
    port = choose_ports(["nothing"], {})["nothing"]
    assert not listens(LOOPBACK, port)
    assert not answers_ok(f"http://{LOOPBACK}:{port}/health/ready")


def rushes(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.standalone.cli", *arguments]
    return subprocess.run(  # noqa: S603  our own command
        command, capture_output=True, text=True, timeout=60, check=False
    )


def test_a_second_start_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    with hold(Layout(tmp_path).lock_file, "http://127.0.0.1:8000"):
        done = rushes("up", "--data-dir", str(tmp_path))
    assert done.returncode == 2
    assert f"already runs on {tmp_path}: process {os.getpid()} at http://127.0.0.1:8000" in done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["launcher.lock"]


def test_a_busy_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        done = rushes("up", "--data-dir", str(tmp_path), "--port", str(port))
    assert done.returncode == 2
    assert f"cannot listen on 127.0.0.1, port {port}" in done.stdout
    assert [file.name for file in tmp_path.iterdir()] == ["launcher.lock"]


def test_an_unknown_name_is_refused(tmp_path: Path) -> None:
    done = rushes("up", "--data-dir", str(tmp_path / "data"), "--only", "kafka,redis")
    assert done.returncode == 2
    assert "redis is none of kafka, mongodb" in " ".join(done.stderr.split())
    assert not (tmp_path / "data").exists()
