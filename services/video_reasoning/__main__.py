"""Run the service alone: `python -m services.video_reasoning`."""

from services.video_reasoning.settings import Settings
from services.video_reasoning.stage import make_stage
from shared.kit.service import run_services
from shared.kit.settings import read

if __name__ == "__main__":
    run_services([make_stage(read(Settings))])
