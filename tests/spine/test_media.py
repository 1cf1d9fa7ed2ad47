"""Messages with a medium: made once, uploaded once, sent by its id; and words when there is none."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from sqlalchemy import Connection

from bot import app
from bot.adapters import courier
from bot.adapters.courier import FLIGHTS
from bot.adapters.media import GIVEN_UP, LIMITS, REFUSALS
from bot.adapters.store import media, outbox, vault
from bot.adapters.store.outbox import Posted, Rank
from bot.adapters.workers import Worker
from bot.demo.phone import Phone
from bot.demo.refusals import VOICE_FORBIDDEN
from bot.drills import breath
from bot.help import handlers as help_
from bot.model import Animation, Button, Command, Decision, Event, Label, Open, Screen, Tap, Turn, Who
from bot.turn import Room, who_is_enough
from tests.faults.gears import drained, readers
from tests.support import ON_ONE, Coach

SHORT = (("in", 1), ("out", 1))
BREATH = breath.animation(SHORT, {"in": "In", "out": "Out"})
VOICE = breath.sound(SHORT, 1) | {"instead": "Count <b>along</b>."}
ROWS = [[{"text": "Stop", "callback_data": "v1:0:0:stop"}]]


class Studio:
    """A worker that draws when it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()

    async def ask(self, request: bytes) -> bytes:
        self.asked += 1
        self.begun.set()
        await self.go_on.wait()
        return b"\0\0\0\x20ftypisom"

    async def stop(self) -> None:
        self.go_on.set()


@pytest.fixture
def studio(coach: Coach) -> Studio:
    """In the place of the real worker."""
    coach.app.media._workers["animation"] = made = Studio()  # type: ignore[assignment]
    return made


async def post(
    coach: Coach, phones: Iterable[Phone], text: str = "<b>Breathe</b>", medium: dict[str, Any] | None = BREATH,
    rank: Rank = Rank.REPLY,
) -> None:
    """A message for each of them, as turns would leave it in the outbox."""
    payload = {"text": text, "rows": ROWS} | ({"medium": medium} if medium else {})

    def write(connection: Connection) -> list[Posted]:
        keys = vault.keys(connection, coach.app.keyring, {phone.id for phone in phones})
        return [
            outbox.post(
                connection, keys[phone.id], owner=phone.id, chat=phone.id, method="text", payload=payload,
                now=coach.clock.now(), rank=rank,
            )
            for phone in phones
        ]

    coach.app.courier.post(await coach.app.writer.submit(write))


async def post_voice(coach: Coach, *phones: Phone) -> None:
    await post(coach, phones, medium=VOICE)
    await drained(coach)


async def sent(coach: Coach, phones: Sequence[Phone]) -> list[list[tuple[str, str | None]]]:
    """What each of them has in the end: text, kind of media."""
    await drained(coach)
    return [[(bubble.text, bubble.media) for bubble in phone.messages] for phone in phones]


def sends(coach: Coach, outcome: str = "ok", kind: str = "animation") -> list[str]:
    """The calls that sent a medium of that kind: "upload", or the id that they named."""
    return [
        call.params.get(kind, "upload") for call in coach.world.calls
        if call.method == f"send{kind.title()}" and call.outcome == outcome
    ]


def kept(coach: Coach) -> list[str]:
    """The ids in the table."""
    return [row.file_id for row in coach.rows("SELECT file_id FROM media")]


async def test_the_first_is_uploaded_and_the_others_go_by_its_id(coach: Coach) -> None:
    ana, bo = readers(coach, 2)
    await post(coach, [ana])
    assert await sent(coach, [ana]) == [[("Breathe", "animation")]]
    assert ana.last.buttons == [[("Stop", "v1:0:0:stop")]]
    assert ana.last.entities == [{"type": "bold", "offset": 0, "length": 7}]
    assert len(ana.download(ana.last.id)) > 5000
    await post(coach, [ana, bo])
    assert await sent(coach, [bo]) == [[("Breathe", "animation")]]
    assert bo.last.buttons == ana.last.buttons
    assert bo.last.entities == ana.last.entities
    [file_id] = kept(coach)
    assert sends(coach) == ["upload", file_id, file_id]


async def test_after_a_restart_it_is_still_known(coach: Coach) -> None:
    ana, bo = readers(coach, 2)
    await post(coach, [ana])
    await drained(coach)
    await coach.stop()
    await coach.start()
    await post(coach, [bo])
    await drained(coach)
    assert sends(coach) == ["upload", *kept(coach)]


async def test_forty_at_once_make_one_upload(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courier, "LOOK_AGAIN", 1e6)  # they are called, and need not look
    phones = readers(coach, 40)
    await post(coach, phones)
    assert await sent(coach, phones) == [[("Breathe", "animation")]] * 40
    assert sends(coach) == ["upload", *kept(coach) * 39]


async def test_two_breaths_are_two_files(coach: Coach) -> None:
    ana, bo = readers(coach, 2)
    other = breath.animation((("in", 1), ("out", 2)), {"in": "In", "out": "Out"})
    await asyncio.gather(post(coach, [ana]), post(coach, [bo], medium=other))
    assert await sent(coach, [ana, bo]) == [[("Breathe", "animation")]] * 2
    assert sends(coach) == ["upload", "upload"]
    assert len(set(kept(coach))) == 2


async def test_an_id_that_telegram_forgot_is_uploaded_again_once(coach: Coach) -> None:
    phones = readers(coach, 20)
    await post(coach, phones[:1])
    await drained(coach)
    [old] = kept(coach)
    coach.world.faults.forget_files()
    await post(coach, phones)
    assert await sent(coach, phones) == [[("Breathe", "animation")] * 2, *[[("Breathe", "animation")]] * 19]
    [new] = kept(coach)
    assert new != old
    assert sends(coach) == ["upload", "upload", *[new] * 19]


async def test_a_late_refusal_does_not_forget_the_new_id(coach: Coach) -> None:
    [ana] = readers(coach, 1)
    await post(coach, [ana])
    await drained(coach)
    await coach.app.media.forget(BREATH["asset"], "an older id")
    assert len(kept(coach)) == 1
    await post(coach, [ana])
    await drained(coach)
    assert sends(coach) == ["upload", *kept(coach)]


async def test_without_a_worker_the_words_go_alone_for_some_minutes(coach: Coach) -> None:
    [ana] = readers(coach, 1)
    workers = coach.app.media._workers
    able, workers["animation"] = workers["animation"], Worker("tests.spine.no_such_module", coach.clock, LIMITS)
    await post(coach, [ana])
    assert await sent(coach, [ana]) == [[("Breathe", None)]]
    assert ana.last.buttons == [[("Stop", "v1:0:0:stop")]]
    await workers["animation"].stop()
    workers["animation"] = able
    await post(coach, [ana])
    assert (await sent(coach, [ana]))[0] == [("Breathe", None)] * 2
    coach.clock.skipped += GIVEN_UP
    await post(coach, [ana])
    assert (await sent(coach, [ana]))[0][2:] == [("Breathe", "animation")]


async def test_a_crash_before_the_id_is_kept_only_uploads_again(
    coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, bo = readers(coach, 2)

    def lost(*_: object) -> None:
        raise RuntimeError("the process ended here")

    monkeypatch.setattr(media, "keep", lost)
    await post(coach, [ana])
    await drained(coach)
    await coach.stop()
    monkeypatch.undo()
    assert kept(coach) == []
    await coach.start()
    await post(coach, [bo])
    assert await sent(coach, [ana, bo]) == [[("Breathe", "animation")]] * 2
    assert sends(coach) == ["upload", "upload"]
    assert len(kept(coach)) == 1


async def test_who_may_not_be_sent_to_does_not_keep_others_from_uploading(coach: Coach) -> None:
    ana, bo, cleo = readers(coach, 3)
    ana.person.blocked = True
    coach.world.faults.retry_after(10_000, chat=bo.id)
    for phone in (ana, bo, cleo):
        await post(coach, [phone])
    await cleo.sees("Breathe")
    assert sends(coach) == ["upload"]
    coach.clock.skipped += 10_000
    assert await sent(coach, [bo]) == [[("Breathe", "animation")]]
    assert sends(coach) == ["upload", *kept(coach)]
    assert [tuple(row) for row in coach.rows(f"SELECT state, reason FROM outbox WHERE owner = {ana.id}")] == [
        ("dropped", "blocked")
    ]
    assert coach.world.faults.early_calls == []


@pytest.mark.parametrize(("rank", "copies"), [(Rank.REPLY, 2), (Rank.REMINDER, 1)])
async def test_a_lost_answer_repeats_a_reply_once_and_a_reminder_never(
    coach: Coach, rank: Rank, copies: int
) -> None:
    ana, bo = readers(coach, 2)
    lost = iter([1.0])

    def lose_one(_: object) -> None:
        coach.world.faults.lose_answer(next(lost, 0), methods=["sendAnimation"])

    coach.world.faults.on("after:sendAnimation", lose_one)
    await post(coach, [ana], rank=rank)
    assert await sent(coach, [ana]) == [[("Breathe", "animation")] * copies]
    await post(coach, [bo])
    assert await sent(coach, [bo]) == [[("Breathe", "animation")]]
    assert len(kept(coach)) == 1


async def test_what_telegram_refuses_as_a_picture_goes_as_words(coach: Coach) -> None:
    phones = readers(coach, REFUSALS + 1)
    long = "Breathe " * 200
    for phone in phones:
        await post(coach, [phone], text=long)
        assert await sent(coach, [phone]) == [[(long.strip(), None)]]
    # It may be the picture: after a few it is not offered any more, for some minutes.
    assert len(sends(coach, "Bad Request: message caption is too long")) == REFUSALS
    coach.clock.skipped += GIVEN_UP
    await post(coach, phones[:1])
    assert (await sent(coach, phones[:1]))[0][1:] == [("Breathe", "animation")]


@ON_ONE
async def test_while_one_is_drawn_all_other_chats_go_on(coach: Coach, studio: Studio) -> None:
    waiting, others = readers(coach, FLIGHTS + 20), readers(coach, 30)
    await post(coach, waiting)
    await post(coach, waiting[:1], "after it", medium=None)
    await post(coach, others, "meanwhile", medium=None)
    for phone in others:
        await phone.sees("meanwhile")
    assert not studio.go_on.is_set()
    assert [phone.messages for phone in waiting] == [[]] * len(waiting)
    studio.go_on.set()
    shown = await sent(coach, waiting)
    assert shown[0] == [("Breathe", "animation"), ("after it", None)]  # in order
    assert shown[1:] == [[("Breathe", "animation")]] * (len(waiting) - 1)
    assert studio.asked == 1
    assert sends(coach).count("upload") == 1


async def test_while_one_is_uploaded_the_others_wait_for_its_id(coach: Coach, studio: Studio) -> None:
    phones = readers(coach, 10)
    studio.go_on.set()
    uploading, go_on = asyncio.Event(), asyncio.Event()

    async def slowly(_: object) -> None:
        uploading.set()
        await go_on.wait()

    coach.world.faults.on("before:sendAnimation", slowly)
    await post(coach, phones)
    await uploading.wait()
    text_to = readers(coach, 1)
    await post(coach, text_to, "meanwhile", medium=None)
    await text_to[0].sees("meanwhile")
    assert sends(coach) == []
    go_on.set()
    assert await sent(coach, phones) == [[("Breathe", "animation")]] * 10
    assert sends(coach).count("upload") == 1


async def test_a_stop_while_one_is_drawn_loses_nothing(coach: Coach, studio: Studio) -> None:
    [ana] = readers(coach, 1)
    await post(coach, [ana])
    await studio.begun.wait()
    await coach.stop()
    await coach.start()
    assert await sent(coach, [ana]) == [[("Breathe", "animation")]]


# ---- voice -------------------------------------------------------------------------------------------


@ON_ONE
async def test_a_voice_is_uploaded_once_too_with_its_length(coach: Coach) -> None:
    ana, bo = readers(coach, 2)
    await post_voice(coach, ana)
    assert await sent(coach, [ana]) == [[("Breathe", "voice")]]
    voice = ana.room.posts[ana.last.id].wire["voice"]
    assert (voice["duration"], voice["mime_type"]) == (60, "audio/ogg")
    assert ana.download(ana.last.id).startswith(b"OggS")
    await post_voice(coach, ana, bo)
    assert await sent(coach, [bo]) == [[("Breathe", "voice")]]
    assert sends(coach, kind="voice") == ["upload", *kept(coach) * 2]
    coach.world.faults.forget_files()
    await post_voice(coach, bo, ana)
    assert sends(coach, kind="voice")[3:] == ["upload", *kept(coach)]


@ON_ONE
@pytest.mark.parametrize("said", [VOICE_FORBIDDEN, "VOICE_MESSAGES_FORBIDDEN"])
async def test_who_wants_no_voice_messages_gets_the_same_as_audio(coach: Coach, said: str) -> None:
    ana, bo, cleo = phones = readers(coach, 3)
    for phone in (ana, cleo):
        coach.world.faults.forbid_voice(phone.id, said)
    await post_voice(coach, ana)
    await post_voice(coach, bo)
    await post_voice(coach, cleo)
    assert await sent(coach, phones) == [[("Breathe", kind)] for kind in ("audio", "voice", "audio")]
    assert ana.download(ana.last.id).startswith(b"ID3")
    voice, audio = (bubble.id for bubble in (bo.last, ana.last))
    assert sends(coach, kind="voice") == ["upload"]
    assert sends(coach, kind="audio") == ["upload", coach.world.rooms[ana.id].posts[audio].wire["audio"]["file_id"]]
    assert coach.world.rooms[bo.id].posts[voice].wire["voice"]["file_id"] in kept(coach)
    assert len(sends(coach, f"Bad Request: {said}", kind="voice")) == 2  # one of them an upload, and Bo's was next


@ON_ONE
async def test_however_many_want_none_the_others_have_it(coach: Coach) -> None:
    phones = readers(coach, REFUSALS + 2)
    for phone in phones[:-1]:
        coach.world.faults.forbid_voice(phone.id)
        await post_voice(coach, phone)
    await post_voice(coach, phones[-1])
    assert await sent(coach, phones) == [[("Breathe", "audio")]] * (REFUSALS + 1) + [[("Breathe", "voice")]]


async def test_where_no_sound_can_be_made_the_words_say_so(coach: Coach) -> None:
    [ana] = readers(coach, 1)
    coach.app.media._workers["voice"] = Worker("tests.spine.no_such_module", coach.clock, LIMITS)
    await post_voice(coach, ana)
    assert await sent(coach, [ana]) == [[("Count along.", None)]]
    assert ana.last.entities == [{"type": "bold", "offset": 6, "length": 5}]
    await coach.app.media._workers["voice"].stop()


# ---- cards -------------------------------------------------------------------------------------------


WORDS = {"in": Label("checkins/back"), "out": Label("checkins/noted")}
GO = ((Button("Go", "go"),),)
PICTURE, TEXT = Screen("help/about", rows=GO, medium=Animation(SHORT, WORDS)), Screen("help/lost", rows=GO)


def decide(who: Who, event: Event) -> Decision:
    """A card that is words, then a picture, then words, each a tap further."""
    if isinstance(event.act, Command):
        return Decision((Open("breath", None, "0", TEXT),))
    assert isinstance(event.act, Tap)
    assert who.card is not None
    step = int(who.card.step) + 1
    return Decision((Turn(str(step), PICTURE if step == 1 else TEXT),))


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Room(who_is_enough, decide)
    monkeypatch.setitem(app.ROOMS, "breath", made)
    monkeypatch.setattr(help_, "ROOM", made)


@pytest.mark.usefixtures("room")
async def test_a_card_that_becomes_a_picture_or_was_one_is_sent_below(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    ana.type("/about")
    await coach.settled()
    for shown in ([None, None], [None, "animation"], [None, "animation", None]):
        if shown != [None, None]:
            ana.tap("Go")
            await coach.settled()
        assert [bubble.media for bubble in ana.messages[-len(shown) :]] == shown
        assert [bool(bubble.buttons) for bubble in ana.messages] == [False] * (len(ana.messages) - 1) + [True]
    ana.tap("Go")
    await coach.settled()
    assert len(ana.messages) == 4  # from words to words it is edited
    assert ana.last.edited
    refused = [call.outcome for call in coach.world.calls if call.outcome.startswith("Bad Request")]
    assert refused == []


@pytest.mark.usefixtures("room")
async def test_a_picture_that_telegram_does_not_show_us_any_more_is_left_too(coach: Coach) -> None:
    """A tap on an old message says which one it is, not what."""
    ana = coach.world.person("Ana")
    ana.type("/about")
    await coach.settled()
    ana.tap("Go")
    await coach.settled()
    picture = ana.last
    for name in ("animation", "document", "caption"):
        del ana.room.posts[picture.id].wire[name]
    ana.tap("Go")
    await coach.settled()
    refused = [call.outcome for call in coach.world.calls if call.outcome.startswith("Bad Request")]
    assert refused == ["Bad Request: there is no text in the message to edit"]
    assert [bool(bubble.buttons) for bubble in ana.messages] == [False, False, False, True]
    assert ana.last.media is None
