"""The outbox: what is said commits with the document that says it, and is published from there at least once."""

from shared.kit.outbox.entries import NO_DUE, speak
from shared.kit.outbox.relay import Publisher, Relay

__all__ = ["NO_DUE", "Publisher", "Relay", "speak"]
