"""The judge of kinds, made once in a pool process from the examples beside this file."""

from functools import lru_cache
from pathlib import Path

from services.insights.core.kinds import Judge, learn, read_examples
from services.insights.embedding import embed

EXAMPLES = Path(__file__).with_name("examples.txt")


@lru_cache(maxsize=1)
def judge(folder: Path, threads: int) -> Judge:
    """Learned from the examples as the embedding model in that folder understands them: about two cpu-seconds."""
    examples = read_examples(EXAMPLES.read_text("utf-8"))
    return learn(examples, embed([example.text for example in examples], folder, threads))
