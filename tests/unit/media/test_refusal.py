import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.contracts.failures import PermanentFailure
from shared.media import MediaLimits
from shared.media.source import open_source
from shared.testkit.clips import hostile, valid


def refused(path: Path, limits: MediaLimits | None = None) -> tuple[str, str]:
    with pytest.raises(PermanentFailure) as caught, open_source(path, limits or MediaLimits()) as source:
        for _ in source.decode():
            pass
    return str(caught.value.code), caught.value.message


@pytest.mark.parametrize(
    ("make", "code", "words"),
    [
        (hostile.empty, "unreadable", "is empty"),
        (hostile.random_bytes, "unreadable", "not a video"),
        (hostile.document, "unreadable", "PDF"),
        (hostile.image, "unreadable", "PNG image"),
        (lambda path: hostile.image(path, "mjpeg"), "unreadable", "JPEG image"),
        (hostile.audio_only, "unreadable", "sound but no video"),
        (hostile.audio_with_cover, "unreadable", "sound but no video"),
        (hostile.cut_off, "unreadable", "cut off"),
        (hostile.without_index, "unreadable", "not a video"),
        (hostile.declared_giant, "resolution_too_high", "30000x30000"),
        (hostile.eleven_hours, "too_long", "minutes long"),
    ],
)
def test_hostile_files_are_refused_with_a_sentence(
    tmp_path: Path, make: Callable[[Path], Path], code: str, words: str
) -> None:
    found, sentence = refused(make(tmp_path / "video.mp4"))
    assert found == code
    assert words in sentence
    assert sentence.endswith((".", "orientation."))
    assert "accepted" in sentence.lower()


def test_a_stream_that_truly_is_a_giant_is_refused_without_being_allocated(tmp_path: Path) -> None:
    assert refused(hostile.giant_stream(tmp_path / "video.ts"))[0] == "resolution_too_high"


def test_a_picture_that_becomes_a_giant_is_refused_while_decoding(tmp_path: Path) -> None:
    assert refused(hostile.growing_picture(tmp_path / "video.avi"))[0] == "resolution_too_high"


def test_a_cut_off_matroska_file_is_unreadable(tmp_path: Path) -> None:
    path = valid.cuts(tmp_path / "video.mkv", seconds=4)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    code, sentence = refused(path)
    assert code == "unreadable"
    assert "cut off" in sentence


def test_a_matroska_file_that_lost_only_its_last_bytes_is_read(tmp_path: Path) -> None:
    path = valid.cuts(tmp_path / "video.mkv", seconds=4)
    path.write_bytes(path.read_bytes()[:-200])
    with open_source(path, MediaLimits()) as source:
        assert sum(1 for _ in source.decode()) > 90


def test_limits_hold_in_either_orientation(tmp_path: Path) -> None:
    limits = MediaLimits.of(resolution="60x48", duration_seconds=60, size_mebibytes=1)
    code, sentence = refused(valid.silent(tmp_path / "video.mp4", width=48, height=64), limits)
    assert code == "resolution_too_high"
    assert "48x64" in sentence
    assert "60x48" in sentence


def test_a_file_with_too_many_bytes_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = hostile.random_bytes(tmp_path / "video.mp4", 2**20 + 1)
    limits = MediaLimits.of(resolution="60x48", duration_seconds=60, size_mebibytes=1)
    assert refused(path, limits)[0] == "file_too_large"


@pytest.mark.parametrize("make", [hostile.playlist, hostile.dash_manifest])
@pytest.mark.parametrize("name", ["video.mp4", "video.m3u8", "video.mpd"])
def test_a_playlist_makes_no_request(tmp_path: Path, make: Callable[[Path, str], Path], name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/segment.ts"
        assert refused(make(tmp_path / name, address))[0] == "unreadable"
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_playlist_of_local_files_reads_none_of_them(tmp_path: Path) -> None:
    canary = valid.cuts(tmp_path / "canary.ts")
    assert refused(hostile.playlist(tmp_path / "video.mp4", str(canary)))[0] == "unreadable"


@pytest.mark.parametrize("name", ["video.mp4", "video.ffconcat"])
def test_a_concat_script_reads_no_neighbour(tmp_path: Path, name: str) -> None:
    canary = valid.cuts(tmp_path / "canary.mp4")
    code, sentence = refused(hostile.concat_script(tmp_path / name, canary))
    assert code == "unreadable"
    assert "concat script" in sentence


def test_a_concat_script_in_disguise_is_stopped_by_the_list_of_containers(tmp_path: Path) -> None:
    canary = valid.cuts(tmp_path / "canary.mp4")
    path = hostile.concat_script(tmp_path / "video.mp4", canary)
    path.write_text("\n\n" + path.read_text().replace("ffconcat version 1.0\n", "ffconcat version 1.0\n\n"))
    assert refused(path)[0] == "unreadable"


def test_what_a_caller_does_wrong_is_not_blamed_on_the_file(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="ours"),
        open_source(valid.silent(tmp_path / "video.mp4"), MediaLimits()),
    ):
        raise ValueError("ours")


def test_a_stream_that_appears_in_mid_file_is_left_alone(tmp_path: Path) -> None:
    first = valid.silent(tmp_path / "first.ts", frames=240)
    second = valid.cuts(tmp_path / "second.ts")
    path = tmp_path / "video.ts"
    path.write_bytes(first.read_bytes() * 40 + second.read_bytes())
    with open_source(path, MediaLimits()) as source:
        assert sum(1 for _ in source.decode()) >= 40 * 240
