"""A message came twice because nobody could know that the first had arrived: a tap on either copy counts.

docs/reliability.md R1, by hand and in slow motion; the random runs of `kills.py` meet it now and then.
"""

import pytest

from tests.stories.test_first_flow import arrived
from tests.support import Coach


@pytest.mark.parametrize("tapped", ["first copy", "second copy"])
async def test_both_copies_count_and_one_stays(coach: Coach, tapped: str) -> None:
    ana = await arrived(coach)
    coach.world.faults.lose_answer(1, methods={"sendMessage"})
    ana.type("/checkin")
    first = await ana.sees("How well did you sleep?")
    coach.world.faults.lose_answer(0)
    second = await ana.sees("How well did you sleep?")
    assert first.buttons == second.buttons
    assert first.id != second.id
    await coach.settled()
    tap = ana.tap("7", message_id=first.id if tapped == "first copy" else second.id)
    assert await tap.answered() == "Noted"
    await ana.sees("How is your mood?")
    await coach.settled()
    assert len(coach.rows("SELECT * FROM answer")) == 1
    if tapped == "first copy":  # then the coach knows where both lie: no second set of live buttons
        assert len([bubble for bubble in ana.messages if bubble.buttons]) == 1
