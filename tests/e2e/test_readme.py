"""The walk through the API that the README shows works when it is pasted."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from deploy.standalone.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "bash"
SENTENCE = "Our Finance Director makes the final decision."


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk needs curl")
def test_the_walk_of_the_readme_leads_from_a_new_organization_to_what_was_said(stack: Stack) -> None:
    walk, webhook = re.findall(r"```sh\n(.*?)```", section("Use it"), re.DOTALL)
    here = walk.replace("http://127.0.0.1:8000", stack.url).replace(".rushes/admin-token", str(token_file(stack)))
    pasted = subprocess.run(  # noqa: S603  the README's own words
        [BASH, "-euo", "pipefail", "-c", here + "echo\n" + webhook],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert pasted.returncode == 0, pasted.stderr
    stream, _, rest = pasted.stdout.partition("event: end")
    assert "event: progress" in stream
    summary, transcript, events, organization, endpoint = objects_in(rest[rest.index("}\n") + 1 :])
    assert any(section["title"] == "Overview" for section in summary["data"]["sections"])
    assert SENTENCE in [row["text"] for row in transcript["data"]]
    assert "decision_maker" in {event["type"] for event in events["data"]}
    assert organization["data"]["settings"]["webhook_allowed_hostnames"] == ["hooks.example.com"]
    assert endpoint["data"]["secret"].startswith("whsec_")


def objects_in(text: str) -> list[Any]:
    """The JSON objects that stand one after the other in a text."""
    found, decoder = [], json.JSONDecoder()
    while text := text.strip():
        value, end = decoder.raw_decode(text)
        found.append(value)
        text = text[end:]
    return found


def section(title: str) -> str:
    """What stands below a heading of the README."""
    return (ROOT / "README.md").read_text(encoding="utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0]


def token_file(stack: Stack) -> Path:
    """The operator's token of the running stack."""
    return stack.layout.admin_token_file
