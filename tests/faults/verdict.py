"""What must be true after everything was killed, whatever the order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from shared.contracts.artifacts import REPORT
from shared.contracts.envelope import Envelope

TERMINAL = ("dev.rushes.video.analysis.completed.v1", "dev.rushes.video.analysis.failed.v1")
STAGES = ("ingest", "video_analysis", "transcription", "insights")


def complaints(
    *, statuses: Mapping[str, str], public: Sequence[Envelope], verified: AbstractSet[str], stored: Sequence[str]
) -> list[str]:
    """One sentence for everything that is not as it must be.

    Args:
        statuses: The final status of each analysis, by id.
        public: Everything said on the topic of public events.
        verified: The ids of the messages whose signatures the receiver has verified.
        stored: Every object key in the bucket of artifacts.
    """
    found = [f"analysis {run} ended {status}" for run, status in statuses.items() if status != "completed"]
    told: dict[str, set[str]] = {run: set() for run in statuses}
    for envelope in public:
        if envelope.type in TERMINAL:
            told.setdefault(envelope.subject, set()).add(envelope.id)
    found += [f"analysis {run} has {len(ids)} terminal event ids" for run, ids in told.items() if len(ids) != 1]
    expected = {message for ids in told.values() for message in ids}
    found += [f"the receiver never got {message}" for message in expected - verified]
    reports = Counter(key.split("/")[0] for key in stored if key.endswith(f"/{REPORT}"))
    found += [
        f"{stage} stored {reports[stage]} artifacts for {len(statuses)} files"
        for stage in STAGES
        if reports[stage] != len(statuses)
    ]
    return found


def worked_twice(facts: Sequence[Envelope]) -> list[str]:
    """Artifacts that were computed and stored more than once."""
    by_address: dict[str, set[str]] = {}
    for envelope in facts:
        if envelope.type == "dev.rushes.stage.completed.v1" and not envelope.data["reused"]:
            address = f"{envelope.data['stage']}/{envelope.data['artifact']['address']}"
            by_address.setdefault(address, set()).add(envelope.id)
    return [f"{address} was stored {len(ids)} times" for address, ids in by_address.items() if len(ids) > 1]
