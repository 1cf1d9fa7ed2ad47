"""What no other room claims: /help, words without a question, what can't be read, chats that come and go. Pure."""

from bot.model import Command, Decision, Edited, Event, Label, Moved, Reach, Reached, Say, Screen, Tap, Unreadable, Who


def decide(who: Who, event: Event) -> Decision:
    """A fitting short answer, or silence."""
    match event.act:
        case Reached(state):
            return Decision((Reach(state),))
        case Moved(to):
            return Decision((Reach("migrated", to),))
        case Edited():
            return Decision()
        case Tap():
            return Decision(toast=Label("help/old_button"))
        case Command() if not event.private:
            return _say("help/in_group")
        case Command("help"):
            return _say("help/help")
        case Unreadable():
            return _say("help/unreadable")
        case _ if who.person is None:
            return _say("help/start_first")
        case _:
            return _say("help/lost")


def _say(template: str) -> Decision:
    return Decision((Say(Screen(template)),))
