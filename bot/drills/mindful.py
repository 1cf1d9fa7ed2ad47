"""A mindful run: something to attend to on the way, and one question after it (docs/domain.md 5 and 7). Pure.

    running > noticed > over
"""

from bot.drills import screens
from bot.drills.facts import OLD_BUTTON, Facts
from bot.drills.goes import DONE, MINDFUL_RUN
from bot.model import BeginDrill, Close, Decision, EndDrill, Event, Label, Open, Tap, Turn

KIND = "mindful"  # of its card
RUN, ASKED, OVER = "running", "noticed", "over"
NOTICED = ("feet", "breath", "air", "sounds", "thoughts")


def begin(occasion: str = "") -> Decision:
    """The cues; what is typed meanwhile is no answer to them."""
    cues = Open(KIND, None, RUN, screens.cues(), asking=False)
    return Decision((BeginDrill(MINDFUL_RUN.name, 0, None, occasion), cues))


def decide(facts: Facts, event: Event, step: str) -> Decision:
    """They are back, and what they noticed."""
    act = event.act.act if isinstance(event.act, Tap) else ""
    if facts.go is None or facts.go.drill != MINDFUL_RUN.name:
        return Decision((Close(KIND),), OLD_BUTTON)
    name, _, noticed = act.partition("=")
    if step == RUN and act == "back":
        return Decision((Turn(ASKED, screens.noticed(NOTICED), asking=False),))
    if step == ASKED and name == "n" and noticed in NOTICED:
        over = Turn(OVER, screens.ran(noticed), asking=False)
        return Decision((EndDrill(DONE, noticed=noticed), over), Label("checkins/noted"))
    return Decision(toast=OLD_BUTTON)
