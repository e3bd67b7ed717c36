"""Where the models are that the engine is measured with: a folder of the user's own, kept from run to run."""

import os
from pathlib import Path

MODELS_DIR = Path(os.environ.get("RUSHES_MODELS_DIR", Path.home() / ".cache" / "rushes" / "models"))
COMPILED_DIR = MODELS_DIR.parent / "compiled"
"""What numba compiled, as the standalone mode keeps it."""
