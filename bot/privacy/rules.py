"""Taking one's words along, or away (docs/design.md, promise 9). Pure."""

from bot.model import Button, Command, Decision, Event, Forget, Label, Open, Say, Screen, SendExport, Tap, Turn, Who

KIND = "erase"


def decide(who: Who, event: Event) -> Decision:
    """`/export`, `/erase`, and the button that means it."""
    match event.act:
        case Tap(act="erase"):
            return Decision((Forget(asked=True), Say(Screen("privacy/erased"), in_place=True)))
        case Tap():
            return Decision((Turn("kept", Screen("privacy/kept"), asking=False),))
        case Command() if who.person is None:
            return Decision((Say(Screen("privacy/nothing")),))
        case Command("export"):
            return Decision((SendExport(Screen("privacy/export")),))
        case Command():
            return Decision((Open(KIND, None, "ask", _ask()),))
        case _:
            return Decision((Turn("ask", _ask()),))


def _ask() -> Screen:
    keep, erase = Button(Label("privacy/keep"), "keep"), Button(Label("privacy/erase"), "erase")
    return Screen("privacy/erase", {}, ((keep,), (erase,)))
