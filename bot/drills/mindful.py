"""A mindful run: something to attend to on the way, and one question after it (docs/domain.md 5 and 7). Pure.

What was there may be typed; of words that are none of the answers nothing is kept.

    running > noticed > over
"""

from datetime import timedelta

from bot.drills import screens
from bot.drills.facts import OLD_BUTTON, Facts
from bot.drills.goes import DONE, MINDFUL_RUN
from bot.model import NOT_MINE, BeginDrill, Close, Decision, EndDrill, Event, Label, Open, Tap, Turn, Typed

KIND = "mindful"  # of its card
RUN, ASKED, OVER = "running", "noticed", "over"
NOTICED = ("feet", "breath", "air", "sounds", "thoughts")
ELSE = "else"
THAT_DAY = timedelta(hours=12)  # so long words may be the answer; engine choice


def begin(occasion: str = "") -> Decision:
    """The cues; what is typed meanwhile is no answer to them."""
    cues = Open(KIND, None, RUN, screens.cues(), asking=False)
    return Decision((BeginDrill(MINDFUL_RUN.name, 0, None, occasion), cues))


def decide(facts: Facts, event: Event, step: str) -> Decision:
    """They are back, and what they noticed."""
    if isinstance(event.act, Typed):
        if facts.go is None or event.at - facts.go.started_at > THAT_DAY:
            return NOT_MINE
        act = f"n={_named(event.act.text)}"
    else:
        act = event.act.act if isinstance(event.act, Tap) else ""
    if facts.go is None or facts.go.drill != MINDFUL_RUN.name:
        return Decision((Close(KIND),), OLD_BUTTON)
    name, _, noticed = act.partition("=")
    if step == RUN and act == "back":
        return Decision((Turn(ASKED, screens.noticed(NOTICED)),))
    if step == ASKED and name == "n" and noticed in (*NOTICED, ELSE):
        over = Turn(OVER, screens.ran(noticed), asking=False)
        kept = None if noticed == ELSE else noticed
        return Decision((EndDrill(DONE, noticed=kept), over), Label("checkins/noted"))
    return Decision(toast=OLD_BUTTON)


def _named(text: str) -> str:
    """Which of the answers these words name: "the birds" and "my breathing" are something else, and breath."""
    return next((one for one in NOTICED if one.removesuffix("s") in text.casefold()), ELSE)
