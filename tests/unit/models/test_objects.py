import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from shared.media import frame_at
from shared.models import model_path
from shared.models.coco import COCO_NAMES
from shared.models.objects import MODEL, ObjectDetector, load_detector

ROOT = Path(__file__).parents[3]
CLIP = ROOT / "tests" / "data" / "pedestrians.mp4"
TRUTH = json.loads(CLIP.with_suffix(".json").read_text("utf-8"))


@pytest.fixture(scope="module")
def detector() -> ObjectDetector:
    models_dir = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))
    return load_detector(model_path(MODEL, models_dir), 1)


def test_people_in_a_street_are_found_where_they_walk(detector: ObjectDetector) -> None:
    found = detector.detect(frame_at(CLIP, 1.0).bgr())
    people = [thing for thing in found if thing.label == "person" and thing.confidence >= 0.5]
    assert TRUTH["people_at_least"] <= len(people) <= TRUTH["people_at_most"]
    # Columns are right and rows are down: the couple on the road, nobody on the lawn.
    assert any(abs(person.left - 0.76) < 0.03 and abs(person.bottom - 0.435) < 0.03 for person in people)
    assert all(person.bottom < 0.6 for person in people)


def test_findings_come_surest_first_inside_the_picture_and_above_the_wanted_confidence(
    detector: ObjectDetector,
) -> None:
    picture = frame_at(CLIP, 1.0).bgr()
    every, sure = detector.detect(picture, least_confidence=0.05), detector.detect(picture, least_confidence=0.6)
    confidences = [thing.confidence for thing in every]
    assert confidences == sorted(confidences, reverse=True)
    assert sure == [thing for thing in every if thing.confidence >= 0.6]
    for thing in every:
        assert 0 <= thing.left <= thing.right <= 1
        assert 0 <= thing.top <= thing.bottom <= 1
        assert thing.label in COCO_NAMES.values()


@pytest.mark.parametrize("shape", [(1, 1, 3), (480, 2, 3), (270, 480, 3)])
def test_nothing_is_found_in_a_grey_picture_of_any_size(detector: ObjectDetector, shape: tuple[int, int, int]) -> None:
    assert detector.detect(np.full(shape, 128, np.uint8)) == []


def test_blue_comes_first(detector: ObjectDetector) -> None:
    # Red and blue taken for each other still show people, but less surely.
    picture = frame_at(CLIP, 1.0).bgr()
    right = detector.detect(picture, least_confidence=0.01)
    wrong = detector.detect(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)), least_confidence=0.01)
    assert sum(thing.confidence for thing in right) > sum(thing.confidence for thing in wrong)


def test_the_kinds_are_those_of_coco() -> None:
    assert len(COCO_NAMES) == 80
    assert [COCO_NAMES[number] for number in (1, 3, 44, 62, 67, 73, 84, 90)] == [
        "person",
        "car",
        "bottle",
        "chair",
        "dining table",
        "laptop",
        "book",
        "toothbrush",
    ]


def test_who_looks_for_people_alone_finds_the_same_people(detector: ObjectDetector) -> None:
    models_dir = Path(os.environ.get("RUSHES_MODELS_DIR", ROOT / ".cache" / "models"))
    alone = load_detector(model_path(MODEL, models_dir), 1, ("person",))
    picture = frame_at(CLIP, 1.0).bgr()
    every = [thing for thing in detector.detect(picture) if thing.label == "person"]
    found = alone.detect(picture)
    assert len(found) == len(every) > 0
    for thing, same in zip(found, every, strict=True):
        assert (thing.label, thing.confidence) == ("person", pytest.approx(same.confidence, abs=1e-4))
