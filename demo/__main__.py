"""The demonstration: a sales call goes in, and what Rushes makes of it comes out.

`make demo` starts a whole Rushes in a private directory, plays the part of a client of its API and of a webhook
receiver, shows what comes back, and stops everything.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from demo.show import Clock, show_analysis, show_progress
from deploy.standalone.stack import Stack
from shared.testkit.client import Client
from shared.testkit.receiver import Receiver

CLIP = Path(__file__).with_name("sales_call.mp4")

console = Console(highlight=False, soft_wrap=True)


async def play(stack: Stack, receiver: Receiver, clock: Clock) -> None:
    """Be the client: organization and key, webhook, upload, analysis, results."""
    async with Client(stack.url, stack.admin_token) as client:
        tenant = await client.tenant("Demo", webhook_allowed_hostnames=["localhost"])
        endpoint = await client.post(tenant, "/webhooks", {"url": receiver.url(), "events": []})
        clock.lap("an organization, a key and a webhook")

        console.print(f"\n[bold]Uploading[/] {CLIP.name}, {CLIP.stat().st_size / 1e6:.1f} MB")
        video = await client.upload(tenant, CLIP)
        clock.lap("the upload")
        video = await client.until(tenant, f"/videos/{video['id']}", "ready", "failed")
        clock.lap("ingest: one decode of the original")
        console.print(f"The video is {video['status']}: {video['duration_seconds']:.1f} s")

        analysis = await client.post(tenant, f"/videos/{video['id']}/analyses")
        path = f"/videos/{video['id']}/analyses/{analysis['id']}"
        console.print(f"[bold]Analysing[/] {analysis['id']}")
        await show_progress(console, client.stream(tenant, f"{path}/stream"), clock)
        analysis = await client.get(tenant, path)
        transcript = await client.get(tenant, f"/videos/{video['id']}/transcript")
        show_analysis(console, analysis, transcript)

        ready, told = await receiver.arrived(2)
        for message in (ready, told):
            body = message.verified(endpoint["secret"])
            console.print(f"[bold]Webhook[/] {body['type']} {message.message_id}: the signature is right")
        clock.lap("the webhooks")


def main() -> int:
    """0 when everything went as it must."""
    clock = Clock()
    with tempfile.TemporaryDirectory(prefix="rushes-demo-") as name:
        folder = Path(name)
        with Receiver(folder) as receiver:
            console.print("[bold]Starting[/] Kafka, the document store, the object store and the services of Rushes")
            stack = Stack(folder / "data", environment={"WEBHOOK_CA_FILE": str(receiver.ca_file)}, is_shown=True)
            with stack:
                clock.lap("starting everything")
                asyncio.run(play(stack, receiver, clock))
                stopping = time.monotonic()
            clock.add("stopping everything", time.monotonic() - stopping)
    clock.show(console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
