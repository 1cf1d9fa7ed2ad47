"""Arriving and the first check-in, as people live it: a phone, real HTTP, either database."""

from datetime import timedelta

import pytest

from bot.demo.phone import Phone
from tests.support import Coach

AGREE = "I'm 18 or over and I agree"


async def arrived(coach: Coach, name: str = "Ana") -> Phone:
    """Somebody who agreed, left the set-up for later, and sees the first question."""
    phone = coach.world.person(name)
    phone.type("/start")
    await phone.sees("Hello")
    await agrees(phone)
    return phone


async def agrees(phone: Phone) -> None:
    """From the welcome to the first question, by the shortest way."""
    phone.tap(AGREE)
    await phone.sees("Or share your place")
    phone.type("/checkin morning")  # at any hour: some stories live in real time
    await phone.sees("How well did you sleep?")


async def test_ana_agrees_and_answers_by_taps(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    ana.type("/start")
    welcome = await ana.sees("Hello, Ana.")
    agreeing = ana.tap(AGREE)
    assert await agreeing.answered() == ""
    agreed = await ana.sees("Where are you?")
    assert agreed.id == welcome.id  # edited in place
    await ana.sees("Or share your place")
    ana.type("/checkin")
    card = await ana.sees("How well did you sleep?")
    tap = ana.tap("7")
    assert await tap.answered() == "Noted"
    mood = await ana.sees("How is your mood?")
    assert mood.id == card.id
    ana.tap("6")
    await ana.sees("How many hours")
    ana.tap("7.5")
    closing = await ana.sees("Sleep 7 · mood 6 · 7.5 h")
    assert closing.id == card.id
    assert [label for row in closing.buttons for label, _ in row] == ["Why?", "Change an answer"]
    consents = coach.rows("SELECT purpose, version FROM consent ORDER BY purpose")
    assert [tuple(row) for row in consents] == [("adult", 1), ("health", 1)]


async def test_ana_answers_by_typing_and_is_told_the_range(coach: Coach) -> None:
    ana = await arrived(coach)
    first = ana.last
    ana.type("eleven")
    refused = await ana.sees("I need a whole number from 0 to 10.")
    assert refused.id != first.id  # typed answers are answered below
    ana.type("11")
    await ana.sees("I need a whole number from 0 to 10.")
    ana.type("7/10")
    await ana.sees("How is your mood?")
    ana.type("6")
    await ana.sees("How many hours")
    ana.type("25")
    await ana.sees("I need hours from 0 to 24")
    ana.type("7:30")
    await ana.sees("Sleep 7 · mood 6 · 7.5 h")
    await coach.settled()
    asking = [bubble for bubble in ana.messages if bubble.buttons]
    assert [bubble.text.splitlines()[0] for bubble in asking] == ["This morning"]  # only the newest has buttons


async def test_ana_goes_back_and_forth_and_corrects(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.tap("Back")
    again = await ana.sees("How well did you sleep?")
    assert "So far: 7" in again.text
    ana.tap("5")
    await ana.sees("How is your mood?")
    ana.tap("6")
    await ana.sees("How many hours")
    ana.tap("8")
    await ana.sees("Sleep 5 · mood 6 · 8 h")
    ana.tap("Change an answer")
    await ana.sees("This morning")
    ana.tap("Sleep")
    await ana.sees("How well did you sleep?")
    ana.tap("9")
    await ana.sees("Sleep 9 · mood 6 · 8 h")
    ana.type("/checkin")
    await ana.sees("Sleep 9 · mood 6 · 8 h")


async def test_declining_keeps_nothing(coach: Coach) -> None:
    bo = coach.world.person("Bo")
    bo.type("/start")
    await bo.sees("Hello, Bo.")
    bo.tap("Not now")
    goodbye = await bo.sees("I keep nothing of this")
    assert not goodbye.buttons
    await coach.settled()
    assert coach.rows(f"SELECT 1 FROM person WHERE owner = {bo.id}") == []
    assert coach.rows(f"SELECT 1 FROM card WHERE owner = {bo.id}") == []
    bo.type("7")
    await bo.sees("We have not met yet")
    assert coach.rows("SELECT 1 FROM answer") == []


async def test_under_eighteen_is_a_kind_goodbye(coach: Coach) -> None:
    cy = coach.world.person("Cy")
    cy.type("/start")
    await cy.sees("Hello")
    cy.tap("I'm under 18")
    goodbye = await cy.sees("made for adults")
    assert "116 111" in goodbye.text
    await coach.settled()
    assert coach.rows(f"SELECT 1 FROM person WHERE owner = {cy.id}") == []


async def test_nothing_about_health_is_kept_before_consent(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    ana.type("/start")
    await ana.sees("Hello")
    ana.type("7")
    await ana.sees("The buttons below need an answer first")
    ana.type("/checkin")
    await ana.sees("Hello, Ana.")
    ana.type("I want to kill myself")
    await ana.sees("I hear you")
    await coach.settled()
    for table in ("answer", "flag", "consent"):
        assert coach.rows(f"SELECT 1 FROM {table}") == []
    assert [row[0] for row in coach.rows("SELECT kind FROM card")] == ["welcome"]


async def test_words_of_danger_get_help_lines_and_the_answer_still_counts(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/sos Ireland")
    await ana.sees("Samaritans")
    ana.type("I want to kill myself")
    heard = await ana.sees("I hear you")
    assert "Samaritans" in heard.text  # the country is remembered
    assert not any("How well" in bubble.text for bubble in ana.messages[ana.messages.index(heard) :])
    ana.tap("7", message_id=next(b.id for b in ana.messages if "How well did you sleep?" in b.text))
    await ana.sees("How is your mood?")
    await coach.settled()
    assert len(coach.rows("SELECT 1 FROM flag")) == 1


@pytest.mark.parametrize("known", [True, False])
async def test_sos_answers_in_every_state(coach: Coach, known: bool) -> None:
    ana = await arrived(coach) if known else coach.world.person("Ana")
    ana.type("/sos")
    await ana.sees("Find A Helpline")
    ana.type("/sos Germany")
    await ana.sees("Germany")
    ana.type("/sos")
    await ana.sees("Germany")


async def test_help(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.type("/help")
    await ana.sees("/sos")
    ana.tap("What is yours")
    await ana.sees("/erase")


async def test_two_people_at_once_do_not_meet(coach: Coach) -> None:
    ana, bo = await arrived(coach, "Ana"), await arrived(coach, "Bo")
    ana.tap("2")
    bo.tap("9")
    await ana.sees("How is your mood?")
    await bo.sees("How is your mood?")
    stolen = bo.tap_data(ana.last.buttons[0][0][1], bo.last.id)
    assert await stolen.answered() == "That button belongs to someone else."
    exports = [
        coach.rows(f"SELECT count(*) FROM answer WHERE owner = {phone.id}")[0][0] for phone in (ana, bo)
    ]
    assert exports == [1, 1]


async def test_blocked_and_back(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.block()
    await coach.settled()
    assert coach.rows("SELECT state FROM chat")[0][0] == "blocked"
    ana.unblock()
    ana.type("6")
    await ana.sees("How many hours")
    assert coach.rows("SELECT state FROM chat") == []


async def test_every_update_delivered_twice(coach: Coach) -> None:
    coach.world.faults.deliver_twice = True
    ana = await arrived(coach)
    for answer, sees in (("7", "How is your mood?"), ("6", "How many hours"), ("8", "Sleep 7 · mood 6 · 8 h")):
        ana.tap(answer)
        await ana.sees(sees)
    ana.type("/about")
    await ana.sees("About me")
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM answer")[0][0] == 3
    assert sum("About me" in bubble.text for bubble in ana.messages) == 1


async def test_a_restart_in_the_middle_is_invisible(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    await coach.stop()
    ana.tap("6")
    ana.type("/about")
    await coach.start()
    await ana.sees("How many hours")
    await ana.sees("About me")
    ana.tap("8")
    await ana.sees("Sleep 7 · mood 6 · 8 h")


async def test_a_double_tap_counts_once(coach: Coach) -> None:
    ana = await arrived(coach)
    first, second = ana.tap("7"), ana.tap("7")
    assert await first.answered() == "Noted"
    assert await second.answered() == "That button is from earlier. Nothing changed."
    await ana.sees("How is your mood?")
    assert coach.rows("SELECT count(*) FROM answer")[0][0] == 1


async def test_a_new_prompt_takes_the_buttons_of_the_older(coach: Coach) -> None:
    ana = await arrived(coach)
    first = ana.last
    ana.type("/checkin")
    await ana.sees("How well did you sleep?")
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [ana.last.id]
    old = ana.tap_data(first.buttons[0][0][1], first.id)
    assert await old.answered() == "That button is from earlier. Nothing changed."
    assert coach.rows("SELECT 1 FROM answer") == []


async def test_another_question_takes_the_buttons_too(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/erase")
    await ana.sees("Erase everything?")
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [ana.last.id]
    ana.type("7")  # belongs to the question that is open
    await ana.sees("Erase everything?")
    assert coach.rows("SELECT 1 FROM answer") == []


async def test_a_button_from_before_changes_nothing(coach: Coach) -> None:
    ana = await arrived(coach)
    four = ana.last.buttons[0][4][1]
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.tap("Back")
    await ana.sees("How well did you sleep?")
    old = ana.tap_data(four, ana.last.id)  # the same question, but as it was before
    assert await old.answered() == "That button is from earlier. Nothing changed."
    assert coach.rows("SELECT count(*) FROM answer")[0][0] == 1


async def test_a_closed_card_shown_again_has_its_button_once(coach: Coach) -> None:
    ana = await arrived(coach)
    for answer, sees in (("7", "How is your mood?"), ("6", "How many hours"), ("8", "This morning")):
        ana.tap(answer)
        await ana.sees(sees)
    ana.type("/checkin")
    await ana.sees("This morning")
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [ana.last.id]


async def test_the_card_fixes_the_day(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    day = coach.rows("SELECT day FROM answer")[0][0]
    coach.clock.move(timedelta(days=1))
    ana.tap("6")
    await ana.sees("How many hours")
    assert {str(row[0]) for row in coach.rows("SELECT day FROM answer")} == {str(day)}
    ana.type("/checkin")
    await ana.sees("How well did you sleep?")
    ana.tap("5")
    await ana.sees("How is your mood?")
    assert len({str(row[0]) for row in coach.rows("SELECT day FROM answer")}) == 2


async def test_a_card_that_was_deleted_is_sent_anew(coach: Coach) -> None:
    ana = await arrived(coach)
    card = ana.last
    seven = card.buttons[1][1][1]
    tap = ana.tap_data(seven, card.id)
    ana.delete(card.id)  # between the tap and its answer
    assert await tap.answered() == "Noted"
    mood = await ana.sees("How is your mood?")
    assert mood.id != card.id
    ana.tap("6")
    await ana.sees("How many hours")
