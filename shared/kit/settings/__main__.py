"""Write `.env.example` to standard output: `python -m shared.kit.settings shared.kit.settings:KitSettings …`."""

import sys

from shared.kit.settings.example import env_example, load

sys.stdout.write(env_example(load(sys.argv[1:])))
