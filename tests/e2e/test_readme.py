"""The walk through the API that the README shows works when it is pasted."""

import pytest

from deploy.standalone.stack import Stack
from tests.e2e.pasting import HAS_CURL, blocks, objects_in, pasted

SENTENCE = "Our Finance Director makes the final decision."


@pytest.mark.skipif(not HAS_CURL, reason="the walk needs curl")
def test_the_walk_of_the_readme_leads_from_a_new_organization_to_what_was_said(stack: Stack) -> None:
    walk, webhook = blocks("README.md", "Use it")
    stream, _, rest = pasted(walk + webhook, stack).partition("event: end")
    assert stream.startswith("id: ")
    summary, transcript, events, organization, endpoint = objects_in(rest.partition("\n\n")[2])
    assert any(section["title"] == "Overview" for section in summary["data"]["sections"])
    assert SENTENCE in [row["text"] for row in transcript["data"]]
    assert "decision_maker" in {event["type"] for event in events["data"]}
    assert organization["data"]["settings"]["webhook_allowed_hostnames"] == ["hooks.example.com"]
    assert endpoint["data"]["secret"].startswith("whsec_")
