"""What is said and what is seen in the clips."""

from dataclasses import dataclass
from typing import Literal

Speaker = Literal["Maya", "Daniel"]


@dataclass(frozen=True)
class Line:
    """One sentence, who says it, and the silence before it."""

    speaker: Speaker
    text: str
    pause_before_seconds: float = 0.35


@dataclass(frozen=True)
class Scene:
    """One shot: its picture, the lines said in it, and how it begins."""

    picture: str
    lines: tuple[Line, ...]
    begins_with: Literal["cut", "fade"] = "cut"
    captions: tuple[str, ...] = ()


SALES_CALL = (
    Scene(
        "title",
        (Line("Maya", "Thanks for taking the time today, Daniel.", 1.0),),
        captions=("Discovery call", "Maya, Brightline  +  Daniel, Harbor Foods"),
    ),
    Scene("maya", (Line("Maya", "How is your team training new people right now?"),)),
    Scene(
        "daniel",
        (
            Line("Daniel", "Honestly, it takes too long.", 0.6),
            Line("Daniel", "New people need months before they sell, and our managers cannot listen to every call."),
        ),
    ),
    Scene(
        "city",
        (Line("Maya", "Our platform watches every recorded call and shows you the moments that matter.", 0.6),),
    ),
    Scene("daniel", (Line("Daniel", "That sounds useful."), Line("Daniel", "What would the price be for 50 seats?"))),
    Scene(
        "pricing",
        (Line("Maya", "It is $30 per seat, and the first month is free.", 0.6),),
        captions=("Pricing", "50 seats", "$30 per seat", "First month free"),
    ),
    Scene(
        "daniel",
        (
            Line("Daniel", "That is too expensive for us.", 0.6),
            Line("Daniel", "We are also looking at Salesforce, and they offered a discount."),
        ),
    ),
    Scene("maya", (Line("Maya", "If you sign for a full year, you will get 20% off.", 0.6),)),
    Scene(
        "workshop",
        (Line("Daniel", "That could work.", 0.6), Line("Daniel", "Our finance director makes the final decision.")),
        begins_with="fade",
    ),
    Scene("maya", (Line("Maya", "We will send you the proposal by Friday.", 0.6),)),
    Scene(
        "next_steps",
        (
            Line("Daniel", "I will share it with our finance director on Monday.", 0.6),
            Line("Maya", "Let us meet again on December 15 to agree on the next steps.", 0.5),
        ),
        captions=("Next steps", "Friday: proposal", "Monday: finance director", "December 15: decision"),
    ),
    Scene("daniel", (Line("Daniel", "That works for me.", 0.6),)),
)

SHORT_CALL = (
    Scene(
        "pricing",
        (Line("Maya", "Hello, thanks for joining the call.", 0.6), Line("Maya", "What is your budget for this year?")),
        captions=("Pricing", "50 seats"),
    ),
    Scene("daniel", (Line("Daniel", "We can spend about $500 per month.", 0.6),)),
)
