"""What the sweeper does with a run whose time has come: pure."""

from datetime import datetime

from services.gateway.core import endings
from services.gateway.core.attention import due_at
from services.gateway.core.fold import Change, Document, offer_again, refresh, retry
from services.gateway.core.run import RunState, copied
from shared.contracts.events import Event
from shared.contracts.failures import FailureCode


def sweep(document: Document, now: datetime) -> Change | None:
    """End a run past its deadline, offer again what nobody claimed, give up on attempts that fell silent."""
    run: RunState = document["run"]
    if run["status"] != "processing" or now < document["attention_at"]:
        return None
    document = copied(document)
    run = document["run"]
    if now >= run["deadline_at"]:
        return Change(document, endings.fail(document, *endings.TIMED_OUT, now=now))
    events: list[Event] = []
    for stage in run["stages"]:
        if now < due_at(stage):
            continue
        if stage["status"] == "offered":
            events.append(offer_again(document, stage, now))
        else:
            message = f"The stage {stage['stage']} stopped answering."
            events.extend(retry(document, stage, FailureCode.WORKER_LOST, message, now))
        if run["status"] != "processing":
            break
    else:
        refresh(document, now)
    return Change(document, tuple(events))
