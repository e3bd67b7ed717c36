"""One request to an OpenAI-compatible server of language models, which may be slow, wrong or hostile."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, SecretStr

LONGEST_ANSWER_BYTES = 256 * 1024
"""Some twenty times what an answer needs; a longer one is not read."""

OK = 200


class Unanswered(Exception):  # noqa: N818  it says what the question stays
    """No answer of use came; the message never holds the key."""


class Writer(BaseModel):
    """Which language model writes; all that is known of it outside is its name and where it runs."""

    model_config = ConfigDict(frozen=True)

    model: str
    host: str
    edition: str


@dataclass(frozen=True)
class Server:
    """Where a language model is asked, and which.

    Attributes:
        url: The base of the API, e.g. `https://host/v1`.
        key: Sent as a bearer token; null where none is needed.
    """

    url: str
    model: str
    timeout_seconds: float
    key: str | None = field(default=None, repr=False)

    @property
    def endpoint(self) -> str:
        """Where completions are made."""
        base = self.url.rstrip("/")
        return base if base.endswith("/chat/completions") else f"{base}/chat/completions"

    @property
    def host(self) -> str:
        """The host, with the port if it is named: all of the URL that may be shown."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else f"{parts.hostname}"

    def writer(self, edition: str) -> Writer:
        """What of it determines a text: part of the address of an artifact, where no key belongs."""
        return Writer(model=self.model, host=self.host, edition=edition)


def server_at(url: str | None, model: str | None, *, key: SecretStr | None, timeout_seconds: float) -> Server | None:
    """The server that settings name; null when they name none."""
    if url is None or model is None:
        return None
    return Server(url=url, model=model, timeout_seconds=timeout_seconds, key=key.get_secret_value() if key else None)


async def ask(server: Server, instructions: str, question: str) -> str:
    """What the model answers.

    Raises:
        Unanswered: The server cannot be reached, refuses, redirects, or says what is no completion.
        TimeoutError: The caller's own limit passed.
    """
    import aiohttp  # noqa: PLC0415  only a pool process that asks needs it

    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    body = {
        "model": server.model,
        "messages": [{"role": "system", "content": instructions}, {"role": "user", "content": question}],
    }
    try:
        async with (
            aiohttp.ClientSession(
                cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=None)
            ) as session,
            # A redirect would carry the key to wherever it points.
            session.post(server.endpoint, json=body, headers=headers, allow_redirects=False) as response,
        ):
            if response.status != OK:
                raise Unanswered(f"the server answered with status {response.status}")
            return completion(await _bounded(response))
    # A key that fits in no header is a ValueError.
    except (aiohttp.ClientError, ValueError) as error:
        raise Unanswered(f"the request failed: {type(error).__name__}") from None


async def _bounded(response: Any) -> bytes:  # noqa: ANN401  aiohttp is imported late
    answer = bytearray()
    async for piece in response.content.iter_any():
        answer += piece
        if len(answer) > LONGEST_ANSWER_BYTES:
            raise Unanswered("the answer is too long")
    return bytes(answer)


def completion(body: bytes) -> str:
    """The text of the first choice.

    Raises:
        Unanswered: The body has another form.
    """
    try:
        content = json.loads(body)["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError, RecursionError):
        raise Unanswered("the answer is no completion") from None
    if not isinstance(content, str):
        raise Unanswered("the answer has no text")
    return content
