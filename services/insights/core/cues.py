"""Cues: the few things that grammar and closed lists of words tell of a sentence, beside its meaning.

Each is a feature of core/features.py; how much it says for which kind is learned, and none decides by itself. Whoever
changes one makes the judge learn anew: `python -m services.insights.training`.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NUMBER = (
    r"(?:\d[\d.,]*|(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"sixty|seventy|eighty|ninety|hundred|thousand|million|half)\b)"
)
DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
PART = (
    r"(?:morning|noon|afternoon|evening|tonight|tomorrow|week|weekend|month|quarter|year|spring|summer|autumn|fall|"
    r"winter)"
)
SPAN = r"(?:minutes?|hours?|days?|weeks?|months?|quarters?|years?)"
ORDINAL = r"\w*(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|teenth|twentieth|thirtieth)"


def _words(alternatives: str) -> re.Pattern[str]:
    """Any of these, parted by commas, as whole words."""
    joined = "|".join(re.split(r",\s+", alternatives.strip()))
    return re.compile(rf"\b(?:{joined})\b", re.IGNORECASE)


def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


NO_NAME = (
    "I|Mr|Ms|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|January|February|March|April|May|June|July|August|"
    "September|October|November|December|Easter|Christmas"
)

CUES: dict[str, re.Pattern[str]] = {
    "asks": _form(r"\?\W*$"),
    "asks_openly": _form(
        r"^(?:(?:and|so|but|okay|well|right|then|now),? )*(?:what|who|whose|which|where|when|why|how)\b"
    ),
    "proposes": _words("""
        let's, let us, let me, shall we, shall i, why don't we, why don't you, why don't the, how about, i'd suggest,
        i'd propose, i suggest, i propose, we could, i could, would it help
    """),
    "promises": _words("""
        i'll, we'll, i will, we will, i'm going to, we're going to, i am going to, promise, my word, leave it with me,
        count on
    """),
    "meets": _words("""
        meet, meeting, call, talk, speak, sit down, go through, walk you, session, demo, workshop, pilot, trial, visit,
        invitation, proposal, agenda, present
    """),
    "sends": _words("""
        send, sending, mail, email, forward, share, write, bring, prepare, draw up, draft, get back, come back,
        put together, look into, find out
    """),
    "money": _form(
        r"[$€£]|"
        + _words(r"""
        dollars?, euros?, pounds?, cents?, price[sd]?, pricing, costs?, charge[sd]?, fees?, budget, discount,
        percent off, free of charge, per (?:seat|user|head|month|year|van|licen[cs]e), (?:a|each) (?:month|year|head),
        monthly, annually, yearly, instal?ments?, pay, paid, paying, bill, billed, quote[sd]?, spend, afford, grant,
        licen[cs]e, subscription, package, waive
    """).pattern
    ),
    "number": _form(rf"\b{NUMBER}"),
    "when": _words(rf"""
        (?:by|before|until|on|next|this|in|at|from|of|for|the) (?:the )?(?:{DAY}|{MONTH}|{PART}|end of), {DAY},
        {MONTH} (?:the )?\w+(?:st|nd|rd|th), tomorrow, tonight, christmas, easter, deadline, at the latest,
        the {ORDINAL}(?: of (?:{MONTH}|every))?(?=\W*$)
    """),
    "how_long": _form(
        rf"\b(?:{NUMBER}|a few|several|couple of) (?:more |working |business )?{SPAN}\b|"
        r"\bhow (?:long|soon|much longer)\b|\bwhen\b.*\?"
    ),
    "past": _words("""
        was, were, had, did, went, took, last (?:year|month|week|spring|summer|autumn|winter|christmas|time), ago,
        yesterday, back then
    """),
    "wishes": _words("""
        wish, would (?:love|like|need|want|help), we'd (?:need|want|love|like), i'd (?:want|love|like|need),
        (?:would|it'd|it would|that'd) be (?:great|nice|handy|good|brilliant|helpful|fantastic|a dream|a must), missing,
        lacks?, could you (?:add|also), please (?:add|put|think), ought to, should (?:have|be able),
        if (?:it|yours|you) could, need it to
    """),
    "doubts": _words(r"""
        but, though, however, too, not sure, worr(?:y|ied|ies), concern(?:ed)?, afraid, doubt, hesita\w+, reluctant,
        sceptical, skeptical, risky?, can't, cannot, won't, don't see, not convinced, hard to
    """),
    "decides": _words("""
        decided, decide[sd]? (?:that|on), agreed, settled, resolved, made up (?:our|my), chosen, go ahead, go with,
        going with, it's a deal, that's final, approved, let's do, let's go, we'll do, staying with, is on
    """),
    "authority": _words("""
        boss, ceo, cfo, cio, cto, director, manager, board, committee, partners?, owner, head of, chief, procurement,
        legal, finance, governors, council, wife, husband, brother, father, mother
    """),
    "approves": _words(r"""
        approv\w+, sign(?:s|ed|ature)?, sign off, countersign, authori[sz]e\w*, veto, block, votes?, last word,
        final say, decides, decision, blessing, green light, give the ok, agree to, up to (?:me|you|him|her|them|the),
        whatever \w+ \w+ says
    """),
    "breaks": _words(r"""
        crash\w*, freez\w+, fails?, failed, lost, lose, losing, stuck, broken?, wrong, mistakes?, errors?, late,
        slow\w*, by hand, manually, waste\w*, struggle, problem, trouble, nobody, never, can't, doesn't work, dead,
        complain\w*, quit
    """),
    "rivals": _words(r"""
        competitors?, alternatives?, (?:other|second|two|current) (?:vendor|provider|supplier|solution)s?,
        (?:another|different|present) (?:vendor|provider|supplier|solution|tool|offer|quote|firm|carrier),
        switched, evaluating, compared to,
        swears? by, raves about, instead, elsewhere, anyone else, somebody else
    """),
    "name": re.compile(rf"(?<![.!?:] )(?<!^)(?<!\")\b(?!(?:{NO_NAME})\b)[A-Z][a-z]+[A-Z]?\w*"),
    "pleased": _words(r"""
        great, love, lovely, perfect, excellent, fantastic, wonderful, brilliant, impress\w*, delighted, thrilled,
        happy, excited, relief, amazing, generous, helpful, surprise, glad, over the moon, better than, good idea, wow
    """),
    "displeased": _words(r"""
        tired of, annoy\w+, angry, upset, disappoint\w+, frustrat\w+, furious, unacceptable, ridiculous, fed up, awful,
        terrible, nightmare, burned, uneasy, nervous, painful, bothers?, mad, worse, hate, cheeky
    """),
}  # fmt: skip


def cue_features(texts: Sequence[str]) -> NDArray[np.float32]:
    """Which cues each text has: 0 or 1, shape (n, number of cues)."""
    found = [[cue.search(text) is not None for cue in CUES.values()] for text in texts]
    return np.array(found, np.float32).reshape(len(texts), len(CUES))
