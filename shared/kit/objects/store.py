"""The connection to the object store."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import ParamSpec, Self, TypeVar
from urllib.parse import urlsplit

import certifi
import stamina
from minio import Minio
from minio.error import S3Error
from urllib3 import PoolManager, Retry, Timeout

from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.kit.objects.trouble import ObjectMissing, TooLarge, object_trouble
from shared.kit.objects.upload import PART_BYTES, StoredStream, StreamUpload

THREADS = 16
"""Requests at the same time; each has its thread and its connection."""

READ_BYTES = 2**20

P = ParamSpec("P")
R = TypeVar("R")


class Objects:
    """Objects in buckets, by key.

    Every method raises StoreUnavailable when the store cannot be reached or is overloaded; each may be called again.
    """

    def __init__(self, client: Minio) -> None:
        self._client = client
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="objects")
        self._clearings: set[asyncio.Task[None]] = set()

    @classmethod
    def connect(
        cls,
        endpoint_url: str,
        access_key_id: str,
        secret_access_key: str,
        region: str = "us-east-1",
        *,
        patience_seconds: float = 5.0,
        silence_seconds: float = 60.0,
        tries: int = 3,
    ) -> Self:
        """Make a client; it connects at the first use.

        Args:
            endpoint_url: `http://…` or `https://…`, without a path.
            access_key_id: The identity's name.
            secret_access_key: Its secret.
            region: The region to sign for.
            patience_seconds: How long to wait for a connection, each time.
            silence_seconds: How long the store may send nothing while it answers, each time.
            tries: How often a request is made before StoreUnavailable.
        """
        address = urlsplit(endpoint_url)
        pool = PoolManager(
            maxsize=THREADS,
            timeout=Timeout(connect=patience_seconds, read=silence_seconds),
            retries=Retry(
                total=tries - 1, backoff_factor=0.2, backoff_jitter=0.2, status_forcelist=(500, 502, 503, 504)
            ),
            ca_certs=os.environ.get("SSL_CERT_FILE") or certifi.where(),
        )
        client = Minio(
            address.netloc,
            access_key_id,
            secret_access_key,
            secure=address.scheme == "https",
            region=region,
            http_client=pool,
        )
        return cls(client)

    async def close(self) -> None:
        """Let what is under way end, and leave what waits for the store to come back."""
        for clearing in self._clearings:
            clearing.cancel()
        await asyncio.to_thread(self._threads.shutdown)

    async def ping(self) -> None:
        """Return when the store answers and knows us."""
        await self._run(self._client.bucket_exists, ARTIFACTS_BUCKET)

    async def ensure_buckets(self, names: Iterable[str]) -> None:
        """Make those buckets that are missing."""
        for name in names:
            await self._run(self._ensure_bucket, name)

    async def put_file(self, bucket: str, key: str, path: Path, content_type: str) -> None:
        """Store the file; nobody sees a part of it."""
        await self._run(
            self._client.fput_object, bucket, key, str(path), content_type, part_size=PART_BYTES, num_parallel_uploads=1
        )

    async def put_bytes(self, bucket: str, key: str, data: bytes, content_type: str) -> None:
        """Store these bytes."""
        await self._run(self._client.put_object, bucket, key, BytesIO(data), len(data), content_type)

    async def put_stream(
        self, bucket: str, key: str, chunks: AsyncIterator[bytes], content_type: str, limit_bytes: int
    ) -> StoredStream:
        """Store what comes, however much, holding two parts of it in memory.

        Raises:
            TooLarge: There is more than `limit_bytes`; nothing is stored.
        """
        upload = StreamUpload(self._client, self._run, bucket, key, content_type, clearings=self._clearings)
        return await upload.send(chunks, limit_bytes)

    async def get_file(self, bucket: str, key: str, path: Path) -> None:
        """Fetch the object; the file is there whole or not at all.

        Raises:
            ObjectMissing: There is none.
        """
        await self._run(self._get_file, bucket, key, path)

    async def get_bytes(self, bucket: str, key: str, limit_bytes: int = 16 * 2**20) -> bytes:
        """Fetch the object.

        Raises:
            ObjectMissing: There is none.
            TooLarge: It has more than `limit_bytes`.
        """
        return await self._run(self._get_bytes, bucket, key, limit_bytes)

    async def exists(self, bucket: str, key: str) -> bool:
        """Whether there is such an object."""
        try:
            await self._run(self._client.stat_object, bucket, key)
        except ObjectMissing:
            return False
        return True

    async def list_keys(self, bucket: str, prefix: str) -> list[str]:
        """The keys that begin with `prefix`, in order."""
        return await self._run(self._list_keys, bucket, prefix)

    async def delete(self, bucket: str, key: str) -> None:
        """Delete the object, if there is one."""
        await self._run(self._client.remove_object, bucket, key)

    def presigned_get(self, bucket: str, key: str, expires_seconds: int) -> str:
        """A URL with which anyone may fetch the object until then (one second to seven days)."""
        return self._client.presigned_get_object(bucket, key, timedelta(seconds=expires_seconds))

    async def _run(self, call: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        def translated() -> R:
            with object_trouble:
                return call(*args, **kwargs)

        return await asyncio.get_running_loop().run_in_executor(self._threads, translated)

    def _ensure_bucket(self, name: str) -> None:
        for attempt in stamina.retry_context(on=_is_being_made, attempts=10, wait_initial=0.05, wait_max=1.0):
            with attempt:
                if self._client.bucket_exists(name):
                    return
                try:
                    self._client.make_bucket(name)
                except S3Error as error:
                    if error.code not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                        raise

    def _get_file(self, bucket: str, key: str, path: Path) -> None:
        response = self._client.get_object(bucket, key)
        try:
            descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    for data in response.stream(READ_BYTES):
                        file.write(data)
                Path(name).replace(path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        finally:
            response.close()
            response.release_conn()

    def _get_bytes(self, bucket: str, key: str, limit_bytes: int) -> bytes:
        response = self._client.get_object(bucket, key)
        try:
            data = response.read(limit_bytes + 1)
            if len(data) > limit_bytes:
                raise TooLarge(limit_bytes)
            return data
        finally:
            response.close()
            response.release_conn()

    def _list_keys(self, bucket: str, prefix: str) -> list[str]:
        found = self._client.list_objects(bucket, prefix=prefix, recursive=True)
        return [one.object_name for one in found if one.object_name is not None]


def _is_being_made(error: Exception) -> bool:
    """Whether somebody else is making the bucket at this moment, which SeaweedFS now and then answers like this."""
    return isinstance(error, S3Error) and error.code in {"NoSuchBucket", "OperationAborted"}
