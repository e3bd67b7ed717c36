import shutil
from pathlib import Path

import pytest

from services.ingest.settings import Settings
from services.ingest.stage import make_stage
from shared.contracts.artifacts import SourceReference
from shared.contracts.failures import PermanentFailure
from shared.kit.stage import Inputs
from shared.testkit.clips import valid


def inputs_of(directory: Path, clip: Path) -> Inputs:
    shutil.copy(clip, directory / "source")
    reference = SourceReference(bucket="b", key="k", size_bytes=clip.stat().st_size, sha256="5" * 64)
    return Inputs(directory=directory, source_reference=reference, models_dir=directory)


def test_the_stage_writes_all_files_that_its_report_names(tmp_path: Path) -> None:
    stage = make_stage(Settings())
    said: list[float] = []
    inputs = inputs_of(tmp_path, valid.cuts(tmp_path / "clip.mp4", rate=120))
    report = stage.run(inputs, stage.parameters, said.append)
    assert report.sha256 == "5" * 64
    names = {report.proxy, report.audio, report.statistics, report.thumbnail}
    assert {path.name for path in (tmp_path / "output").iterdir()} == names
    assert said == sorted(said)
    assert all(0 <= fraction <= 1 for fraction in said)
    assert said


def test_the_operators_limits_hold_and_change_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = make_stage(Settings())
    monkeypatch.setenv("MAX_DURATION_SECONDS", "1")
    strict = make_stage(Settings())
    with pytest.raises(PermanentFailure) as caught:
        strict.run(inputs_of(tmp_path, valid.cuts(tmp_path / "clip.mp4")), strict.parameters, lambda _fraction: None)
    assert caught.value.code == "too_long"
    addresses = {
        stage.address(stage.parameters, source_sha256="5", inputs={}, model_digests={}) for stage in (free, strict)
    }
    assert len(addresses) == 2
