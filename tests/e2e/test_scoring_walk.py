"""The walk of docs/scoring.md works when it is pasted."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from deploy.standalone.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
BASH = shutil.which("bash") or "bash"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the walk needs curl")
def test_the_walk_of_the_scoring_page_leads_to_a_deal_with_factors(stack: Stack) -> None:
    page = (ROOT / "docs" / "scoring.md").read_text(encoding="utf-8")
    walk, _ = re.findall(r"```sh\n(.*?)```", page, re.DOTALL)
    here = walk.replace("http://127.0.0.1:8000", stack.url).replace(
        ".rushes/admin-token", str(stack.layout.admin_token_file)
    )
    pasted = subprocess.run(  # noqa: S603  the page's own words
        [BASH, "-euo", "pipefail", "-c", here],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert pasted.returncode == 0, pasted.stderr
    _, _, end = pasted.stdout.partition("event: end\ndata: ")
    last, _, shown = end.partition("\n\n")
    resource, deal = json.loads(last)["resource"], json.loads(shown)["data"]
    assert resource["status"] == "completed"
    assert deal["probability"] == resource["result"]["probability"] > 30
    reasons = {factor["factor_id"]: factor["reason"] for factor in deal["score_factors"]}
    assert '"Our quote"' in reasons["pricing_discussed"]
