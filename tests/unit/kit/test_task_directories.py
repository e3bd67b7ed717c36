from pathlib import Path

from shared.kit.runner import TaskDirectories


def test_directories_of_dead_processes_are_removed_and_those_of_living_ones_kept(tmp_path: Path) -> None:
    dead = TaskDirectories(tmp_path).__enter__()
    (dead.new() / "big").write_bytes(b"1")
    assert dead._lock
    dead._lock.close()
    with TaskDirectories(tmp_path) as living:
        assert not dead._own.exists()
        kept = living.new()
        with TaskDirectories(tmp_path):
            assert kept.exists()
        assert kept.stat().st_mode & 0o077 == 0
    assert list(tmp_path.iterdir()) == []
