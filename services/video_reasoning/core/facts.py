"""A fact: something that stages measured, said in one plain sentence."""

from dataclasses import dataclass
from typing import Literal

from shared.contracts.segments import Module

Topic = Literal["structure", "look", "things", "text", "speech"]


@dataclass(frozen=True, slots=True)
class Fact:
    """What was measured.

    Attributes:
        text: A whole sentence that needs no other to be understood.
        sources: The modules whose facts it is made of, at least one.
        is_detail: Told only when somebody asks for it, and to a language model.
    """

    topic: Topic
    text: str
    sources: tuple[Module, ...]
    is_detail: bool = False
