"""The page of each face shows every operation of it, and all that it shows works when it is pasted."""

import re
from collections.abc import Sequence

import pytest

from deploy.standalone.stack import Stack
from services.gateway.http.operations import Operation
from services.gateway.openapi.faces import ADMIN, FACES, Face
from tests.e2e.pasting import HAS_CURL, blocks, objects_in, pasted

needs_curl = pytest.mark.skipif(not HAS_CURL, reason="the pages need curl")
VARIABLE = r"\$[A-Z_]+"


def calls(script: str) -> list[tuple[str, str]]:
    """Method and URL of each call of curl."""
    found = []
    for call in script.split("curl -")[1:]:
        url = re.search(r'"(\$[^"?]*)', call)
        method = re.search(r"-X (\w+)", call)
        assert url is not None, call
        sends = " -d " in call or " -F " in call
        found.append((method[1] if method else "POST" if sends else "GET", url[1]))
    return found


def is_shown(operation: Operation, face: Face, shown: Sequence[tuple[str, str]]) -> bool:
    path = re.sub(r"\{\w+\}", lambda _: VARIABLE, operation.path)
    url = path.replace("/admin/v1", r"\$ADMIN_URL", 1) if face is ADMIN else rf"\$URL{path}"
    return any(method == operation.method and re.fullmatch(url, at) for method, at in shown)


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_a_page_shows_every_operation(face: Face) -> None:
    shown = calls("".join(blocks(f"docs/{face.name}.md")))
    assert [f"{one.method} {one.path}" for one in face.operations if not is_shown(one, face, shown)] == []


@needs_curl
def test_the_page_of_the_platform_works_when_it_is_pasted(stack: Stack) -> None:
    printed = pasted("echo\n".join(blocks("docs/platform.md")), stack)
    assert printed.count("event: end\n") == 2
    resources = [one["data"] for one in objects_in(printed) if isinstance(one["data"], dict)]
    analysis, scoring = [one["result"] for one in resources if "result" in one]
    assert analysis["checklist"]["items"][0]["passed"] is True
    assert 0 <= scoring["probability"] <= 100
    assert [one["event_type"] for one in resources if "message_id" in one] == ["webhook.test"]
    assert resources[-1]["status"] == "processing"


@needs_curl
def test_the_page_of_the_operator_works_when_it_is_pasted(stack: Stack) -> None:
    objects = objects_in(pasted("echo\n".join(blocks("docs/admin.md")), stack))
    imported = [one for one in objects if isinstance(one["data"], dict) and one["data"].get("name") == "taken over"]
    assert [one["data"]["raw_key"] for one in imported] == [None]
    assert objects[-1]["data"]["previous_secret"] == objects[-2]["data"]["secret"]
