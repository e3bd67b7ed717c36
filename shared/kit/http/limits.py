"""The limit of JSON bodies: a client must not fill our memory with something that is parsed as one piece."""

from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope

JSON_LIMIT_BYTES = 1_048_576
BAD_REQUEST = 400


def limited(scope: Scope, receive: Receive, limit_bytes: int) -> Receive:
    """The same `receive`, but of a JSON body larger than the limit it raises the application's own 400."""
    content_type, declared_bytes = b"", 0
    for name, value in scope["headers"]:
        if name == b"content-type":
            content_type = value
        elif name == b"content-length":
            declared_bytes = int(value) if value.isdigit() else 0
    if b"json" not in content_type.lower():
        return receive
    received_bytes = 0

    async def receive_limited() -> Message:
        nonlocal received_bytes
        if declared_bytes > limit_bytes:
            raise too_large(limit_bytes)
        message = await receive()
        received_bytes += len(message.get("body", b""))
        if received_bytes > limit_bytes:
            raise too_large(limit_bytes)
        return message

    return receive_limited


def too_large(limit_bytes: int) -> HTTPException:
    """What the application's handler of HTTPException renders."""
    return HTTPException(BAD_REQUEST, f"The JSON body is larger than {limit_bytes} bytes")
