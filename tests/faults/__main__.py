"""Kill every process at random moments during forty analyses and the scorings of a deal, and see that nothing is lost.

`make faults`; `SEED=… make faults` repeats a run's random moments.
"""

import argparse
import asyncio
import os
import random
import secrets
import sys
import tempfile
from pathlib import Path

from deploy.standalone.stack import Stack
from shared.contracts.artifacts import ARTIFACTS_BUCKET
from shared.contracts.topics import PUBLIC_EVENTS, STAGE_FACTS
from shared.kit.objects import Objects
from shared.testkit.client import Client
from shared.testkit.receiver import Receiver
from shared.testkit.variants import variant
from tests.faults.killer import kill_all
from tests.faults.observer import everything_said
from tests.faults.scorings import score_until, untold
from tests.faults.verdict import complaints, worked_twice

CLIP = Path(__file__).resolve().parents[1] / "data" / "short_call.mp4"
SIDE_BY_SIDE = 8
WITHIN_SECONDS = 900.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or secrets.randbelow(10**6)))
    parser.add_argument("--analyses", type=int, default=40)
    parser.add_argument("--kills", type=int, default=3, help="of each process")
    return parser.parse_args()


async def analyse(client: Client, tenant, file: Path, gate: asyncio.Semaphore) -> tuple[str, str]:
    async with gate:
        video = await client.upload(tenant, file)
        path = f"/videos/{video['id']}"
        await client.until(tenant, path, "ready", "failed", within_seconds=WITHIN_SECONDS)
        analysis = await client.post(tenant, f"{path}/analyses")
        path = f"{path}/analyses/{analysis['id']}"
        ended = await client.until(tenant, path, "completed", "failed", within_seconds=WITHIN_SECONDS)
        print(f"{ended['id']} {ended['status']}", flush=True)
        return ended["id"], ended["status"]


async def run(options: argparse.Namespace, folder: Path) -> list[str]:
    files = [variant(CLIP, number, folder) for number in range(options.analyses)]
    with Receiver(folder) as receiver:
        environment = {"WEBHOOK_CA_FILE": str(receiver.ca_file), "WEBHOOK_RETRY_SCALE": "0.02"}
        stack = Stack(folder / "data", environment=environment)
        await asyncio.to_thread(stack.start)
        try:
            async with Client(stack.url, stack.admin_token) as client:
                tenant = await client.tenant("faults", webhook_allowed_hostnames=["localhost"])
                endpoint = await client.post(tenant, "/webhooks", {"url": receiver.url("/hook"), "events": []})
                gate = asyncio.Semaphore(SIDE_BY_SIDE)
                killing = asyncio.create_task(kill_all(stack, random.Random(options.seed), options.kills))
                scoring = asyncio.create_task(score_until(killing, client, tenant))
                ended = dict(await asyncio.gather(*(analyse(client, tenant, file, gate) for file in files)))
                killed = await killing
                scored, seen_apart = await scoring
            found = await judge(stack, receiver, endpoint["secret"], ended, scored)
            print(f"{len(killed)} kills, {len(ended)} analyses, {len(scored)} scorings")
            return found + seen_apart
        finally:
            await asyncio.to_thread(stack.stop)


async def judge(
    stack: Stack, receiver: Receiver, secret: str, ended: dict[str, str], scored: dict[str, str]
) -> list[str]:
    parts = stack.parts
    objects = Objects.connect(parts.s3, parts.s3_access_key_id, parts.s3_secret_access_key)
    for _ in range(120):
        public = await everything_said(parts.kafka, [PUBLIC_EVENTS])
        verified = {one.message_id for one in receiver.received() if one.verified(secret)}
        stored = await objects.list_keys(ARTIFACTS_BUCKET, "")
        found = complaints(statuses=ended, public=public, verified=verified, stored=stored)
        found += untold(scored, public, verified)
        if not found:
            break
        await asyncio.sleep(1)
    found += worked_twice(await everything_said(parts.kafka, [STAGE_FACTS]))
    print(f"{len(receiver.received())} deliveries, all verified")
    return found


def main() -> int:
    options = arguments()
    print(f"seed {options.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="rushes-faults-") as folder:
        found = asyncio.run(run(options, Path(folder)))
    for sentence in found:
        print(sentence)
    print(f"seed {options.seed}: " + (f"{len(found)} complaints" if found else "nothing was lost"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
