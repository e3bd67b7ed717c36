"""The standalone stack's workers, a meter around each stage: `python -m tests.benchmarks.analysis.workers FILE`."""

import sys
from pathlib import Path

from deploy.standalone.workers import make_stages
from shared import models
from shared.kit.service import run_services
from tests.benchmarks.analysis.meter import metered

if __name__ == "__main__":
    run_services([metered(stage, Path(sys.argv[1])) for stage in make_stages()], models)
