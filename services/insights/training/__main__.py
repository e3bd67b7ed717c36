"""Learn the judge's weights anew: `python -m services.insights.training`; some three cpu-minutes."""

from pathlib import Path

from services.insights.judge import WEIGHTS, store
from services.insights.stage import MODEL
from services.insights.training.calls import calls
from services.insights.training.learning import hear_all, learn
from shared.models import model_path

MODELS_DIR = Path.home() / ".cache" / "rushes" / "models"

if __name__ == "__main__":
    store(learn(hear_all(calls(), model_path(MODEL, MODELS_DIR), threads=1)), WEIGHTS)
