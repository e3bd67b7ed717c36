import hashlib
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from services.gateway.core.idempotency import parts_digest
from services.gateway.http.forms import LARGEST_FIELD_BYTES, FormContent
from services.gateway.http.refusals import Refusal

BOUNDARY = "b0undary"


def form_of(*parts: tuple[str, str | None, bytes], boundary: str = BOUNDARY) -> bytes:
    body = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename is not None else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n'.encode()
        body += b"Content-Type: video/mp4\r\n\r\n" + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def arriving(body: bytes, piece: int, *, boundary: str = BOUNDARY, is_whole: bool = True) -> FormContent:
    pieces = [body[start : start + piece] for start in range(0, len(body), piece)] or [b""]
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": part, "more_body": True} for part in pieces]
    messages.append(
        {"type": "http.request", "body": b"", "more_body": False} if is_whole else {"type": "http.disconnect"}
    )

    async def receive() -> dict[str, Any]:
        return messages.pop(0)

    header = (b"content-type", f"multipart/form-data; boundary={boundary}".encode())
    return FormContent({"headers": [header]}, receive)


async def read_all(form: FormContent) -> list[tuple[str, str | None, bytes]]:
    return [
        (part.name, part.filename, b"".join([chunk async for chunk in part.chunks()])) async for part in form.parts()
    ]


FILE = bytes(range(256)) * 40 + b"\r\n--b0undar" + b"\r\n--" + b"\r\n"
PARTS = [("title", None, "Größe".encode()), ("file", "ü.mp4", FILE), ("owner_id", None, b"")]


@pytest.mark.parametrize("piece", [1, 2, 7, 64, 1000, 100_000])
async def test_parts_come_whole_however_the_body_is_cut(piece: int) -> None:
    assert await read_all(arriving(form_of(*PARTS), piece)) == PARTS


@pytest.mark.parametrize("piece", [3, 4096])
async def test_the_digest_does_not_depend_on_the_boundary_or_on_what_was_read(piece: int) -> None:
    expected = parts_digest((name, filename, hashlib.sha256(content).hexdigest()) for name, filename, content in PARTS)
    unread = arriving(form_of(*PARTS), piece)
    assert await unread.digest() == expected
    other = arriving(form_of(*PARTS, boundary="another"), piece, boundary="another")
    await read_all(other)
    assert await other.digest() == expected
    half = arriving(form_of(*PARTS), piece)
    async for part in half.parts():
        async for _ in part.chunks():
            break
    assert await half.digest() == expected


async def test_a_part_that_is_not_read_is_skipped() -> None:
    names = [part.name async for part in arriving(form_of(*PARTS), 50).parts()]
    assert names == ["title", "file", "owner_id"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"garbage",
        form_of(*PARTS)[:-40],
        b"--b0undary\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b0undary--\r\n",
    ],
)
async def test_a_body_that_is_no_whole_form_is_a_bad_request(body: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        await read_all(arriving(body, 16))
    assert refused.value.status == 400
    assert await arriving(body, 16).digest() is None


async def test_too_many_parts_are_a_bad_request() -> None:
    with pytest.raises(Refusal, match="100 parts"):
        await read_all(arriving(form_of(*[("a", None, b"")] * 101), 4096))


async def test_a_field_is_bounded_and_text() -> None:
    for content in (b"x" * (LARGEST_FIELD_BYTES + 1), b"\xff"):
        part = await anext(arriving(form_of(("title", None, content)), 4096).parts())
        with pytest.raises(Refusal) as refused:
            await part.text()
        assert (refused.value.status, refused.value.message[:5]) == (422, "title")


async def test_another_content_type_has_no_parts() -> None:
    form = FormContent({"headers": [(b"content-type", b"application/json")]}, None)  # type: ignore[arg-type]
    assert await read_all(form) == []
    assert await form.digest() is None


async def test_a_client_that_goes_away_is_no_refusal() -> None:
    with pytest.raises(ClientDisconnect):
        await read_all(arriving(form_of(*PARTS)[:100], 10, is_whole=False))
