"""How an operation is called with curl, for the documentation."""

import json
from typing import Any

from services.gateway.faces.shapes.shape import EXAMPLE_IDS
from services.gateway.http.operations import Operation
from services.gateway.openapi.faces import Face

Json = dict[str, Any]

NEXT_LINE = " \\\n  "
FILE_FIELDS = ("file",)


def call_of(face: Face, operation: Operation, example: Json | None) -> str:
    """A command for a shell in which `URL` and the face's `key_variable` are set; `example` is the documented body."""
    path = operation.path.format(**{resource.parameter: EXAMPLE_IDS[resource.name] for resource in operation.finds})
    is_stream = operation.answers is not None and operation.answers.how == "stream"
    start = "curl -N" if is_stream else "curl" if operation.method == "GET" else f"curl -X {operation.method}"
    words = [f'{start} "$URL{path}"', f'-H "Authorization: Bearer ${face.key_variable}"']
    if operation.takes_form:
        words += [f"-F {quoted(f'{name}={value}')}" for name, value in form_fields(example or {}).items()]
    elif example:
        words += ["-H 'Content-Type: application/json'", f"-d {quoted(json.dumps(example, ensure_ascii=False))}"]
    return NEXT_LINE.join(words)


def form_fields(example: Json) -> Json:
    """The fields of a form: the file by its name on the client's disk."""
    return {name: "@call.mp4" if name in FILE_FIELDS else value for name, value in example.items()}


def quoted(text: str) -> str:
    """The text as one word of a POSIX shell."""
    return "'" + text.replace("'", "'\\''") + "'"
