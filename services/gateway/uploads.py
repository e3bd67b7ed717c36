"""Uploads: the file of a form goes to the object store while it arrives."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from services.gateway.http.forms import FormContent, Part
from services.gateway.http.refusals import invalid
from shared.contracts.artifacts import MEDIA_BUCKET, SourceReference
from shared.contracts.ids import new_id
from shared.kit.objects import Objects, TooLarge

EXTENSIONS = frozenset(
    f".{name}"
    for name in (
        *("mp4", "mov", "avi", "mkv", "webm", "flv", "wmv", "m4v", "mpg", "mpeg"),
        *("3gp", "ogv", "ts", "mts", "vob", "asf", "rm", "rmvb", "divx"),
    )
)
"""What an upload may be called, on every face; what it really is shows in preparation."""

FILE = "file"
LONGEST_FILENAME = 255
CONTENT_TYPE = "application/octet-stream"
MEBIBYTE = 1024 * 1024


HELD_BYTES = 16 * MEBIBYTE
"""A file up to this size is held until everything about its upload is right, and is then stored under its digest:
the same bytes again are found there and not sent again."""


@dataclass(frozen=True, slots=True)
class Held:
    """A short file that has arrived and is stored nowhere yet."""

    content: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived, and the fields beside it."""

    filename: str
    file: Held | SourceReference
    fields: dict[str, str]


async def receive_upload(form: FormContent, objects: Objects, *, folder: str, limit_bytes: int) -> Upload:
    """Take the part `file`, a long one into an object of its own below `folder`, and read the other parts as fields.

    Raises:
        Refusal: There is no such part, its extension is not accepted, it is too large, or it is no form.
            Whatever was stored is removed.
    """
    filename, file = "", None
    fields: dict[str, str] = {}
    try:
        async for part in form.parts():
            if part.name != FILE:
                if part.filename is None:
                    fields[part.name] = await part.text()
            elif file is not None:
                raise invalid(f"{FILE}: stands twice in the form")  # noqa: TRY301  the object must go
            else:
                filename = filename_of(part)
                file = await _take(part, filename, objects, folder, limit_bytes)
        if file is None:
            raise invalid(f"{FILE}: Field required")  # noqa: TRY301  as above
    except BaseException:
        if file is not None:
            await discard(objects, file)
        raise
    return Upload(filename, file, fields)


async def keep(objects: Objects, upload: Upload, *, folder: str) -> SourceReference:
    """Store what is not stored yet, below `folder` under its digest; what lies there already is the same."""
    held = upload.file
    if isinstance(held, SourceReference):
        return held
    key = f"{folder}/{held.sha256}"
    if not await objects.exists(MEDIA_BUCKET, key):
        await objects.put_bytes(MEDIA_BUCKET, key, held.content, CONTENT_TYPE)
    return SourceReference(bucket=MEDIA_BUCKET, key=key, size_bytes=len(held.content), sha256=held.sha256)


async def discard(objects: Objects, file: Held | SourceReference) -> None:
    """Remove the object that an upload made for itself, when it came to nothing."""
    if isinstance(file, SourceReference):
        await objects.delete(file.bucket, file.key)


def filename_of(part: Part) -> str:
    """The file's name without a path.

    Raises:
        Refusal: The part is no file, or its extension is not accepted.
    """
    if not part.filename:
        raise invalid(f"{FILE}: must be a file with a name")
    name = "".join(character for character in part.filename if character.isprintable())
    name = PurePosixPath(name.replace("\\", "/")).name[-LONGEST_FILENAME:]
    extension = PurePosixPath(name).suffix.lower()
    if extension not in EXTENSIONS:
        raise invalid(f"{FILE}: the extension {extension!r} is not accepted")
    return name


async def _take(part: Part, filename: str, objects: Objects, folder: str, limit_bytes: int) -> Held | SourceReference:
    chunks = part.chunks()
    begun: list[bytes] = []
    size_bytes = 0
    async for chunk in chunks:
        begun.append(chunk)
        size_bytes += len(chunk)
        if size_bytes > min(HELD_BYTES, limit_bytes):
            key = f"{folder}/{new_id()}{PurePosixPath(filename).suffix.lower()}"
            return await _store(key, _joined(begun, chunks), objects, limit_bytes)
    return Held(b"".join(begun), part.digest())


async def _joined(begun: list[bytes], rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    for chunk in begun:
        yield chunk
    begun.clear()
    async for chunk in rest:
        yield chunk


async def _store(key: str, chunks: AsyncIterator[bytes], objects: Objects, limit_bytes: int) -> SourceReference:
    try:
        stored = await objects.put_stream(MEDIA_BUCKET, key, chunks, CONTENT_TYPE, limit_bytes)
    except TooLarge as error:
        raise invalid(f"{FILE}: is larger than {limit_bytes // MEBIBYTE} MiB") from error
    return SourceReference(bucket=MEDIA_BUCKET, key=key, size_bytes=stored.size_bytes, sha256=stored.sha256)
