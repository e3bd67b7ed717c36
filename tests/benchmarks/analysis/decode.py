"""One bare decode of a file's pictures: `python -m tests.benchmarks.analysis.decode FILE`; says what it took."""

import resource
import sys
import time

import av
import orjson


def main(path: str) -> None:
    used, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    frames = 0
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for _ in container.decode(stream):
            frames += 1
    wall_seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    cpu_seconds = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    print(orjson.dumps({"cpu_seconds": cpu_seconds, "wall_seconds": wall_seconds, "frames": frames}).decode())


if __name__ == "__main__":
    main(sys.argv[1])
