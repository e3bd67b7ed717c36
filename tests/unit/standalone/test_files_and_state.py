import json
import stat
from pathlib import Path

import pytest

from deploy.standalone.files import PRIVATE, write_whole
from deploy.standalone.lock import AlreadyRunningError, hold
from deploy.standalone.logs import LARGEST_LOG_BYTES, last_lines, open_log
from deploy.standalone.s3 import S3Keys, S3KeysUnreadableError, keep_keys, read_keys
from deploy.standalone.state import Endpoints, StateFile

URL = "http://127.0.0.1:8000"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "state"
    write_whole(file, "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(file, "\ud800")
    assert file.read_text() == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_the_state_file_has_exactly_the_documented_shape(tmp_path: Path) -> None:
    endpoints = Endpoints("127.0.0.1:1", "mongodb://127.0.0.1:2/?w=majority", "rushes", "http://127.0.0.1:3")
    StateFile(tmp_path / "standalone.json", URL, endpoints).write({"kafka": 7, "gateway": 9})
    assert json.loads((tmp_path / "standalone.json").read_text()) == {
        "url": URL,
        "processes": [{"name": "kafka", "pid": 7}, {"name": "gateway", "pid": 9}],
        "endpoints": {
            "kafka": "127.0.0.1:1",
            "mongodb": "mongodb://127.0.0.1:2/?w=majority",
            "mongodb_database": "rushes",
            "s3": "http://127.0.0.1:3",
        },
    }


def test_a_second_launcher_is_told_who_runs(tmp_path: Path) -> None:
    lock_file = tmp_path / "launcher.lock"
    with (
        hold(lock_file, URL),
        pytest.raises(AlreadyRunningError, match=rf"process \d+ at {URL}"),
        hold(lock_file, "http://127.0.0.1:9000"),
    ):
        pass
    with hold(lock_file, URL):
        pass


def test_the_object_stores_identity_is_made_once_and_private(tmp_path: Path) -> None:
    file = tmp_path / "s3.json"
    keys = keep_keys(file, None, None)
    assert keep_keys(file, None, None) == keys
    assert read_keys(file) == keys
    assert stat.S_IMODE(file.stat().st_mode) == PRIVATE
    assert len(keys.secret_access_key) >= 32


def test_the_users_own_identity_wins(tmp_path: Path) -> None:
    file = tmp_path / "s3.json"
    keep_keys(file, None, None)
    assert keep_keys(file, "mine", "secret") == S3Keys("mine", "secret") == read_keys(file)


def test_a_broken_identity_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "s3.json").write_text('{"identities": []}')
    with pytest.raises(S3KeysUnreadableError, match="delete it"):
        keep_keys(tmp_path / "s3.json", None, None)


def test_a_large_log_gives_way_to_a_new_one(tmp_path: Path) -> None:
    (tmp_path / "kafka.log").write_bytes(b"x" * (LARGEST_LOG_BYTES + 1))
    with open_log(tmp_path, "kafka") as log:
        log.write(b"one\ntwo\nthree\n")
    with open_log(tmp_path, "kafka") as log:
        log.write(b"four\n")
    assert last_lines(tmp_path, "kafka", 2) == "three\nfour"
    assert (tmp_path / "kafka.log.1").stat().st_size == LARGEST_LOG_BYTES + 1


def test_a_log_that_is_not_there_has_no_lines(tmp_path: Path) -> None:
    assert last_lines(tmp_path, "kafka") == ""
