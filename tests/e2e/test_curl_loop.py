"""A client written for the original polls an analysis with curl and jq: only address, key and video are its own."""

import os
import secrets
import shutil
import subprocess
from pathlib import Path

import orjson
import pytest

from deploy.standalone.stack import Stack
from shared.testkit.client import Client, Tenant

BASH = shutil.which("bash") or "bash"
CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"

POLL = """
ANALYSIS=$(curl -s -X POST "$LYMO_BASE/v1/videos/$VIDEO/analyses" \\
  -H "Authorization: Bearer $LYMO_KEY" | jq -r .data.id)

while true; do
  STATUS=$(curl -s "$LYMO_BASE/v1/videos/$VIDEO/analyses/$ANALYSIS" \\
    -H "Authorization: Bearer $LYMO_KEY" | jq -r .data.status)
  [ "$STATUS" != "processing" ] && break
  sleep 5
done

echo "Analysis finished with status: $STATUS"
"""

ONCE = """
curl -X POST "$LYMO_BASE/v1/videos/$VIDEO/analyses" \\
  -H "Authorization: Bearer $LYMO_KEY" \\
  -H "Idempotency-Key: $(openssl rand -hex 16)"
"""

SOONER = "sleep() { command sleep 0.2; }\n"
"""The loop waits 5 s between its looks; the test has seen enough of that."""

needs = pytest.mark.skipif(
    not all(map(shutil.which, ("bash", "curl", "jq", "openssl"))), reason="the client needs curl, jq and openssl"
)


@pytest.fixture(scope="module")
async def shop(client: Client) -> tuple[Tenant, str]:
    tenant = await client.tenant("polled by curl")
    video = await client.upload(tenant, CLIP)
    await client.until(tenant, f"/videos/{video['id']}", "ready")
    return tenant, video["id"]


def pasted(script: str, stack: Stack, shop: tuple[Tenant, str]) -> str:
    """What the script prints where the original's three variables are set."""
    tenant, video_id = shop
    own = {"LYMO_BASE": f"{stack.url}/platform", "LYMO_KEY": tenant.key, "VIDEO": video_id}
    run = subprocess.run(  # noqa: S603  the client's own words
        [BASH, "-c", script], env=os.environ | own, capture_output=True, text=True, timeout=240, check=True
    )
    return run.stdout


@needs
def test_the_polling_loop_ends_with_the_status_of_the_analysis(stack: Stack, shop: tuple[Tenant, str]) -> None:
    assert pasted(SOONER + POLL, stack, shop) == "Analysis finished with status: completed\n"


@needs
def test_each_run_with_a_fresh_key_begins_an_analysis_and_each_repetition_none(
    stack: Stack, shop: tuple[Tenant, str]
) -> None:
    first, second = (orjson.loads(pasted(ONCE, stack, shop)) for _ in range(2))
    assert {one["data"]["status"] for one in (first, second)} == {"processing"}
    assert first["data"]["id"] != second["data"]["id"]
    repeated = ONCE.replace("$(openssl rand -hex 16)", secrets.token_hex(16))
    assert pasted(repeated, stack, shop) == pasted(repeated, stack, shop)
