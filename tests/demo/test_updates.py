"""getUpdates: order, confirmation, expiry, long polls and who may poll."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.demo.conftest import DAY, Call, MovableClock, button, keyboard


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates]


def type_all(phone: Phone, *words: str) -> None:
    for word in words:
        phone.type(word)


async def test_updates_are_numbered_and_kept_until_confirmed(call: Call, ana: Phone) -> None:
    type_all(ana, "a", "b")
    first = (await call("getUpdates")).result
    assert texts(first) == ["/start", "a", "b"]
    number = first[0]["update_id"]
    assert [update["update_id"] for update in first] == [number, number + 1, number + 2]
    assert (await call("getUpdates")).result == first
    assert texts((await call("getUpdates", offset=number + 2)).result) == ["b"]
    assert texts((await call("getUpdates", offset=0)).result) == ["b"]
    assert (await call("getUpdates", offset=number + 3)).result == []


@pytest.mark.parametrize(("limit", "length"), [(1, 1), (2, 2), (0, 1), (1000, 100)])
async def test_limit(call: Call, ana: Phone, limit: int, length: int) -> None:
    type_all(ana, *map(str, range(120)))
    assert len((await call("getUpdates", limit=limit)).result) == length


async def test_a_negative_offset_keeps_the_newest(call: Call, ana: Phone) -> None:
    type_all(ana, "a", "b")
    assert texts((await call("getUpdates", offset=-2)).result) == ["a", "b"]
    assert texts((await call("getUpdates")).result) == ["a", "b"]


async def test_an_offset_from_the_future_forgets_nothing(call: Call, ana: Phone) -> None:
    assert texts((await call("getUpdates", offset=2_000_000_000)).result) == ["/start"]


async def test_after_an_idle_week_numbers_start_elsewhere(call: Call, ana: Phone, world: World) -> None:
    before = (await call("getUpdates")).result[0]["update_id"]
    world.idle_week()
    ana.type("back")
    updates = (await call("getUpdates", offset=before + 1)).result
    assert texts(updates) == ["back"]
    assert abs(updates[0]["update_id"] - before) > 100


async def test_updates_expire_after_a_day_and_taps_after_150_seconds(
    call: Call, ana: Phone, clock: MovableClock
) -> None:
    await call("sendMessage", chat_id=ana.id, text="a", reply_markup=keyboard([button()]))
    ana.tap("Yes")
    clock.move(timedelta(seconds=149))
    assert [set(update) - {"update_id"} for update in (await call("getUpdates")).result] == [
        {"message"},
        {"callback_query"},
    ]
    clock.move(timedelta(seconds=2))
    assert texts((await call("getUpdates")).result) == ["/start"]
    clock.move(DAY)
    assert (await call("getUpdates")).result == []
    assert (await call("getWebhookInfo")).result["pending_update_count"] == 0


async def test_a_long_poll_ends_with_the_first_update(call: Call, world: World) -> None:
    waiting = asyncio.ensure_future(call("getUpdates", timeout=50))
    await arrived(world, "getUpdates")
    world.person("Bo").type("hi")
    assert texts((await waiting).result) == ["hi"]


@pytest.mark.parametrize(("asked", "waits"), [(20, 20), (3600, 50)])
async def test_a_long_poll_ends_empty_in_time(call: Call, clock: MovableClock, asked: int, waits: int) -> None:
    poll = asyncio.ensure_future(call("getUpdates", timeout=asked))
    await clock.wait_out(waits)
    assert (await poll).result == []


async def test_a_second_poller_ends_the_first(call: Call, world: World) -> None:
    first = asyncio.ensure_future(call("getUpdates", timeout=50))
    await arrived(world, "getUpdates")
    second = asyncio.ensure_future(call("getUpdates", timeout=50))
    answer = await first
    assert (answer.status, answer.description) == (
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )
    world.person("Bo").type("hi")
    assert texts((await second).result) == ["hi"]


async def test_setting_a_webhook_ends_a_poll(call: Call, world: World) -> None:
    poll = asyncio.ensure_future(call("getUpdates", timeout=50))
    await arrived(world, "getUpdates")
    await call("setWebhook", url="https://x.org")
    assert (await poll).description == "Conflict: terminated by setWebhook request"


async def test_allowed_updates_are_remembered_for_later_ones(call: Call, ana: Phone) -> None:
    await call("getUpdates", allowed_updates=["message_reaction"])
    ana.type("not wanted")
    ana.react(1, "\N{THUMBS UP SIGN}")
    updates = (await call("getUpdates")).result
    assert [set(update) - {"update_id"} for update in updates] == [{"message"}, {"message_reaction"}]
    await call("getUpdates", offset=updates[-1]["update_id"] + 1, allowed_updates=[])
    ana.type("wanted")
    ana.react(1, "\N{THUMBS UP SIGN}")
    assert texts((await call("getUpdates")).result) == ["wanted"]


async def test_drop_pending_updates(call: Call, ana: Phone) -> None:
    await call("deleteWebhook", drop_pending_updates=True)
    assert (await call("getUpdates")).result == []


async def test_raw_and_repeated_updates(call: Call, world: World) -> None:
    number = world.deliver_raw({"from_the_future": {"x": 1}})
    assert (await call("getUpdates")).result == [{"from_the_future": {"x": 1}, "update_id": number}]
    assert (await call("getUpdates", offset=number + 1)).result == []
    world.deliver_again(number)
    assert [update["update_id"] for update in (await call("getUpdates", offset=number + 1)).result] == [number]
    assert world.deliver_raw({}, update_id=number + 40) == number + 40


async def test_every_update_twice(call: Call, world: World, ana: Phone) -> None:
    world.faults.deliver_twice = True
    number = (await call("getUpdates")).result[0]["update_id"]
    assert texts((await call("getUpdates", offset=number + 1)).result) == ["/start"]
    assert (await call("getUpdates", offset=number + 1)).result == []


async def test_a_poller_that_died_costs_nothing(api: BotApi, call: Call, world: World) -> None:
    async with ClientSession() as dead:
        url = f"{api.url}/bot{world.token}/getUpdates"
        poll = asyncio.ensure_future(dead.post(url, data={"timeout": 50}))
        await arrived(world, "getUpdates")
        poll.cancel()
    world.person("Bo").type("hi")
    assert texts((await call("getUpdates")).result) == ["hi"]


async def arrived(world: World, method: str) -> None:
    """Wait until a call of that method has reached the server, and waits there."""
    there = asyncio.Event()
    world.faults.on(f"before:{method}", lambda _: there.set())
    await there.wait()
