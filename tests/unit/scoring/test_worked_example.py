"""docs/scoring.md says what the code does: its weights, and an example that anyone can recompute."""

import json
import math
import re
from pathlib import Path

from services.scoring.core.probability import BASE, WEIGHTS
from services.scoring.core.scoring import score
from shared.contracts.deal_snapshot import DealSnapshot

PAGE = (Path(__file__).parents[3] / "docs" / "scoring.md").read_text(encoding="utf-8")


def section(title):
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def rows(text):
    cells = ([cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:3] == "| `")
    return {row[0].strip("`"): row[1:] for row in cells}


def published_weights():
    return {factor: float(weight) for factor, (weight,) in rows(section("Probability")).items()}


def test_the_published_weights_are_those_of_the_code():
    assert published_weights() == dict(WEIGHTS)
    assert f"base \N{MINUS SIGN}{-BASE:.2f}." in section("Probability")


def test_the_factors_of_the_example_are_those_of_the_code():
    (snapshot,) = re.findall(r"```json\n(.*?)```", section("A worked example"), re.DOTALL)
    report = score(DealSnapshot.model_validate(json.loads(snapshot)))
    shown = {name: (int(row[0]), int(row[1]), row[3]) for name, row in rows(section("A worked example")).items()}
    assert shown == {one.factor_id: (one.score, one.completion, one.reason) for one in report.factors}
    assert f"**{report.probability} %**" in section("A worked example")


def test_the_example_can_be_recomputed_from_the_page_alone():
    weights, example = published_weights(), section("A worked example")
    added = 0.0
    for factor, (shown_score, completion, adds, _) in rows(example).items():
        adding = weights[factor] * int(completion) / 100 * (int(shown_score) - 50) / 50
        assert f"{adding:+.3f}" == adds
        added += adding
    assert f"The sum is {added:.3f}" in example
    assert f"**{round(100 / (1 + math.exp(0.85 - added)))} %**" in example


def test_the_bounds_that_the_page_names():
    for sign, percent in ((0, 30), (1, 95), (-1, 1)):
        log_odds = -0.85 + sign * sum(published_weights().values())
        assert round(100 / (1 + math.exp(-log_odds))) == percent
        assert f"{percent} %" in section("Probability")
