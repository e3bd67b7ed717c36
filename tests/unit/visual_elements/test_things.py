from services.visual_elements.core.things import Sight, believed, gather, leaves_doubt, seen_in


def sight(shot: int = 0, framing="padded", **findings: float | tuple[float, ...]) -> Sight:
    confidences = {label: value if isinstance(value, tuple) else (value,) for label, value in findings.items()}
    return Sight(1.0, 0, shot, framing, confidences)


def names(*sights: Sight) -> list[str]:
    return [thing.label for thing in believed(sights)]


def test_a_thing_is_named_when_two_looks_agree_on_average() -> None:
    assert names(sight(person=0.4), sight(person=0.65)) == ["person"]
    assert names(sight(person=0.4), sight(person=0.5)) == []
    # One framing alone, however sure, is no agreement: the other one looked and saw nothing.
    assert names(sight(cup=0.96), sight()) == []


def test_a_single_look_is_believed_only_when_very_sure() -> None:
    assert names(sight(dog=0.7)) == []
    assert names(sight(dog=0.8)) == ["dog"]


def test_looks_at_different_shots_do_not_speak_for_each_other() -> None:
    assert names(sight(shot=1, person=0.6), sight(shot=2, person=0.6)) == []
    assert names(sight(shot=1, person=0.9), sight(shot=2)) == ["person"]


def test_the_surest_comes_first_and_the_most_seen_at_once_are_counted() -> None:
    things = believed([sight(person=(0.7, 0.6, 0.3), car=0.9), sight(person=(0.8, 0.7, 0.6), car=0.9)])
    assert [(thing.label, thing.confidence, thing.count) for thing in things] == [("car", 0.9, 1), ("person", 0.75, 3)]


def test_a_look_tells_what_it_saw_of_the_things_named() -> None:
    named = believed([sight(person=0.7), sight(person=0.7)])
    (seen,) = seen_in(sight(person=(0.6, 0.55), kite=0.9), named)
    assert (seen.label, seen.confidence, seen.count) == ("person", 0.6, 2)
    assert seen_in(sight(kite=0.9), named) == ()


def test_doubt_is_left_by_what_the_other_framing_did_not_see() -> None:
    found = {"person": (0.8,), "kite": (0.3,)}
    assert leaves_doubt(found, None)
    assert leaves_doubt(found, {"car": (0.9,)})
    assert not leaves_doubt(found, {"person": (0.3,)})
    assert not leaves_doubt({"kite": (0.3,)}, None)


def test_findings_are_gathered_by_label_without_the_faint() -> None:
    assert gather([("a", 0.3), ("b", 0.9), ("a", 0.6), ("b", 0.1)]) == {"a": (0.6, 0.3), "b": (0.9,)}
