from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.webhook_dispatcher.core import endpoints
from shared.contracts.events import EndpointDeleted, EndpointRegistered

T0 = datetime(2026, 1, 31, 5, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ENDPOINT = "ep_" + "1" * 32


def registration(**changes: Any) -> EndpointRegistered:
    given: dict[str, Any] = {
        "endpoint_id": ENDPOINT,
        "organization_id": "acme",
        "url": "https://hooks.example.com/",
        "events": (),
        "secrets": ("whsec_bmV3",),
        "created_at": T0,
    }
    return EndpointRegistered(**given | changes)


def endpoint(**changes: Any) -> dict[str, Any]:
    made = endpoints.registered(None, registration(), said_at=T0)
    assert made is not None
    return made | changes


def message(**changes: Any) -> dict[str, Any]:
    return {"_id": "msg_1", "organization_id": "acme", "event_type": "video.ready", "occurred_at": T0} | changes


def wants(one: dict[str, Any], *, deal_scoring: bool = True, **changes: Any) -> bool:
    return endpoints.wants(one, message(**changes), deal_scoring=deal_scoring)


def test_a_registration_that_is_heard_again_changes_nothing() -> None:
    assert endpoints.registered(endpoint(), registration(), said_at=T0) is None


def test_newer_secrets_win_and_older_ones_do_not_come_back() -> None:
    rotated = endpoints.registered(
        endpoint(), registration(secrets=("whsec_bmV3ZXI=", "whsec_bmV3")), said_at=T0 + SECOND
    )

    assert rotated is not None
    assert rotated["secrets"] == ["whsec_bmV3ZXI=", "whsec_bmV3"]
    assert endpoints.registered(rotated, registration(), said_at=T0) is None


def test_a_registration_does_not_enable_a_disabled_endpoint() -> None:
    disabled = endpoints.disabled(endpoint(), reason="gone", at=T0)
    assert disabled is not None

    again = endpoints.registered(disabled, registration(), said_at=T0 + SECOND)

    assert again is not None
    assert again["state"] == "disabled"


@pytest.mark.parametrize("known", [None, endpoint()])
def test_a_deleted_endpoint_does_not_come_back(known: dict[str, Any] | None) -> None:
    fact = EndpointDeleted(endpoint_id=ENDPOINT, organization_id="acme")
    deleted = endpoints.deleted(known, fact, said_at=T0, forget_at=T0 + timedelta(days=30))

    assert deleted is not None
    assert deleted["secrets"] == []
    assert deleted["is_closing"]
    assert endpoints.registered(deleted, registration(), said_at=T0 + SECOND) is None
    assert endpoints.deleted(deleted, fact, said_at=T0, forget_at=T0) is None


def test_an_empty_filter_wants_every_event() -> None:
    assert wants(endpoint())
    assert wants(endpoint(), event_type="deal.scoring.failed")


def test_a_filter_wants_what_it_names() -> None:
    one = endpoint(events=["video.analysis.completed"])

    assert wants(one, event_type="video.analysis.completed")
    assert not wants(one, event_type="video.analysis.failed")


def test_another_organizations_message_is_not_wanted() -> None:
    assert not wants(endpoint(), organization_id="other")


def test_what_happened_before_the_registration_is_not_wanted() -> None:
    assert not wants(endpoint(), occurred_at=T0 - SECOND)


@pytest.mark.parametrize("state", ["disabled", "deleted"])
def test_only_enabled_endpoints_get_deliveries(state: str) -> None:
    assert not wants(endpoint(state=state))


def test_deal_scoring_can_be_switched_off() -> None:
    one = endpoint(events=["deal.scoring.completed"])

    assert wants(one, event_type="deal.scoring.completed")
    assert not wants(one, event_type="deal.scoring.completed", deal_scoring=False)
    assert wants(endpoint(), event_type="video.ready", deal_scoring=False)


def test_five_days_of_nothing_but_failures_disable() -> None:
    failing = endpoints.after_failure(endpoint(), at=T0)
    assert failing is not None
    assert endpoints.after_failure(failing, at=T0 + timedelta(days=5) - SECOND) is None

    disabled = endpoints.after_failure(failing, at=T0 + timedelta(days=5))

    assert disabled is not None
    assert disabled["state"] == "disabled"
    assert endpoints.disabling_fact(disabled).reason == "failing"


def test_a_success_begins_the_five_days_anew() -> None:
    failing = endpoints.after_failure(endpoint(), at=T0)
    assert failing is not None
    healed = endpoints.after_success(failing)

    assert healed is not None
    failing_again = endpoints.after_failure(healed, at=T0 + timedelta(days=5))
    assert failing_again is not None
    assert failing_again["state"] == "enabled"
    assert endpoints.after_success(healed) is None


def test_an_endpoint_is_disabled_once() -> None:
    gone = endpoints.disabled(endpoint(), reason="gone", at=T0)
    assert gone is not None

    assert endpoints.disabled(gone, reason="failing", at=T0 + SECOND) is None
    assert gone["disabled_at"] == T0


def test_a_secret_signs_until_its_time_and_the_newest_for_ever() -> None:
    endpoint = {"secrets": ["new", "old"], "secrets_until": [None, T0]}
    assert endpoints.signing_secrets(endpoint, at=T0 - timedelta(seconds=1)) == ["new", "old"]
    assert endpoints.signing_secrets(endpoint, at=T0) == ["new"]
    assert endpoints.signing_secrets({"secrets": ["only"], "secrets_until": []}, at=T0) == ["only"]


def test_only_a_disabled_endpoint_is_enabled_again() -> None:
    for state, becomes in (("enabled", None), ("deleted", None), ("disabled", "enabled")):
        after = endpoints.enabled({"_id": "ep_1", "organization_id": "acme", "state": state}, at=T0)
        assert (after and after["state"]) == becomes
    assert endpoints.enabled(None, at=T0) is None


def test_a_test_message_is_owed_to_nobody_who_did_not_ask_for_it() -> None:
    endpoint = {"state": "enabled", "organization_id": "acme", "events": [], "created_at": T0}
    message = {"event_type": "webhook.test", "organization_id": "acme", "occurred_at": T0}
    assert not endpoints.wants(endpoint, message, deal_scoring=True)
    assert endpoints.wants(endpoint, message | {"event_type": "video.ready"}, deal_scoring=True)
