"""What every event class has: a type, a topic, a subject, and its place in an envelope."""

from datetime import datetime
from typing import ClassVar, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from shared.contracts.envelope import Envelope, MalformedMessage
from shared.contracts.ids import new_id
from shared.contracts.topics import Topic


class Event(BaseModel):
    """Something that happened or is offered; a class is one type of message.

    Attributes:
        event_type: The CloudEvents type.
        topics: Where it may be said; more than one only for offers, which have a topic for each stage.
        subject_field: The field that is the envelope's subject and the record's key.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_type: ClassVar[str]
    topics: ClassVar[tuple[Topic, ...]]
    subject_field: ClassVar[str] = "run_id"

    @property
    def subject(self) -> str:
        """The id of what this is about."""
        return str(getattr(self, self.subject_field))

    @property
    def topic(self) -> Topic:
        """Where this event is said."""
        return self.topics[0]

    @classmethod
    def read(cls, envelope: Envelope) -> Self:
        """The event in an envelope.

        Raises:
            MalformedMessage: The data does not fit this class.
        """
        try:
            return cls.model_validate(envelope.data)
        except ValidationError as error:
            raise MalformedMessage(f"{envelope.type} {envelope.id}: {error}") from error

    def enclose(
        self,
        *,
        source: str,
        time: datetime,
        correlation_id: str,
        event_id: str | None = None,
        causation_id: str | None = None,
        organization_id: str | None = None,
    ) -> Envelope:
        """Put the event into an envelope; without `event_id` it gets a new one."""
        return Envelope(
            id=event_id or new_id(),
            source=f"/rushes/{source}",
            type=self.event_type,
            subject=self.subject,
            time=time,
            dataschema=f"urn:rushes:schema:{self.event_type}",
            data=self.model_dump(mode="json"),
            correlationid=correlation_id,
            causationid=causation_id,
            organizationid=organization_id,
        )
