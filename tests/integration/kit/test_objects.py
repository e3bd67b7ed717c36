"""Objects, on the real store of the stack."""

import asyncio
import hashlib
import random
import tracemalloc
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from minio import Minio

from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.contracts.ids import new_id
from shared.kit.objects import ObjectMissing, Objects, StoreUnavailable, TooLarge
from shared.kit.objects.upload import PART_BYTES
from shared.testkit.line import Line
from shared.testkit.patience import until

if TYPE_CHECKING:
    from deploy.standalone.stack import StackParts

BUCKET = ARTIFACTS_BUCKET
MEBIBYTE = 2**20


@pytest.fixture(scope="module")
async def objects(stack_parts: "StackParts") -> AsyncIterator[Objects]:
    objects = Objects.connect(stack_parts.s3, stack_parts.s3_access_key_id, stack_parts.s3_secret_access_key)
    yield objects
    await objects.close()


@pytest.fixture(scope="module")
def plain_client(stack_parts: "StackParts") -> Minio:
    return Minio(
        stack_parts.s3.removeprefix("http://"),
        stack_parts.s3_access_key_id,
        stack_parts.s3_secret_access_key,
        secure=False,
    )


@pytest.fixture
def prefix() -> str:
    return f"test/{new_id()}/"


async def chunks(data: bytes, size_bytes: int = 65_536) -> AsyncIterator[bytes]:
    for start in range(0, len(data), size_bytes):
        yield data[start : start + size_bytes]


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


def multipart_uploads(client: Minio, prefix: str) -> list[str]:
    return [upload.object_name for upload in client._list_multipart_uploads(BUCKET, prefix=prefix).uploads]


async def test_it_answers(objects: Objects) -> None:
    await objects.ping()


async def test_buckets_are_made_once(objects: Objects, plain_client: Minio) -> None:
    name = f"test-{new_id()}"
    await asyncio.gather(objects.ensure_buckets([name, BUCKET]), objects.ensure_buckets([name, BUCKET]))
    assert plain_client.bucket_exists(name)
    plain_client.remove_bucket(name)


@pytest.mark.parametrize("data", [b"", b"x", bytes(range(256)) * 1000])
async def test_bytes_come_back(objects: Objects, prefix: str, data: bytes) -> None:
    await objects.put_bytes(BUCKET, prefix + "a", data, "application/json")
    assert await objects.get_bytes(BUCKET, prefix + "a") == data
    assert await objects.exists(BUCKET, prefix + "a")


async def test_an_object_is_replaced(objects: Objects, prefix: str) -> None:
    await objects.put_bytes(BUCKET, prefix + "a", b"first", "text/plain")
    await objects.put_bytes(BUCKET, prefix + "a", b"second", "text/plain")
    assert await objects.get_bytes(BUCKET, prefix + "a") == b"second"


async def test_limit_of_bytes(objects: Objects, prefix: str) -> None:
    await objects.put_bytes(BUCKET, prefix + "a", b"12345", "text/plain")
    assert await objects.get_bytes(BUCKET, prefix + "a", limit_bytes=5) == b"12345"
    with pytest.raises(TooLarge):
        await objects.get_bytes(BUCKET, prefix + "a", limit_bytes=4)


@pytest.mark.parametrize("size_bytes", [0, 10, 2 * PART_BYTES + 17])
async def test_files_come_back(objects: Objects, prefix: str, tmp_path: Path, size_bytes: int) -> None:
    data = random.Random(size_bytes).randbytes(size_bytes)
    (tmp_path / "sent").write_bytes(data)
    await objects.put_file(BUCKET, prefix + "a", tmp_path / "sent", "video/mp4")
    (tmp_path / "received").write_bytes(b"what was there before")
    await objects.get_file(BUCKET, prefix + "a", tmp_path / "received")
    assert (tmp_path / "received").read_bytes() == data
    assert names(tmp_path) == ["received", "sent"]


async def test_what_is_missing(objects: Objects, prefix: str, tmp_path: Path) -> None:
    assert not await objects.exists(BUCKET, prefix + "a")
    with pytest.raises(ObjectMissing):
        await objects.get_bytes(BUCKET, prefix + "a")
    with pytest.raises(ObjectMissing):
        await objects.get_file(BUCKET, prefix + "a", tmp_path / "a")
    assert names(tmp_path) == []
    assert await objects.list_keys(BUCKET, prefix) == []
    await objects.delete(BUCKET, prefix + "a")


async def test_keys_are_listed_and_deleted(objects: Objects, prefix: str) -> None:
    files = ["a/report.json", "a/deep/er/file", "b ü & +%.txt"]
    for name in files:
        await objects.put_bytes(BUCKET, prefix + name, b"x", "text/plain")
    assert await objects.list_keys(BUCKET, prefix) == sorted(prefix + name for name in files)
    assert await objects.list_keys(BUCKET, prefix + "a/") == [prefix + "a/deep/er/file", prefix + "a/report.json"]
    for name in files:
        assert await objects.get_bytes(BUCKET, prefix + name) == b"x"
        await objects.delete(BUCKET, prefix + name)
    assert await objects.list_keys(BUCKET, prefix) == []


class TestPresigned:
    async def test_anyone_can_fetch(self, objects: Objects, prefix: str) -> None:
        await objects.put_bytes(BUCKET, prefix + "a b.txt", b"hello", "text/plain")
        url = objects.presigned_get(BUCKET, prefix + "a b.txt", 60)
        with await asyncio.to_thread(urllib.request.urlopen, url) as response:
            assert response.read() == b"hello"
            assert response.headers["Content-Type"] == "text/plain"

    async def test_only_that_object(self, objects: Objects, prefix: str) -> None:
        for name in "ab":
            await objects.put_bytes(BUCKET, prefix + name, b"hello", "text/plain")
        url = objects.presigned_get(BUCKET, prefix + "a", 60).replace(f"{prefix}a?", f"{prefix}b?")
        with pytest.raises(urllib.error.HTTPError, match="403"):
            await asyncio.to_thread(urllib.request.urlopen, url)


class TestStream:
    @pytest.mark.parametrize("size_bytes", [0, 1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES])
    async def test_comes_back_with_its_digest(self, objects: Objects, prefix: str, size_bytes: int) -> None:
        data = random.Random(size_bytes).randbytes(size_bytes)
        stored = await objects.put_stream(BUCKET, prefix + "a", chunks(data), "video/mp4", size_bytes)
        assert stored.size_bytes == size_bytes
        assert stored.sha256 == hashlib.sha256(data).hexdigest()
        assert await objects.get_bytes(BUCKET, prefix + "a", limit_bytes=size_bytes) == data
        url = objects.presigned_get(BUCKET, prefix + "a", 60)
        with await asyncio.to_thread(urllib.request.urlopen, url) as response:
            assert response.headers["Content-Type"] == "video/mp4"

    @pytest.mark.parametrize("size_bytes", [10, 2 * PART_BYTES + 10])
    async def test_past_its_limit_leaves_nothing(
        self, objects: Objects, plain_client: Minio, prefix: str, size_bytes: int
    ) -> None:
        with pytest.raises(TooLarge):
            await objects.put_stream(BUCKET, prefix + "a", chunks(bytes(size_bytes)), "video/mp4", size_bytes - 1)
        assert await objects.list_keys(BUCKET, prefix) == []
        assert multipart_uploads(plain_client, prefix) == []

    async def test_broken_off_leaves_nothing(self, objects: Objects, plain_client: Minio, prefix: str) -> None:
        async def broken() -> AsyncIterator[bytes]:
            for _ in range(5):
                yield bytes(PART_BYTES // 2)
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            await objects.put_stream(BUCKET, prefix + "a", broken(), "video/mp4", 2**40)
        assert await objects.list_keys(BUCKET, prefix) == []
        assert multipart_uploads(plain_client, prefix) == []

    async def test_a_store_that_goes_away_is_cleared_when_it_is_back(
        self, stack_parts: "StackParts", plain_client: Minio, prefix: str
    ) -> None:
        async with Line(stack_parts.s3) as line:
            led = Objects.connect(line.url, stack_parts.s3_access_key_id, stack_parts.s3_secret_access_key, tries=1)
            second_part = line.hold(b"partNumber=2")
            upload = asyncio.create_task(
                led.put_stream(BUCKET, prefix + "a", chunks(bytes(3 * PART_BYTES), PART_BYTES), "video/mp4", 2**40)
            )
            await second_part.wait()
            line.cut()
            with pytest.raises(StoreUnavailable):
                await upload
            assert multipart_uploads(plain_client, prefix) == [prefix + "a"]
            await line.mend()

            async def is_cleared() -> bool:
                return await asyncio.to_thread(multipart_uploads, plain_client, prefix) == []

            await until(is_cleared)
            await led.close()

    async def test_cancelled_leaves_nothing(self, objects: Objects, plain_client: Minio, prefix: str) -> None:
        waiting = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield bytes(PART_BYTES)
            yield bytes(PART_BYTES)
            waiting.set()
            await asyncio.Event().wait()

        task = asyncio.create_task(objects.put_stream(BUCKET, prefix + "a", slow(), "video/mp4", 2**40))
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await objects.list_keys(BUCKET, prefix) == []
        assert multipart_uploads(plain_client, prefix) == []

    @pytest.mark.parametrize("steps", range(0, 12, 3))
    async def test_cancelled_at_its_end_leaves_nothing_half(
        self, objects: Objects, plain_client: Minio, prefix: str, steps: int
    ) -> None:
        data = bytes(PART_BYTES + 10)
        task = asyncio.create_task(objects.put_stream(BUCKET, prefix + "a", chunks(data, PART_BYTES), "a/b", 2**40))
        for _ in range(steps):
            await asyncio.sleep(0.01)
        task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
        was_cancelled = isinstance(outcome, asyncio.CancelledError)
        assert await objects.exists(BUCKET, prefix + "a") is not was_cancelled
        assert multipart_uploads(plain_client, prefix) == []

    async def test_memory_stays_flat(self, objects: Objects, prefix: str) -> None:
        async def many() -> AsyncIterator[bytes]:
            for _ in range(48 * 16):
                yield bytes(MEBIBYTE // 16)

        tracemalloc.start()
        try:
            stored = await objects.put_stream(BUCKET, prefix + "a", many(), "video/mp4", 2**40)
            _, peak_bytes = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert stored.size_bytes == 48 * MEBIBYTE
        assert peak_bytes < 4 * PART_BYTES

    async def test_slow_senders_hold_no_thread(self, objects: Objects, prefix: str) -> None:
        asked = asyncio.Semaphore(0)
        go_on = asyncio.Event()

        async def slow() -> AsyncIterator[bytes]:
            yield b"a"
            asked.release()
            await go_on.wait()
            yield b"b"

        tasks = [
            asyncio.create_task(objects.put_stream(BUCKET, f"{prefix}{n}", slow(), "text/plain", 2)) for n in range(40)
        ]
        for _ in tasks:
            await asked.acquire()
        await objects.ping()
        go_on.set()
        assert {stored.size_bytes for stored in await asyncio.gather(*tasks)} == {2}


class TestTrouble:
    @pytest.fixture
    async def nobody(self) -> AsyncIterator[Objects]:
        objects = Objects.connect("http://127.0.0.1:9", "access", "secret", patience_seconds=0.1)
        yield objects
        await objects.close()

    async def test_a_store_that_is_not_there(self, nobody: Objects, tmp_path: Path) -> None:
        (tmp_path / "sent").write_bytes(b"x")
        results = await asyncio.gather(
            nobody.ping(),
            nobody.ensure_buckets(["bucket"]),
            nobody.put_bytes("bucket", "key", b"x", "text/plain"),
            nobody.put_file("bucket", "key", tmp_path / "sent", "text/plain"),
            nobody.put_stream("bucket", "key", chunks(b"x"), "text/plain", 5),
            nobody.put_stream("bucket", "key", chunks(bytes(2 * PART_BYTES)), "text/plain", 2 * PART_BYTES),
            nobody.get_bytes("bucket", "key"),
            nobody.get_file("bucket", "key", tmp_path / "received"),
            nobody.exists("bucket", "key"),
            nobody.list_keys("bucket", "key"),
            nobody.delete("bucket", "key"),
            return_exceptions=True,
        )
        assert [type(result) for result in results] == [StoreUnavailable] * 11
        assert names(tmp_path) == ["sent"]

    async def test_a_store_that_falls_silent_in_mid_object(self, tmp_path: Path) -> None:
        async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n" + bytes(300_000))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(half_an_answer, "127.0.0.1", 0)
        host, port = server.sockets[0].getsockname()
        objects = Objects.connect(f"http://{host}:{port}", "access", "secret")
        async with server:
            with pytest.raises(StoreUnavailable):
                await objects.get_file("bucket", "key", tmp_path / "received")
            with pytest.raises(StoreUnavailable):
                await objects.get_bytes("bucket", "key")
        assert names(tmp_path) == []

    async def test_a_store_that_takes_a_request_and_says_nothing(self, stack_parts: "StackParts") -> None:
        async with Line(stack_parts.s3) as line:
            objects = Objects.connect(
                line.url, stack_parts.s3_access_key_id, stack_parts.s3_secret_access_key, silence_seconds=0.2, tries=2
            )
            line.silence()
            with pytest.raises(StoreUnavailable):
                await objects.put_bytes(BUCKET, "silent", b"a", "a/b")
            await line.mend()
            await objects.put_bytes(BUCKET, "silent", b"a", "a/b")
            await objects.close()

    async def test_a_wrong_secret_is_not_transient(self, stack_parts: "StackParts") -> None:
        objects = Objects.connect(stack_parts.s3, stack_parts.s3_access_key_id, "wrong")
        with pytest.raises(Exception, match=r"SignatureDoesNotMatch|AccessDenied|Access denied") as raised:
            await objects.ping()
        assert not isinstance(raised.value, StoreUnavailable)
