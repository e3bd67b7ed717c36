import pytest

from services.gateway.core.token_bucket import Rate
from services.gateway.settings import Settings
from shared.kit.settings import read

PARTS = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "MONGODB_URI": "mongodb://127.0.0.1:27017",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9000",
    "S3_ACCESS_KEY_ID": "a",
    "S3_SECRET_ACCESS_KEY": "b",
}


@pytest.fixture
def settings_of(monkeypatch):
    def make(**variables):
        for name, value in (PARTS | variables).items():
            monkeypatch.setenv(name, value)
        return read(Settings)

    return make


def test_the_defaults_are_those_of_the_contract(settings_of, monkeypatch):
    monkeypatch.delenv("ADMIN_TOKEN", raising=False)
    settings = settings_of()
    assert settings.admin_token is None
    assert settings.limits.upload_bytes == 10_240 * 1024 * 1024
    assert settings.limits.run_deadline_seconds == 1800
    assert settings.limits.video_seconds == 21_600
    assert settings.limits.rate is None


def test_a_rate_limit_for_all_is_60_with_a_burst_of_60(settings_of):
    assert settings_of(RATE_LIMIT_ENABLED="true").limits.rate == Rate(per_minute=60, burst=60)
    assert settings_of(RATE_LIMIT_ENABLED="true", RATE_LIMIT_PER_MINUTE="2", RATE_LIMIT_BURST="3").limits.rate == Rate(
        2, 3
    )


def test_a_short_token_of_the_operator_ends_the_process_without_showing_it(settings_of, capsys):
    token = "x" * 31
    with pytest.raises(SystemExit) as ended:
        settings_of(ADMIN_TOKEN=token)
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert "ADMIN_TOKEN" in said
    assert token not in said


def test_the_token_is_in_no_representation(settings_of):
    token = "t" * 40
    assert token not in repr(settings_of(ADMIN_TOKEN=token))
