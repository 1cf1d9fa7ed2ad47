"""Name it: two questions, a sentence each (docs/domain.md 5). Pure.

    state > need        "state+", "need+" when their words are to be kept

What is written is let go, unless they wish it kept: then it is a line of their log.
"""

from bot.drills import screens
from bot.drills.facts import OLD_BUTTON, Facts
from bot.drills.goes import AFTER, DONE, NAMING, SETTLED, STOPPED
from bot.logbook.records import NAMED
from bot.model import NOT_MINE, Close, Decision, Effect, EndDrill, Event, KeepLog, Open, Tap, Turn, Typed

STATE, NEED = "state", "need"
KEPT = "+"  # behind the step


def opened() -> Open:
    """The first question."""
    return Open(NAMING, None, STATE, screens.naming(STATE, keep=False))


def decide(facts: Facts, event: Event, step: str) -> Decision:
    """A sentence, whether it is kept, or the way out."""
    question, keep = step.removesuffix(KEPT), step.endswith(KEPT)
    if not facts.running or facts.late(event):
        return NOT_MINE if isinstance(event.act, Typed) else Decision((Close(NAMING),), OLD_BUTTON)
    match event.act:
        case Tap(act="keep" | "drop"):
            keep = event.act.act == "keep"
            return Decision((_asks(question, keep=keep),))
        case Tap(act="stop"):
            return Decision((EndDrill(STOPPED), Close(NAMING)))
        case Typed(text, message):
            return _named(facts, event, question, text.strip(), message, keep=keep)
        case _:
            return Decision(toast=OLD_BUTTON)


def _asks(question: str, *, keep: bool) -> Turn:
    return Turn(f"{question}{KEPT if keep else ''}", screens.naming(question, keep=keep))


def _named(facts: Facts, event: Event, question: str, text: str, message: int, *, keep: bool) -> Decision:
    record = {"kind": NAMED, "date": str(facts.who.local(event.at).date()), "question": question, "words": text}
    kept: tuple[Effect, ...] = (KeepLog(message, [record]),) if keep else ()
    if question == STATE:
        return Decision((*kept, _asks(NEED, keep=keep)))
    asked = Open(SETTLED, None, AFTER, screens.after(over=False, kept=keep))
    return Decision((*kept, EndDrill(DONE), Close(NAMING), asked))
