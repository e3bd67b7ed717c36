import pytest
from pydantic import ValidationError

from services.gateway.core.organization_settings import OrganizationSettings, merge
from services.gateway.core.resources import ORGANIZATION_SETTINGS


def read(**members: object) -> dict[str, object]:
    return OrganizationSettings.model_validate(members).model_dump()


def test_the_defaults_are_those_of_a_new_organization() -> None:
    assert read() == ORGANIZATION_SETTINGS


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("run_deadline_seconds", 0),
        ("run_deadline_seconds", "x"),
        ("run_deadline_seconds", 86_401),
        ("run_deadline_seconds", True),
        ("checklist_enabled", "yes"),
        ("checklist_enabled", 1),
        ("checklist", {}),
        ("checklist", [{"item_id": "a"}]),
        ("checklist", [{"item_id": "a", "title": "A"}] * 2),
        ("checklist", [{"item_id": str(number), "title": "A"} for number in range(101)]),
        ("webhook_allowed_hostnames", ["https://x.com"]),
        ("webhook_allowed_hostnames", ["a.*.com"]),
        ("webhook_allowed_hostnames", ["x.com:443"]),
        ("webhook_allowed_hostnames", ["x.com/path"]),
        ("webhook_allowed_hostnames", [7]),
        ("webhook_allowed_hostnames", "x.com"),
        ("rate_limit", {"burst": 2}),
        ("rate_limit", {"requests_per_minute": 0, "burst": 2}),
        ("library_minutes", -1),
        ("library_bonus_minutes", "3"),
    ],
)
def test_a_value_outside_the_schema_is_refused_by_name(member: str, value: object) -> None:
    with pytest.raises(ValidationError, match=member):
        read(**{member: value})


def test_hostnames_are_stored_in_one_spelling() -> None:
    assert read(webhook_allowed_hostnames=["*.Example.com", "BÜCHER.example."])["webhook_allowed_hostnames"] == [
        "*.example.com",
        "xn--bcher-kva.example",
    ]


def test_whole_and_fractional_minutes_are_numbers() -> None:
    assert read(library_minutes=3000, library_bonus_minutes=0.5)["library_minutes"] == 3000


def test_a_patch_leaves_what_it_does_not_name() -> None:
    before = read(run_deadline_seconds=7, webhook_allowed_hostnames=["a.example"])
    after = read(**merge(before, {"checklist_enabled": True}))
    assert after == before | {"checklist_enabled": True}


def test_null_resets_arrays_are_replaced_and_objects_merge() -> None:
    before = read(
        rate_limit={"requests_per_minute": 60, "burst": 60},
        run_deadline_seconds=7,
        webhook_allowed_hostnames=["a.example"],
    )
    after = read(
        **merge(
            before,
            {"rate_limit": {"burst": 2}, "run_deadline_seconds": None, "webhook_allowed_hostnames": ["b.example"]},
        )
    )
    assert after["rate_limit"] == {"requests_per_minute": 60, "burst": 2}
    assert after["run_deadline_seconds"] is None
    assert after["webhook_allowed_hostnames"] == ["b.example"]


def test_half_a_rate_limit_where_none_was_is_refused() -> None:
    with pytest.raises(ValidationError, match=r"rate_limit\.requests_per_minute"):
        read(**merge(read(), {"rate_limit": {"burst": 2}}))


def test_merging_changes_neither_side() -> None:
    current, patch = {"a": {"b": 1}}, {"a": {"c": None}, "d": None}
    assert merge(current, patch) == {"a": {"b": 1}}
    assert (current, patch) == ({"a": {"b": 1}}, {"a": {"c": None}, "d": None})


def test_a_checklist_that_no_message_can_carry_is_refused() -> None:
    items = [{"item_id": str(number), "title": "t", "phrases": ["x" * 200] * 100} for number in range(8)]
    with pytest.raises(ValidationError, match="checklist: all its texts together"):
        read(checklist=items)
    assert len(read(checklist=items[:7])["checklist"]) == 7
