"""Mornings and evenings as people live them: a phone, real HTTP, and a coach that learns what is usual for them."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot.adapters.store import checkins, people, profile, vault
from bot.demo.phone import Bubble, Phone
from tests.stories.test_first_flow import AGREE
from tests.support import ON_ONE, Coach

OLD = "That button is from earlier. Nothing changed."
GOOD_FOOD = "Ate and drank well"
MORNING = {"sleep": "7", "mood": "6", "hours": "7.5"}
EVENING = {"revved": "6", "down": "5", "spilled": "none", "food": "fuelled,protein,fluids"}
ASKS = {
    "sleep": "How well did you sleep?",
    "mood": "How is your mood?",
    "hours": "How many hours",
    "irritability": "How short is your fuse?",
    "heart": "Resting heart rate and HRV?",
    "revved": "How revved up did you get",
    "down": "How fast did you come back down?",
    "spilled": "Did it spill over?",
    "food": "Food and drink today?",
}
# On one database: what is told here are rules, and they see the same rows on both.


# ---- what people do ------------------------------------------------------------------------------------


async def settled_in(coach: Coach, name: str = "Ana", **chosen: str) -> Phone:
    """Somebody who agreed, left the set-up for later, and chose this."""
    phone = coach.world.person(name)
    phone.type("/start")
    await phone.sees("Hello")
    phone.tap(AGREE)
    await phone.sees("Or share your place")
    phone.tap("Set up later")
    await phone.sees("one minute for you")
    phone.tap("Later")
    await phone.sees("From here")
    await coach.settled()
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, phone.id)
        for choice, value in chosen.items():
            profile.choose(connection, key, phone.id, choice, value, coach.clock.now())
    return phone


async def morning(phone: Phone, sleep: str = "7", mood: str = "6", hours: str = "7.5") -> Bubble:
    """A whole morning by taps; its closing answer."""
    return await lives(phone, "morning", {"sleep": sleep, "mood": mood, "hours": hours})


async def evening(
    phone: Phone, revved: str = "6", down: str = "5", spilled: str = "No, nothing", food: str = GOOD_FOOD
) -> Bubble:
    """A whole evening by taps; its closing answer."""
    return await lives(phone, "evening", {"revved": revved, "down": down, "spilled": spilled, "food": food})


async def lives(phone: Phone, kind: str, taps: Mapping[str, str]) -> Bubble:
    """A check-in by taps; several items are parted by " + "."""
    phone.type(f"/checkin {kind}")
    for marker, named in taps.items():
        await phone.sees(ASKS[marker])
        for label in named.split(" + "):
            phone.tap(label)
            if marker in ("spilled", "food") and label not in ("No, nothing", GOOD_FOOD):
                await phone.sees(ASKS[marker])
        if "✓" in str(phone.last):
            phone.tap("Done")
    return await phone.sees(f"This {kind}")


async def types(coach: Coach, phone: Phone, text: str) -> Bubble:
    """Type something, and wait for all that comes of it; the newest message."""
    phone.type(text)
    await coach.settled()
    return phone.last


def until(coach: Coach, hour: int, minute: int = 0) -> timedelta:
    """How long until that hour of the clock, in UTC, comes next."""
    now = coach.clock.now()
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then - now) % timedelta(days=1)


def advice(closing: Bubble) -> str:
    """The one thing to do: the last lines of a closing answer."""
    return closing.text.strip().splitlines()[-1]


def labels(bubble: Bubble) -> list[str]:
    """What its buttons say."""
    return [label for row in bubble.buttons for label, _ in row]


def today(coach: Coach) -> date:
    """The day that it is, in UTC."""
    return (coach.clock.now() - timedelta(hours=4)).date()


async def fill(coach: Coach, phone: Phone, days: Sequence[int], answers: Mapping[str, str]) -> None:
    """Days that were answered, so many days ago; a life by taps would take the whole minute."""
    await coach.settled()
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, phone.id)
        for back in days:
            at = coach.clock.now() - timedelta(days=back)
            for marker, value in answers.items():
                day = today(coach) - timedelta(days=back)
                checkins.keep_answer(connection, key, phone.id, day, marker, value, at)


async def kept(coach: Coach, phone: Phone, back: int = 0) -> dict[str, str]:
    """The answers that count of a day, so many days ago."""
    await coach.settled()
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, phone.id)
        return checkins.day(connection, key, phone.id, today(coach) - timedelta(days=back)).answers


# ---- days and weeks ------------------------------------------------------------------------------------


async def test_a_first_week_with_gaps_and_the_day_that_compares(coach: Coach) -> None:
    ana = await settled_in(coach)
    for day, gap in ((1, 2), (2, 1), (3, 1)):
        closing = await morning(ana)
        assert f"I am still learning you: day {day} of 7, then I can compare." in closing.text
        coach.clock.move(until(coach, 20))
        closing = await evening(ana)
        assert f"day {day} of 7" in closing.text
        assert closing.text.startswith(
            "This evening\nRevved up 6 · came down 5 · spilled over: no · food: fuelled, protein, drank enough\n"
        )
        coach.clock.move(until(coach, 7) + timedelta(days=gap - 1))
    await fill(coach, ana, (5, 6, 7), {**MORNING, **EVENING})
    assert "day 7 of 7" in (await morning(ana)).text
    coach.clock.move(timedelta(days=1))
    closing = await morning(ana, sleep="9")
    assert "Sleep is higher than usual: 9, where 7 is usual for you." in closing.text
    assert "I am still learning you, so take that lightly." in closing.text
    await fill(coach, ana, range(10, 20), EVENING)
    closing = await evening(ana, down="8")
    assert "You came down faster than usual: 8, where 5 is usual for you. That is the progress" in closing.text
    assert "learning" not in closing.text
    coach.clock.move(timedelta(days=1))
    assert "Much as usual for you." in (await morning(ana)).text
    closing = await morning_again(ana, "Mood", "2")
    assert "Mood is lower than usual: 2, where 6 is usual for you." in closing.text


async def morning_again(phone: Phone, name: str, answer: str) -> Bubble:
    """A correction: which answer, and what it is now."""
    phone.tap("Change an answer")
    await phone.sees("This morning")
    phone.tap(name)
    await phone.sees("check-in\u00a0· ")
    phone.tap(answer)
    return await phone.sees("This morning")


@ON_ONE
async def test_nothing_is_said_twice_within_five_days(coach: Coach) -> None:
    ana = await settled_in(coach)
    said: list[str] = []
    for day in range(6):
        poor = day % 2 == 1
        said.append(advice(await morning(ana, sleep="2" if poor else "8", mood="3" if poor else "7")))
        coach.clock.move(until(coach, 21))
        spilled, food = ("Snapped at someone", "Late coffee + Alcohol") if poor else ("No, nothing", GOOD_FOOD)
        said.append(advice(await evening(ana, revved="7", down="3", spilled=spilled, food=food)))
        coach.clock.move(until(coach, 7))
    for place, advised in enumerate(said):
        assert advised not in said[place + 1 : place + 10], f"{advised!r} again in {said}"


@ON_ONE
async def test_late_coffee_is_not_held_against_somebody_twice_in_a_night(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(until(coach, 21))
    assert "eight to nine hours before bed" in advice(await evening(ana, food="Fuelled enough + Late coffee"))
    coach.clock.move(until(coach, 7))
    assert "eight to nine hours before bed" not in advice(await morning(ana, sleep="2"))


# ---- corrections ---------------------------------------------------------------------------------------


@ON_ONE
async def test_an_answer_is_corrected_by_its_name(coach: Coach) -> None:
    ana = await settled_in(coach)
    closing = await morning(ana)
    assert labels(closing) == ["Why?", "Change an answer"]
    ana.tap("Change an answer")
    which = await ana.sees("This morning")
    assert labels(which) == ["Sleep", "Mood", "Hours", "Back"]
    ana.tap("Back")
    assert labels(await ana.sees("This morning")) == ["Why?", "Change an answer"]
    corrected = await morning_again(ana, "Mood", "4")
    assert corrected.text.startswith("This morning\nSleep 7 · mood 4 · 7.5 h\n")
    assert corrected.id == closing.id
    assert await kept(coach, ana) == {**MORNING, "mood": "4"}
    # What was said before stays said.
    assert coach.rows("SELECT count(*) FROM answer WHERE marker = 'mood'")[0][0] == 2
    ana.type("/checkin morning")
    again = await ana.sees("This morning")
    assert again.id != closing.id
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [again.id]


@ON_ONE
async def test_what_was_passed_over_is_asked_when_one_comes_back(coach: Coach) -> None:
    ana = await settled_in(coach)
    closing = await morning(ana, mood="Skip")
    assert closing.text.startswith("This morning\nSleep 7 · 7.5 h\n")
    assert ASKS["mood"] in (await types(coach, ana, "/checkin morning")).text
    ana.tap("8")
    await coach.settled()
    assert ana.last.text.startswith("This morning\nSleep 7 · mood 8 · 7.5 h\n")


@ON_ONE
async def test_everything_can_be_skipped(coach: Coach) -> None:
    ana = await settled_in(coach)
    closing = await morning(ana, "Skip", "Skip", "Skip")
    assert "Nothing noted, and that is fine." in closing.text
    assert await kept(coach, ana) == {}
    ana.tap("Change an answer")
    await ana.sees("Which answer?")
    ana.tap("Sleep")
    await ana.sees(ASKS["sleep"])
    for typed, then in (("skip", ASKS["mood"]), ("5", ASKS["hours"]), ("Back", "So far: 5")):
        assert then in (await types(coach, ana, typed)).text


@ON_ONE
async def test_who_corrects_is_asked_which_answer(coach: Coach) -> None:
    ana = await settled_in(coach)
    closing = await morning(ana)
    ana.tap("Change an answer")
    assert (await ana.sees("This morning")).text != closing.text


@ON_ONE
async def test_back_from_a_correction_is_back_to_the_answer(coach: Coach) -> None:
    ana = await settled_in(coach)
    await morning(ana)
    for label in ("Change an answer", "Mood", "Back"):
        ana.tap(label)
        await coach.settled()
    assert "This morning" in ana.last.text


@ON_ONE
async def test_an_evening_that_a_correction_pushed_aside_goes_on(coach: Coach) -> None:
    ana = await settled_in(coach)
    first = await morning(ana)
    ana.type("/checkin evening")
    await ana.sees(ASKS["revved"])
    ana.tap("6")
    await ana.sees(ASKS["down"])
    for label, then in (("Change an answer", "Which answer?"), ("Mood", ASKS["mood"]), ("4", "Sleep 7 · mood 4")):
        ana.tap(label, first.id)
        corrected = await ana.sees(then)
    assert labels(corrected) == ["Go on with the evening", "Why?", "Change an answer"]
    ana.tap("Go on with the evening")
    await coach.settled()  # the question that was pushed aside still stands there
    for asks, label in ((ASKS["down"], "5"), (ASKS["spilled"], "No, nothing"), (ASKS["food"], GOOD_FOOD)):
        await ana.sees(asks)
        ana.tap(label)
    assert labels(await ana.sees("This evening")) == ["Why?", "Change an answer"]
    assert await kept(coach, ana) == {**MORNING, **EVENING, "mood": "4"}


# ---- how people answer ---------------------------------------------------------------------------------


FORMS = {
    "sleep": {"7/10": "7", "8.0": "8", "Seven": "7", " 0 ": "0"},
    "hours": {"7,5": "7.5", "7:30": "7.5", "7h30": "7.5", "8 hours": "8"},
}
NO_FORMS = {"sleep": ("11", "-1", "7.5"), "hours": ("25", "7:75")}


@ON_ONE
async def test_typed_answers_of_all_forms(coach: Coach) -> None:
    ana = await settled_in(coach)
    asked = await types(coach, ana, "/checkin morning")
    for marker, then in (("sleep", ASKS["mood"]), ("hours", "This morning")):
        for typed in NO_FORMS[marker]:
            asked = await types(coach, ana, typed)
            assert asked.text.startswith("I need "), typed
            assert ASKS[marker] in asked.text
        for typed, value in FORMS[marker].items():
            assert then in (await types(coach, ana, typed)).text, typed
            assert (await kept(coach, ana))[marker] == value, typed
            for label in ["Back"] if marker == "sleep" else ["Change an answer", "Hours"]:
                ana.tap(label)
                await coach.settled()
            assert f"So far: {value}" in ana.last.text
        await types(coach, ana, "skip")
        await types(coach, ana, "6/10")
    assert len([bubble for bubble in ana.messages if bubble.buttons]) == 1


@ON_ONE
async def test_several_items_are_toggled_and_said_in_one_tap(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin evening")
    for marker in ("revved", "down"):
        await ana.sees(ASKS[marker])
        ana.tap("4")
    first = await ana.sees(ASKS["spilled"])
    assert labels(first)[0] == "No, nothing"
    for tapped, shown in (
        ("Snapped at someone", ["✓ Snapped at someone", "Kept turning it over"]),
        ("Kept turning it over", ["✓ Snapped at someone", "✓ Kept turning it over"]),
        ("✓ Snapped at someone", ["Snapped at someone", "✓ Kept turning it over"]),
    ):
        ana.tap(tapped)
        screen = await ana.sees(ASKS["spilled"])
        assert labels(screen)[:2] == shown
        assert "No, nothing" not in labels(screen)
    assert screen.id == first.id
    ana.tap("✓ Kept turning it over")
    assert labels(await ana.sees(ASKS["spilled"]))[0] == "No, nothing"
    food = await types(coach, ana, "snapped, withdrew")
    assert ASKS["food"] in food.text
    assert labels(food)[0] == GOOD_FOOD
    ana.tap(GOOD_FOOD)
    closing = await ana.sees("This evening")
    assert "spilled over: snapped, withdrew · food: fuelled, protein, drank enough" in closing.text
    ana.tap("Change an answer")
    await ana.sees("This evening")
    ana.tap("Food and drink")
    await ana.sees(ASKS["food"])
    closing = await types(coach, ana, "nothing")
    assert "food: none of these" in closing.text
    assert await kept(coach, ana) == {"revved": "4", "down": "4", "spilled": "snapped,withdrew", "food": "none"}


@ON_ONE
async def test_a_quiet_evening_has_three_questions(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin evening")
    assert "1\u00a0of\u00a04" in (await ana.sees(ASKS["revved"])).text
    ana.tap("1")
    assert "2\u00a0of\u00a03" in (await ana.sees(ASKS["spilled"])).text
    ana.tap("No, nothing")
    assert "3\u00a0of\u00a03" in (await ana.sees(ASKS["food"])).text
    ana.tap(GOOD_FOOD)
    closing = await ana.sees("This evening")
    assert "came down" not in closing.text
    assert "A quiet day: little to come down from." in closing.text
    assert closing.text.count("\n\n") == 2


@ON_ONE
async def test_a_loud_evening_that_was_a_quiet_one_after_all(coach: Coach) -> None:
    ana = await settled_in(coach)
    await evening(ana, revved="7", down="4")
    for answer, then in (("1", "A quiet day"), ("7", ASKS["down"])):
        for label in ("Change an answer", "Revved up", answer):
            ana.tap(label)
            await coach.settled()
        assert then in ana.last.text
        assert "came down" not in ana.last.text
    ana.tap("9")
    await coach.settled()
    assert "Revved up 7 · came down 9" in ana.last.text


@ON_ONE
async def test_who_trains_hard_is_asked_more_and_need_not_wear_anything(coach: Coach) -> None:
    ana = await settled_in(coach, aim="high_load", extras="heart")
    ana.type("/checkin morning")
    for marker in MORNING:
        assert "of\u00a05" in (await ana.sees(ASKS[marker])).text
        ana.tap("6")
    await ana.sees(ASKS["irritability"])
    assert ASKS["heart"] in (await types(coach, ana, "three")).text
    for typed in ("fine", "300 61", "52 61 70"):
        assert "I need two numbers, like 52 61." in (await types(coach, ana, typed)).text
    closing = await types(coach, ana, "52 61")
    assert closing.text.startswith("This morning\nSleep 6 · mood 6 · 6 h · fuse 3 · heart 52 · HRV 61\n")
    coach.clock.move(timedelta(days=1))
    ana.type("/checkin morning")
    for marker in (*MORNING, "irritability"):
        await ana.sees(ASKS[marker])
        ana.tap("6")
    await ana.sees(ASKS["heart"])
    tap = ana.tap("I don't wear one")
    assert await tap.answered() == "I won't ask again"
    assert (await ana.sees("This morning")).text.startswith("This morning\nSleep 6 · mood 6 · 6 h · fuse 6\n")
    coach.clock.move(timedelta(days=1))
    ana.type("/checkin morning")
    assert "1\u00a0of\u00a04" in (await ana.sees(ASKS["sleep"])).text


@ON_ONE
async def test_who_wears_something_later_can_say_so(coach: Coach) -> None:
    ana = await settled_in(coach)
    heart = "Ask my heart rate and HRV"
    for answer, way_on, asked in ((heart, "Done", True), (f"✓ {heart}", "Nothing", False)):
        await types(coach, ana, "/settings")
        for label in ("Keep in mind", answer, way_on):
            ana.tap(label)
            await coach.settled()
        await types(coach, ana, "/checkin morning")
        assert ("of\u00a04" in ana.last.text) == asked


@ON_ONE
async def test_as_usual_is_one_tap_after_seven_days(coach: Coach) -> None:
    ana = await settled_in(coach)
    await fill(coach, ana, range(1, 7), MORNING)
    ana.type("/checkin morning")
    assert not any("As usual" in label for label in labels(await ana.sees(ASKS["sleep"])))
    await fill(coach, ana, [7], MORNING)
    closing = await lives(
        ana, "morning", {"sleep": "As usual: 7", "mood": "As usual: 6", "hours": "As usual: 7.5"}
    )
    assert closing.text.startswith("This morning\nSleep 7 · mood 6 · 7.5 h\n\nMuch as usual for you.\n")


@ON_ONE
async def test_whats_a_seven(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    card = await ana.sees(ASKS["sleep"])
    assert "7 good" not in card.text
    ana.tap("What's a 7?")
    told = await ana.sees("7 good, woke once or twice")
    assert told.id == card.id
    assert "What's a 7?" not in labels(told)
    ana.tap("7")
    await ana.sees(ASKS["mood"])


@ON_ONE
async def test_why_and_back(coach: Coach) -> None:
    ana = await settled_in(coach)
    for lived in (morning, evening):
        closing = await lived(ana)
        ana.tap("Why?")
        why = await ana.sees("Why this?")
        assert why.id == closing.id
        assert "How sure: " in why.text
        ana.tap("Back")
        assert (await ana.sees("This ")).text == closing.text


# ---- which day it is -----------------------------------------------------------------------------------


async def test_yesterdays_evening_was_left_open(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(until(coach, 21))
    ana.type("/checkin")
    await ana.sees(ASKS["revved"])
    ana.tap("6")
    older = await ana.sees(ASKS["down"])
    coach.clock.move(until(coach, 7))
    ana.type("/checkin")
    newer = await ana.sees(ASKS["sleep"])
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [newer.id]
    late = ana.tap_data(older.buttons[0][0][1], older.id)
    assert await late.answered() == OLD
    assert await kept(coach, ana, back=1) == {"revved": "6"}
    assert ASKS["mood"] in (await types(coach, ana, "8")).text
    assert await kept(coach, ana) == {"sleep": "8"}
    assert ASKS["down"] in (await types(coach, ana, "/checkin yesterday")).text  # it goes on where it was left


@ON_ONE
async def test_yesterday_can_still_be_told(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(timedelta(days=1))
    ana.type("/checkin yesterday")
    for asks, label in (
        ("How revved up did you get that day?", "2"), (ASKS["spilled"], "No, nothing"),
        ("Food and drink that day?", GOOD_FOOD),
    ):
        await ana.sees(asks)
        ana.tap(label)
    await ana.sees("Evening of ")
    ana.type("/checkin yesterday")
    for marker in MORNING:
        await ana.sees(ASKS[marker])
        ana.tap("8")
    await ana.sees("Morning of ")
    assert await kept(coach, ana) == {}
    assert (await kept(coach, ana, back=1)).keys() == {"revved", "spilled", "food", "sleep", "mood", "hours"}
    ana.type("/checkin Yesterday morning")
    assert "Sleep 8 · mood 8 · 8 h" in (await ana.sees("Morning of ")).text


@ON_ONE
async def test_yesterday_is_not_called_today(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(timedelta(days=1))
    ana.type("/checkin yesterday")
    asked = (await ana.sees("Evening check-in for ")).text
    assert "that day?" in asked
    assert "today" not in asked


@ON_ONE
async def test_the_card_of_yesterday_is_not_headed_today(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/today")
    day = f"{today(coach):%a} {today(coach).day} {today(coach):%b}"
    await ana.sees(f"Today, {day}")
    ana.tap("Last seven days")
    await ana.sees("The last seven days")
    coach.clock.move(timedelta(days=1))
    ana.tap("Back")
    assert (await ana.sees("Morning: open")).text.startswith(f"{day}\n")


@ON_ONE
async def test_the_small_hours_belong_to_the_evening(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(until(coach, 23, 30))
    ana.type("/checkin")
    await ana.sees(ASKS["revved"])
    coach.clock.move(until(coach, 3, 30))
    ana.tap("5")
    await ana.sees(ASKS["down"])
    assert await kept(coach, ana) == {"revved": "5"}
    assert ASKS["down"] in (await types(coach, ana, "/checkin")).text  # at 03:30 it is the same evening
    coach.clock.move(until(coach, 4, 30))
    ana.tap("4")
    await ana.sees(ASKS["spilled"])  # and its card keeps its day
    assert await kept(coach, ana) == {}
    assert await kept(coach, ana, back=1) == {"revved": "5", "down": "4"}
    ana.type("/checkin")
    await ana.sees(ASKS["sleep"])
    ana.tap("7")
    await ana.sees(ASKS["mood"])
    assert await kept(coach, ana) == {"sleep": "7"}


@ON_ONE
async def test_moving_house_between_question_and_answer(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin")
    await ana.sees(ASKS["sleep"])
    await coach.settled()
    with coach.app.engine.begin() as connection:  # seven in the morning is last night there
        people.keep_place(connection, ana.id, "America/Los_Angeles", "US")
    ana.tap("7")
    await ana.sees(ASKS["mood"])
    assert await kept(coach, ana) == {"sleep": "7"}
    ana.type("/checkin")
    await ana.sees(ASKS["revved"])
    ana.tap("3")
    await ana.sees(ASKS["down"])
    assert await kept(coach, ana, back=1) == {"revved": "3"}


# ---- what goes wrong -----------------------------------------------------------------------------------


async def test_a_restart_at_each_step_is_invisible(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin evening")
    card = await ana.sees(ASKS["revved"])
    for answers, then in (
        (["6"], ASKS["down"]), (["5"], ASKS["spilled"]), (["Withdrew"], ASKS["spilled"]),
        (["Done", GOOD_FOOD], "This evening"), (["Why?", "Back", "Change an answer", "Came down"], ASKS["down"]),
        (["3"], "Revved up 6 · came down 3 · spilled over: withdrew"),
    ):
        await coach.stop()
        await coach.start()
        for answer in answers:
            assert await ana.tap(answer).answered() != OLD
            await coach.settled()
        assert then in ana.last.text
        assert ana.last.id == card.id
    assert await kept(coach, ana) == {**EVENING, "down": "3", "spilled": "withdrew"}


async def test_every_update_delivered_twice(coach: Coach) -> None:
    coach.world.faults.deliver_twice = True
    ana = await settled_in(coach)
    await morning(ana)
    await evening(ana, spilled="Snapped at someone + Withdrew")
    assert await kept(coach, ana) == {**MORNING, **EVENING, "spilled": "snapped,withdrew"}
    assert coach.rows("SELECT count(*) FROM answer")[0][0] == 3 + 2 + 3 + 1
    assert len([bubble for bubble in ana.messages if bubble.sender == "bot" and "This " in bubble.text]) == 2


async def test_words_of_danger_as_an_answer(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees(ASKS["sleep"])
    ana.tap("2")
    card = await ana.sees(ASKS["mood"])
    ana.type("I want to kill myself")
    heard = await ana.sees("I hear you")
    await coach.settled()
    assert ana.last.id == heard.id  # nothing is asked on top of it
    assert await kept(coach, ana) == {"sleep": "2"}
    ana.tap("1", message_id=card.id)
    await ana.sees(ASKS["hours"])
    ana.tap("5")
    closing = await ana.sees("This morning")
    assert "/sos" in closing.text
    assert len(coach.rows("SELECT 1 FROM flag")) == 1


@ON_ONE
async def test_taps_and_words_that_do_not_count(coach: Coach) -> None:
    ana, bo = await settled_in(coach), await settled_in(coach, "Bo")
    ana.type("/checkin evening")
    await ana.sees(ASKS["revved"])
    typed = ana.type("6")
    await ana.sees(ASKS["down"])
    ana.edit(typed["message_id"], "9")
    await coach.settled()
    assert await kept(coach, ana) == {"revved": "6"}
    twice = [ana.tap("5"), ana.tap("5")]
    assert [await tap.answered() for tap in twice] == ["Noted", OLD]
    card = await ana.sees(ASKS["spilled"])
    toggled = [ana.tap("Withdrew"), ana.tap("Withdrew")]
    assert await toggled[1].answered() == OLD
    card = await ana.sees("Did it spill over?")
    assert "✓ Withdrew" in labels(card)
    bo.type("/checkin evening")
    await bo.sees(ASKS["revved"])
    stolen = bo.tap_data(card.buttons[0][0][1], bo.last.id)
    assert await stolen.answered() == "That button belongs to someone else."
    forged = ana.tap_data(card.buttons[0][0][1].rpartition(":")[0] + ":spilled=murder", card.id)
    assert await forged.answered() == OLD
    assert await kept(coach, ana) == {"revved": "6", "down": "5", "spilled": "withdrew"}
    assert await kept(coach, bo) == {}
