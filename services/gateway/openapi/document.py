"""The OpenAPI 3.1 document of a face.

Source: https://spec.openapis.org/oas/v3.1.1.html
"""

import inspect
import json
from functools import cache
from typing import Any

from services.gateway.core.idempotency import LONGEST_KEY
from services.gateway.core.pagination import DEFAULT_LIMIT, MOST_LIMIT
from services.gateway.faces.shapes.shape import EXAMPLE_IDS
from services.gateway.http.operations import AnyObject, Operation, PathResource
from services.gateway.openapi.calls import call_of
from services.gateway.openapi.faces import Face
from services.gateway.openapi.responses import HEADERS, responses_of, shared_responses
from services.gateway.openapi.schemas import body_of, body_reference, schemas_of

Json = dict[str, Any]

METHODS = ("GET", "POST", "PATCH", "DELETE")

PARAMETERS: Json = {
    "limit": {
        "name": "limit",
        "in": "query",
        "description": "How many items the page has at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": MOST_LIMIT, "default": DEFAULT_LIMIT},
    },
    "cursor": {
        "name": "cursor",
        "in": "query",
        "description": "`meta.next_cursor` of the page before, as it is; anything else gives the first page.",
        "schema": {"type": "string"},
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "Within 24 hours the same key on the same path is answered with the first success, byte for "
        "byte; with another body it is refused.",
        "schema": {"type": "string", "maxLength": LONGEST_KEY},
        "example": "0f6c2e1a-call-with-acme",
    },
    "Last-Event-ID": {
        "name": "Last-Event-ID",
        "in": "header",
        "description": "Accepted from clients that connect again; the first event is the present state in any case.",
        "schema": {"type": "string"},
    },
}


@cache
def document(face: Face) -> Json:
    """The document; read only."""
    schemas = schemas_of(face.operations)
    paths: Json = {}
    for operation in sorted(face.operations, key=lambda operation: place_of(face, operation)):
        path = operation.path.removeprefix(face.prefix)
        paths.setdefault(path, {})[operation.method.lower()] = described(face, operation, schemas)
    responses = shared_responses(face)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": face.title,
            "version": "1.0.0",
            "description": face.description,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server} for server in face.servers],
        "tags": [
            {"name": tag, "x-displayName": title_of(face, tag), "description": says} for tag, says in face.tags.items()
        ],
        "paths": paths,
        "components": {
            "schemas": used("schemas", schemas, paths, schemas),
            "responses": responses,
            "parameters": used("parameters", PARAMETERS, paths),
            "headers": used("headers", HEADERS, paths, responses),
            "securitySchemes": dict(face.schemes),
        },
    }


def used(kind: str, parts: Json, *by: Json) -> Json:
    """The named parts to which anything refers."""
    text = json.dumps(by)
    return {name: part for name, part in parts.items() if f'"#/components/{kind}/{name}"' in text}


def described(face: Face, operation: Operation, schemas: Json) -> Json:
    """One method of one path."""
    sentence, _, more = inspect.cleandoc(operation.act.__doc__ or "").partition("\n\n")
    scopes = [] if operation.scope is None else [operation.scope]
    needs = [f"Needs the scope `{scope}`." for scope in scopes]
    described: Json = {
        "operationId": operation.act.__name__,
        "tags": [tag_of(operation)],
        "summary": sentence,
        "description": "\n\n".join(part for part in (more, *needs) if part),
        "security": [{scheme: scopes} for scheme in face.schemes],
        "parameters": [path_parameter(resource) for resource in operation.finds]
        + [{"$ref": f"#/components/parameters/{name}"} for name in parameters_of(operation)],
    }
    example = None
    if operation.takes_form or operation.accepts is not None:
        described["requestBody"] = request_body(operation, schemas)
        (content,) = described["requestBody"]["content"].values()
        example = content.get("example")
    # The name that Redoc and others have given to it.
    described["x-codeSamples"] = [{"lang": "Shell", "label": "curl", "source": call_of(face, operation, example)}]
    return described | {"responses": responses_of(face, operation, schemas)}


def parameters_of(operation: Operation) -> list[str]:
    """The names of the parameters outside of the path."""
    names = ["limit", "cursor"] if operation.is_paged else []
    if operation.method == "POST":
        names.append("Idempotency-Key")
    if operation.answers is not None and operation.answers.how == "stream":
        names.append("Last-Event-ID")
    return names


def path_parameter(resource: PathResource) -> Json:
    """The id of a resource in the path; no format is demanded, since what is no id at all is 404 like any other."""
    return {
        "name": resource.parameter,
        "in": "path",
        "required": True,
        "description": f"The id of the {resource.shown.lower()}.",
        "schema": {"type": "string"},
        "example": EXAMPLE_IDS[resource.name],
    }


def request_body(operation: Operation, schemas: Json) -> Json:
    """What the body may say."""
    body = body_of(operation) or AnyObject
    schema = body_reference(operation, body)
    kind = "multipart/form-data" if operation.takes_form else "application/json"
    content: Json = {"schema": schema}
    if examples := schemas[schema["$ref"].rpartition("/")[2]].get("examples"):
        content["example"] = examples[0]
    return {"required": body is not AnyObject, "content": {kind: content}}


def tag_of(operation: Operation) -> str:
    """The group of an operation: the module that has it."""
    return operation.act.__module__.rpartition(".")[2]


def title_of(face: Face, tag: str) -> str:
    """What a group is called."""
    return face.titles.get(tag, tag.replace("_", " ").capitalize())


def place_of(face: Face, operation: Operation) -> tuple[int, str, int]:
    """Where an operation is shown: with its group, a collection before its items, reading before writing."""
    return [*face.tags].index(tag_of(operation)), operation.path, METHODS.index(operation.method)
