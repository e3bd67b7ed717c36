from fractions import Fraction
from pathlib import Path

from shared.media import frame_at, pick_frames
from shared.testkit.clips import valid


def test_each_instant_gives_the_frame_that_is_shown_then(tmp_path: Path) -> None:
    clip = valid.cuts(tmp_path / "clip.mp4")
    instants = [0.0, 0.99, 1.0, 1.0, 9.0, 0.5]
    picked = list(pick_frames(clip, instants))
    assert [frame.timestamp for frame in picked] == [Fraction(index, 24) for index in (0, 23, 24, 24, 47, 12)]
    assert [frame.index for frame in picked] == list(range(6))
    assert all((frame.rgb() == frame_at(clip, at).rgb()).all() for frame, at in zip(picked, instants, strict=True))


def test_nothing_asked_is_nothing_given(tmp_path: Path) -> None:
    assert list(pick_frames(valid.cuts(tmp_path / "clip.mp4"), [])) == []
