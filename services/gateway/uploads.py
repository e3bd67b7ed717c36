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


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that has arrived, and the fields beside it."""

    filename: str
    source: SourceReference
    fields: dict[str, str]


async def receive_upload(form: FormContent, objects: Objects, *, folder: str, limit_bytes: int) -> Upload:
    """Store the part `file` in an object of its own below `folder`, and read the other parts as fields.

    Raises:
        Refusal: There is no such part, its extension is not accepted, it is too large, or it is no form.
            Whatever was stored is removed.
    """
    filename, source = "", None
    fields: dict[str, str] = {}
    try:
        async for part in form.parts():
            if part.name != FILE:
                if part.filename is None:
                    fields[part.name] = await part.text()
            elif source is not None:
                raise invalid(f"{FILE}: stands twice in the form")  # noqa: TRY301  the object must go
            else:
                filename = filename_of(part)
                source = await _store(part, filename, objects, folder, limit_bytes)
        if source is None:
            raise invalid(f"{FILE}: Field required")  # noqa: TRY301  as above
    except BaseException:
        if source is not None:
            await discard(objects, source)
        raise
    return Upload(filename, source, fields)


async def discard(objects: Objects, source: SourceReference) -> None:
    """Remove the object of an upload that came to nothing."""
    await objects.delete(source.bucket, source.key)


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


async def _store(part: Part, filename: str, objects: Objects, folder: str, limit_bytes: int) -> SourceReference:
    key = f"{folder}/{new_id()}{PurePosixPath(filename).suffix.lower()}"
    chunks: AsyncIterator[bytes] = part.chunks()
    try:
        stored = await objects.put_stream(MEDIA_BUCKET, key, chunks, CONTENT_TYPE, limit_bytes)
    except TooLarge as error:
        raise invalid(f"{FILE}: is larger than {limit_bytes // MEBIBYTE} MiB") from error
    return SourceReference(bucket=MEDIA_BUCKET, key=key, size_bytes=stored.size_bytes, sha256=stored.sha256)
