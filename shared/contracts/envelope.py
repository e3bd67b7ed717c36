"""The envelope of every message: CloudEvents 1.0, structured JSON.

Source: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.instants import Instant

CONTENT_TYPE = "application/cloudevents+json; charset=utf-8"


class MalformedMessage(Exception):  # noqa: N818  it says what the message is
    """The bytes are no envelope, or its data does not fit its type."""


class Envelope(BaseModel):
    """One message.

    Attributes:
        id: Unique to what is said; a message that is published again keeps it.
        source: Who says it, e.g. `/rushes/gateway`.
        type: e.g. `dev.rushes.stage.completed.v1`.
        subject: The id of what it is about; also the key of the Kafka record.
        correlationid: The run or request that all of this belongs to.
        causationid: The id of the message that led to this one.
        organizationid: The tenant, on public events.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: str
    source: str
    type: str
    subject: str
    time: Instant
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    data: dict[str, Any]
    correlationid: str
    causationid: str | None = None
    organizationid: str | None = None


def encode(envelope: Envelope) -> bytes:
    """The bytes of a message; attributes that are not set are left out."""
    return orjson.dumps(envelope.model_dump(mode="json", exclude_none=True, exclude={"data"}) | {"data": envelope.data})


def decode(message: bytes) -> Envelope:
    """Read a message.

    Raises:
        MalformedMessage: It is not JSON or not an envelope.
    """
    try:
        return Envelope.model_validate(orjson.loads(message))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise MalformedMessage(str(error)) from error
