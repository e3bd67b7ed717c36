"""Bring scorings whose result is decided to their deals (`core/scorings.py` says why it takes two steps)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.gateway.core import scorings
from services.gateway.core.endings import run_completed
from services.gateway.speaking import say_with
from services.gateway.store import Document, Store
from shared.kit.outbox import Relay


@dataclass(frozen=True)
class Landing:
    """May be called by anyone, any number of times, by several processes at once: the deal's revision decides."""

    store: Store
    relay: Relay
    clock: Callable[[], datetime]

    async def load(self, scoring_id: str) -> Document | None:
        """The scoring as it may be shown: one that lands is completed first, and its deal has the result by then."""
        scoring = await self.store.runs.get(scoring_id)
        while scoring is not None and scorings.is_landing(scoring):
            deal = await self.store.deals.get(scoring["deal_id"])
            # Read after the deal: if another scoring has been the deal's since, this one is closed by now.
            scoring = await self.store.runs.get(scoring_id)
            if scoring is not None and scorings.is_landing(scoring):
                await self._bring(scoring, deal)
                scoring = await self.store.runs.get(scoring_id)
        return scoring

    async def landed(self, scoring: Document) -> Document:
        """The same of a scoring that was read already."""
        return (await self.load(scoring["_id"]) or scoring) if scorings.is_landing(scoring) else scoring

    async def _bring(self, scoring: Document, deal: Document | None) -> None:
        """Give the deal the result and close the scoring; where somebody else was first, nothing is changed."""
        now = self.clock()
        if deal is not None and not scorings.has_landed(deal, scoring):
            if deal.get("scoring_id") is not None:
                # Until it is closed, the deal is all that says of the scoring before this one that it has landed.
                await self.load(deal["scoring_id"])
            scorings.land(deal, scoring, now)
            if not await self.store.deals.replace(deal):
                return
        landed_at = now if deal is None else deal["scored_at"]
        scorings.close(scoring, landed_at)
        self.relay.settle(scoring)
        say_with(scoring, (run_completed(scoring, landed_at), scorings.completed(scoring)), landed_at)
        if await self.store.runs.replace(scoring):
            self.relay.hurry(self.store.runs, scoring)
