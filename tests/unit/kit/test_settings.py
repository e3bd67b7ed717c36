import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kit.settings import KitSettings, env_example, read

COMPLETE = {
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
    "MONGODB_URI": "mongodb://somebody:hunter2@127.0.0.1:27017/?w=majority",
    "S3_ENDPOINT_URL": "http://127.0.0.1:9000",
    "S3_ACCESS_KEY_ID": "rushes",
    "S3_SECRET_ACCESS_KEY": "hunter2",
}


class Pace(BaseSettings):
    """How fast the sweeper goes."""

    model_config = SettingsConfigDict(env_prefix="SWEEPER_")

    pause_seconds: float = Field(default=0.5, description="Pause between two rounds, in seconds.", gt=0)
    public_url: str = Field(description="Where clients find the gateway.", validation_alias="GATEWAY_PUBLIC_URL")
    password: SecretStr = Field(default=SecretStr("x"), description="Not for anyone.", min_length=1)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for field in KitSettings.model_fields:
        monkeypatch.delenv(field.upper(), raising=False)
    return monkeypatch


def test_settings_come_from_the_environment(environment: pytest.MonkeyPatch) -> None:
    for name, value in COMPLETE.items():
        environment.setenv(name, value)
    settings = read(KitSettings)
    assert settings.kafka_bootstrap_servers == "127.0.0.1:9092"
    assert settings.mongodb_database == "rushes"
    assert "hunter2" not in repr(settings)


def test_each_missing_variable_gets_one_sentence_and_the_process_ends_with_2(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        read(KitSettings)
    assert ended.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ")[0] for line in lines] == list(COMPLETE)
    assert (
        lines[0]
        == "KAFKA_BOOTSTRAP_SERVERS is not set: Kafka brokers to start from, as host:port, separated by commas."
    )


def test_a_wrong_value_is_named_but_not_shown(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("SWEEPER_PAUSE_SECONDS", "hunter2")
    with pytest.raises(SystemExit):
        read(Pace)
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("SWEEPER_PAUSE_SECONDS is wrong, input should be a valid number")
    assert first.endswith(": Pause between two rounds, in seconds.")
    assert second == "GATEWAY_PUBLIC_URL is not set: Where clients find the gateway."
    assert "hunter2" not in first


def test_an_empty_variable_counts_as_not_set(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in COMPLETE.items():
        environment.setenv(name, value)
    environment.setenv("S3_ENDPOINT_URL", "")
    with pytest.raises(SystemExit):
        read(KitSettings)
    assert capsys.readouterr().err.startswith("S3_ENDPOINT_URL is not set")


def test_the_example_holds_every_variable_once_with_its_meaning() -> None:
    text = env_example([KitSettings, Pace, Pace])
    lines = text.splitlines()
    assert "KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:9092" in lines
    assert "# SWEEPER_PAUSE_SECONDS=0.5" in lines
    assert "GATEWAY_PUBLIC_URL=" in lines
    assert lines[lines.index("# SWEEPER_PAUSE_SECONDS=0.5") - 1] == "# Pause between two rounds, in seconds."
    names = [line.removeprefix("# ").split("=")[0] for line in lines if "=" in line and line.split("=")[0].isupper()]
    assert len(names) == len(set(names))


def test_every_setting_of_the_kit_says_what_it_means_in_a_sentence() -> None:
    for name, field in KitSettings.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
