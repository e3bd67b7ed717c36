"""The shell blocks of a page, pasted against the running stack."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from deploy.standalone.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "bash"
HAS_CURL = shutil.which("curl") is not None
STRICT_CURL = 'curl() { command curl --fail-with-body "$@"; }\n'
"""A page shows what succeeds: here a refusal ends it."""


def blocks(page: str, heading: str | None = None) -> list[str]:
    """The shell blocks of a page, or of one of its sections."""
    text = (ROOT / page).read_text(encoding="utf-8")
    if heading is not None:
        text = text.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", text, re.DOTALL)


def pasted(script: str, stack: Stack) -> str:
    """What a script prints that was written for `make up`; every command in it must succeed."""
    here = script.replace("http://127.0.0.1:8000", stack.url)
    here = here.replace(".rushes/admin-token", str(stack.layout.admin_token_file))
    run = subprocess.run(  # noqa: S603  the page's own words
        [BASH, "-euo", "pipefail", "-c", STRICT_CURL + here],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def objects_in(text: str) -> list[Any]:
    """The JSON objects among what a script has printed, in order."""
    found, decoder = [], json.JSONDecoder()
    for line in re.finditer(r"\{\"data\"|\{\n", text):
        if not found or line.start() >= found[-1][1]:
            value, end = decoder.raw_decode(text, line.start())
            found.append((value, end))
    return [value for value, _ in found]
