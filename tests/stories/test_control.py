"""Staying in control: settings, pauses, help by topic, and what Telegram shows of the bot."""

from datetime import timedelta

from bot.demo.phone import Phone
from tests.stories.test_arriving import agreed, at, choices, home
from tests.stories.test_first_flow import arrived
from tests.support import Coach


async def settings_of(phone: Phone) -> None:
    phone.type("/settings")
    await phone.sees("Tap what you want to change")


async def test_each_setting_is_changed_on_one_card(coach: Coach) -> None:
    ana = await at(coach, "From here")
    await settings_of(ana)
    card = ana.last
    for line, sees, answer in (
        ("Getting up", "get up?", "06:30"),
        ("Going to bed", "go to bed?", "23:00"),
        ("What for", "What brings you here?", "Train hard and stay steady"),
        ("Daily reminder", "May I remind you", "No, thanks"),
    ):
        ana.tap(line)
        await ana.sees(sees)
        tap = ana.tap(answer)
        assert await tap.answered() == "Changed"
        await ana.sees("Tap what you want to change")
    assert ana.last.id == card.id
    assert "Up at: 06:30" in ana.last.text
    assert "Bed at: 23:00" in ana.last.text
    ana.tap("Done")
    closed = await ana.sees("Your settings")
    assert not closed.buttons
    kept = await choices(coach, ana)
    assert (kept["aim"], kept["prompt"]) == ("high_load", "no")


async def test_moving_to_another_place(coach: Coach) -> None:
    ana = await at(coach, "From here")
    await settings_of(ana)
    ana.tap("Place")
    await ana.sees("Or share your place")
    assert ana.keyboard is not None
    for label in ("Pick from a list", "Asia", "Tokyo"):
        ana.tap(label)
        await ana.sees({"Pick from a list": "Which part", "Asia": "Which town", "Tokyo": "you live in Japan"}[label])
    ana.tap("That's right")
    await ana.sees("Place: Tokyo, Japan")
    await coach.settled()
    menu = ana.last
    assert ana.keyboard is None
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [menu.id]
    ana.tap("Country")
    await ana.sees("Which country do you live in?")
    ana.type("Ireland")
    await ana.sees("Place: Tokyo, Ireland")
    assert home(coach, ana) == ("Asia/Tokyo", "IE")


async def test_a_double_tap_on_a_toggle_turns_it_once(coach: Coach) -> None:
    ana = await at(coach, "From here")
    await settings_of(ana)
    ana.tap("Health")
    await ana.sees("Does any of this fit you?")
    ana.tap("Pregnant")
    second = ana.tap("Pregnant")
    assert await second.answered() == "That button is from earlier. Nothing changed."
    assert (await choices(coach, ana))["health"] == "pregnant"


async def test_settings_need_consent_first(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    for command in ("/settings", "/pause", "/resume"):
        ana.type(command)
        await ana.sees("Hello, Ana.")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM choice") == []


async def test_a_pause_of_a_day_ends_by_itself(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/pause")
    await ana.sees("How long shall I be quiet?")
    ana.tap("1 day")
    await ana.sees("All right, quiet until")
    ana.type("/pause")
    await ana.sees("I am quiet until")
    coach.clock.move(timedelta(days=1, minutes=1))
    ana.type("/resume")
    await ana.sees("There is no pause")


async def test_resume_ends_a_pause(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/pause")
    await ana.sees("How long shall I be quiet?")
    ana.tap("1 week")
    await ana.sees("All right, quiet until")
    ana.type("/resume")
    await ana.sees("The pause is over")
    assert coach.rows("SELECT 1 FROM person WHERE paused_at IS NOT NULL") == []


async def test_a_pause_until_i_write_ends_when_i_write(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/pause")
    await ana.sees("How long shall I be quiet?")
    ana.tap("Until I write")
    await ana.sees("quiet until you write")
    ana.type("/checkin")
    await ana.sees("How well did you sleep?")
    await ana.sees("The pause is over")
    coach.clock.move(timedelta(days=15))
    await coach.app.courier.sweep()
    await coach.settled()
    assert not any("quiet for two weeks" in bubble.text for bubble in ana.messages)


async def test_a_pause_without_an_end_is_asked_about_also_after_a_restart(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/pause")
    await ana.sees("How long shall I be quiet?")
    ana.tap("Until I write")
    await ana.sees("quiet until you write")
    await coach.settled()
    await coach.stop()
    coach.clock.move(timedelta(days=15))
    await coach.start()
    await ana.sees("quiet for two weeks")
    ana.tap("Stay quiet")
    await ana.sees("quiet until you write")
    coach.clock.move(timedelta(days=15))
    await coach.app.courier.sweep()
    await ana.sees("quiet for two weeks")
    ana.tap("End the pause")
    await ana.sees("The pause is over")
    assert coach.rows("SELECT 1 FROM person WHERE paused_at IS NOT NULL") == []


async def test_help_by_topic_stays_on_its_card_and_leaves_the_question_open(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("/help")
    menu = await ana.sees("What I do")
    for topic, sees in (("Check-ins", "Change an answer"), ("Settings, quiet", "/resume"), ("What is yours", "/erase"),
                        ("When it is hard", "/sos Ireland")):
        ana.tap(topic)
        assert (await ana.sees(sees)).id == menu.id
        ana.tap("Back")
        await ana.sees("What I do")
    ana.type("7")  # the check-in asks all the while
    await ana.sees("How is your mood?")


async def test_a_place_that_nobody_asked_for_is_not_kept(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.send_location(52.52, 13.4)
    await ana.sees("I keep no places")
    assert home(coach, ana) == ("UTC", None)


async def test_telegram_shows_the_bot_from_its_start_and_is_told_once(coach: Coach) -> None:
    ana = await agreed(coach)
    await coach.settled()
    told = [call for call in coach.world.calls if call.method.startswith("setMy")]
    assert {call.outcome for call in told} == {"ok"}
    assert {call.method for call in told} == {"setMyName", "setMyDescription", "setMyShortDescription", "setMyCommands"}
    menus = [call.params["commands"] for call in told if call.method == "setMyCommands"]
    assert any(command["command"] == "checkin" for command in menus[0])
    coach.world.calls.clear()
    await coach.stop()
    await coach.start()
    ana.type("/about")
    await ana.sees("About me")
    assert not [call for call in coach.world.calls if call.method.startswith("setMy")]
