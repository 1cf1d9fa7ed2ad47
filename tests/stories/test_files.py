"""A file of a watch, sent as a document: a session once, however often and in whatever form it comes."""

from datetime import datetime, timedelta

import pytest

from bot.demo.phone import Bubble, Phone
from tests.stories.test_checkins import labels, settled_in
from tests.stories.test_drills import BEFORE
from tests.stories.test_reminders import reminded
from tests.support import ON_ONE, Coach


def gpx(begin: datetime, minutes: int = 45, km: float = 8.0, heart: int = 150, kind: str = "running") -> bytes:
    """A run straight north, a point a minute."""
    points = "".join(
        f'<trkpt lat="{52 + km / 111.195 * at / minutes:.6f}" lon="13">'
        f"<time>{begin + timedelta(minutes=at):%Y-%m-%dT%H:%M:%SZ}</time>"
        f"<extensions><gpxtpx:TrackPointExtension><gpxtpx:hr>{heart + at % 3 - 1}</gpxtpx:hr>"
        "</gpxtpx:TrackPointExtension></extensions></trkpt>"
        for at in range(minutes + 1)
    )
    return (
        '<?xml version="1.0"?><gpx version="1.1" creator="test" xmlns="http://www.topografix.com/GPX/1/1"'
        ' xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v1">'
        f"<trk><type>{kind}</type><trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


async def sends(coach: Coach, phone: Phone, content: bytes, name: str = "run.gpx") -> Bubble:
    """What the bot says to a file."""
    await coach.settled()
    phone.send_document(name, content)
    await coach.settled()
    return phone.last


def rows(coach: Coach) -> int:
    return int(coach.rows("SELECT count(*) FROM logged")[0][0])


async def sessions(coach: Coach, phone: Phone) -> int:
    """How many the week counts."""
    await coach.settled()
    phone.type("/today week")
    shown = await phone.sees("The last seven days")
    return int(shown.text.partition(" session")[0].split()[-1])


def earlier(coach: Coach) -> datetime:
    return coach.clock.now().replace(microsecond=0) - timedelta(hours=2)


async def test_a_file_becomes_a_session_with_a_way_down(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await sends(coach, ana, gpx(earlier(coach)))
    assert "Run 8 km, 45 min, at " in said.text
    assert "From the file: heart rate 150, at most 151." in said.text
    assert "How hard was it, all in all?" in said.text
    ana.tap("Very hard")
    await ana.sees("Five minutes to come down?")
    ana.tap("Easy walk, 5 min")
    await ana.sees(BEFORE)
    assert rows(coach) == 1


@ON_ONE
async def test_a_concern_in_the_caption_comes_below_the_session(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.send_document("run.gpx", gpx(earlier(coach)), caption="rpe 6, no joy in anything lately")
    await coach.settled()
    assert "/sos" in ana.last.text
    assert "effort 6" in ana.messages[-2].text
    ana.send_document("run.gpx", gpx(earlier(coach)), caption="I want to kill myself")
    await coach.settled()
    assert "I hear you" in ana.last.text
    assert [bubble.sender for bubble in ana.messages][-2:] == ["me", "bot"]
    assert rows(coach) == 2  # and what it holds is kept, without another word
    ana.send_document("run.gpx", gpx(earlier(coach) - timedelta(hours=3)), caption="sorry")
    await coach.settled()
    assert "Run 8 km" in ana.last.text


@ON_ONE
@pytest.mark.parametrize(("caption", "said"), [
    ("easy run with the group", "Run 8 km, 45 min, effort 2"), ("lovely", "Sport 8 km, 45 min"),
    ("lovely! gym tomorrow 7am", "Sport 8 km, 45 min"),
])
async def test_the_caption_says_what_it_was_where_the_file_does_not(coach: Coach, caption: str, said: str) -> None:
    ana = await settled_in(coach)
    ana.send_document("walk.gpx", gpx(earlier(coach), kind=""), caption=caption)
    await coach.settled()
    assert said in ana.last.text


@ON_ONE
async def test_a_file_that_is_asked_about_outlives_its_caption(coach: Coach) -> None:
    ana = await settled_in(coach)
    sent = ana.send_document("run.gpx", gpx(coach.clock.now() + timedelta(hours=2)))["message_id"]
    await ana.sees("Is it right?")
    ana.edit(sent, "lovely, rpe 7")
    assert "effort 7" in (await ana.sees("effort 7")).text
    assert "Is it right?" in ana.last.text
    assert rows(coach) == 1


@ON_ONE
async def test_a_file_beside_a_line_that_is_asked_leaves_its_question(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("ran 8k in 45 rpe 5, bike 20")
    asked = await ana.sees("Which one was it?")
    await sends(coach, ana, gpx(earlier(coach)))
    ana.tap(labels(asked)[1], asked.id)
    await ana.sees("Ride 20")
    assert rows(coach) == 2


@ON_ONE
async def test_a_file_that_comes_again_with_a_caption_says_more(coach: Coach) -> None:
    ana = await settled_in(coach)
    begin = earlier(coach)
    await sends(coach, ana, gpx(begin))
    ana.send_document("run.gpx", gpx(begin), caption="rpe 8 with the group, slept 7h")
    said = await ana.sees("effort 8")
    assert "Slept 7 h" in said.text
    assert await sessions(coach, ana) == 1


@ON_ONE
async def test_a_caption_that_is_edited_adds_to_what_the_file_says(coach: Coach) -> None:
    ana = await settled_in(coach)
    sent = ana.send_document("run.gpx", gpx(earlier(coach)))["message_id"]
    await coach.settled()
    ana.tap("Hard")
    await ana.sees("effort 5")
    assert await ana.tap("Change").answered() == "Edit the file's caption: how hard it was, with the group, …"
    ana.edit(sent, "rpe 8 with the group")
    assert "Run 8 km, 45 min, effort 8" in (await ana.sees("with the group")).text
    ana.edit(sent, "lovely morning")
    assert "effort 5, at" in (await ana.sees("effort 5, at")).text  # what the button said
    ana.type("ran 8k rpe 7")
    await ana.sees("effort 7")
    assert await sessions(coach, ana) == 1


@ON_ONE
async def test_the_same_file_twice_is_one_session(coach: Coach) -> None:
    ana = await settled_in(coach)
    begin = earlier(coach)
    await sends(coach, ana, gpx(begin))
    again = await sends(coach, ana, gpx(begin + timedelta(seconds=20), minutes=44, km=7.9), "phone.gpx")
    assert again.text.startswith("I have that one already.")
    assert "Run 8 km, 45 min" in again.text
    assert await sessions(coach, ana) == 1
    other = await sends(coach, ana, gpx(begin - timedelta(hours=3), minutes=20, km=3))
    assert "Run 3 km, 20 min" in other.text
    assert await sessions(coach, ana) == 2


async def test_typed_and_then_sent_is_one_session_with_what_both_say(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("ran 8.1k in 46 rpe 7 with the group, slept 7h")
    await coach.settled()
    said = await sends(coach, ana, gpx(earlier(coach)))
    assert "Run 8 km, 45 min, effort 7, at " in said.text
    assert "with the group, today\nFrom the file: heart rate 150" in said.text
    ana.type("/today week")
    assert "1 session: 45 min moving" in (await ana.sees("The last seven days")).text


@ON_ONE
async def test_sent_and_then_typed_is_one_session_with_what_both_say(coach: Coach) -> None:
    ana = await settled_in(coach)
    await sends(coach, ana, gpx(earlier(coach)))
    ana.type("ran 8k in 45 rpe 6, slept 7h")
    said = await ana.sees("Slept 7 h, today")
    assert "Run 8 km, 45 min, effort 6, at " in said.text
    await coach.settled()
    assert await sessions(coach, ana) == 1
    ana.type("ran 3k in 20 easy")  # a second run of the day is one
    await ana.sees("Run 3 km, 20 min, effort 2, today")
    assert await sessions(coach, ana) == 2


@ON_ONE
@pytest.mark.parametrize("typed_first", [True, False], ids=["typed and sent", "sent and typed"])
async def test_undo_takes_its_own_half_and_says_what_stays(coach: Coach, typed_first: bool) -> None:
    ana = await settled_in(coach)
    if not typed_first:
        file = await sends(coach, ana, gpx(earlier(coach)))
    ana.type("ran 8.1k in 46 rpe 7")
    line = await ana.sees("effort 7")
    if typed_first:
        file = await sends(coach, ana, gpx(earlier(coach)))
    assert await sessions(coach, ana) == 1
    ana.tap("Undo", (file if typed_first else line).id)
    said = await ana.sees("Taken out. This stays")
    assert ("Run 8.1 km, 46 min, effort 7" if typed_first else "Run 8 km, 45 min, at ") in said.text
    assert await sessions(coach, ana) == 1
    ana.tap("Undo", (line if typed_first else file).id)
    await ana.sees("Nothing of it is kept.")
    assert rows(coach) == 0


@ON_ONE
async def test_a_second_run_like_the_first_is_a_second(coach: Coach) -> None:
    ana = await settled_in(coach)
    await sends(coach, ana, gpx(earlier(coach)))
    first = ana.type("ran 8k in 45 rpe 6")["message_id"]
    await ana.sees("effort 6")
    assert await sessions(coach, ana) == 1
    ana.type("ran 8k in 45 rpe 3")
    await ana.sees("effort 3")
    assert await sessions(coach, ana) == 2
    ana.edit(first, "ran 8k in 45 rpe 7")
    await ana.sees("effort 7")
    assert await sessions(coach, ana) == 2


@ON_ONE
async def test_a_caption_is_read_anew_with_what_stands_beside(coach: Coach) -> None:
    ana = await settled_in(coach)
    sent = ana.send_document("it.gpx", gpx(earlier(coach), kind=""), caption="swim, slept 7h")["message_id"]
    said = await ana.sees("Swim 8 km")
    assert "Slept 7 h" in said.text
    ana.edit(sent, "ride rpe 6, slept 8h")
    said = await ana.sees("Ride 8 km, 45 min, effort 6")
    assert "Slept 8 h" in said.text
    assert await sessions(coach, ana) == 1


@ON_ONE
async def test_a_caption_may_name_something_hard_and_leave_it_out_again(coach: Coach) -> None:
    ana = await reminded(coach)
    sent = ana.send_document("run.gpx", gpx(earlier(coach)), caption="exam tomorrow 9am")["message_id"]
    await ana.sees("exam at 09:00, tomorrow")
    await coach.settled()
    assert coach.rows("SELECT state FROM occurrence WHERE state = 'pending'") == [("pending",)]
    ana.edit(sent, "lovely")
    await ana.sees("Run 8 km")
    await coach.settled()
    assert coach.rows("SELECT state FROM occurrence WHERE state = 'pending'") == []


@ON_ONE
async def test_effort_is_kept_of_the_session_it_was_asked_for(coach: Coach) -> None:
    ana = await settled_in(coach)
    await sends(coach, ana, gpx(earlier(coach)))
    ana.type("ran 8k")
    await ana.sees("How hard was it")
    ana.tap("Hard")
    await ana.sees("Run 8 km, 45 min, effort 5")
    ana.type("/today")
    assert "effort 5" in (await ana.sees("Morning: open")).text


@ON_ONE
async def test_what_the_caption_says_belongs_to_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.send_document("run.gpx", gpx(earlier(coach)), caption="easy, with the group")
    said = await ana.sees("effort 2")
    assert "with the group" in said.text


@ON_ONE
async def test_undo_takes_it_out(coach: Coach) -> None:
    ana = await settled_in(coach)
    await sends(coach, ana, gpx(earlier(coach)))
    ana.tap("Undo")
    await ana.sees("Taken out.")
    await coach.settled()
    assert rows(coach) == 0


@ON_ONE
async def test_what_can_hardly_be_is_kept_only_when_confirmed(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await sends(coach, ana, gpx(coach.clock.now() + timedelta(days=2)))
    assert "Is it right?" in said.text
    assert labels(said)[-1] == "None of it"
    ana.tap("None of it")
    await ana.sees("Fine, nothing of it is logged.")
    await coach.settled()
    assert rows(coach) == 0


@ON_ONE
@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.fit", b"\x89PNG\r\n\x1a\n" + b"0" * 200, "That is no FIT, GPX or TCX file"),
        ("run.zip", b"PK\x03\x04" + b"0" * 200, "That is no FIT, GPX or TCX file"),
        ("run.gpx", b"", "There is no session in that file"),
        ("big.gpx", b"<gpx>" + b" " * (8 * 2**20), "larger than 8 MB"),
        ("run.gpx", gpx(datetime(2026, 11, 1, 10))[:900], "damaged or cut off"),
        ("bomb.gpx", b'<?xml version="1.0"?><!DOCTYPE g [<!ENTITY a "aaaa">]><gpx>&a;</gpx>', "That is no FIT"),
    ],
    ids=["photo", "zip", "nothing", "big", "cut off", "entities"],
)
async def test_what_is_no_session_gets_one_clear_sentence(coach: Coach, name: str, content: bytes, words: str) -> None:
    ana = await settled_in(coach)
    said = await sends(coach, ana, content, name)
    assert words in said.text
    assert rows(coach) == 0
    assert "Run 8 km" in (await sends(coach, ana, gpx(earlier(coach)))).text  # the next good one is read


@ON_ONE
async def test_a_file_while_a_question_is_open(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    await sends(coach, ana, gpx(earlier(coach)))
    ana.type("7")
    await ana.sees("How is your mood")


@ON_ONE
async def test_without_consent_nothing_is_read(coach: Coach) -> None:
    ben = coach.world.person("Ben")
    ben.send_document("run.gpx", gpx(earlier(coach)))
    await ben.sees("I can't hear or see that")
    assert rows(coach) == 0
