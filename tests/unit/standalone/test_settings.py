import stat
from pathlib import Path

import pytest

from deploy.standalone.assembly import choose_endpoints
from deploy.standalone.settings import NAMES, PARTS, Settings, cache_directory, keep_admin_token, link_models

PORTS = {"kafka": 1, "mongodb": 2, "s3": 3}


def settings(host: str = "127.0.0.1", only: tuple[str, ...] = NAMES, **environment: str) -> Settings:
    return Settings(Path("/data"), host, 8000, only, environment)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("rushes.local", "http://rushes.local:8000"),
    ],
)
def test_the_url_is_one_that_a_browser_here_can_open(host: str, url: str) -> None:
    assert settings(host).url == url


def test_all_parts_are_ours_when_the_user_names_none() -> None:
    assert all(settings().starts(name) for name in NAMES)
    endpoints = choose_endpoints(settings(), PORTS)
    assert endpoints.known() == {
        "kafka": "127.0.0.1:1",
        "mongodb": "mongodb://127.0.0.1:2/?w=majority",
        "mongodb_database": "rushes",
        "s3": "http://127.0.0.1:3",
    }


def test_a_part_that_the_user_runs_is_used_and_not_started() -> None:
    mine = settings(MONGODB_URI="mongodb://db/?w=majority", MONGODB_DATABASE="mine", S3_ENDPOINT_URL="https://s3")
    assert [name for name in NAMES if mine.starts(name)] == ["kafka", "gateway", "workers", "webhook_dispatcher"]
    endpoints = choose_endpoints(mine, PORTS)
    assert (endpoints.mongodb, endpoints.mongodb_database, endpoints.s3) == (
        "mongodb://db/?w=majority",
        "mine",
        "https://s3",
    )


def test_parts_left_out_are_not_named() -> None:
    assert set(choose_endpoints(settings(only=("kafka",)), PORTS).known()) == {"kafka", "mongodb_database"}
    assert not settings(only=PARTS).starts("gateway")


def test_the_admin_token_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "admin-token"
    token = keep_admin_token(file, None)
    assert len(token) >= 32
    assert keep_admin_token(file, None) == token
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert keep_admin_token(file, "the user's own") == "the user's own"


def test_data_directories_share_the_models(tmp_path: Path) -> None:
    for name in ("one", "two", "two"):
        (tmp_path / name).mkdir(exist_ok=True)
        link_models(tmp_path / name / "models", tmp_path / "cache")
    (tmp_path / "one" / "models" / "weights.bin").write_bytes(b"w")
    assert (tmp_path / "two" / "models" / "weights.bin").read_bytes() == b"w"


def test_a_models_directory_of_the_users_own_stays(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    link_models(tmp_path / "models", tmp_path / "cache")
    assert not (tmp_path / "models").is_symlink()


def test_the_cache_can_be_moved(tmp_path: Path) -> None:
    assert cache_directory({"RUSHES_CACHE_DIR": str(tmp_path)}) == tmp_path
    assert cache_directory({"XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "rushes"
