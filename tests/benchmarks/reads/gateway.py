"""The gateway as it is, or under the profiler when PROFILE_FILE is set: `python -m tests.benchmarks.reads.gateway`."""

import cProfile
import os
import runpy

FILE_VARIABLE = "BENCHMARK_PROFILE_FILE"

if __name__ == "__main__":
    profile = cProfile.Profile() if os.environ.get(FILE_VARIABLE) else None
    if profile:
        profile.enable()
    runpy.run_module("services.gateway", run_name="__main__")
    if profile:
        profile.disable()
        profile.dump_stats(os.environ[FILE_VARIABLE])
