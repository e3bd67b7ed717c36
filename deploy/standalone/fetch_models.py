"""Fetches the models that the workers will ask for (`python -m deploy.standalone.fetch_models`).

A process of its own, ended when done, whose progress is seen on the console; what is there already costs it nothing.
"""

import os
import sys
from pathlib import Path

from deploy.standalone.workers import make_stages
from shared.models import ModelError, model_path


def main() -> None:
    """Fetch, or say in one sentence why that cannot be."""
    names = dict.fromkeys(name for stage in make_stages() for name in stage.models)
    try:
        for name in names:
            model_path(name, Path(os.environ["RUSHES_MODELS_DIR"]))
    except ModelError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
