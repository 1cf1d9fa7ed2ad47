"""Reminders as people live them."""
from datetime import timedelta
from tests.stories.test_checkins import labels, settled_in, until
from tests.support import Coach
from bot.adapters.store import people, vault
from bot.reminders import duty

async def later(coach, minutes):
    await coach.settled()
    coach.clock.move(timedelta(minutes=minutes))
    await coach.app.remind()
    await coach.settled()

async def test_smoke(coach: Coach) -> None:
    ana = await settled_in(coach, **{"break": "09:00-17:00/60"})
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, ana.id)
        people.keep_place(connection, ana.id, "Europe/Lisbon", "PT")
        duty.follow(connection, key, ana.id, coach.clock.now())
    print(coach.rows("select kind, active, start, until, every, days, \"offset\" from recurrence"))
    print(coach.rows("select * from occurrence"))
    print(coach.clock.now())
    for h in range(20):
        await later(coach, 60)
    for b in ana.messages:
        print(b.id, b.sender, b.text[:100], labels(b))
    print(coach.rows("select * from occurrence"))
    assert 0
