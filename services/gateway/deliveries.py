"""Keep webhook deliveries in step with what the webhook dispatcher says of them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.gateway.core.deliveries import first_told, folded
from services.gateway.store import Document, Store
from shared.contracts.events import DeliveryFact
from shared.kit.bus import Heard
from shared.kit.documents import In

Facts = list[tuple[DeliveryFact, datetime]]


@dataclass(frozen=True)
class Deliveries:
    """The gateway's side of webhook deliveries."""

    store: Store

    async def hear(self, batch: Sequence[Heard]) -> None:
        """Fold a batch of facts, those of one delivery together."""
        facts: dict[str, Facts] = defaultdict(list)
        for heard in batch:
            if isinstance(heard.event, DeliveryFact):
                facts[heard.event.delivery_id].append((heard.event, heard.envelope.time))
        while facts:
            facts = await self._fold(facts)

    async def _fold(self, facts: dict[str, Facts]) -> dict[str, Facts]:
        """Store what the facts make of the deliveries; what is left where somebody else was first."""
        rows = self.store.webhook_deliveries
        known = {row["_id"]: row for row in await rows.find({"_id": In(*facts)})}
        new = [_made(told) for delivery_id, told in facts.items() if delivery_id not in known]
        changed = [row for row in (folded(known[one], facts[one]) for one in known) if row is not None]
        stored = {row["_id"] for row in (*await rows.insert_missing(new), *await rows.replace_all(changed))}
        return {row["_id"]: facts[row["_id"]] for row in (*new, *changed) if row["_id"] not in stored}


def _made(told: Facts) -> Document:
    fact, said_at = told[0]
    row = first_told(fact, said_at)
    return folded(row, told) or row
