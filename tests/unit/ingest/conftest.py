from collections.abc import Callable
from pathlib import Path

import pytest

from services.ingest.preparation import Folder, prepare
from shared.contracts.reports.ingest import IngestReport
from shared.media import MediaLimits

Prepare = Callable[[Path], tuple[IngestReport, Path]]


@pytest.fixture
def prepared(tmp_path: Path) -> Prepare:
    made = tmp_path / "made"
    made.mkdir()

    def run(path: Path) -> tuple[IngestReport, Path]:
        folder = Folder(made, tmp_path / "spool")
        return prepare(path, folder, MediaLimits(), sha256="abc", say=lambda _fraction: None), made

    return run
