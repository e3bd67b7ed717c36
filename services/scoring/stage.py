"""The stage scoring: reads the snapshot of a deal, writes its factors and the probability that they give."""

from pydantic import BaseModel, ConfigDict, ValidationError

from services.scoring.core.scoring import score
from services.scoring.settings import Settings
from shared.contracts.deal_snapshot import DealSnapshot
from shared.contracts.failures import FailureCode, PermanentFailure
from shared.contracts.reports.scoring import ScoringReport
from shared.kit.stage import SOURCE, Inputs, Progress, Stage


class ScoringParameters(BaseModel):
    """Nothing can be told to this stage yet."""

    model_config = ConfigDict(frozen=True)


def run(inputs: Inputs, _: ScoringParameters, say: Progress) -> ScoringReport:
    """Weigh what is known of the deal."""
    try:
        snapshot = DealSnapshot.model_validate_json(inputs.source.read_bytes())
    except ValidationError as error:
        raise PermanentFailure(FailureCode.SCORING_FAILED, "The deal cannot be scored: it cannot be read.") from error
    say(0.5)
    return score(snapshot)


def make_stage(_: Settings) -> Stage[ScoringParameters, ScoringReport]:
    """The stage as the runner wants it."""
    return Stage(
        name="scoring",
        version=1,
        reads=(SOURCE,),
        writes=ScoringReport,
        parameters=ScoringParameters(),
        run=run,
        slots=2,
        is_light=True,
    )
