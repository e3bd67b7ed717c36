"""Kills the stack's processes at random moments."""

import asyncio
import random
from functools import partial

from deploy.standalone.stack import Stack
from shared.testkit.patience import until

NAMES = ("gateway", "workers", "webhook_dispatcher", "kafka", "mongodb", "s3")
PAUSE_SECONDS = (1.0, 6.0)


async def kill_all(stack: Stack, dice: random.Random, times: int) -> list[str]:
    """SIGKILL each process `times` times, in a random order with random pauses; what was killed, in order."""
    order = [name for name in NAMES for _ in range(times)]
    dice.shuffle(order)
    killed = []
    for name in order:
        await asyncio.sleep(dice.uniform(*PAUSE_SECONDS))
        await until(partial(running, stack, name), seconds=60)
        pid = stack.kill(name)
        killed.append(name)
        print(f"killed {name} ({pid})", flush=True)
        await asyncio.to_thread(stack.until_restarted, name, pid)
    return killed


async def running(stack: Stack, name: str) -> bool:
    """Whether there is such a process now."""
    return name in stack.pids()
