"""The runner of a stage: from an offer heard to the artifact stored and said."""

from shared.kit.runner.artifacts import Shelf
from shared.kit.runner.directories import TaskDirectories
from shared.kit.runner.parts import Parts
from shared.kit.runner.runner import StageRunner

__all__ = ["Parts", "Shelf", "StageRunner", "TaskDirectories"]
