from services.visual_elements.core.allowance import Allowance
from services.visual_elements.core.segments import segments_of
from shared.contracts.reports.visual_elements import SeenObject, Window

WINDOW = Window(
    start_seconds=3.0,
    end_seconds=6.0,
    objects=(SeenObject(label="person", confidence=0.9, count=2), SeenObject(label="laptop", confidence=0.8, count=1)),
    colours=("blue", "white"),
    brightness="medium",
    motion="low",
    texts=("Pricing", "50 seats; 3 left"),
)


def test_a_row_has_all_labels_in_their_order() -> None:
    (row,) = segments_of([WINDOW])
    assert (row.module, row.start_seconds, row.end_seconds, row.metadata) == ("visualelements", 3.0, 6.0, None)
    assert row.content == (
        "Objects Detected: person, laptop; Colors: blue, white; Brightness: medium; Motion: low; "
        "Text: Pricing, 50 seats, 3 left"
    )


def test_labels_without_values_are_left_out() -> None:
    (row,) = segments_of([WINDOW.model_copy(update={"objects": (), "texts": ()})])
    assert row.content == "Colors: blue, white; Brightness: medium; Motion: low"


def test_an_allowance_grows_with_the_video_up_to_its_limit() -> None:
    allowance = Allowance(per_minute=30, most=4)
    allowance.use(4)
    assert allowance.left == 0
    allowance.grow(3.0)
    assert allowance.left == 1.5
    allowance.grow(60.0)
    assert allowance.left == 4
