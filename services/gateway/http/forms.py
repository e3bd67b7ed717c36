"""Forms (multipart/form-data) read while they arrive: a file passes through and is never held whole."""

import hashlib
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.types import Receive, Scope

from services.gateway.core.idempotency import parts_digest
from services.gateway.http.content import arriving
from services.gateway.http.refusals import Refusal, invalid

MOST_PARTS = 100
LARGEST_FIELD_BYTES = 64 * 1024

CONTENT_TYPE = b"content-type"
FORM = b"multipart/form-data"


class Part:
    """One part of a form; `filename` is None for a plain field."""

    def __init__(self, name: str, filename: str | None, source: "FormContent") -> None:
        self.name = name
        self.filename = filename
        self._source = source

    async def chunks(self) -> AsyncIterator[bytes]:
        """Its bytes as they arrive; once only."""
        async for chunk in self._source.chunks_of_part():
            yield chunk

    def digest(self) -> str:
        """SHA-256 (hex) of what has been read of it."""
        return self._source.digest_of_part()

    async def text(self) -> str:
        """Its bytes as text, for a field.

        Raises:
            Refusal: It is longer than a field may be, or no UTF-8.
        """
        content = b""
        async for chunk in self.chunks():
            content += chunk
            if len(content) > LARGEST_FIELD_BYTES:
                raise invalid(f"{self.name}: is too long")
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise invalid(f"{self.name}: must be UTF-8") from error


@dataclass(frozen=True, slots=True)
class _Headers:
    """The headers of a part are complete."""

    disposition: bytes


class _PartEnd:
    """A part is complete."""


class FormContent:
    """The parts of a form in their order, each to be read before the next; satisfies `Content`."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self._arriving = arriving(receive)
        self._parser = self._parser_of(dict(scope["headers"]).get(CONTENT_TYPE, b""))
        self._heard: deque[_Headers | bytes | _PartEnd] = deque()
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._is_complete = False
        self._is_in_part = False
        self._part_digest = hashlib.sha256()
        self._digested: list[tuple[str, str | None, str]] = []

    @property
    def digest_at_hand(self) -> str | None:
        """Nothing: a form is hashed while it is read."""
        return None

    async def digest(self) -> str | None:
        """SHA-256 over each part's name, file name and bytes; None when it is no form."""
        try:
            async for _ in self.parts():
                pass
        except Refusal:
            return None
        return parts_digest(self._digested) if self._digested else None

    async def parts(self) -> AsyncIterator[Part]:
        """The parts; what is left of one is skipped when the next is asked for.

        Raises:
            Refusal: It is no well-formed form.
        """
        if self._parser is None:
            return
        while True:
            async for _ in self.chunks_of_part():
                pass
            heard = await self._next()
            if heard is None:
                return
            if isinstance(heard, _Headers):
                yield self._begin_part(heard)

    async def chunks_of_part(self) -> AsyncIterator[bytes]:
        """The rest of the part that is being read."""
        while self._is_in_part:
            heard = await self._next()
            if isinstance(heard, bytes):
                self._part_digest.update(heard)
                yield heard
            else:
                self._is_in_part = False
                name, filename, _ = self._digested[-1]
                self._digested[-1] = (name, filename, self._part_digest.hexdigest())

    def digest_of_part(self) -> str:
        """SHA-256 (hex) of what has been read of the part that is, or was last, read."""
        return self._part_digest.hexdigest()

    def _begin_part(self, headers: _Headers) -> Part:
        disposition, options = parse_options_header(headers.disposition.decode("latin-1"))
        if disposition != b"form-data" or b"name" not in options:
            raise Refusal("bad_request", "A part of the form has no name")
        if len(self._digested) == MOST_PARTS:
            raise Refusal("bad_request", f"The form has more than {MOST_PARTS} parts")
        name, filename = _text(options[b"name"]), options.get(b"filename")
        part = Part(name, None if filename is None else _text(filename), self)
        self._part_digest = hashlib.sha256()
        self._digested.append((part.name, part.filename, ""))
        self._is_in_part = True
        return part

    async def _next(self) -> _Headers | bytes | _PartEnd | None:
        while not self._heard:
            if self._is_complete:
                return None
            chunk = await anext(self._arriving, None)
            if chunk is None:
                raise Refusal("bad_request", "The form ends before its last boundary")
            self._parse(chunk)
        return self._heard.popleft()

    def _parse(self, chunk: bytes) -> None:
        assert self._parser is not None  # noqa: S101  parts() has looked
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise Refusal("bad_request", "The body is not a well-formed form") from error

    def _parser_of(self, content_type: bytes) -> MultipartParser | None:
        kind, options = parse_options_header(content_type.decode("latin-1"))
        if kind != FORM or not options.get(b"boundary"):
            return None
        try:
            return MultipartParser(
                options[b"boundary"],
                {
                    "on_part_begin": self._on_part_begin,
                    "on_header_field": self._on_header_field,
                    "on_header_value": self._on_header_value,
                    "on_header_end": self._on_header_end,
                    "on_headers_finished": lambda: self._heard.append(_Headers(self._disposition)),
                    "on_part_data": lambda data, start, end: self._heard.append(bytes(data[start:end])),
                    "on_part_end": lambda: self._heard.append(_PartEnd()),
                    "on_end": self._on_end,
                },
            )
        except FormParserError:
            return None

    def _on_part_begin(self) -> None:
        self._header_name = self._header_value = self._disposition = b""

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _on_end(self) -> None:
        self._is_complete = True


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.decode("latin-1")
