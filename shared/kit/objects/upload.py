"""An upload of unknown length, in parts: memory stays flat and no thread waits for a slow sender."""

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import stamina
import structlog
from minio import Minio
from minio.datatypes import Part

from shared.kit.failures import StoreUnavailable
from shared.kit.objects.trouble import ObjectMissing, TooLarge, object_trouble

PART_BYTES = 8 * 2**20
"""So much goes at once; S3 wants 5 MiB or more."""

PARTS_OF_ONE_SIZE = 1000
"""After so many parts their size doubles: S3 takes 10 000 parts, which so hold 8 TiB."""

CLEARED_SECONDS = 10.0
"""For so long whoever broke an upload off waits until nothing of it is left; the clearing itself goes on."""

until_cleared = stamina.AsyncRetryingCaller(attempts=None, timeout=3600.0, wait_max=30.0).on(StoreUnavailable)
"""The store is away an hour at most, or its own rule for incomplete uploads must do it."""

InThread = Callable[..., Coroutine[Any, Any, Any]]

log = structlog.get_logger()


@dataclass(frozen=True)
class StoredStream:
    """What was stored."""

    size_bytes: int
    sha256: str


class StreamUpload:
    """Sends one stream: a short one in one request, a longer one as a multipart upload, one part behind the sender.

    The client library does multipart uploads only from what can be read in a thread, which a slow sender would hold for
    hours; so its three steps are called here.
    """

    def __init__(
        self,
        client: Minio,
        in_thread: InThread,
        bucket: str,
        key: str,
        content_type: str,
        *,
        clearings: set[asyncio.Task[None]],
    ) -> None:
        self._client = client
        self._in_thread = in_thread
        self._clearings = clearings
        self._bucket = bucket
        self._key = key
        self._content_type = content_type
        self._digest = hashlib.sha256()
        self._upload_id: str | None = None
        self._parts: list[Part] = []
        self._sending: asyncio.Task[None] | None = None
        self._has_begun = False

    async def send(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredStream:
        """Send all of it; nothing stays behind when that fails or is cancelled.

        Raises:
            TooLarge: There is more than `limit_bytes`.
            StoreUnavailable: What stayed behind is cleared as soon as the store is back.
        """
        try:
            return await self._send(chunks, limit_bytes)
        except BaseException as error:
            if self._has_begun:
                clearing = asyncio.create_task(self._clear())
                self._clearings.add(clearing)
                clearing.add_done_callback(self._clearings.discard)
                await asyncio.wait([clearing], timeout=0 if isinstance(error, StoreUnavailable) else CLEARED_SECONDS)
            raise

    async def _send(self, chunks: AsyncIterator[bytes], limit_bytes: int) -> StoredStream:
        size_bytes = 0
        gathered: list[bytes] = []
        gathered_bytes = 0
        async for chunk in chunks:
            size_bytes += len(chunk)
            if size_bytes > limit_bytes:
                raise TooLarge(limit_bytes)
            gathered.append(chunk)
            gathered_bytes += len(chunk)
            if gathered_bytes >= PART_BYTES << len(self._parts) // PARTS_OF_ONE_SIZE:
                await self._sent()
                self._start(self._send_part, b"".join(gathered))
                gathered, gathered_bytes = [], 0
        await self._sent()
        self._start(self._finish, b"".join(gathered))
        await self._sent()
        return StoredStream(size_bytes, self._digest.hexdigest())

    def _start(self, send: Callable[[bytes], None], data: bytes) -> None:
        self._has_begun = True
        self._sending = asyncio.create_task(self._in_thread(send, data))

    async def _sent(self) -> None:
        if self._sending is not None:
            # A cancelled wait must not forget the thread, which goes on.
            await asyncio.shield(self._sending)
            self._sending = None

    async def _clear(self) -> None:
        if self._sending is not None:
            # A part that arrived after the end of its upload would stay for ever.
            await asyncio.gather(self._sending, return_exceptions=True)
        try:
            await until_cleared(self._in_thread, self._remove)
        except StoreUnavailable:
            log.warning("a part of an upload may have stayed behind", bucket=self._bucket, key=self._key)

    def _remove(self) -> None:
        """Remove whatever there is under the key, which is this upload's alone."""
        # Asked for, not remembered: the store may have begun or ended it without our hearing of it.
        known = self._client._list_multipart_uploads(self._bucket, prefix=self._key)  # noqa: SLF001  see the class
        for upload in known.uploads:
            if upload.object_name == self._key and upload.upload_id is not None:
                with contextlib.suppress(ObjectMissing), object_trouble:
                    self._client._abort_multipart_upload(self._bucket, self._key, upload.upload_id)  # noqa: SLF001  see the class
        self._client.remove_object(self._bucket, self._key)

    def _send_part(self, data: bytes) -> None:
        if self._upload_id is None:
            start = self._client._create_multipart_upload  # noqa: SLF001  see the class
            self._upload_id = start(self._bucket, self._key, {"Content-Type": self._content_type})
        self._digest.update(data)
        number = len(self._parts) + 1
        etag = self._client._upload_part(self._bucket, self._key, data, None, self._upload_id, number)  # noqa: SLF001  see the class
        self._parts.append(Part(number, etag))

    def _finish(self, rest: bytes) -> None:
        if self._upload_id is None:
            self._digest.update(rest)
            self._client.put_object(self._bucket, self._key, BytesIO(rest), len(rest), self._content_type)
        else:
            if rest:
                self._send_part(rest)
            complete = self._client._complete_multipart_upload  # noqa: SLF001  see the class
            complete(self._bucket, self._key, self._upload_id, self._parts)
