"""The stages in an order in which each finds what it reads."""

from collections.abc import Sequence

from shared.kit.stage import AnyStage


def in_order(stages: Sequence[AnyStage]) -> list[str]:
    """The stages' names, each after those that it reads.

    Raises:
        ValueError: A stage reads what no other leaves.
    """
    ordered: list[str] = []
    waiting = list(stages)
    while waiting:
        ready = [stage for stage in waiting if set(stage.input_stages) <= set(ordered)]
        if not ready:
            raise ValueError(f"nothing leaves what {', '.join(stage.name for stage in waiting)} read")
        ordered += [stage.name for stage in ready]
        waiting = [stage for stage in waiting if stage.name not in ordered]
    return ordered
