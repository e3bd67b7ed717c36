"""Every stage works in the running stack, on what the stages before it left: the plans of the other faces, whole."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.standalone.stack import Stack
from services.gateway.core.endings import ingest_artifact
from services.gateway.core.fold import begin
from services.gateway.core.resources import new_run_of_video
from services.gateway.speaking import say_with
from shared.contracts.artifacts import ARTIFACTS_BUCKET, REPORT
from shared.contracts.events import RunCompleted, StageCompleted
from shared.contracts.ids import new_id
from shared.contracts.instants import now
from shared.contracts.plans import PLANS, RunKind
from shared.contracts.reports.audio_analysis import AudioAnalysisReport
from shared.contracts.reports.motion_analysis import MotionAnalysisReport
from shared.contracts.reports.transcription import TranscriptionReport
from shared.contracts.reports.video_analysis import VideoAnalysisReport
from shared.contracts.reports.video_reasoning import VideoReasoningReport
from shared.contracts.reports.visual_elements import VisualElementsReport
from shared.kit.documents import Documents
from shared.kit.objects import Objects
from shared.testkit.client import Client
from shared.testkit.ear import Ear

CLIP = Path(__file__).parents[1] / "data" / "short_call.mp4"
SECONDS = 7.52
PATIENCE_SECONDS = 120.0
REPORTS: dict[str, Any] = {
    "video_analysis": VideoAnalysisReport,
    "audio_analysis": AudioAnalysisReport,
    "motion_analysis": MotionAnalysisReport,
    "transcription": TranscriptionReport,
    "visual_elements": VisualElementsReport,
    "video_reasoning": VideoReasoningReport,
}


async def run_of(kind: RunKind, video: dict[str, Any], documents: Documents) -> str:
    """A run as another face will make it: one document that carries its first offers."""
    at = now()
    change = begin(
        new_run_of_video(
            new_id(), kind=kind, video=video, inputs=ingest_artifact(video), now=at, deadline_seconds=600.0
        ),
        at,
    )
    # Due at once: nobody but the gateway's relay will say it.
    say_with(change.document, change.events, at - timedelta(seconds=2))
    await documents.collection("runs").insert(change.document)
    return str(change.document["_id"])


@pytest.mark.parametrize("kind", ["processing", "job"])
async def test_every_stage_of_a_plan_works_on_what_those_before_it_left(
    client: Client, ear: Ear, objects: Objects, stack: Stack, kind: RunKind
) -> None:
    tenant = await client.tenant(kind)
    path = f"/videos/{(await client.upload(tenant, CLIP))['id']}"
    assert (await client.until(tenant, path, "ready", "failed"))["status"] == "ready"
    documents = Documents.connect(stack.parts.mongodb, stack.parts.mongodb_database)
    video = await documents.collection("videos").get(path.rpartition("/")[2])
    assert video is not None
    run_id = await run_of(kind, video, documents)
    await ear.until(RunCompleted, run_id, seconds=PATIENCE_SECONDS)
    facts = {fact.stage: fact for fact in ear.events(StageCompleted, run_id)}
    assert facts.keys() == {step.stage for step in PLANS[kind].steps}
    for stage, fact in facts.items():
        content = await objects.get_bytes(ARTIFACTS_BUCKET, fact.artifact.key(REPORT))
        report = REPORTS[stage].model_validate_json(content)
        for row in getattr(report, "segments", ()):
            assert 0 <= row.start_seconds <= row.end_seconds <= SECONDS + 0.05
    await documents.close()
