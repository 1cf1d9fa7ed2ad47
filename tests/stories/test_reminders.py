"""Reminders as people live them: a desk day, a bad night, a holiday, a month of silence, a traveller."""

from datetime import timedelta

from bot.adapters.store import people, vault
from bot.demo.phone import Bubble, Phone
from bot.reminders import duty
from tests.stories.test_checkins import ON_ONE, labels, settled_in, until
from tests.support import Coach

LISBON = ("Europe/Lisbon", "PT")
BREAK, WAYS = "Time to get up.", ["Done", "Already moved", "Short version", "In 10 min", "In 30 min", "In 60 min"]


async def reminded(coach: Coach, place: tuple[str, str] = LISBON, **chosen: str) -> Phone:
    """Somebody who lives there and chose this; of reminders, nothing but what they chose."""
    off = {"morning": "off 07:30", "evening": "off 21:30", "week": "off 18:00 7", "wind_down": "off 21:50"}
    phone = await settled_in(coach, **{**off, **{name.strip("_"): value for name, value in chosen.items()}})
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, phone.id)
        people.keep_place(connection, phone.id, *place)
        duty.follow(connection, key, phone.id, coach.clock.now())
    return phone


async def later(coach: Coach, minutes: float) -> None:
    """People's time goes on, and what became due is decided and sent, as it is each second."""
    await coach.settled()
    coach.clock.move(timedelta(minutes=minutes))
    await coach.app.remind()
    await coach.settled()


async def at(coach: Coach, hour: int, minute: int = 0) -> None:
    """It is that time (UTC), the next day when it is over; what becomes due on the way is lived minute by minute."""
    left = int(until(coach, hour, minute) / timedelta(minutes=1)) + 1
    step = 5
    for _ in range(0, left, step):
        await later(coach, min(step, left))
        left -= step


def prompts(phone: Phone, words: str) -> list[Bubble]:
    """The messages of the bot that began with these words."""
    return [bubble for bubble in phone.messages if bubble.sender == "bot" and words in bubble.text]


def became(coach: Coach, kind: str) -> list[str]:
    """What became of the reminders of a kind so far, in order; steps of minutes make some of them late."""
    return [
        reason or state.replace("late", "sent")
        for state, reason in coach.rows(
            "SELECT state, reason FROM occurrence JOIN recurrence ON recurrence.id = recurrence"
            f" WHERE kind = '{kind}' AND state NOT IN ('pending', 'queued') ORDER BY due_at"
        )
    ]


async def test_a_desk_day(coach: Coach) -> None:
    """Breaks every hour: done, moved by oneself, put off, not today."""
    ana = await reminded(coach, break_="09:00-17:00/60")
    await at(coach, 9, 55)
    assert prompts(ana, BREAK) == []
    await later(coach, 12)
    (first,) = prompts(ana, BREAK)
    assert labels(first) == [*WAYS, "Not today"]
    tap = ana.tap("Done")
    assert await tap.answered() == "Noted"
    await coach.settled()
    assert "starts again now" in ana.last.text
    await later(coach, 58)  # 11:05, an hour after the move: not before
    assert became(coach, "break") == ["sent"]
    await later(coach, 5)
    assert became(coach, "break") == ["sent", "sent"]
    ana.tap("In 30 min")
    await coach.settled()
    assert ana.last.text == "Back in 30 minutes."
    await later(coach, 29)
    assert len(became(coach, "break")) == 2
    await later(coach, 2)
    assert became(coach, "break") == ["sent"] * 3
    ana.tap("Short version")
    await coach.settled()
    assert "Ten calf raises" in ana.last.text
    ana.tap("Not today")
    await coach.settled()
    assert ana.last.text == "Fine. No more of these today."
    await at(coach, 18)
    assert set(became(coach, "break")[3:]) == {"not today"}
    await at(coach, 10, 10)
    assert became(coach, "break")[-1] == "sent"
