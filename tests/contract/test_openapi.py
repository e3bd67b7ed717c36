"""The OpenAPI documents: whole, true to the route tables, true to what the gateway answers, and shown to everyone."""

import re
import shlex
from html.parser import HTMLParser
from pathlib import Path

import orjson
import pytest

from services.gateway.faces.shapes.shape import EXAMPLE_IDS
from services.gateway.http.operations import Operation
from services.gateway.openapi.document import document
from services.gateway.openapi.faces import ADMIN, FACES, PLATFORM
from services.gateway.openapi.responses import responses_of
from shared.contracts.ids import new_id, prefixed

ROOT = Path(__file__).resolve().parents[2]
CLIP = (ROOT / "tests/data/short_call.mp4").read_bytes()
UNKNOWN = {name: new_id() for name in EXAMPLE_IDS} | {
    "webhook": prefixed("ep", new_id()),
    "delivery": prefixed("dlv", new_id()),
}
EVERY = [
    pytest.param(face, one, id=f"{face.name} {one.method} {one.path}") for face in FACES for one in face.operations
]
every_operation = pytest.mark.parametrize(("face", "operation"), EVERY)
every_face = pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)


def every_part(of):
    """Every object of a document, however deep."""
    if isinstance(of, dict):
        yield of
        of = list(of.values())
    if isinstance(of, list):
        for part in of:
            yield from every_part(part)


def described(face, operation):
    path = operation.path.removeprefix(face.prefix)
    return document(face)["paths"][path][operation.method.lower()]


def resolved(face, part):
    while "$ref" in part:
        found = document(face)
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def responses(face, operation):
    return {int(status): resolved(face, one) for status, one in described(face, operation)["responses"].items()}


def filled(operation, ids) -> str:
    return operation.path.format(**{f"{name}_id": identity for name, identity in ids.items()})


def data_fits(operation, data):
    answers = operation.answers
    for one in [data] if answers.how == "one" else data:
        answers.shape.model_validate(one)


@every_face
def test_every_reference_leads_somewhere(face):
    references = [part["$ref"] for part in every_part(document(face)) if isinstance(part.get("$ref"), str)]
    assert references
    for reference in references:
        assert resolved(face, {"$ref": reference})


@every_face
def test_a_document_is_of_openapi_3_1_and_has_every_operation_once(face):
    of = document(face)
    assert of["openapi"].startswith("3.1.")
    assert {"title", "version"} <= of["info"].keys()
    listed = [(method.upper(), path) for path, methods in of["paths"].items() for method in methods]
    assert sorted(listed) == sorted((one.method, one.path.removeprefix(face.prefix)) for one in face.operations)
    names = [described(face, one)["operationId"] for one in face.operations]
    assert len(set(names)) == len(names)
    assert {tag["name"] for tag in of["tags"]} == {described(face, one)["tags"][0] for one in face.operations}


@every_face
def test_every_named_part_is_used(face):
    of = document(face)
    text = orjson.dumps(of).decode()
    for kind in ("schemas", "responses", "parameters", "headers"):
        for name in of["components"][kind]:
            assert f'"#/components/{kind}/{name}"' in text, name


@every_operation
def test_an_operation_is_described_whole(face, operation):
    said = described(face, operation)
    assert said["summary"]
    in_path = [one["name"] for one in said["parameters"] if one.get("in") == "path"]
    assert in_path == re.findall(r"\{(\w+)\}", operation.path)
    schemes = document(face)["components"]["securitySchemes"]
    assert {name for one in said["security"] for name in one} == set(schemes)
    for status, response in responses(face, operation).items():
        assert response["description"]
        for kind, content in response.get("content", {}).items():
            assert content.get("example") or content.get("examples"), (status, kind)


@every_operation
def test_the_examples_fit_the_shapes(face, operation):
    answers = operation.answers
    if answers.shape is not None and answers.how != "stream":
        content = responses(face, operation)[answers.status]["content"]["application/json"]
        data_fits(operation, content["example"]["data"])
    body = described(face, operation).get("requestBody")
    if body is not None and operation.accepts is not None:
        operation.accepts.model_validate(body["content"]["application/json"].get("example", {}))


@every_operation
def test_the_call_that_is_shown_is_the_operation_with_its_example(face, operation):
    said = described(face, operation)
    (sample,) = said["x-codeSamples"]
    curl, *words = shlex.split(sample["source"].replace("\\\n", " "))
    assert (curl, sample["lang"]) == ("curl", "Shell")
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    assert (method, f"$URL{filled(operation, EXAMPLE_IDS)}" in words) == (operation.method, True)
    assert any(word.startswith("Authorization: Bearer $") for word in words)
    sent = [words[place + 1] for place, word in enumerate(words) if word in ("-d", "-F")]
    body = said.get("requestBody", {"content": {}})["content"]
    if operation.takes_form:
        assert [field.partition("=")[0] for field in sent] == [*body["multipart/form-data"]["example"]]
    else:
        examples = [content["example"] for content in body.values() if "example" in content]
        assert [orjson.loads(data) for data in sent] == examples


def test_a_row_that_does_not_say_what_it_answers_ends_the_generation():
    row = PLATFORM.operations[0]
    silent = Operation(row.method, row.path, row.act, finds=row.finds)
    with pytest.raises(LookupError, match="does not say what it answers"):
        responses_of(PLATFORM, silent, {})


def test_both_spellings_are_servers():
    assert [server["url"] for server in document(PLATFORM)["servers"]] == ["/v1", "/platform/v1"]
    assert [server["url"] for server in document(ADMIN)["servers"]] == ["/admin/v1"]


class Answers:
    """Calls operations with ids, and compares what comes back with what is documented."""

    def __init__(self, api, face, operation, key) -> None:
        self.api = api
        self.face = face
        self.operation = operation
        self.token = api.admin_token if face is ADMIN else key

    def path(self, ids) -> str:
        return filled(self.operation, ids)

    async def call(self, ids, *, query="", **kwargs):
        kwargs = {"token": self.token} | kwargs
        return await self.api.call(self.operation.method, self.path(ids) + query, **kwargs)

    async def refused(self, status, *args, **kwargs):
        answer = await self.call(*args, **kwargs)
        assert answer.status == status, answer.content
        said = responses(self.face, self.operation)[status]
        assert set(answer.body) == {"error", "meta"}
        schema = said["content"]["application/json"]["schema"]
        codes = schema["properties"]["error"]["properties"]["code"]["enum"]
        assert answer.error[1] in codes
        assert all(name.lower() in answer.headers for name in said["headers"])


@pytest.fixture
def answers(api, owner, face, operation):
    return Answers(api, face, operation, owner.key)


@pytest.fixture(scope="module")
async def completed(owner, owned):
    """The ids, once the analysis has a result."""
    await owner.until(f"/v1/videos/{owned['video']}/analyses/{owned['analysis']}", "completed")
    return owned


async def documented_body(face, operation, ids, owner):
    """The documented example as the body, with ids of what there is."""
    if operation.takes_form:
        return {"content": owner.form(CLIP, "call.mp4", owner_id=ids["member"])}
    body = described(face, operation).get("requestBody")
    if body is None:
        return {}
    text = orjson.dumps(body["content"]["application/json"].get("example", {})).decode()
    for name, identity in EXAMPLE_IDS.items():
        text = text.replace(identity, ids[name])
    return {"content": text.encode()}


@every_operation
async def test_a_success_is_as_documented(answers, completed, owner, face, operation):
    ids = completed
    if operation.method == "DELETE":
        made = await owner.post("/v1/webhooks", json={"url": "https://hooks.example.com/gone"})
        ids = ids | {"webhook": made.data["id"]}
    wanted = operation.answers
    if wanted.how == "stream":
        heard = [orjson.loads(value) async for name, value in stream(answers, ids) if name == "data"]
        assert heard
        for one in heard:
            wanted.shape.model_validate(one)
        return
    answer = await answers.call(ids, **await documented_body(face, operation, ids, owner))
    said = responses(face, operation)
    if operation.act.__name__ == "get_checklist" and answer.status == 404:
        return  # the organization has checklists off
    assert answer.status == wanted.status, answer.content
    required = {name.lower() for name in said[wanted.status]["headers"]} - {"idempotent-replayed"}
    assert required <= answer.headers.keys()
    if wanted.shape is None:
        assert answer.content == b""
        return
    assert set(answer.body) == {"data", "meta"}
    schema = said[wanted.status]["content"]["application/json"]["schema"]
    assert set(answer.body["meta"]) == set(schema["properties"]["meta"]["required"])
    data_fits(operation, answer.data)


def stream(answers, ids):
    return answers.api.events(answers.path(ids), answers.token, {})


@every_operation
async def test_refusals_are_as_documented(answers, owned, owner, operation):
    await answers.refused(401, owned, token=None)
    if operation.finds:
        await answers.refused(404, UNKNOWN, **({"content": b"{}"} if operation.accepts else {}))
    if operation.is_paged:
        await answers.refused(422, owned, query="?limit=0")
    if operation.method == "POST":
        await answers.refused(400, owned, headers={"Idempotency-Key": "k" * 257})
    if operation.accepts is not None:
        await answers.refused(400, owned, content=b"{")
        await answers.refused(422, owned, content=b"[]")
    if operation.takes_form:
        await answers.refused(422, owned)
    if operation.scope is not None:
        key = await owner.new_key(scopes=[])
        await answers.refused(403, owned, token=key["raw_key"])


class Links(HTMLParser):
    """What a page loads or leads to, its anchors, and whether its elements are nested well."""

    VOID = ("meta", "br")

    def __init__(self) -> None:
        super().__init__()
        self.targets = []
        self.anchors = set()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            if name in ("href", "src"):
                self.targets.append(value)
            if name == "id":
                assert value not in self.anchors
                self.anchors.add(value)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


async def test_the_page_lists_every_operation_and_loads_nothing_from_elsewhere(api):
    answer = await api.call("GET", "/docs")
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none';")
    text = answer.content.decode()
    links = Links()
    links.feed(text)
    assert links.open == []
    for target in links.targets:
        assert target.removeprefix("#") in links.anchors if target.startswith("#") else target.startswith("/docs/")
    for face in FACES:
        for one in face.operations:
            assert f"{face.name}-{one.act.__name__}" in links.anchors
    assert "<script" not in text


@every_face
async def test_a_document_is_served_as_it_is_committed(api, face):
    answer = await api.call("GET", f"/docs/openapi/{face.name}.json")
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.body == orjson.loads((ROOT / f"docs/openapi/{face.name}.json").read_bytes())


async def test_documentation_is_only_read(api):
    assert (await api.call("POST", "/docs")).error == (404, "not_found")
