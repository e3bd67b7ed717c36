"""Ends what a killed launcher may have left behind, before its data is opened again."""

import os
from pathlib import Path

import psutil

# Every process of a stack carries it, and hands it on to what it starts itself.
MARK = "RUSHES_STANDALONE_DIR"
WAIT_SECONDS = 10.0


def end_orphans(root: Path) -> int:
    """Kill every process that a former launcher started on this directory; return how many there were."""
    orphans = [process for process in psutil.process_iter() if _belongs(process, root)]
    for process in orphans:
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
    psutil.wait_procs(orphans, timeout=WAIT_SECONDS)
    return len(orphans)


def _belongs(process: psutil.Process, root: Path) -> bool:
    if process.pid == os.getpid():
        return False
    try:
        return bool(process.environ().get(MARK) == str(root))
    except (psutil.Error, OSError):
        # Other users' processes do not show theirs, and are none of ours.
        return False
