"""The bus: what is said on Kafka and heard from it, at least once, nothing lost, no poisoned message in the way."""

from shared.kit.bus.bus import Bus
from shared.kit.bus.messages import Handler, Heard, MessageTooLarge, Outgoing, Take

__all__ = ["Bus", "Handler", "Heard", "MessageTooLarge", "Outgoing", "Take"]
