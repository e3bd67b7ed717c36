"""Run the service alone: `python -m services.scoring`."""

from services.scoring.settings import Settings
from services.scoring.stage import make_stage
from shared import models
from shared.kit.service import run_services
from shared.kit.settings import read

if __name__ == "__main__":
    run_services([make_stage(read(Settings))], models)
