"""What two weeks of check-ins say that no single one does, and the short talk about it (docs/domain.md 9). Pure.

No screener: two plain questions, whose answers are not kept, and the advice to see someone, at most once in two weeks.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.checkins.days import Day
from bot.model import Button, Decision, Effect, Event, KeepDay, KeepFlag, Label, Open, Screen, Tap, Turn, Who
from bot.safety.levels import Level

KIND: Final = "slow"  # of the card
TWO_WEEKS: Final = timedelta(days=14)
# Engine choices: so many of the last 14 days must be answered, and of these so many be so.
ENOUGH, SHARE, LOW, HIGH = 8, 0.75, 3, 8
SIGNALS: Final = ("mood", "sleep", "evenings")  # the first that holds is spoken of


def signal(days: Sequence[Day], today: Day) -> str | None:
    """What has lasted for two weeks: low mood, poor sleep, or evenings that stay revved up; None for nothing new."""
    last = [today, *(day for day in days if timedelta() < today.date - day.date < TWO_WEEKS)]
    if any(day.talked for day in last):
        return None
    return next((name for name in SIGNALS if _lasts(name, last)), None)


def _lasts(name: str, days: Sequence[Day]) -> bool:
    said = [low for day in days if (low := _is_low(name, day)) is not None]
    return len(said) >= ENOUGH and sum(said) >= SHARE * len(said)


def _is_low(name: str, day: Day) -> bool | None:
    """Whether a day was so; None when it does not say."""
    if name != "evenings":
        value = day.number(name)
        return None if value is None else value <= LOW
    revved, down = day.number("revved"), day.number("down")
    return None if revved is None else revved >= HIGH and down is not None and down <= LOW


def talk(name: str, today: Day) -> tuple[Effect, ...]:
    """Open the talk, and keep that there was one."""
    buttons = (("weeks", "longer"), ("better",))
    return (
        KeepDay(today.date, today.as_talked(name)),
        KeepFlag(Level.CONCERN, KIND, f"slow-{name}"),
        Open(KIND, None, name, _screen("slow", name, buttons), asking=False),
    )


def decide(who: Who, event: Event) -> Decision:
    """A tap on the talk's card."""
    card = who.card
    match event.act:
        case Tap(act="weeks" | "longer") if card is not None:
            return Decision((Turn(card.step, _screen("slow_way", card.step, (("yes", "little"),)), asking=False),))
        case Tap(act="yes" | "little" | "better" as how) if card is not None:
            screen = Screen("safety/slow_over", {"name": card.step, "how": how}, ())
            return Decision((Turn(card.step, screen, asking=False),))
        case _:
            return Decision(toast=Label("help/old_button"))


def _screen(template: str, name: str, rows: Sequence[Sequence[str]]) -> Screen:
    buttons = tuple(tuple(Button(Label(f"safety/{act}"), act) for act in row) for row in rows)
    return Screen(f"safety/{template}", {"name": name}, buttons)
