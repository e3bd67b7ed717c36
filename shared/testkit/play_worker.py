"""A worker of play stages as a process of its own: `python -m shared.testkit.play_worker`."""

from shared.kit.service import run_services
from shared.testkit.stages import make_play_stage, warm_slowly

if __name__ == "__main__":
    run_services(
        [
            make_play_stage("ingest", warm=warm_slowly),
            make_play_stage("insights", reads=("ingest/data.*", "source")),
        ]
    )
