"""Scorings of one deal while everything is killed: they and their deal change as one, or a reader would see it."""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from shared.contracts.envelope import Envelope
from shared.testkit.client import Client, Tenant

TERMINAL = ("dev.rushes.deal.scoring.completed.v1", "dev.rushes.deal.scoring.failed.v1")
SIDE_BY_SIDE = 4
PAUSE_SECONDS = 1.0
WITHIN_SECONDS = 900.0


async def score_until(
    killed: asyncio.Task[list[str]], client: Client, tenant: Tenant
) -> tuple[dict[str, str], list[str]]:
    """Score a new deal again and again, some side by side: each scoring's last status, and what readers saw apart."""
    deal = await client.admin("POST", f"/organizations/{tenant.organization_id}/deals", {"title": "faults"})
    path = f"/deals/{deal['id']}"
    ended: dict[str, str] = {}
    found: list[str] = []

    async def score_again() -> None:
        while not killed.done():
            scoring = await client.post(tenant, f"{path}/scorings")
            one = f"{path}/scorings/{scoring['id']}"
            last = await client.until(tenant, one, "completed", "failed", within_seconds=WITHIN_SECONDS)
            ended[last["id"]] = last["status"]
            await asyncio.sleep(PAUSE_SECONDS)

    reading = asyncio.create_task(read_for_ever(client, tenant, path, found))
    try:
        await asyncio.gather(*(score_again() for _ in range(SIDE_BY_SIDE)))
    finally:
        reading.cancel()
    return ended, found


async def read_for_ever(client: Client, tenant: Tenant, path: str, found: list[str]) -> None:
    """Read the deal, its scorings, and the deal again, and note whatever is seen of one without the other."""
    while True:
        before = await client.get(tenant, path)
        history = await client.get(tenant, f"{path}/scorings?limit=100")
        after = await client.get(tenant, path)
        ends = [one["finished_at"] for one in history if one["status"] == "completed"]
        if before["score_factors"] and before["updated_at"] not in ends:
            found.append(f"the deal was scored at {before['updated_at']}, and no scoring was completed then")
        if ends and after["updated_at"] < max(ends):
            found.append(f"a scoring was completed at {max(ends)}, and the deal was of {after['updated_at']}")


def untold(statuses: Mapping[str, str], public: Sequence[Envelope], verified: AbstractSet[str]) -> list[str]:
    """Scorings that did not succeed, or that were not told to the receiver exactly once."""
    told: dict[str, set[str]] = {scoring: set() for scoring in statuses}
    for envelope in public:
        if envelope.type in TERMINAL:
            told.setdefault(envelope.subject, set()).add(envelope.id)
    return [
        *(f"scoring {scoring} ended {status}" for scoring, status in statuses.items() if status != "completed"),
        *(f"scoring {scoring} has {len(ids)} terminal event ids" for scoring, ids in told.items() if len(ids) != 1),
        *(f"the receiver never got {message}" for ids in told.values() for message in ids - verified),
    ]
