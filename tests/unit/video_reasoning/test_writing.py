"""The model's side, against a real server on the loopback that behaves well, slowly and wrongly."""

import json
import pickle
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from services.video_reasoning import writing
from services.video_reasoning.chat import LONGEST_ANSWER_BYTES, Server
from services.video_reasoning.core.composing import compose, subjects
from services.video_reasoning.core.focus import focus_of
from services.video_reasoning.core.measured import Measured
from services.video_reasoning.settings import Settings
from services.video_reasoning.stage import VideoReasoningParameters, make_stage
from services.video_reasoning.writing import write
from shared.contracts.reports.video_reasoning import Description

KEY = "sk-very-secret"
Behaviour = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "Loopback"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append((self.path, self.headers.get("Authorization"), body))
        self.server.behaviour(self)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def answer(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def say(self, content: Any) -> None:
        self.answer(json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode())


class Loopback(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.heard: list[tuple[str, str | None, Any]] = []
        self.behaviour: Behaviour = lambda handler: handler.say("")

    def handle_error(self, *_: Any) -> None:
        """A client that went away is no news."""

    def model(self, timeout_seconds: float = 5.0) -> Server:
        return Server(f"http://127.0.0.1:{self.server_port}/v1/", "tiny-writer", timeout_seconds, KEY)


@pytest.fixture
def loopback(monkeypatch: pytest.MonkeyPatch) -> Iterator[Loopback]:
    monkeypatch.setattr(writing, "PAUSE_SECONDS", 0.01)
    with Loopback() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def written(server: Server, measured: Measured, wish: str = "") -> tuple[list[Description], list[Description]]:
    """What the model made of it, and what the rules would say."""
    focus = focus_of(wish)
    told = subjects(measured, focus)
    composed = [compose(subject, focus) for subject in told]
    return write(server, told, composed, wish, lambda _: None), composed


def test_a_model_writes_from_the_same_facts(loopback: Loopback, call: Measured) -> None:
    sentences = [
        {"text": "The video has 5 shots in 3 scenes.", "facts": [1]},
        {"text": "It cost 900 dollars.", "facts": [1]},
    ]
    loopback.behaviour = lambda handler: handler.say(
        json.dumps({"descriptions": [{"of": "video", "sentences": sentences}]})
    )
    (whole, *scenes), (_, *by_rules) = written(loopback.model(), call, "How is it cut?")
    assert [(one.text, one.sources) for one in whole.statements] == [
        ("The video has 5 shots in 3 scenes.", ("scenes", "shots"))
    ]
    assert whole.written_by == "tiny-writer"
    assert scenes == by_rules
    ((path, authorization, body),) = loopback.heard
    assert (path, authorization, body["model"]) == ("/v1/chat/completions", f"Bearer {KEY}", "tiny-writer")
    asked = body["messages"][1]["content"]
    assert "1. The video lasts 18 seconds" in asked
    assert asked.endswith("How is it cut?")


def drip(handler: Handler) -> None:
    """Say a byte now and then, so that no single read takes long."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.02)


def flood(handler: Handler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(64):
        handler.wfile.write(b" " * (LONGEST_ANSWER_BYTES // 8))


def hang_up(handler: Handler) -> None:
    handler.connection.close()


WRONG: dict[str, Behaviour] = {
    "error": lambda handler: handler.answer(b"{}", 500),
    "refused": lambda handler: handler.answer(b"{}", 401),
    "redirect": lambda handler: handler.answer(b"", 307, Location="/elsewhere"),
    "no JSON": lambda handler: handler.answer(b"<html>"),
    "another form": lambda handler: handler.answer(b'{"choices": []}'),
    "no text": lambda handler: handler.say(None),
    "empty": lambda handler: handler.say(""),
    "prose": lambda handler: handler.say("A lovely video!"),
    "invented": lambda handler: handler.say(
        '{"descriptions": [{"of": "video", "sentences": [{"text": "Maya wins 3 prizes.", "facts": [1]}]}]}'
    ),
    "not UTF-8": lambda handler: handler.answer(b"\xff\xfe\x00"),
    "slow": drip,
    "huge": flood,
    "hangs up": hang_up,
}


@pytest.mark.parametrize("how", WRONG)
def test_the_composed_sentences_stand_whatever_goes_wrong(how: str, loopback: Loopback, call: Measured) -> None:
    loopback.behaviour = WRONG[how]
    descriptions, composed = written(loopback.model(timeout_seconds=0.5), call)
    assert descriptions == composed
    assert all(path == "/v1/chat/completions" for path, _, _ in loopback.heard)


def test_nobody_listening_is_no_harm(call: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "PAUSE_SECONDS", 0.01)
    descriptions, composed = written(Server("http://127.0.0.1:9", "m", 5.0, KEY), call)
    assert descriptions == composed


def test_a_server_that_recovers_is_asked_again(loopback: Loopback, call: Measured) -> None:
    good = json.dumps(
        {"descriptions": [{"of": "video", "sentences": [{"text": "The video has 5 shots.", "facts": [1]}]}]}
    )
    loopback.behaviour = lambda handler: handler.say(good) if len(loopback.heard) > 1 else handler.answer(b"", 503)
    (whole, *_), _ = written(loopback.model(), call)
    assert [one.text for one in whole.statements] == ["The video has 5 shots."]


def test_the_key_is_in_no_line_of_the_log_and_no_representation(
    loopback: Loopback, call: Measured, capsys: pytest.CaptureFixture[str]
) -> None:
    loopback.behaviour = WRONG["refused"]
    written(loopback.model(), call)
    said = capsys.readouterr()
    assert KEY not in said.out + said.err + repr(loopback.model())


def settings(**values: Any) -> Settings:
    return Settings(reasoning_api_url="https://models.test/v1", reasoning_model="tiny-writer", **values)


def test_whether_and_which_model_writes_is_part_of_the_address_and_the_key_is_not() -> None:
    def address(chosen: Settings) -> str:
        stage = make_stage(chosen)
        inputs = dict.fromkeys(stage.input_stages, "0" * 64)
        return stage.address(stage.parameters, source_sha256="0" * 64, inputs=inputs, model_digests={})

    different = [
        Settings(),
        settings(),
        settings(reasoning_edition="2"),
        Settings(reasoning_api_url="https://models.test/v1", reasoning_model="other"),
        Settings(reasoning_api_url="https://elsewhere.test/v1", reasoning_model="tiny-writer"),
    ]
    assert len({address(one) for one in different}) == len(different)
    assert address(settings()) == address(settings(reasoning_api_key=KEY, reasoning_timeout_seconds=5))
    assert KEY not in make_stage(settings(reasoning_api_key=KEY)).parameters.model_dump_json()


def test_the_stage_reaches_a_pool_process_with_its_server() -> None:
    work = pickle.loads(pickle.dumps(make_stage(settings(reasoning_api_key=KEY)).run))  # noqa: S301  our own bytes
    assert work.args[0].endpoint == "https://models.test/v1/chat/completions"


def test_an_address_without_a_model_is_refused() -> None:
    with pytest.raises(ValueError, match="REASONING_MODEL"):
        Settings(reasoning_api_url="https://models.test/v1")


@pytest.mark.parametrize(("wish", "heeded"), [(None, ""), ("  a \n b ", "a b"), ("x" * 5000, "x" * 2000)])
def test_a_wish_is_bounded_and_never_fails_a_run(wish: Any, heeded: str) -> None:
    stage = make_stage(Settings())
    assert stage.parameters_for({"initial_prompt": wish}).initial_prompt == heeded
    assert VideoReasoningParameters().writer is None
