"""Arriving as people live it: every branch of the set-up, changes of mind, a restart at each step."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.adapters.store import profile, vault
from bot.demo.phone import Phone
from tests.stories.test_first_flow import AGREE
from tests.support import ON_ONE, Coach

BERLIN = (52.52, 13.4)
LOADING = 60.0  # seconds of patience while the worker reads what it knows of the world, beside other tests
# What one sees, and what one does there to go on by the shortest way.
DEFAULTS: list[tuple[str, Callable[[Phone], object]]] = [
    ("Where are you?", lambda phone: phone.tap("Pick from a list")),
    ("Which part of the world?", lambda phone: phone.tap("Europe")),
    ("Which town has the same time", lambda phone: phone.tap("Berlin")),
    ("you live in Germany", lambda phone: phone.tap("That's right")),
    ("What brings you here?", lambda phone: phone.tap("Come down from stress faster")),
    ("keep in mind?", lambda phone: phone.tap("Nothing")),
    ("Does any of this fit you?", lambda phone: phone.tap("None of these")),
    ("When do you usually get up?", lambda phone: phone.tap("07:00")),
    ("When do you usually go to bed?", lambda phone: phone.tap("22:30")),
    ("Two small things a day", lambda phone: phone.tap("These suit me")),
    ("May I remind you", lambda phone: phone.tap("Yes, one a day")),
    ("one minute for you", lambda phone: phone.tap("Later")),
    ("From here", lambda phone: None),
]
CHOSEN = {"aim": "starter", "extras": "", "health": "", "up": "07:00", "bed": "22:30",
          "drills": "", "prompt": "yes"}


async def agreed(coach: Coach, start: str = "/start") -> Phone:
    """Somebody at the first question of the set-up."""
    ana = coach.world.person("Ana")
    ana.type(start)
    await ana.sees("Hello, Ana.")
    ana.tap(AGREE)
    await ana.sees("Or share your place")
    return ana


async def at(coach: Coach, step: str) -> Phone:
    """Somebody who came as far as the screen with these words."""
    ana = await agreed(coach)
    for sees, act in DEFAULTS:
        if sees == "Where are you?":
            assert sees in ana.messages[1].text
        else:
            await ana.sees(sees)
        if sees == step:
            return ana
        act(ana)
    raise AssertionError(f"no step shows {step!r}")


async def choices(coach: Coach, phone: Phone) -> dict[str, str]:
    """What the coach keeps of somebody's choices, as they are given it."""
    await coach.settled()
    with coach.app.engine.begin() as connection:
        return profile.choices(connection, vault.key(connection, coach.app.keyring, phone.id), phone.id)


def home(coach: Coach, phone: Phone) -> tuple[str, str | None]:
    """Zone and country."""
    (row,) = coach.rows(f"SELECT zone, country FROM person WHERE owner = {phone.id}")
    return row.zone, row.country


async def test_the_way_of_defaults(coach: Coach) -> None:
    ana = await at(coach, "From here")
    assert await choices(coach, ana) == CHOSEN
    assert home(coach, ana) == ("Europe/Berlin", "DE")
    asking = [bubble for bubble in ana.messages if bubble.buttons]
    assert asking == []
    assert ana.keyboard is None
    # One card, and /start: the keyboard's message is gone.
    assert len(ana.messages) == 2
    ana.type("/start")
    await ana.sees("Welcome back")


@ON_ONE
@pytest.mark.parametrize("step", [sees for sees, _ in DEFAULTS][:-1])
async def test_a_restart_at_each_step_is_invisible(coach: Coach, step: str) -> None:
    ana = await at(coach, step)
    await coach.stop()
    await coach.start()
    position = [sees for sees, _ in DEFAULTS].index(step)
    for (_, act), (sees, _) in zip(DEFAULTS[position:], DEFAULTS[position + 1 :], strict=False):
        act(ana)
        await ana.sees(sees)
    assert await choices(coach, ana) == CHOSEN


@ON_ONE
@pytest.mark.parametrize("step", [sees for sees, _ in DEFAULTS if not sees.startswith("Which")][:-1])
async def test_start_goes_on_at_each_step(coach: Coach, step: str) -> None:
    ana = await at(coach, step)
    ana.type("/checkin")
    await ana.sees("How well did you sleep?")
    ana.type("/start")
    await coach.settled()
    (asking,) = [bubble for bubble in ana.messages if bubble.buttons]
    assert step in asking.text
    assert (ana.keyboard is not None) == (step == "Where are you?")


@ON_ONE
async def test_every_question_can_be_skipped(coach: Coach) -> None:
    ana = await agreed(coach)
    for sees in ("What brings you here?", "keep in mind?", "Does any of this fit you?", "get up?", "go to bed?",
                 "Two small things", "May I remind you", "one minute for you"):
        ana.tap("Skip")
        await ana.sees(sees)
    ana.tap("Later")
    await ana.sees("From here")
    assert await choices(coach, ana) == {}
    assert home(coach, ana) == ("UTC", None)


async def test_all_of_it_can_wait(coach: Coach) -> None:
    ana = await agreed(coach)
    ana.tap("Set up later")
    await ana.sees("one minute for you")
    await coach.settled()
    assert ana.keyboard is None
    ana.tap("Later")
    await ana.sees("From here")
    ana.type("/start")  # and this is later
    await ana.sees("Where are you?")


async def test_a_change_of_mind(coach: Coach) -> None:
    ana = await at(coach, "Does any of this fit you?")
    ana.tap("Heart trouble")
    await ana.sees("Ask a doctor what suits you")
    ana.tap("Seizures")
    await ana.sees("Does any of this fit you?")
    ana.tap("✓ Heart trouble")
    await ana.sees("Does any of this fit you?")
    ana.tap("Back")
    await ana.sees("keep in mind?")
    ana.tap("Back")
    await ana.sees("What brings you here?")
    ana.tap("Train hard and stay steady")
    await ana.sees("keep in mind?")
    ana.tap("My menstrual cycle")
    await ana.sees("keep in mind?")
    ana.tap("Done")
    await ana.sees("Does any of this fit you?")
    ana.tap("Done")
    await ana.sees("get up?")
    assert await choices(coach, ana) == {"aim": "high_load", "extras": "cycle", "health": "seizures"}


@ON_ONE
async def test_who_named_seizures_is_offered_no_holds(coach: Coach) -> None:
    ana = await at(coach, "Does any of this fit you?")
    ana.tap("Seizures")
    await ana.sees("Does any of this fit you?")
    ana.tap("Done")
    for sees in ("get up?", "go to bed?", "Two small things"):
        last = await ana.sees(sees)
        if sees != "Two small things":
            ana.tap("Skip")
    assert not any("4-4-6-2" in label for row in last.buttons for label, _ in row)


@ON_ONE
async def test_who_is_frightened_by_breathing_drills_begins_with_another(coach: Coach) -> None:
    ana = await at(coach, "Does any of this fit you?")
    ana.tap("Uneasy with breath drills")
    await ana.sees("Does any of this fit you?")
    ana.tap("Done")
    for sees in ("get up?", "go to bed?", "Two small things", "May I remind you"):
        await ana.sees(sees)
        ana.tap("Skip")
    minute = await ana.sees("one minute for you")
    assert "Name how you are" in minute.text


@ON_ONE
async def test_towns_and_spots(coach: Coach) -> None:
    """One long visit to one question: the world takes seconds to load, once."""
    ana = await agreed(coach)
    for nonsense in ("Nowhere", "7", "🏃", "../../etc/passwd", "x" * 4096, "‮nilreB", "<b>"):
        ana.type(nonsense)
        await ana.sees("I know no place of that name", LOADING)
    ana.send_location(0.0, -30.0)
    await ana.sees("too far from any town I know")
    ana.type("Springfield")
    asked = await ana.sees("Which one is it?")
    towns = [label for row in asked.buttons for label, _ in row if label.startswith("Springfield")]
    assert 2 <= len(towns) <= 6
    assert len(set(towns)) == len(towns)
    await coach.settled()
    assert home(coach, ana) == ("UTC", None)
    ana.tap(towns[0])
    await ana.sees("you live in the United States")
    for typed, zone, country in (
        ("Berlin", "Europe/Berlin", "DE"),
        ("北京", "Asia/Shanghai", "CN"),
        ("Springfield, IL", "America/Chicago", "US"),
    ):
        ana.tap("Another place")
        await ana.sees("Or share your place")
        ana.type(typed)
        await ana.sees("Is that right?")
        await coach.settled()
        assert home(coach, ana) == (zone, country)
        assert ana.keyboard is None
    ana.tap("Another place")
    await ana.sees("Or share your place")
    ana.type("Londn")
    asked = await ana.sees("Which one is it?")
    assert home(coach, ana) == ("America/Chicago", "US")  # nothing is kept half
    ana.tap(next(label for row in asked.buttons for label, _ in row if label.startswith("London")))
    await ana.sees("you live in the United Kingdom")
    ana.tap("Another place")
    await ana.sees("Or share your place")
    ana.send_location(*BERLIN)
    await ana.sees("you live in Germany")
    await coach.settled()
    assert home(coach, ana) == ("Europe/Berlin", "DE")
    assert coach.rows("SELECT payload FROM inbox WHERE payload IS NOT NULL") == []


@ON_ONE
async def test_two_places_at_once_are_not_mixed_up(coach: Coach) -> None:
    ana, bo = await agreed(coach), coach.world.person("Bo")
    bo.type("/start")
    await bo.sees("Hello, Bo.")
    ana.type("Berlin")
    bo.tap(AGREE)
    await bo.sees("Or share your place")
    bo.type("Tokyo")
    await ana.sees("you live in Germany", LOADING)
    await bo.sees("you live in Japan")
    assert (home(coach, ana), home(coach, bo)) == (("Europe/Berlin", "DE"), ("Asia/Tokyo", "JP"))


async def test_picking_from_the_list(coach: Coach) -> None:
    ana = await agreed(coach)
    ana.tap("Pick from a list")
    await ana.sees("Which part of the world?")
    ana.tap("Europe")
    await ana.sees("Which town has the same time as you?")
    ana.tap("Dublin")
    await ana.sees("you live in Ireland")
    ana.tap("Another country")
    await ana.sees("Which country do you live in?")
    ana.type("Nowhere")
    await ana.sees("I know no country of that name")
    ana.type("the UK")
    await ana.sees("What brings you here?")
    assert home(coach, ana) == ("Europe/Dublin", "GB")
    ana.type("/sos")
    await ana.sees("Samaritans")


async def test_words_of_danger_in_the_set_up_are_no_town(coach: Coach) -> None:
    ana = await agreed(coach)
    ana.type("I want to kill myself")
    await ana.sees("I hear you")
    ana.tap("Skip", message_id=2)  # and the question is still open
    await ana.sees("What brings you here?")


@pytest.mark.parametrize(("typed", "problem"), [
    ("25:70", "not a time I know"), ("later", "not a time I know"), ("6:00", "If you mean it"),
])
@ON_ONE
async def test_bedtimes_that_can_not_be(coach: Coach, typed: str, problem: str) -> None:
    ana = await at(coach, "When do you usually go to bed?")
    ana.type(typed)
    await ana.sees(problem)
    assert "bed" not in await choices(coach, ana)
    ana.type("10:30")
    await ana.sees("Two small things a day")
    assert (await choices(coach, ana))["bed"] == "22:30"


@pytest.mark.parametrize(("payload", "kept"), [("join_4Xz-9", "join_4Xz-9"), ("<b>; DROP TABLE", None)])
async def test_a_payload_is_kept_through_the_set_up(coach: Coach, payload: str, kept: str | None) -> None:
    ana = await agreed(coach, f"/start {payload}")
    ana.tap("Set up later")
    await ana.sees("one minute for you")
    assert (await choices(coach, ana)).get("came_with") == kept


async def test_every_update_delivered_twice(coach: Coach) -> None:
    coach.world.faults.deliver_twice = True
    ana = await at(coach, "From here")
    assert await choices(coach, ana) == CHOSEN


async def test_a_keyboard_of_three_days_ago_is_put_away(coach: Coach) -> None:
    """Bots can't delete messages that are older than two days."""
    ana = await agreed(coach)
    coach.clock.move(timedelta(days=3))
    ana.tap("Skip")
    await ana.sees("What brings you here?")
    await ana.sees("I put the button for your place away")
    assert ana.keyboard is None


@ON_ONE
async def test_a_keyboard_still_on_its_way_goes_too(coach: Coach) -> None:
    """Its message lands after the card has moved on twice."""
    ana = coach.world.person("Ana")
    ana.type("/start")
    await ana.sees("Hello, Ana.")
    coach.world.faults.slow(25)  # half a second at the pace of this clock
    ana.tap(AGREE)
    await ana.sees("Where are you?")
    ana.type("/start")
    await coach.settled()
    ana.tap("Skip")
    await ana.sees("What brings you here?")
    await coach.settled()
    assert ana.keyboard is None
    assert not any("Or share your place" in bubble.text for bubble in ana.messages)


async def test_words_of_danger_while_quiet_are_answered_and_end_the_quiet(coach: Coach) -> None:
    ana = await at(coach, "From here")
    ana.type("/pause")
    await ana.sees("How long shall I be quiet?")
    ana.tap("Until I write")
    await ana.sees("quiet until you write")
    ana.type("I want to kill myself")
    await ana.sees("I hear you")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM person WHERE paused_at IS NOT NULL") == []
    assert not any("The pause is over" in bubble.text for bubble in ana.messages)


@ON_ONE
async def test_a_restart_while_a_place_is_looked_up_asks_again(coach: Coach) -> None:
    ana = await agreed(coach)
    looked = asyncio.Event()
    coach.world.faults.on("before:sendChatAction", lambda _: looked.set())
    ana.type("Berlin")
    await looked.wait()
    await coach.stop()
    await coach.start()
    await ana.sees("you live in Germany", LOADING)


async def test_whoever_never_agrees_is_forgotten_after_a_month(coach: Coach) -> None:
    ana, bo = coach.world.person("Ana"), await agreed(coach)
    ana.type("/start join_4Xz-9")
    await ana.sees("Hello, Ana.")
    await coach.settled()
    coach.clock.move(timedelta(days=31))
    await coach.app.remind()  # a month of Bo's reminders is decided first: a late tap is answered without words
    await coach.app._forget()
    assert [row[0] for row in coach.rows("SELECT owner FROM person")] == [bo.id]
    assert coach.rows(f"SELECT 1 FROM choice WHERE owner = {ana.id}") == []
    assert await ana.tap(AGREE).answered() == "That button is from earlier. Nothing changed."
