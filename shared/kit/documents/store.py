"""The connection to the document store."""

from typing import Self

from pymongo import AsyncMongoClient

from shared.kit.documents.collection import Collection, connection_trouble
from shared.kit.documents.expiry import EVERY_SECONDS, Expiry
from shared.kit.documents.stored import Document


class Documents:
    """One database of the document store."""

    def __init__(
        self, client: AsyncMongoClient[Document], database: str, *, expiry_seconds: float = EVERY_SECONDS
    ) -> None:
        """Use a client that is there; what has expired is deleted every `expiry_seconds`."""
        self._client = client
        self._expiry = Expiry(expiry_seconds)
        self._database = client[database]

    @classmethod
    def connect(cls, uri: str, database: str, *, patience_seconds: float = 5.0, silence_seconds: float = 30.0) -> Self:
        """Make a client; it connects at the first use.

        Args:
            uri: `mongodb://…`. Writes wait for `w=majority` whatever it says: less loses acknowledged writes on a kill.
            database: The database's name.
            patience_seconds: How long an operation waits for a server or a free connection before StoreUnavailable.
            silence_seconds: How long a connected server may take for an answer before StoreUnavailable.
        """
        patience_milliseconds = round(patience_seconds * 1000)
        client: AsyncMongoClient[Document] = AsyncMongoClient(
            uri,
            w="majority",
            serverSelectionTimeoutMS=patience_milliseconds,
            connectTimeoutMS=patience_milliseconds,
            waitQueueTimeoutMS=patience_milliseconds,
            socketTimeoutMS=round(silence_seconds * 1000),
        )
        return cls(client, database)

    def collection(self, name: str) -> Collection:
        """The collection of that name; keep it: it holds what its reads need."""
        return Collection(self._database, name, self._expiry)

    async def ping(self) -> None:
        """Return when the store answers.

        Raises:
            StoreUnavailable: It does not.
        """
        with connection_trouble:
            await self._client.admin.command("ping")

    async def close(self) -> None:
        """Close all connections."""
        await self._expiry.stop()
        await self._client.close()
