"""Learn the judge anew: `python -m services.insights.training`; some twenty minutes on two cores."""

from dataclasses import replace
from pathlib import Path

from services.insights.judge import store
from services.insights.reading import Reader
from services.insights.stage import MODEL
from services.insights.tokens import Tokens
from services.insights.training.bars import bars
from services.insights.training.calls import calls
from services.insights.training.encoder import read_weights
from services.insights.training.learning import learn
from services.insights.training.packing import Cut
from shared.models import model_path

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"
THREADS = 2

if __name__ == "__main__":
    folder = model_path(MODEL, MODELS_DIR)
    every, tokens = calls(), Tokens(folder)
    cuts = [Cut(tokens.of(one.texts), one.truth) for one in every if not one.is_aside]
    learned = learn(cuts, read_weights(folder), tokens)
    bar = bars([one for one in every if one.is_aside], Reader(folder, THREADS, learned).score)
    store(replace(learned, judge=replace(learned.judge, alone=learned.judge.alone - bar)))
