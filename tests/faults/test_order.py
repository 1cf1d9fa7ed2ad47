"""A chat's messages arrive in the order in which they were decided, also when one has to be tried again.

Twenty chats lose the message that their next row was to edit. So that row goes back to waiting, to be sent anew, and
the row behind it must not slip past: the twenty land in one batch of the writer, which is what made room for that.
"""

from sqlalchemy import Connection

from bot.adapters.store import outbox, vault
from bot.adapters.store.outbox import Posted
from tests.faults import gears
from tests.support import Coach

NOWHERE = 999_999  # the id of a message that is not there


async def test_what_is_tried_again_keeps_its_place(coach: Coach) -> None:
    phones = gears.readers(coach, 20)

    def post(connection: Connection) -> list[Posted]:
        keys = vault.keys(connection, coach.app.keyring, {phone.id for phone in phones})
        return [
            outbox.post(
                connection, keys[phone.id], owner=phone.id, chat=phone.id, method="text", now=coach.clock.now(),
                payload={"text": gears.news(number), "rows": []}, message_id=NOWHERE if number == 0 else None,
            )
            for number in range(2)
            for phone in phones
        ]

    coach.app.courier.post(await coach.app.writer.submit(post))
    await gears.drained(coach)
    assert {tuple(gears.received(phone)) for phone in phones} == {(gears.news(0), gears.news(1))}
