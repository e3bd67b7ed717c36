"""The workers of the standalone stack with a meter around each stage: `python -m tests.benchmarks.analysis.workers FILE`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.standalone import workers
from shared.kit.service import run_services
from shared.kit.stage import AnyStage
from tests.benchmarks.analysis.meter import metered


def run_metered(stages: Sequence[AnyStage]) -> None:
    run_services([metered(stage, Path(sys.argv[1])) for stage in stages])


if __name__ == "__main__":
    workers.run_services = run_metered
    workers.main()
