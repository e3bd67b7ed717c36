"""Run the ingest service: `python -m services.ingest`."""

from services.ingest.settings import Settings
from services.ingest.stage import make_stage
from shared.kit.service import run_services
from shared.kit.settings import read

if __name__ == "__main__":
    run_services([make_stage(read(Settings))])
