"""A gateway without an operator's token (admin contract, section 1)."""

from shared.testkit.gateways import GatewayProcess


async def test_item_01_without_a_token_configured_the_face_is_not_there(api, stack):
    async with GatewayProcess(stack.parts, {}) as tokenless:
        for token in (None, stack.admin_token):
            answer = await api.call("GET", "/admin/v1/organizations", token, at=tokenless.url)
            assert answer.error == (404, "not_found")
        assert (await api.call("GET", "/v1/videos", at=tokenless.url)).status == 401
