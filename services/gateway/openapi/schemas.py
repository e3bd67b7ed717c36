"""The schemas of a document: what its operations take and answer, out of their pydantic models."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema

from services.gateway.http.operations import Operation
from services.gateway.http.refusals import STATUS

Json = dict[str, Any]

REFERENCE = "#/components/schemas/"


class Plain(GenerateJsonSchema):
    """Schemas in the order of their classes, without the titles that only repeat the names of members."""

    def field_title_should_be_set(self, _: Any) -> bool:  # noqa: ANN401  as in pydantic
        """No member has one."""
        return False

    def sort(self, value: JsonSchemaValue, parent_key: str | None = None) -> JsonSchemaValue:  # noqa: ARG002  as above
        """Examples read best in the order in which they are written."""
        return value


def schemas_of(operations: Iterable[Operation]) -> Json:
    """Every schema that the operations need, by its name, sorted."""
    operations = tuple(operations)
    models: dict[type[BaseModel], None] = {}
    for operation in operations:
        if operation.answers is not None and operation.answers.shape is not None:
            models[operation.answers.shape] = None
        if (body := body_of(operation)) is not None:
            models[body] = None
    _, found = models_json_schema(
        [(model, "validation") for model in models],
        ref_template=REFERENCE + "{model}",
        schema_generator=Plain,
    )
    schemas: Json = {**found["$defs"], "Error": error_schema()}
    for operation in operations:
        if operation.method == "PATCH" and operation.takes is not None:
            schemas[patch_name(operation.takes)] = patch_schema(schemas[operation.takes.__name__])
    return {name: schemas[name] for name in sorted(schemas)}


def body_of(operation: Operation) -> type[BaseModel] | None:
    """The model that says most of an operation's body."""
    return operation.takes or operation.accepts


def reference(name: str) -> Json:
    """A reference to a schema."""
    return {"$ref": REFERENCE + name}


def body_reference(operation: Operation, body: type[BaseModel]) -> Json:
    """A reference to the schema of an operation's body."""
    return reference(patch_name(body) if operation.method == "PATCH" else body.__name__)


def patch_name(body: type[BaseModel]) -> str:
    """The name of the schema of a merge patch."""
    return body.__name__.removesuffix("Body") + "Patch"


def patch_schema(outcome: Json) -> Json:
    """What a merge patch may name: the members of the schema that its outcome must fit, each of them or null."""
    examples = [{name: example[name] for name in list(example)[:1]} for example in outcome.get("examples", ())]
    return {
        "type": "object",
        "description": "A merge patch: an absent member stays, null resets it to its default. A read-only member "
        "(`id`, `created_at`, `updated_at`, `score_factors`) is refused.",
        "properties": {name: nullable(schema) for name, schema in outcome["properties"].items()},
        "examples": examples,
    }


def nullable(schema: Json) -> Json:
    """The schema, or null; its default says nothing of a patch, and its description holds for both."""
    said = {name: schema[name] for name in ("description",) if name in schema}
    rest = {name: value for name, value in schema.items() if name not in ("default", "description")}
    if {"type": "null"} in rest.get("anyOf", ()):
        return rest | said
    return {"anyOf": [rest, {"type": "null"}], **said}


def error_schema() -> Json:
    """Every error."""
    return {
        "type": "object",
        "description": "An error; it has no `data`.",
        "required": ["error", "meta"],
        "additionalProperties": False,
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "message"],
                "additionalProperties": False,
                "properties": {
                    "code": {"enum": list(STATUS), "description": "Stable, for switching on."},
                    "message": {"type": "string", "description": "For people; may change between versions."},
                },
            },
            "meta": meta_schema(is_page=False),
        },
    }


def envelope_schema(data: Json, *, is_page: bool) -> Json:
    """A success."""
    return {
        "type": "object",
        "required": ["data", "meta"],
        "additionalProperties": False,
        "properties": {"data": data, "meta": meta_schema(is_page=is_page)},
    }


def meta_schema(*, is_page: bool) -> Json:
    """What stands beside `data` and `error`."""
    members: Json = {"request_id": {"type": "string", "pattern": "^req_", "description": "Unique per request."}}
    if is_page:
        members["has_more"] = {"type": "boolean"}
        members["next_cursor"] = {
            "type": ["string", "null"],
            "description": "What to send as `cursor` for the next page; null on the last.",
        }
    return {"type": "object", "required": list(members), "additionalProperties": False, "properties": members}
