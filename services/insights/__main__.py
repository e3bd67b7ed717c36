"""Run the service alone: `python -m services.insights`."""

from shared.kit.service import run_services

from services.insights.settings import Settings
from services.insights.stage import make_stage
from shared.kit.settings import read

if __name__ == "__main__":
    run_services([make_stage(read(Settings))])
