"""Run the service alone: `python -m services.motion_analysis`."""

from services.motion_analysis.settings import Settings
from services.motion_analysis.stage import make_stage
from shared.kit.service import run_services
from shared.kit.settings import read

if __name__ == "__main__":
    run_services([make_stage(read(Settings))])
