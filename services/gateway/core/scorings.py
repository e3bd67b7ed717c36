"""How a scoring's result comes to its deal, and how the scoring ends: pure.

The result and the deal are two documents that readers must see change as one. So a scoring whose work is done is not
yet completed but `landing`: its result is decided and nothing can fail it any more. The replacement of the deal is the
instant at which it counts; whoever meets a scoring that lands, be it a reader, first brings it to its end.
"""

from datetime import datetime
from typing import Any

from services.gateway.core.run import NEVER, RunState
from services.gateway.faces.platform import present_scoring
from shared.contracts.events import DealScoringCompleted, DealScoringFailed, Event
from shared.contracts.ids import derived_id

Document = dict[str, Any]

ALMOST_PERCENT = 99


def decide(scoring: Document, now: datetime) -> None:
    """The work is done: from here on the scoring can only be completed; the sweeper sees to it if nobody else does."""
    run: RunState = scoring["run"]
    run["status"] = "landing"
    run["progress_percent"] = ALMOST_PERCENT
    scoring["attention_at"] = now


def is_landing(scoring: Document) -> bool:
    """Whether its result is decided and it may not be shown before it is with its deal."""
    run: RunState = scoring["run"]
    return run["status"] == "landing"


def has_landed(deal: Document, scoring: Document) -> bool:
    """Whether the deal shows what this scoring found."""
    return bool(deal.get("scoring_id") == scoring["_id"])


def land(deal: Document, scoring: Document, now: datetime) -> None:
    """Give the deal what the scoring found; changes the deal in place."""
    report = scoring["report"]
    deal |= {
        "probability": report["probability"],
        "score_factors": [{"id": derived_id(scoring["_id"], one["factor_id"]), **one} for one in report["factors"]],
        "scoring_id": scoring["_id"],
        "scored_at": now,
        "updated_at": now,
    }


def close(scoring: Document, landed_at: datetime) -> None:
    """End the scoring at the instant at which its deal got the result."""
    scoring["run"] |= {"status": "completed", "current_stage": None, "progress_percent": 100}
    scoring |= {"status": "completed", "finished_at": landed_at, "updated_at": landed_at, "attention_at": NEVER}


def completed(scoring: Document) -> Event:
    """What the world is told of a scoring that succeeded."""
    return DealScoringCompleted(timestamp=scoring["finished_at"], data=present_scoring(scoring, with_result=False))


def failed(scoring: Document) -> Event:
    """What the world is told of a scoring that failed for good."""
    return DealScoringFailed(timestamp=scoring["finished_at"], data=present_scoring(scoring, with_result=False))
