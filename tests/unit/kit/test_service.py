import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from shared.kit.service import models
from shared.kit.service.host import beginning, taking
from shared.kit.service.models import Models
from shared.kit.service.settings import WorkerSettings
from shared.testkit.stages import make_play_stage, warm_badly, warm_slowly

PLAIN = make_play_stage("ingest", warm=warm_slowly)
NEEDY = make_play_stage("transcription", models=("whisper", "voice"), warm=warm_badly)


class Shelf:
    """A manifest of models of which some cannot be had."""

    def __init__(self, *missing: str) -> None:
        self.missing = set(missing)

    def model_digest(self, name: str) -> str:
        return f"digest of {name}"

    def model_path(self, name: str, models_dir: Path) -> Path:
        if name in self.missing:
            raise OSError(f"no source has {name}")
        return models_dir / name


async def test_models_are_there_once_they_are_fetched(tmp_path: Path) -> None:
    known = Models([PLAIN, NEEDY], tmp_path, Shelf())
    assert not known.are_there()
    await known.fetch()
    assert known.are_there()
    assert known.digests() == {"whisper": "digest of whisper", "voice": "digest of voice"}


async def test_a_missing_model_holds_up_its_own_stage_alone_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(models, "NEXT_TRY_SECONDS", 0.01)
    shelf = Shelf("voice")
    known = Models([PLAIN, NEEDY], tmp_path, shelf)
    await known.fetch()
    assert known.are_there(PLAIN)
    assert not known.are_there(NEEDY)
    waiting = asyncio.create_task(known.wait(NEEDY))
    fetching = asyncio.create_task(known.keep_fetching())
    await asyncio.sleep(0.05)
    assert not waiting.done()
    shelf.missing.clear()
    await asyncio.wait_for(asyncio.gather(waiting, fetching), 10)


async def test_a_stage_takes_no_offer_before_its_models_are_there(tmp_path: Path) -> None:
    shelf = Shelf("voice")
    known = Models([NEEDY], tmp_path, shelf)
    await known.fetch()

    class Taker:
        stage = NEEDY
        taken = 0

        async def take(self) -> None:
            self.taken += 1

    runner = Taker()
    take = asyncio.create_task(taking(runner, known)())  # type: ignore[arg-type]
    await asyncio.sleep(0.01)
    assert runner.taken == 0
    shelf.missing.clear()
    await known.fetch()
    await take
    assert runner.taken == 1


async def test_only_stages_whose_models_are_there_are_warmed_and_the_cores_are_shared_out(tmp_path: Path) -> None:
    settings = WorkerSettings(
        kafka_bootstrap_servers="a:1",
        mongodb_uri="mongodb://a",
        s3_endpoint_url="http://a",
        s3_access_key_id="a",
        s3_secret_access_key="a",
        rushes_models_dir=tmp_path,
        worker_processes=256,
    )
    known = Models([PLAIN, NEEDY], tmp_path, Shelf("voice"))
    await known.fetch()
    told = beginning("workers", [PLAIN, NEEDY], known, settings)
    assert told.warm == (warm_slowly,)
    assert told.threads == 1
    assert told.models_dir.is_absolute()


async def test_stages_without_models_need_no_manifest(tmp_path: Path) -> None:
    known = Models([PLAIN], tmp_path)
    await known.fetch()
    assert known.are_there()
    assert known.digests() == {}


def test_stages_with_models_need_a_manifest(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="whisper"):
        Models([NEEDY], tmp_path)


def test_an_entry_point_is_light_until_it_runs() -> None:
    heavy = "['faststream', 'fastapi', 'pymongo', 'minio', 'uvicorn']"
    code = f"import sys, shared.kit.service, shared.kit.stage; print([m for m in {heavy} if m in sys.modules])"
    root = Path(__file__).parents[3]
    printed = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)  # noqa: S603  our own line
    assert printed.stdout.strip() == "[]"
