from pathlib import Path

import pytest

from shared.contracts.artifacts import SourceReference
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.stage import SOURCE, Inputs
from shared.testkit.stages import PlayReport, make_play_stage, place_inputs

REFERENCE = SourceReference(bucket="rushes-media", key="a", size_bytes=1, sha256="0" * 64)


def test_a_stage_reads_whole_artifacts_or_named_files_of_them() -> None:
    stage = make_play_stage("insights", reads=("ingest/audio.*", "ingest/statistics.npz", "transcription", SOURCE))
    assert stage.input_stages == ("ingest", "transcription")
    assert stage.reads_source
    wanted = ["report.json", "audio.flac", "statistics.npz", "proxy.mp4"]
    assert [stage.wants("ingest", name) for name in wanted] == [True, True, True, False]
    assert stage.wants("transcription", "anything.bin")
    assert not stage.wants("video_analysis", "report.json")


def test_an_offers_parameters_take_the_place_of_the_stages_own() -> None:
    parameters = make_play_stage().parameters_for({"word": "x"})
    assert (parameters.word, parameters.behaviour) == ("x", "none")


@pytest.mark.parametrize("overrides", [{"steps": "many"}, {"unknown": 1}])
def test_parameters_that_do_not_fit_are_a_permanent_failure(overrides: dict[str, object]) -> None:
    with pytest.raises(PermanentFailure) as failure:
        make_play_stage().parameters_for(overrides)
    assert failure.value.code == FailureCode.INTERNAL_ERROR


def test_the_address_changes_with_all_that_determines_the_output_and_nothing_else() -> None:
    stage = make_play_stage(reads=("transcription",), models=("m",))
    base = {"source_sha256": "a", "inputs": {"transcription": "1", "other": "2"}, "model_digests": {"m": "d", "n": "e"}}
    first = stage.address(stage.parameters, **base)
    assert stage.address(stage.parameters, **base | {"inputs": {"transcription": "1"}}) == first
    assert stage.address(stage.parameters, **base | {"model_digests": {"m": "d"}}) == first
    others = [
        stage.address(stage.parameters_for({"word": "x"}), **base),
        stage.address(stage.parameters, **base | {"source_sha256": "b"}),
        stage.address(stage.parameters, **base | {"inputs": {"transcription": "3"}}),
        stage.address(stage.parameters, **base | {"model_digests": {"m": "f"}}),
        make_play_stage(reads=("transcription",), models=("m",), version=2).address(stage.parameters, **base),
    ]
    assert len({first, *others}) == 6


@pytest.mark.parametrize("name", ["../escape", "/etc/passwd", "a/../../b", ""])
def test_no_file_lies_outside_the_task(tmp_path: Path, name: str) -> None:
    inputs = Inputs(directory=tmp_path, source_reference=REFERENCE, models_dir=tmp_path)
    with pytest.raises(ValueError, match="no name"):
        inputs.file("ingest", name)
    with pytest.raises(ValueError, match="no name"):
        inputs.output(name)


def test_inputs_give_reports_and_files(tmp_path: Path) -> None:
    report = PlayReport(pid=1, word="x")
    inputs = place_inputs(
        tmp_path, artifacts={"ingest": {"report.json": report.model_dump_json().encode(), "a.bin": b"1"}}
    )
    assert inputs.report("ingest", PlayReport) == report
    assert inputs.file("ingest", "a.bin").read_bytes() == b"1"
    assert inputs.output("deep/b.bin").parent.is_dir()
