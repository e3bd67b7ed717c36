"""Every item of the contracts' checklists has a test that bears its number."""

import ast
import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ITEMS = re.compile(r"test_items?((?:_(?:and_)?\d\d)+)_")
WITHOUT_THEIR_FACES = {"platform": {60}, "admin": set()}
"""Items that only the library and the studio face can show."""


def numbers_in(file: Path) -> set[int]:
    """The items that the tests of a file bear in their names."""
    names = [node.name for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.AsyncFunctionDef)]
    borne = [match[1] for match in map(ITEMS.match, names) if match]
    return {int(number) for one in borne for number in re.findall(r"\d\d", one)}


@pytest.mark.parametrize(("face", "count"), [("platform", 60), ("admin", 35)])
def test_every_item_has_a_test(face, count):
    files = [*(HERE / face).glob("test_*.py"), HERE / "test_foreign_ids.py"]
    borne = set().union(*map(numbers_in, files))
    assert set(range(1, count + 1)) - borne == WITHOUT_THEIR_FACES[face]
