"""The responses of an operation: its success, and every error that it may answer."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from services.gateway.faces.shapes.shape import REQUEST_ID
from services.gateway.http.ledger import MISMATCH
from services.gateway.http.operations import Answers, Operation
from services.gateway.http.refusals import STATUS
from services.gateway.openapi.faces import Face
from services.gateway.openapi.schemas import body_of, envelope_schema, reference

Json = dict[str, Any]

HEADERS: Json = {
    "X-Request-Id": {
        "description": "Unique per request; in a replay another one than `meta.request_id`.",
        "schema": {"type": "string"},
    },
    "Idempotent-Replayed": {
        "description": "`true` when this is the stored answer of an earlier call with the same Idempotency-Key.",
        "schema": {"type": "string", "enum": ["true"]},
    },
    "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "The scheme that is missing.", "schema": {"type": "string"}},
}
OF_STATUS = {401: ("WWW-Authenticate",), 429: ("Retry-After",)}
CURSOR = "eyJpZCI6IjAxOThhNmYyIn0"


def responses_of(face: Face, operation: Operation, schemas: Json) -> Json:
    """Every response by its status; those that any operation of the face has are references."""
    if operation.answers is None:
        raise LookupError(f"{operation.method} {operation.path} does not say what it answers")
    shared = set(shared_responses(face))
    by_status = grouped((*face.everywhere, *refusals_of(operation, schemas)))
    return {
        str(operation.answers.status): success(operation, operation.answers, schemas),
        **{
            str(status): {"$ref": f"#/components/responses/{name_of(status)}"}
            if name_of(status) in shared
            else error_response(status, refusals)
            for status, refusals in sorted(by_status.items())
        },
    }


def shared_responses(face: Face) -> Json:
    """The errors that are the same for every operation of a face, by their name."""
    varied = (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.UNPROCESSABLE_ENTITY)
    return {
        name_of(status): error_response(status, refusals)
        for status, refusals in sorted(grouped(face.everywhere).items())
        if status not in varied
    }


def refusals_of(operation: Operation, schemas: Json) -> Iterator[tuple[str, str]]:
    """What this operation may refuse, in the order of its checks, as code and sentence."""
    is_post = operation.method == "POST"
    if is_post:
        yield "bad_request", "Idempotency-Key: at most 256 characters"
        yield "validation_failed", MISMATCH
    for resource in operation.finds:
        yield "not_found", f"{resource.shown} not found"
    if operation.takes_form:
        yield "bad_request", "The body is not a well-formed form"
    elif operation.accepts is not None:
        yield "bad_request", "The body is not valid JSON"
        yield "validation_failed", "body: must be a JSON object"
    body = body_of(operation)
    if body is not None and is_post:
        for name in schemas[body.__name__].get("required", ())[:1]:
            yield "validation_failed", f"{name}: Field required"
    if operation.is_paged:
        yield "validation_failed", "limit: must be from 1 to 100"
    if operation.answers is not None:
        yield from operation.answers.refuses


def grouped(refusals: tuple[tuple[str, str], ...]) -> dict[int, list[tuple[str, str]]]:
    """Refusals by their status."""
    by_status: dict[int, list[tuple[str, str]]] = {}
    for code, message in refusals:
        by_status.setdefault(STATUS[code], []).append((code, message))
    return by_status


def error_response(status: int, refusals: list[tuple[str, str]]) -> Json:
    """The response of one status: its codes, and an example of each sentence."""
    codes = list(dict.fromkeys(code for code, _ in refusals))
    return {
        "description": f"{HTTPStatus(status).phrase}: {', '.join(f'`{code}`' for code in codes)}.",
        "headers": headers("X-Request-Id", *OF_STATUS.get(status, ())),
        "content": {
            "application/json": {
                "schema": {
                    **reference("Error"),
                    "properties": {"error": {"properties": {"code": {"enum": codes}}}},
                },
                "examples": {
                    f"{code}_{number}": {
                        "summary": message,
                        "value": {"error": {"code": code, "message": message}, "meta": {"request_id": REQUEST_ID}},
                    }
                    for number, (code, message) in enumerate(refusals, start=1)
                },
            }
        },
    }


def success(operation: Operation, answers: Answers, schemas: Json) -> Json:
    """The response of a success."""
    names = ("X-Request-Id", "Idempotent-Replayed") if operation.method == "POST" else ("X-Request-Id",)
    response: Json = {"description": HTTPStatus(answers.status).phrase + ".", "headers": headers(*names)}
    if answers.shape is None:
        return response
    name = answers.shape.__name__
    example = schemas[name]["examples"][0]
    if answers.how == "stream":
        return response | {"content": {"text/event-stream": stream(name, example)}}
    is_one, is_page = answers.how == "one", answers.how == "page"
    data = reference(name) if is_one else {"type": "array", "items": reference(name)}
    meta: Json = {"request_id": REQUEST_ID}
    if is_page:
        meta |= {"has_more": True, "next_cursor": CURSOR}
    content = {
        "schema": envelope_schema(data, is_page=is_page),
        "example": {"data": example if is_one else [example], "meta": meta},
    }
    return response | {"content": {"application/json": content}}


def stream(name: str, example: Json) -> Json:
    """The body of a stream of events: the schema is that of each event, as OpenAPI 3.2 and most tools read it."""
    return {
        "schema": {
            "type": "object",
            "description": "One of the Server-Sent Events: `progress` at once and on each change, `end` once when "
            "the run has ended, then the server closes. A comment line comes after 15 s of silence.",
            "required": ["id", "event", "data"],
            "properties": {
                "id": {"type": "string", "description": "A number that rises with each change."},
                "event": {"enum": ["progress", "end"]},
                "data": {
                    "type": "string",
                    "contentMediaType": "application/json",
                    "contentSchema": reference(name),
                },
            },
        },
        "example": f"id: 3\nevent: progress\ndata: {json.dumps(example)}\n\n",
    }


def headers(*names: str) -> Json:
    """References to headers."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def name_of(status: int) -> str:
    """`TooManyRequests`."""
    return HTTPStatus(status).phrase.title().replace(" ", "")
