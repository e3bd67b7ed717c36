"""The page that shows the documents: one file without scripts, and without anything from another host."""

import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

from services.gateway.openapi.document import document
from services.gateway.openapi.faces import FACES, Face

Json = dict[str, Any]

STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; --link: light-dark(#0645ad, #8ab4f8); }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; }
h1 { margin-bottom: 0 } h2 { margin-top: 3rem; border-bottom: 1px solid var(--line) } h3 { margin: 1.8rem 0 .3rem }
h4 { margin: 1rem 0 .2rem } p { margin: .4rem 0 } a { color: var(--link) }
details { border: 1px solid var(--line); border-radius: 4px; margin: .35rem 0 }
summary { cursor: pointer; padding: .35rem .6rem } summary:hover { background: var(--soft) }
.inside { padding: .2rem .8rem .7rem; border-top: 1px solid var(--line); scroll-margin-top: 4rem }
.method { display: inline-block; min-width: 4.2rem; font: 700 12px ui-monospace, monospace }
.GET { color: light-dark(#146c2e, #6dd58c) } .POST { color: light-dark(#0b57d0, #a8c7fa) }
.PATCH { color: light-dark(#8a5000, #fdbb5a) } .DELETE { color: light-dark(#b3261e, #f2b8b5) }
.says { float: right; opacity: .75 }
code, pre { font: 13px/1.45 ui-monospace, monospace } pre { background: var(--soft); padding: .6rem; overflow-x: auto }
code { overflow-wrap: anywhere } nav { margin: .6rem 0 }
table { border-collapse: collapse; width: 100%; table-layout: fixed }
td, th { text-align: left; vertical-align: top; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid var(--line) }
th:nth-child(1), .errors td:nth-child(1) { width: 27% } th:nth-child(2) { width: 29% }
@media (max-width: 44rem) { .says { float: none; display: block } }
"""


def page() -> str:
    """The whole page."""
    links = " · ".join(
        f'<a href="#{face.name}">{escape(face.title)}</a> (<a href="/docs/openapi/{face.name}.json">OpenAPI</a>)'
        for face in FACES
    )
    faces = "".join(face_section(face) for face in FACES)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rushes API</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style></head><body><h1>Rushes API</h1><p>{links}</p>{faces}</body></html>\n"
    )


def face_section(face: Face) -> str:
    """A face: what it is, its operations, its schemas."""
    of = document(face)
    show = Renderer(face.name, of)
    servers = " or ".join(f"<code>{escape(server['url'])}</code>" for server in of["servers"])
    schemas = "".join(show.schema_entry(name, schema) for name, schema in of["components"]["schemas"].items())
    groups = "".join(show.group(tag) for tag in of["tags"])
    links = " · ".join(f'<a href="#{face.name}.{tag["name"]}">{escape(tag["x-displayName"])}</a>' for tag in of["tags"])
    schemes = "".join(
        f"<li><code>{escape(name)}</code>: {prose(scheme['description'])}</li>"
        for name, scheme in of["components"]["securitySchemes"].items()
    )
    return (
        f'<h2 id="{face.name}">{escape(face.title)}</h2>{paragraphs(of["info"]["description"])}'
        f"<p>Paths begin with {servers}. <code>Authorization</code> carries one of:</p><ul>{schemes}</ul>"
        f'<nav>{links} · <a href="#{face.name}.schemas">Schemas</a></nav>'
        f'{groups}<h3 id="{face.name}.schemas">Schemas</h3>{schemas}'
    )


class Renderer:
    """Shows the parts of one document."""

    def __init__(self, name: str, of: Json) -> None:
        self._name = name
        self._of = of

    def group(self, tag: Json) -> str:
        """The operations with a tag."""
        operations = "".join(
            self.operation(path, method, operation)
            for path, methods in self._of["paths"].items()
            for method, operation in methods.items()
            if tag["name"] in operation["tags"]
        )
        title = f'<h3 id="{self._name}.{tag["name"]}">{escape(tag["x-displayName"])}</h3>'
        return f"{title}<p>{prose(tag['description'])}</p>{operations}"

    def operation(self, path: str, method: str, operation: Json) -> str:
        """One operation, folded."""
        responses = "".join(self.response(status, said) for status, said in operation["responses"].items())
        inside = (
            paragraphs(operation["description"])
            + "".join(f"<pre>{escape(sample['source'])}</pre>" for sample in operation["x-codeSamples"])
            + self.parameters(operation["parameters"])
            + self.request(operation.get("requestBody"))
            + f"<h4>Responses</h4>{responses}"
        )
        title = (
            f'<span class="method {method.upper()}">{method.upper()}</span><code>{escape(path)}</code>'
            f'<span class="says">{prose(operation["summary"])}</span>'
        )
        return folded(title, inside, anchor=f"{self._name}-{operation['operationId']}")

    def parameters(self, parameters: Iterable[Json]) -> str:
        """What is asked beside the body."""
        resolved = [self.resolve(parameter) for parameter in parameters]
        rows = [
            (f"{escape(one['name'])}</code> <small>({one['in']})</small><code>", one["schema"], one["description"])
            for one in resolved
        ]
        return f"<h4>Parameters</h4>{self.table(rows)}" if rows else ""

    def request(self, body: Json | None) -> str:
        """What the body may say."""
        if body is None:
            return ""
        return "".join(
            f"<h4>Body <small>({escape(kind)}{'' if body['required'] else ', may be left out'})</small></h4>"
            f"<p>{self.type_of(content['schema'])}</p>{examples(content)}"
            for kind, content in body["content"].items()
        )

    def response(self, status: str, response: Json) -> str:
        """One response, folded."""
        response = self.resolve(response)
        inside = "".join(
            f"<p><code>{escape(kind)}</code>: {self.type_of(content['schema'])}</p>{examples(content)}"
            for kind, content in response.get("content", {}).items()
        )
        names = ", ".join(f"<code>{escape(name)}</code>" for name in response["headers"])
        return folded(f"<code>{status}</code> {prose(response['description'])}", f"{inside}<p>Headers: {names}</p>")

    def schema_entry(self, name: str, schema: Json) -> str:
        """A named schema, folded."""
        required = schema.get("required", ())
        rows = [
            (escape(member) + ("" if member in required else "</code> <small>(optional)</small><code>"), one, "")
            for member, one in schema.get("properties", {}).items()
        ]
        shown = self.table(rows) if rows else f"<p>{self.type_of(schema)}</p>"
        inside = paragraphs(schema.get("description", "")) + shown + examples(schema)
        return folded(f"<code>{escape(name)}</code>", inside, anchor=f"{self._name}-{name}")

    def table(self, rows: Iterable[tuple[str, Json, str]]) -> str:
        """Names, types and meanings; a name is HTML already."""
        lines = "".join(
            f"<tr><td><code>{name}</code></td><td>{self.type_of(schema)}</td>"
            f"<td>{prose(says or schema.get('description', ''))}</td></tr>"
            for name, schema, says in rows
        )
        return f"<table><tr><th>Name</th><th>Type</th><th>Meaning</th></tr>{lines}</table>"

    def type_of(self, schema: Json) -> str:
        """A type in words, with links to named ones."""
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            return f'<a href="#{self._name}-{name}">{escape(name)}</a>'
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return " or ".join(self.type_of(choice) for choice in choices)
        if schema.get("type") == "array":
            return f"array of {self.type_of(schema['items'])}"
        if "contentSchema" in schema.get("properties", {}).get("data", {}):
            return f"{prose(schema['description'])} Data: {self.type_of(schema['properties']['data']['contentSchema'])}"
        if "data" in schema.get("properties", {}):
            return f"<code>data</code>: {self.type_of(schema['properties']['data'])}"
        return " ".join(plain_type(schema))

    def resolve(self, part: Json) -> Json:
        """What a reference stands for; anything else itself."""
        if "$ref" not in part:
            return part
        _, kind, name = part["$ref"].rsplit("/", 2)
        found: Json = self._of["components"][kind][name]
        return found


def plain_type(schema: Json) -> Iterator[str]:
    """`string (uuid)`, `integer from 1 to 100 default 25`, or the values themselves."""
    values = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    if values:
        yield " or ".join(f"<code>{escape(json.dumps(value))}</code>" for value in values)
        return
    kind = schema.get("type", "object")
    yield escape(kind if isinstance(kind, str) else " or ".join(kind))
    if "format" in schema:
        yield f"({escape(schema['format'])})"
    if "minimum" in schema:
        yield f"from {schema['minimum']}"
    if "maximum" in schema:
        yield f"to {schema['maximum']}"
    if "maxLength" in schema:
        yield f"of at most {schema['maxLength']} characters"
    if schema.get("default") is not None:
        yield f"default <code>{escape(json.dumps(schema['default']))}</code>"


def examples(content: Json) -> str:
    """The examples of a body or a schema; those of an error are its codes and sentences."""
    named = content.get("examples", ())
    if isinstance(named, dict):
        return refusals(named[name]["value"]["error"] for name in named)
    values = [content["example"]] if "example" in content else [*named]
    return "".join(f"<pre>{escape(text_of(value))}</pre>" for value in values)


def refusals(errors: Iterable[Json]) -> str:
    """Codes, and sentences that come with them."""
    rows = "".join(
        f"<tr><td><code>{escape(one['code'])}</code></td><td>{escape(one['message'])}</td></tr>" for one in errors
    )
    return f'<table class="errors">{rows}</table>'


def text_of(value: object) -> str:
    """An example as it goes over the wire."""
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)


def folded(title: str, inside: str, anchor: str | None = None) -> str:
    """Something to be opened; a link to its anchor, which lies within, opens it."""
    marked = "" if anchor is None else f' id="{escape(anchor)}"'
    return f'<details><summary>{title}</summary><div class="inside"{marked}>{inside}</div></details>'


def paragraphs(text: str) -> str:
    """Text as paragraphs."""
    return "".join(f"<p>{prose(part)}</p>" for part in text.split("\n\n") if part)


def prose(text: str) -> str:
    """Text in which backquotes stand for code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if number % 2 else part for number, part in enumerate(parts))
