import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from shared.contracts.failures import FailureCode, PermanentFailure
from shared.kit.compute import Beginning, Compute, ProgressFile, Work, WorkFailed
from shared.testkit.stages import (
    MEBIBYTE,
    PlayParameters,
    PlayReport,
    place_inputs,
    play,
    warm_badly,
    warm_slowly,
)


def beginning(tmp_path: Path, *warm: Any) -> Beginning:
    return Beginning(service="test", warm=warm, models_dir=tmp_path)


@pytest.fixture(scope="module")
async def compute(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Compute]:
    async with Compute(beginning(tmp_path_factory.mktemp("models"), warm_slowly), processes=1) as running:
        yield running


class Task:
    def __init__(self, directory: Path, limit_seconds: float | None = None, **parameters: Any) -> None:
        self.inputs = place_inputs(directory)
        self.progress = ProgressFile(directory / "progress")
        self.progress.create()
        self.work = Work(
            run=play,
            inputs=self.inputs,
            parameters=PlayParameters(**parameters),
            writes=PlayReport,
            progress=self.progress,
            memory_limit_bytes=128 * MEBIBYTE,
            limit_seconds=limit_seconds,
        )

    def report(self) -> PlayReport:
        return PlayReport.model_validate_json(self.inputs.output("report.json").read_bytes())


async def works(compute: Compute, directory: Path) -> int:
    task = Task(directory, word="after")
    await compute.work(task.work)
    assert task.report().word == "after"
    return task.report().pid


async def until(condition: Any) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110  what other processes do wakes no event
            await asyncio.sleep(0.02)


async def test_work_is_done_in_a_warm_process_again_and_again(compute: Compute, tmp_path: Path) -> None:
    pids = {await works(compute, tmp_path / str(number)) for number in range(3)}
    assert len(pids) == 1
    assert os.getpid() not in pids
    assert compute.is_warm


async def test_progress_is_seen_while_the_work_goes_on(compute: Compute, tmp_path: Path) -> None:
    task = Task(tmp_path, behaviour="slow", seconds=1, steps=4)
    working = asyncio.create_task(compute.work(task.work))
    await until(lambda: task.progress.read() > 0)
    assert task.progress.read() < 1
    await working
    assert task.progress.read() == 1


async def test_a_permanent_failure_keeps_its_code_across_the_border(compute: Compute, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as failure:
        await compute.work(Task(tmp_path, behaviour="permanent").work)
    assert (failure.value.code, failure.value.message) == (FailureCode.UNREADABLE, "This is no video.")


@pytest.mark.parametrize("behaviour", ["unexpected", "wrong_report"])
async def test_anything_else_is_an_internal_error_and_keeps_the_process(
    compute: Compute, tmp_path: Path, behaviour: str
) -> None:
    before = await works(compute, tmp_path / "before")
    with pytest.raises(WorkFailed) as failure:
        await compute.work(Task(tmp_path / "it", behaviour=behaviour).work)
    assert failure.value.code == FailureCode.INTERNAL_ERROR
    assert await works(compute, tmp_path / "after") == before


@pytest.mark.parametrize("behaviour", ["crash", "exit", "segfault"])
async def test_a_process_that_dies_is_a_lost_worker_and_the_next_work_goes_on(
    compute: Compute, tmp_path: Path, behaviour: str
) -> None:
    before = await works(compute, tmp_path / "before")
    with pytest.raises(WorkFailed) as failure:
        await compute.work(Task(tmp_path / "it", behaviour=behaviour).work)
    assert failure.value.code == FailureCode.WORKER_LOST
    assert await works(compute, tmp_path / "after") != before


async def test_work_that_takes_too_much_memory_is_killed(compute: Compute, tmp_path: Path) -> None:
    with pytest.raises(WorkFailed) as failure:
        await compute.work(Task(tmp_path / "it", behaviour="memory", size_bytes=192 * MEBIBYTE, seconds=60).work)
    assert failure.value.code == FailureCode.OUT_OF_MEMORY
    await works(compute, tmp_path / "after")


async def test_memory_below_the_limit_is_let_be(compute: Compute, tmp_path: Path) -> None:
    task = Task(tmp_path, behaviour="memory", size_bytes=32 * MEBIBYTE, seconds=0.6)
    await compute.work(task.work)
    assert task.report().pid


async def test_work_past_its_deadline_is_killed(compute: Compute, tmp_path: Path) -> None:
    with pytest.raises(PermanentFailure) as failure:
        await compute.work(Task(tmp_path / "it", limit_seconds=0.3, behaviour="endless").work)
    assert failure.value.code == FailureCode.TIMEOUT
    await works(compute, tmp_path / "after")


async def test_cancelling_the_wait_kills_the_work_and_what_it_started(compute: Compute, tmp_path: Path) -> None:
    task = Task(tmp_path / "it", behaviour="child")
    pid_file = task.inputs.output("child.pid")
    working = asyncio.create_task(compute.work(task.work))
    await until(lambda: pid_file.exists() and pid_file.read_text())
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    child = int(pid_file.read_text())
    await until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
    await works(compute, tmp_path / "after")


async def test_a_process_that_is_killed_while_it_idles_is_replaced(compute: Compute, tmp_path: Path) -> None:
    for number in range(2):
        pid = await works(compute, tmp_path / str(number))
        os.kill(pid, signal.SIGKILL)
        await until(lambda pid=pid: not psutil.pid_exists(pid))
    assert await works(compute, tmp_path / "after")


async def test_there_is_room_only_while_a_process_idles(compute: Compute, tmp_path: Path) -> None:
    await compute.room()
    task = Task(tmp_path, behaviour="slow", seconds=0.5)
    working = asyncio.create_task(compute.work(task.work))
    await until(lambda: task.progress.read() > 0)
    waiting = asyncio.create_task(compute.room())
    await asyncio.sleep(0)
    assert not waiting.done()
    await working
    await waiting


async def test_two_processes_work_at_the_same_time(tmp_path: Path) -> None:
    async with Compute(beginning(tmp_path), processes=2) as compute:
        tasks = [Task(tmp_path / str(number), behaviour="slow", seconds=2) for number in range(2)]
        working = [asyncio.create_task(compute.work(task.work)) for task in tasks]
        await until(lambda: all(0 < task.progress.read() < 1 for task in tasks))
        await asyncio.gather(*working)
        assert tasks[0].report().pid != tasks[1].report().pid


async def test_every_process_is_warmed_before_its_first_work(tmp_path: Path) -> None:
    async with Compute(beginning(tmp_path, warm_slowly), processes=1) as compute:
        assert not compute.is_warm
        pid = await works(compute, tmp_path / "task")
        assert (tmp_path / f"warm-{pid}").read_text() == "1"
        assert compute.is_warm


async def test_a_failed_warm_up_is_no_readiness_but_no_crash(tmp_path: Path) -> None:
    async with Compute(beginning(tmp_path, warm_badly), processes=1) as compute:
        await works(compute, tmp_path / "task")
        assert not compute.is_warm


async def test_the_end_leaves_no_process(tmp_path: Path) -> None:
    async with Compute(beginning(tmp_path), processes=1) as compute:
        pid = await works(compute, tmp_path / "task")
        task = Task(tmp_path / "endless", behaviour="endless")
        working = asyncio.create_task(compute.work(task.work))
        await until(lambda: task.progress.read() > 0)
    await until(lambda: not psutil.pid_exists(pid))
    working.cancel()


PARENT = """
import asyncio, sys
from pathlib import Path
from shared.kit.compute import Beginning, Compute
from shared.testkit.stages import warm_slowly

async def main():
    beginning = Beginning(service="test", warm=(warm_slowly,), models_dir=Path(sys.argv[1]))
    async with Compute(beginning, processes=1) as compute:
        await compute.room()
        Path(sys.argv[1], "ready").touch()
        await asyncio.sleep(600)

if __name__ == "__main__":
    asyncio.run(main())
"""


async def test_pool_processes_die_with_a_killed_parent(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}
    parent = await asyncio.create_subprocess_exec(sys.executable, script, tmp_path, env=environment)
    try:
        await until((tmp_path / "ready").exists)
        (pid,) = [int(path.name.removeprefix("warm-")) for path in tmp_path.glob("warm-*")]  # noqa: ASYNC240  one small folder
    finally:
        parent.kill()
        await parent.wait()
    await until(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
