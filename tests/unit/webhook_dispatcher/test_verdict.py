import pytest

from services.webhook_dispatcher.core.verdict import Outcome, Verdict, heard_retry_after, judge


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(200, "DELIVERED"), (204, "DELIVERED"), (299, "DELIVERED"), (101, "FAILED"), (199, "FAILED"), (300, "FAILED"),
     (302, "FAILED"), (307, "FAILED"), (400, "FAILED"), (404, "FAILED"), (410, "GONE"), (429, "FAILED"),
     (500, "FAILED"), (503, "FAILED"), (600, "FAILED")],
)  # fmt: skip
def test_only_2xx_is_success_and_410_is_the_end(status: int, verdict: str) -> None:
    assert judge(Outcome(response_status=status)) is Verdict[verdict]


@pytest.mark.parametrize("error", ["timeout", "connection_failed", "tls_failed", "dns_failed", "target_forbidden"])
def test_no_response_is_a_failure(error: str) -> None:
    assert judge(Outcome(error=error)) is Verdict.FAILED  # type: ignore[arg-type]


def test_a_host_off_the_list_says_nothing_about_the_endpoint() -> None:
    assert judge(Outcome(error="host_not_allowed")) is Verdict.NOT_ALLOWED


@pytest.mark.parametrize(("status", "heard"), [(429, "7"), (503, "7"), (500, None), (200, None), (301, None)])
def test_retry_after_is_heard_only_where_the_contract_says(status: int, heard: str | None) -> None:
    assert heard_retry_after(Outcome(response_status=status, retry_after="7")) == heard
