"""What is shown once stands in no log of any process (platform contract, 11.2; admin contract, section 5)."""

import secrets

from shared.testkit.receiver import Receiver


async def test_no_log_holds_a_key_a_secret_or_what_a_call_carried(make_tenant, receiver: Receiver, stack):
    tenant = await make_tenant(webhook_allowed_hostnames=["localhost"])
    foreign = f"lymo_{secrets.token_hex(16)}"
    path, headers = f"/logs-{secrets.token_hex(4)}", {"Idempotency-Key": secrets.token_hex(16)}
    made = await tenant.new_key(import_key=foreign)
    body = {"url": receiver.url(path)}
    endpoint = (await tenant.post("/v1/webhooks", json=body, headers=headers)).data
    assert (await tenant.post("/v1/webhooks", json=body, headers=headers)).data == endpoint
    rotated = (await tenant.post(f"/v1/webhooks/{endpoint['id']}/rotate-secret")).data
    studio = (await tenant.api.admin("GET", f"/organizations/{tenant.id}/studio-webhook-secret")).data
    unknown = f"rsh_live_{secrets.token_hex(20)}"
    for key in (foreign, unknown, f"{unknown}x"):
        await tenant.api.call("GET", "/v1/videos", key)
    await tenant.api.call("GET", "/admin/v1/organizations", unknown)
    await tenant.post(f"/v1/webhooks/{endpoint['id']}/test")
    await receiver.arrived(1, path)
    told = [tenant.key, foreign, unknown, tenant.api.admin_token, stack.parts.s3_secret_access_key]
    told += [endpoint["secret"], rotated["secret"], studio["secret"]]
    written = {file: file.read_bytes() for file in stack.layout.logs.iterdir()}
    assert made["raw_key"] is None
    assert any(written.values())
    for file, content in written.items():
        found = [secret for secret in told if secret.removeprefix("whsec_").encode() in content]
        assert found == [], file.name
