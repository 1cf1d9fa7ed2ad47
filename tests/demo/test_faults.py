"""Every fault on demand, as the bot sees it."""

import asyncio
import random
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession

from bot.demo.phone import Phone
from bot.demo.refusals import VOICE_FORBIDDEN
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.demo.conftest import Call, MovableClock


async def test_a_chat_has_to_wait_and_others_do_not(call: Call, world: World, ana: Phone, clock: MovableClock) -> None:
    bo = world.person("Bo")
    bo.type("hi")
    world.faults.retry_after(60, chat=ana.id)
    first = await call("sendMessage", chat_id=ana.id, text="a")
    assert (first.status, first.description) == (429, "Too Many Requests: retry after 60")
    assert first.parameters == {"retry_after": 60}
    assert world.faults.early_calls == []
    assert (await call("sendMessage", chat_id=bo.id, text="a")).status == 200
    assert (await call("getChat", chat_id=ana.id)).status == 200
    clock.wait(50)
    assert (await call("editMessageText", chat_id=ana.id, message_id=1, text="a")).status == 429
    early = world.faults.early_calls[0]
    assert (early.chat, early.method, round(early.before)) == (ana.id, "editMessageText", 10)
    clock.wait(10)
    assert (await call("sendMessage", chat_id=ana.id, text="a")).status == 200
    assert len(world.faults.early_calls) == 1


async def test_the_whole_bot_has_to_wait(call: Call, world: World, ana: Phone, clock: MovableClock) -> None:
    world.faults.retry_after(10_072)
    assert (await call("sendMessage", chat_id=ana.id, text="a")).parameters == {"retry_after": 10_072}
    assert (await call("answerCallbackQuery", callback_query_id="1")).status == 429
    assert [(await call(method)).status for method in ("getMe", "getUpdates")] == [200, 200]
    assert [early.method for early in world.faults.early_calls] == ["answerCallbackQuery"]
    clock.wait(10_072)
    assert (await call("sendMessage", chat_id=ana.id, text="a")).status == 200


async def test_a_flood_is_random_but_repeatable(call: Call, world: World, ana: Phone, clock: MovableClock) -> None:
    async def statuses() -> list[int]:
        world.faults.flood(share=0.3, seconds=(5, 5), rng=random.Random(7))
        got = []
        for _ in range(20):
            got.append((await call("sendMessage", chat_id=ana.id, text="a")).status)
            clock.wait(5)
        return got

    once = await statuses()
    assert set(once) == {200, 429}
    assert await statuses() == once
    assert world.faults.early_calls == []


async def test_file_ids_are_forgotten(call: Call, world: World, ana: Phone) -> None:
    old = (await call("sendAnimation", chat_id=ana.id, animation=b"a")).result["document"]["file_id"]
    world.faults.forget_files()
    answer = await call("sendAnimation", chat_id=ana.id, animation=old)
    assert answer.description == "Bad Request: wrong file identifier/HTTP URL specified"
    new = (await call("sendAnimation", chat_id=ana.id, animation=b"a")).result["document"]["file_id"]
    assert (await call("sendAnimation", chat_id=ana.id, animation=new)).status == 200
    assert ana.download(ana.last.id) == b"a"


@pytest.mark.parametrize("said", [VOICE_FORBIDDEN, "VOICE_MESSAGES_FORBIDDEN"])
async def test_somebody_wants_no_voice_messages(call: Call, world: World, ana: Phone, said: str) -> None:
    bo = world.person("Bo")
    bo.type("hi")
    world.faults.forbid_voice(ana.id, said)
    for kind in ("voice", "audio"):  # Opus is a voice message whatever it is sent as
        answer = await call(f"send{kind.title()}", chat_id=ana.id, filename="breath.ogg", **{kind: b"a"})
        assert (answer.status, answer.description) == (400, f"Bad Request: {said}")
    assert (await call("sendAudio", chat_id=ana.id, filename="breath.mp3", audio=b"a")).status == 200
    assert (await call("sendVoice", chat_id=bo.id, filename="breath.ogg", voice=b"a")).status == 200


async def test_a_lost_answer_has_its_effect(call: Call, world: World, ana: Phone) -> None:
    world.faults.lose_answer(1, random.Random(0), methods={"sendMessage"})
    with pytest.raises(ClientConnectionError):
        await call("sendMessage", chat_id=ana.id, text="a")
    assert ana.last.text == "a"
    assert (await call("getMe")).status == 200
    assert world.counters["sendMessage: connection lost"] == 1


async def test_a_reset_has_no_effect(call: Call, world: World, ana: Phone) -> None:
    world.faults.reset(1)
    with pytest.raises(ClientConnectionError):
        await call("sendMessage", chat_id=ana.id, text="a")
    world.faults.reset(0)
    assert len(ana.messages) == 1


async def test_bad_gateway(call: Call, world: World) -> None:
    world.faults.bad_gateway()
    assert (await call("getMe"))[::2] == (502, "Bad Gateway")
    world.faults.bad_gateway(False)
    assert (await call("getMe")).status == 200


async def test_slow(call: Call, world: World, clock: MovableClock) -> None:
    world.faults.slow(30)
    waiting = asyncio.ensure_future(call("getMe"))
    await clock.wait_out(30)
    assert (await waiting).status == 200


async def test_hanging(api: BotApi, call: Call, session: ClientSession, world: World) -> None:
    world.faults.hang()
    waiting = asyncio.ensure_future(call("getMe"))
    async with session.post(f"{api.url}/phone", json={}) as response:  # a round trip that nothing holds up
        assert response.status == 200
    assert not waiting.done()
    world.faults.hang(False)
    assert (await waiting).status == 200


async def test_named_points(call: Call, world: World, ana: Phone) -> None:
    seen: list[tuple[str, int, Any]] = []

    async def later(params: dict[str, Any]) -> None:
        seen.append(("after", len(ana.messages), params["text"]))

    world.faults.on("before:sendMessage", lambda params: seen.append(("before", len(ana.messages), params["text"])))
    world.faults.on("after:sendMessage", later)
    await call("sendMessage", chat_id=ana.id, text="a")
    assert seen == [("before", 1, "a"), ("after", 2, "a")]


async def test_stopped_and_started_on_the_same_port(api: BotApi, call: Call, world: World) -> None:
    url = api.url
    poll = asyncio.ensure_future(call("getUpdates", timeout=50))
    there = asyncio.Event()
    world.faults.on("before:getUpdates", lambda _: there.set())
    await there.wait()
    await api.stop()
    with pytest.raises(ClientConnectionError):
        await poll
    with pytest.raises(ClientConnectionError):
        await call("getMe")
    await api.start()
    assert api.url == url
    assert (await call("getMe")).status == 200
