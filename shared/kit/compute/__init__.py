"""Work in processes that can be killed: by deadline, by memory, by whoever no longer waits for it."""

from shared.kit.compute.failures import WorkFailed
from shared.kit.compute.here import work_here
from shared.kit.compute.inside import Beginning, Work
from shared.kit.compute.pool import Compute
from shared.kit.compute.progress import ProgressFile

__all__ = ["Beginning", "Compute", "ProgressFile", "Work", "WorkFailed", "work_here"]
