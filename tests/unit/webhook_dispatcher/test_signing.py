import base64

from standardwebhooks import Webhook

from services.webhook_dispatcher.core.signing import headers, signature
from shared.contracts.instants import now

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
OTHER_SECRET = "whsec_" + base64.b64encode(b"x" * 24).decode()


def test_the_published_vector() -> None:
    made = signature(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_both_header_families_say_the_same() -> None:
    sent = headers([SECRET], "msg_1", 1614265330, b"{}")

    assert sent["Content-Type"] == "application/json"
    assert sent["User-Agent"] == "Rushes-Webhooks/1.0"
    for name in ("id", "timestamp", "signature"):
        assert sent[f"webhook-{name}"] == sent[f"svix-{name}"]
    assert sent["webhook-timestamp"] == "1614265330"
    assert len(sent) == 8


def test_every_secret_signs_newest_first_and_each_verifies_with_the_receiving_library() -> None:
    body = '{"name":"Grüße"}'.encode()
    sent = headers([OTHER_SECRET, SECRET], "msg_1", int(now().timestamp()), body)

    newest, oldest = sent["webhook-signature"].split(" ")
    assert newest == signature(OTHER_SECRET, "msg_1", int(sent["webhook-timestamp"]), body)
    assert newest != oldest
    for secret in (SECRET, OTHER_SECRET):
        assert Webhook(secret).verify(body, sent) == {"name": "Grüße"}
