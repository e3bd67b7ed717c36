"""Lanes: the deliveries in one process's hands, one lane an endpoint, taken in turn so that none waits for another."""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

from services.webhook_dispatcher.core.deliveries import Document

PROBES = 1
"""Attempts at once at an endpoint whose latest attempt failed: many dead endpoints must not fill all places."""
REMEMBERED_FAILING = 10_000
"""Endpoints whose failure is remembered while nothing waits for them."""


@dataclass
class Lane:
    """One endpoint's deliveries."""

    waiting: deque[Document] = field(default_factory=deque)
    running: int = 0
    is_failing: bool = False


class Lanes:
    """A fair queue over endpoints.

    Attributes:
        overall: Attempts at once in this process.
        for_each: Attempts at once at one endpoint.
    """

    def __init__(self, *, overall: int, for_each: int) -> None:
        self.overall = overall
        self.for_each = for_each
        self.running = 0
        self._lanes: dict[str, Lane] = {}
        self._turns: OrderedDict[str, None] = OrderedDict()  # lanes that have something waiting and a free place
        self._resting: OrderedDict[str, None] = OrderedDict()  # lanes without work whose endpoint failed
        self._held: set[str] = set()
        self._sending: set[str] = set()

    def __contains__(self, delivery_id: str) -> bool:
        return delivery_id in self._held

    def __len__(self) -> int:
        """How many deliveries are held: waiting, running, or sent and not let go yet."""
        return len(self._held)

    def waiting(self, endpoint_id: str) -> int:
        """How many deliveries of that endpoint wait."""
        lane = self._lanes.get(endpoint_id)
        return len(lane.waiting) if lane else 0

    def add(self, delivery: Document) -> None:
        """Let a delivery wait for its turn."""
        endpoint_id = delivery["endpoint_id"]
        lane = self._lanes.setdefault(endpoint_id, Lane())
        self._resting.pop(endpoint_id, None)
        lane.waiting.append(delivery)
        self._held.add(delivery["_id"])
        self._queue(endpoint_id, lane)

    def take(self) -> Document | None:
        """The next delivery to attempt, which runs from now on; None: nothing waits, or all places are taken."""
        if self.running >= self.overall or not self._turns:
            return None
        endpoint_id, _ = self._turns.popitem(last=False)
        lane = self._lanes[endpoint_id]
        delivery = lane.waiting.popleft()
        lane.running += 1
        self.running += 1
        self._sending.add(delivery["_id"])
        self._queue(endpoint_id, lane)
        return delivery

    def sent(self, delivery: Document, *, succeeded: bool | None) -> None:
        """Give the place of a delivery back, which is held on to; `succeeded` None: no attempt was made."""
        endpoint_id = delivery["endpoint_id"]
        self._sending.discard(delivery["_id"])
        lane = self._lanes[endpoint_id]
        lane.running -= 1
        self.running -= 1
        if succeeded is not None:
            lane.is_failing = not succeeded
        if lane.waiting:
            self._queue(endpoint_id, lane)
        elif lane.running == 0:
            self._rest(endpoint_id, lane)

    def done(self, delivery: Document) -> None:
        """Let go of a delivery."""
        if delivery["_id"] in self._sending:
            self.sent(delivery, succeeded=None)
        self._held.discard(delivery["_id"])

    def empty(self) -> list[Document]:
        """Take out everything that waits."""
        waiting = [delivery for lane in self._lanes.values() for delivery in lane.waiting]
        for lane in self._lanes.values():
            lane.waiting.clear()
        self._turns.clear()
        self._held.difference_update(delivery["_id"] for delivery in waiting)
        return waiting

    def _rest(self, endpoint_id: str, lane: Lane) -> None:
        """Forget a lane without work, unless it is one of the latest that failed."""
        self._resting.pop(endpoint_id, None)
        if not lane.is_failing:
            del self._lanes[endpoint_id]
            return
        self._resting[endpoint_id] = None
        if len(self._resting) > REMEMBERED_FAILING:
            forgotten, _ = self._resting.popitem(last=False)
            if not (self._lanes[forgotten].waiting or self._lanes[forgotten].running):
                del self._lanes[forgotten]

    def _queue(self, endpoint_id: str, lane: Lane) -> None:
        places = PROBES if lane.is_failing else self.for_each
        if lane.waiting and lane.running < places and endpoint_id not in self._turns:
            self._turns[endpoint_id] = None
