"""The gateway with a plan of all stages: `python -m tests.benchmarks.engine.gateway`."""

import runpy

from tests.benchmarks.engine.plan import install

if __name__ == "__main__":
    install()
    runpy.run_module("services.gateway", run_name="__main__")
