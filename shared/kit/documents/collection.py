"""One collection: insert, read by condition, replace by compare-and-swap, delete, expire."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC
from types import TracebackType
from typing import Any

import bson
from bson.codec_options import CodecOptions
from pymongo import ReplaceOne
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, ConnectionFailure, DuplicateKeyError

from shared.kit.documents.expiry import Expiry
from shared.kit.documents.reads import SharedReads
from shared.kit.documents.stored import INSTANT_SUFFIX, Document, from_stored, to_stored
from shared.kit.documents.where import In, Where, in_order, mongo_filters, mongo_order
from shared.kit.failures import StoreUnavailable

DUPLICATE_KEY = 11000
"""The code of a unique index that said no."""

BATCH = 1000
"""Documents asked for at once; servers cut a batch at 16 MB anyway."""

INSTANTS_IN_UTC: CodecOptions[Document] = CodecOptions(dict, tz_aware=True, tzinfo=UTC)


class DuplicateId(Exception):  # noqa: N818  it says what the document has
    """Another document has this _id, or this value of a unique index."""


class _ConnectionTrouble:
    """Turns connection-level trouble into StoreUnavailable."""

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if isinstance(error, ConnectionFailure):
            raise StoreUnavailable(str(error)) from error


connection_trouble = _ConnectionTrouble()


class Collection:
    """Documents with a string `_id` and an integer `revision`.

    After StoreUnavailable from a write it is unknown whether it happened: every write here can be repeated, and says so
    by DuplicateId or False when it had.
    """

    def __init__(self, database: AsyncDatabase[Document], name: str, expiry: Expiry) -> None:
        self.name = name
        self._expiry = expiry
        self._collection = database.get_collection(name, codec_options=INSTANTS_IN_UTC)
        self._reads = self.shared_reads()

    def shared_reads(self, field: str = "_id") -> SharedReads:
        """Reads by a unique field of strings, of which those that come together share a question."""

        async def ask(values: Sequence[str]) -> list[Document]:
            if len(values) > 1:
                return await self.find({field: In(*values)})
            found = await self.find_one({field: values[0]})
            return [] if found is None else [found]

        return SharedReads(ask, field)

    async def ensure_index(self, *fields: tuple[str, int], unique: bool = False) -> None:
        """Have an index on these fields (1 rising, -1 falling); a unique one needs strings that are always present."""
        if any(field == "_id" for field, _ in fields):
            raise ValueError("_id has its own index; engines do not agree on others that name it")
        with connection_trouble:
            await self._collection.create_index(mongo_order(fields), unique=unique)

    async def ensure_expiry(self, field: str) -> None:
        """Have documents deleted some time after the instant in that field, while this process or another lives."""
        if not field.endswith(INSTANT_SUFFIX):
            raise ValueError(f"{field!r} is not named like an instant")
        await self.ensure_index((field, 1))
        self._expiry.watch(self.name, field, self.delete)

    async def insert(self, document: Document) -> None:
        """Add a new document.

        Raises:
            DuplicateId: Its _id, or its value of a unique index, is there already.
        """
        stored = to_stored(document)
        try:
            with connection_trouble:
                await self._collection.insert_one(stored)
        except DuplicateKeyError as error:
            raise DuplicateId(f"{self.name}: {document['_id']}") from error

    async def insert_missing(self, documents: Sequence[Document]) -> list[Document]:
        """Add those whose _id is not there yet and leave the others as they are.

        Returns:
            Those that were added.

        Raises:
            DuplicateId: A new one has a value of a unique index that is there already; the others are added.
        """
        if not documents:
            return []
        stored = [to_stored(document) for document in documents]
        try:
            with connection_trouble:
                await self._collection.insert_many(stored, ordered=False)
        except BulkWriteError as error:
            errors = (error.details or {}).get("writeErrors", [])
            if not errors or any(one.get("code") != DUPLICATE_KEY for one in errors):
                raise
            refused = [documents[one["index"]]["_id"] for one in errors if not _is_about_id(one)]
            if refused:
                raise DuplicateId(f"{self.name}: {', '.join(refused)}") from error
            there = {one["index"] for one in errors}
            return [document for place, document in enumerate(documents) if place not in there]
        return list(documents)

    async def get(self, id: str) -> Document | None:  # noqa: A002  the word of the interface
        """The document with that _id; many at the same time cost little more than one."""
        return await self._reads.get(id)

    async def find_one(self, where: Where) -> Document | None:
        """A document for which that holds."""
        (condition,) = mongo_filters(where)
        with connection_trouble:
            stored = await self._collection.find_one(condition)
        return None if stored is None else from_stored(stored)

    async def find(
        self, where: Where, *, sort: Sequence[tuple[str, int]] = (), limit: int = 0, either: Sequence[Where] = ()
    ) -> list[Document]:
        """The documents for which `where` holds and, if given, at least one of `either`.

        Args:
            where: What must hold.
            sort: Fields, each 1 rising or -1 falling.
            limit: The largest number of documents; 0: all.
            either: Alternatives of which one must hold.
        """
        order = mongo_order(sort) or None
        first, *others = (self._find(one, order, limit) for one in mongo_filters(where, either))
        if not others:
            return await first
        found = {document["_id"]: document for answer in await asyncio.gather(first, *others) for document in answer}
        return in_order(list(found.values()), sort)[: limit or None]

    async def _find(
        self, condition: dict[str, object], order: list[tuple[str, int]] | None, limit: int
    ) -> list[Document]:
        with connection_trouble:
            cursor = self._collection.find(condition, sort=order, limit=limit, batch_size=limit or BATCH)
            return [from_stored(stored) for stored in await cursor.to_list()]

    async def replace(self, document: Document) -> bool:
        """Put this document in the place of the one with its _id and revision, and raise the revision by one.

        Returns:
            Whether it was replaced (the document then carries its new revision); False: somebody else was first.

        Raises:
            DuplicateId: Its new value of a unique index is there already.
        """
        present, replacement = _replacing(document)
        try:
            with connection_trouble:
                result = await self._collection.replace_one(present, replacement)
        except DuplicateKeyError as error:
            raise DuplicateId(f"{self.name}: {document['_id']}") from error
        if result.matched_count == 0:
            return False
        document["revision"] += 1
        return True

    async def replace_all(self, documents: Sequence[Document]) -> list[Document]:
        """As `replace`, for documents of different _ids in one question; the collection has no unique index.

        Returns:
            Those that were replaced, or are kept with the wanted content already (they then carry their new revision).
        """
        if len(documents) == 1:
            return list(documents) if await self.replace(documents[0]) else []
        if not documents:
            return []
        wanted = [_replacing(document) for document in documents]
        with connection_trouble:
            result = await self._collection.bulk_write([ReplaceOne(*one) for one in wanted], ordered=False)
        if result.matched_count == len(documents):
            replaced = list(documents)
        else:
            # How many were not replaced is said, and not which.
            kept = {one["_id"]: one for one in await self.find({"_id": In(*(one["_id"] for one in documents))})}
            replaced = [
                document
                for document, (_, replacement) in zip(documents, wanted, strict=True)
                if kept.get(document["_id"]) == _as_it_comes_back(replacement)
            ]
        for document in replaced:
            document["revision"] += 1
        return replaced

    async def delete(self, where: Where) -> int:
        """Delete the documents for which that holds; returns how many there were."""
        (condition,) = mongo_filters(where)
        with connection_trouble:
            result = await self._collection.delete_many(condition)
        return result.deleted_count


def _replacing(document: Document) -> tuple[Document, Document]:
    """What must be kept, and what takes its place."""
    present = {"_id": document["_id"], "revision": document["revision"]}
    return present, to_stored(document) | {"revision": document["revision"] + 1}


def _as_it_comes_back(stored: Document) -> Document:
    return from_stored(bson.decode(bson.encode(stored), INSTANTS_IN_UTC))


def _is_about_id(error: Mapping[str, Any]) -> bool:
    if "keyPattern" in error:
        return "_id" in error["keyPattern"]
    return str(error.get("errmsg", "")).endswith("._id")
