import signal
import subprocess
import sys

import pytest

PROGRAM = """
import asyncio
from shared.kit.process import run

async def main():
    print("started", flush=True)
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.05)
        print("ended in order", flush=True)

run(main)
"""
DEAF = """
import asyncio
from shared.kit import process

process.CANCELLED_AGAIN_AFTER_SECONDS = 0.1

async def main():
    print("started", flush=True)
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        pass
    await asyncio.sleep(60)

process.run(main)
"""
FAILING = """
from shared.kit.process import run

async def main():
    raise RuntimeError("no broker")

run(main)
"""
SHORT = """
from shared.kit.process import run

async def main():
    print(type(__import__("asyncio").get_running_loop()).__module__)

run(main)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_work_in_order_with_exit_code_0(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own text
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(number)
        process.send_signal(number)
        assert process.stdout.readline() == "ended in order\n"
        assert process.wait(10) == 0


def test_work_that_swallows_its_cancellation_is_cancelled_again() -> None:
    with subprocess.Popen([sys.executable, "-c", DEAF], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  our own text
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


def test_a_failure_of_the_work_is_a_failure_of_the_process() -> None:
    done = subprocess.run([sys.executable, "-c", FAILING], capture_output=True, text=True, check=False)  # noqa: S603  our own text
    assert done.returncode == 1
    assert "no broker" in done.stderr


def test_work_that_ends_by_itself_ends_the_process_on_uvloop() -> None:
    done = subprocess.run([sys.executable, "-c", SHORT], capture_output=True, text=True, check=True)  # noqa: S603  our own text
    assert done.stdout.strip() == "uvloop"
