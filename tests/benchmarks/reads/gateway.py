"""The gateway as it is; with BENCHMARK_PROFILE_FILE set, each SIGUSR1 turns a profiler on or off.

`python -m tests.benchmarks.reads.gateway`
"""

import cProfile
import os
import runpy
import signal
import time

FILE_VARIABLE = "BENCHMARK_PROFILE_FILE"


class Switch:
    """A profiler that counts processor time alone: what waits costs nothing."""

    def __init__(self, file: str) -> None:
        self._profile = cProfile.Profile(time.thread_time)
        self._file = file
        self._is_on = False

    def turn(self, *_: object) -> None:
        self._is_on = not self._is_on
        if self._is_on:
            self._profile.enable()
        else:
            self._profile.disable()
            self._profile.dump_stats(self._file)


if __name__ == "__main__":
    if file := os.environ.get(FILE_VARIABLE):
        signal.signal(signal.SIGUSR1, Switch(file).turn)
    runpy.run_module("services.gateway", run_name="__main__")
