"""The promises of docs/design.md that no other file shows, each where it can be seen to break."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import OperationalError

from bot.adapters import courier
from bot.adapters.graves import Graves
from bot.adapters.keyring import Keyring, WrongKey
from bot.adapters.lanes import INBOX_FULL, Lanes
from bot.adapters.store import engine as database
from bot.adapters.store import inbox, outbox, people, privacy, vault
from bot.adapters.store.inbox import Waiting
from bot.adapters.store.outbox import Rank
from bot.app import ROOMS
from bot.help.handlers import ROOM as FALLBACK
from bot.model import Command, Event
from bot.onboarding.handlers import ROOM as ONBOARDING
from bot.settings import PROMPTS, SettingsError
from bot.turn import Turner
from bot.words import Words
from tests.stories.test_first_flow import agrees, arrived
from tests.support import Coach

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
KEYRING = Keyring(bytes(32))
UPDATE = {"update_id": 5, "message": {"message_id": 1, "from": {"id": 7}, "chat": {"id": 7}, "text": "/start"}}


def count(engine: Engine, table: str) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


# ---- 1: never lost, never counted twice ------------------------------------------------------------------


def test_an_update_id_that_is_seen_again_is_not_new(engine: Engine) -> None:
    with engine.begin() as connection:
        first = inbox.keep(connection, KEYRING, [UPDATE, UPDATE], NOW)
        again = inbox.keep(connection, KEYRING, [UPDATE], NOW)
    assert [row.update_id for row in first] == [5]
    assert again == []


def test_a_turn_that_was_done_is_not_done_again(engine: Engine, tmp_path: Path) -> None:
    """Also when nobody heard that its transaction was committed, and it is run once more."""
    words = Words(PROMPTS, "en")
    turner = Turner(KEYRING, words, Graves(tmp_path / "erased", KEYRING), ROOMS, FALLBACK)
    event = Event(5, 7, 7, True, NOW, Command("start"))
    with engine.begin() as connection:
        inbox.keep(connection, KEYRING, [UPDATE], NOW)
        done = turner.turn(connection, event, NOW, ONBOARDING)
        again = turner.turn(connection, event, NOW, ONBOARDING)
    assert (len(done.posted), done.seen_before) == (1, False)
    assert (again.posted, again.seen_before) == ((), True)
    assert count(engine, "outbox") == 1


async def test_words_are_gone_once_they_are_dealt_with(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.type("7")
    await ana.sees("How is your mood?")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL") == []
    assert coach.rows("SELECT 1 FROM outbox WHERE payload IS NOT NULL") == []


async def test_telegram_hears_of_an_update_only_after_it_was_committed(coach: Coach) -> None:
    """At every poll, what its offset confirms is in the inbox."""
    missing: list[int] = []

    def polled(params: dict[str, Any]) -> None:
        offset = int(params.get("offset") or 0)
        if offset:
            kept = {row[0] for row in coach.rows("SELECT update_id FROM inbox")}
            missing.extend(set(range(first, offset)) - kept)

    first = coach.world.updates.next_id
    coach.world.faults.on("before:getUpdates", polled)
    for number in range(5):
        await arrived(coach, f"Ana {number}")
    await coach.settled()
    assert missing == []


async def test_after_an_idle_day_the_offset_is_left_out(coach: Coach) -> None:
    """After a week without news update ids restart at random: an old offset could hide them for ever."""
    offsets: list[object] = []
    coach.world.faults.on("before:getUpdates", lambda params: offsets.append(params.get("offset")))
    ana = await arrived(coach)
    await coach.settled()
    assert offsets[-1] is not None
    offsets.clear()
    coach.clock.skipped += 24 * 3600 + 60
    while None not in offsets:  # the poll that hangs has the old offset still, and ends without news
        await coach.world.updates.polled()
    coach.world.idle_week()
    ana.type("/about")
    await ana.sees("About me")


def test_ids_are_kept_for_seven_days(engine: Engine) -> None:
    with engine.begin() as connection:
        inbox.keep(connection, KEYRING, [UPDATE], NOW)
        inbox.mark_done(connection, 5, NOW)
        assert inbox.forget_old(connection, NOW + timedelta(days=7)) == 0
        assert inbox.forget_old(connection, NOW + timedelta(days=7, seconds=1)) == 1


async def test_a_full_inbox_takes_no_more() -> None:
    """Nothing is polled while more than 2,000 rows wait: Telegram keeps them."""

    class Stuck:
        async def process_update(self, update: object) -> None:
            await asyncio.Event().wait()

        bot = None

    lanes = Lanes(Stuck(), None, None, None)  # type: ignore[arg-type]
    message = {"message_id": 1, "date": 1, "chat": {"id": 7, "type": "private"}}
    rows = [Waiting(number, number, NOW, {"update_id": number, "message": message}) for number in range(INBOX_FULL)]
    lanes.feed(rows[:-1])
    await asyncio.wait_for(lanes.room(), 1)
    lanes.feed(rows[-1:])
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(lanes.room(), 0.05)
    await lanes.stop()


# ---- 2: one turn, one transaction ------------------------------------------------------------------------


def test_releasing_a_savepoint_does_not_commit(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.begin()
        connection.exec_driver_sql("SAVEPOINT turn")
        people.arrive(connection, 7, "en", NOW)
        connection.exec_driver_sql("RELEASE SAVEPOINT turn")
        connection.rollback()
    assert count(engine, "person") == 0


# ---- 4: one courier --------------------------------------------------------------------------------------


async def test_sending_is_committed_before_the_call(coach: Coach) -> None:
    states: list[str] = []

    def called(params: dict[str, Any]) -> None:
        rows = coach.rows("SELECT state FROM outbox ORDER BY id DESC LIMIT 1")
        states.append(rows[0][0])

    coach.world.faults.on("before:sendMessage", called)
    ana = coach.world.person("Ana")
    ana.type("/start")
    await ana.sees("Hello")
    assert states == ["sending"]


def posted(engine: Engine, rank: Rank, **more: Any) -> int:
    with engine.begin() as connection:
        key = vault.key(connection, KEYRING, 7)
        payload = {"text": "x", "rows": []}
        return outbox.post(
            connection, key, owner=7, chat=7, method="text", payload=payload, now=NOW, rank=rank, **more
        ).id


@pytest.mark.parametrize(
    ("rank", "state"),
    [(Rank.REPLY, "pending"), (Rank.TIDY, "pending"), (Rank.REMINDER, "unknown"), (Rank.BROADCAST, "unknown")],
)
def test_after_a_crash_replies_are_repeated_and_reminders_never(engine: Engine, rank: Rank, state: str) -> None:
    row = posted(engine, rank)
    with engine.begin() as connection:
        assert outbox.claim(connection, KEYRING, row, NOW) is not None
    with engine.begin() as connection:
        outbox.take_up(connection, NOW, lambda _: False)
        assert outbox.counts(connection) == {state: 1}


@pytest.mark.parametrize(
    ("more", "reason"),
    [({"expires_at": NOW}, "expired"), ({"expires_at": NOW + timedelta(seconds=1)}, None)],
)
def test_what_is_stale_is_dropped_with_its_reason(engine: Engine, more: dict[str, Any], reason: str | None) -> None:
    row = posted(engine, Rank.REPLY, **more)
    with engine.begin() as connection:
        claimed = outbox.claim(connection, KEYRING, row, NOW)
        found = connection.execute(text("SELECT reason, payload FROM outbox")).one()
    assert (claimed is None) == (reason is not None)
    assert found.reason == reason
    assert (found.payload is None) == (reason is not None)


@pytest.mark.parametrize("state", ["blocked", "deactivated", "kicked"])
def test_a_chat_that_can_not_be_reached_costs_no_call(engine: Engine, state: str) -> None:
    row = posted(engine, Rank.REPLY)
    with engine.begin() as connection:
        people.reach(connection, 7, state, NOW)
        assert outbox.claim(connection, KEYRING, row, NOW) is None
        assert connection.execute(text("SELECT reason FROM outbox")).scalar_one() == state


def test_not_before_is_waited_for(engine: Engine) -> None:
    posted(engine, Rank.REPLY, not_before=NOW + timedelta(minutes=5))
    with engine.begin() as connection:
        assert outbox.due(connection, NOW, 10, 10) == ([], [])
        replies, _ = outbox.due(connection, NOW + timedelta(minutes=5), 10, 10)
        assert len(replies) == 1


def test_one_chat_does_not_hide_the_others(engine: Engine) -> None:
    for _ in range(5):
        posted(engine, Rank.REPLY)
    with engine.begin() as connection:
        key = vault.key(connection, KEYRING, 8)
        other = outbox.post(connection, key, owner=8, chat=8, method="text", payload={}, now=NOW)
        replies, _ = outbox.due(connection, NOW, 2, 10)
        assert [row.chat for row in replies] == [7, 7, 8]
        assert replies[-1] == other


def test_reminders_that_wait_hide_no_reply(engine: Engine) -> None:
    for _ in range(5):
        posted(engine, Rank.REMINDER)
    reply = posted(engine, Rank.REPLY)
    with engine.begin() as connection:
        replies, others = outbox.due(connection, NOW, 10, 3)
        assert [row.id for row in replies] == [reply]
        assert len(others) == 3


async def test_a_reply_passes_all_reminders_that_wait(coach: Coach, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many these are, and however long their chats are told to wait."""
    ana, bo = await arrived(coach, "Ana"), await arrived(coach, "Bo")
    await coach.settled()
    monkeypatch.setattr(courier, "REPLIES_IN_MEMORY", 2)
    coach.world.faults.retry_after(36_000, bo.id)
    refused = asyncio.Event()
    coach.world.faults.on("before:sendMessage", lambda call: refused.set())

    def many(connection: Connection) -> None:
        key = vault.key(connection, coach.app.keyring, bo.id)
        for _ in range(5):
            outbox.post(connection, key, owner=bo.id, chat=bo.id, method="text", rank=Rank.REMINDER,
                        payload={"text": "A reminder", "rows": []}, now=coach.clock.now())

    await coach.app.writer.submit(many)
    await coach.app.courier.sweep()
    await refused.wait()
    await coach.app.courier.sweep()
    ana.type("/about")
    await ana.sees("About me")


async def test_one_chat_with_many_messages_goes_in_order_and_holds_up_nobody(coach: Coach) -> None:
    ana, bo = await arrived(coach, "Ana"), await arrived(coach, "Bo")
    coach.world.faults.retry_after(60, ana.id)
    for _ in range(60):
        ana.type("/about")
    bo.type("/about")
    await bo.sees("About me")
    for _ in range(60):
        await ana.sees("About me", patience=30)
    await coach.settled()
    plain = f"chat = {ana.id} AND card IS NULL AND method = 'text'"
    order = coach.rows(f"SELECT id FROM outbox WHERE {plain} ORDER BY settled_at, id")
    assert len(order) == 60
    assert order == sorted(order)


async def test_sos_waits_for_nothing(coach: Coach) -> None:
    """Not for the database, which takes nothing here until the lines are there."""
    ana = coach.world.person("Ana")
    hold, held = asyncio.Event(), asyncio.get_running_loop()

    def stuck(connection: Any) -> None:
        asyncio.run_coroutine_threadsafe(hold.wait(), held).result()

    stuck_jobs = [coach.app.writer.submit(stuck, owner) for owner in range(3)]
    ana.type("/sos")
    try:
        await ana.sees("Find A Helpline", patience=5)
    finally:
        hold.set()
        await asyncio.gather(*stuck_jobs)


async def test_only_a_running_halt_holds_sos(coach: Coach) -> None:
    ana = await arrived(coach)
    coach.world.faults.retry_after(40, ana.id)
    ana.type("/about")
    ana.type("/sos")
    await ana.sees("Find A Helpline")
    early = [call for call in coach.world.faults.early_calls if call.method == "sendMessage"]
    assert len(early) <= 1  # both may have been on their way when the halt was not known yet


# ---- 9: what people said stays theirs --------------------------------------------------------------------


def test_values_can_not_be_read_or_moved_without_their_key() -> None:
    one, two = KEYRING.open(1, KEYRING.new(1)), KEYRING.open(2, KEYRING.new(2))
    sealed = one.seal("answer.value", b"7")
    assert b"7" not in sealed[12:13]
    assert one.unseal("answer.value", sealed) == b"7"
    for key, field in ((two, "answer.value"), (one, "flag.noticed")):
        with pytest.raises(WrongKey):
            key.unseal(field, sealed)
    with pytest.raises(WrongKey):
        KEYRING.open(2, KEYRING.new(1))
    with pytest.raises(WrongKey):
        Keyring(bytes([1]) * 32).open(1, KEYRING.new(1))


def test_a_message_sent_after_erase_is_still_answered(engine: Engine) -> None:
    """The lane's key is destroyed with the erasure; what still waits moves to the new one."""
    later = {**UPDATE, "update_id": 6}
    with engine.begin() as connection:
        inbox.keep(connection, KEYRING, [UPDATE, later], NOW)
        inbox.mark_done(connection, 5, NOW)
        privacy.erase(connection, KEYRING, 7, NOW)
        waiting, _ = inbox.waiting(connection, KEYRING, None, 10, NOW)
        lanes = connection.execute(text("SELECT update_id, lane FROM inbox ORDER BY update_id")).all()
    assert [row.payload for row in waiting] == [later]
    assert [tuple(row) for row in lanes] == [(5, None), (6, 7)]


def test_what_was_set_aside_goes_with_an_erasure(engine: Engine) -> None:
    with engine.begin() as connection:
        inbox.keep(connection, KEYRING, [UPDATE], NOW)
        for _ in range(inbox.FAILURES_ALLOWED):
            inbox.count_failure(connection, 5, NOW)
        privacy.erase(connection, KEYRING, 7, NOW)
        assert connection.execute(text("SELECT lane, payload FROM inbox")).one() == (None, None)


def test_an_update_that_can_not_be_read_stops_nobody_else(engine: Engine) -> None:
    other = {**UPDATE, "update_id": 6, "message": {"from": {"id": 8}}}
    with engine.begin() as connection:
        inbox.keep(connection, KEYRING, [UPDATE, other], NOW)
        vault.destroy(connection, 7)
        vault.key(connection, KEYRING, 7)
        waiting, last = inbox.waiting(connection, KEYRING, None, 10, NOW)
        assert ([row.update_id for row in waiting], last) == ([6], 6)
        assert inbox.counts(connection) == {"waiting": 1, "quarantined": 1}


def test_keys_of_nobody_are_destroyed(engine: Engine) -> None:
    with engine.begin() as connection:
        for owner in (7, 8, 9):
            vault.key(connection, KEYRING, owner)
        people.arrive(connection, 7, "en", NOW)
        inbox.keep(connection, KEYRING, [{**UPDATE, "message": {"from": {"id": 8}}}], NOW)
        vault.destroy_unused(connection)
        assert [owner for owner, _ in vault.wrapped_keys(connection)] == [7, 8]


def test_a_vacuum_leaves_transactions_as_they_were(engine: Engine) -> None:
    assert database.vacuum(engine)
    with engine.connect() as connection:
        connection.begin()
        people.arrive(connection, 7, "en", NOW)
        connection.rollback()
    assert count(engine, "person") == 0


async def test_a_commit_that_nobody_heard_of_loses_nothing(coach: Coach) -> None:
    """The inbox's COMMIT takes effect, and the connection dies before it says so."""
    died: list[int] = []

    def dies(connection: Any) -> None:
        if not died and connection.execute(text("SELECT count(*) FROM inbox WHERE done_at IS NULL")).scalar_one():
            died.append(1)
            connection.connection.driver_connection.commit()
            raise OperationalError("COMMIT", {}, Exception("server closed the connection unexpectedly"))

    event.listen(coach.app.engine, "commit", dies)
    ana = coach.world.person("Ana")
    ana.type("/about")
    await ana.sees("About me")
    assert died


async def test_sos_behind_a_stuck_batch_is_seen_too(coach: Coach) -> None:
    ana, bo = coach.world.person("Ana"), coach.world.person("Bo")
    hold, loop = asyncio.Event(), asyncio.get_running_loop()

    def stuck(connection: Any) -> None:
        asyncio.run_coroutine_threadsafe(hold.wait(), loop).result()

    stuck_jobs = [coach.app.writer.submit(stuck, owner) for owner in range(3)]
    coach.clock.speed = 1
    late = asyncio.Event()
    coach.world.faults.on("before:getUpdates", lambda params: late.set() if str(params["timeout"]) == "0" else None)
    bo.type("hello")
    try:
        await asyncio.wait_for(late.wait(), 10)  # the batch with bo's words waits, and the intake looks ahead
        ana.type("/sos")
        await ana.sees("Find A Helpline", patience=10)
    finally:
        hold.set()
        await asyncio.gather(*stuck_jobs)


async def test_a_database_that_takes_nothing_lets_the_process_end(coach: Coach) -> None:
    """An edit was made and can't be written down: it is made again after the next start, and counts once."""
    full: list[int] = []

    def refuses(connection: Any) -> None:
        if full:
            raise OperationalError("COMMIT", {}, Exception("database is locked"))

    engine = coach.app.engine
    event.listen(engine, "commit", refuses)
    ana = await arrived(coach)
    await coach.settled()
    coach.world.faults.on("before:editMessageText", lambda params: full.append(1))
    ana.tap("7")
    await ana.sees("How is your mood?")
    await asyncio.wait_for(coach.stop(), 30)
    await coach.start()
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM answer")[0][0] == 1


async def test_sos_follows_a_group_that_moved(coach: Coach) -> None:
    ana = await arrived(coach)
    group = coach.world.group("Club", [ana])
    await coach.stop()
    ana.type("/sos", chat=group)
    moved = coach.world.migrate(group)
    await coach.start()
    await moved.sees("I do not know help lines for your country yet")
    ana.type("/about")
    await ana.sees("About me")


def test_the_master_key_and_the_bot_must_fit_the_database(engine: Engine) -> None:
    with engine.begin() as connection:
        database.settle_in(connection, KEYRING.check)
        database.settle_in(connection, KEYRING.check, bot_id=1)
        with pytest.raises(SettingsError, match="SECRET_KEY is not the one"):
            database.settle_in(connection, Keyring(bytes([1]) * 32).check)
        with pytest.raises(SettingsError, match="one bot, one database"):
            database.settle_in(connection, KEYRING.check, bot_id=2)


async def test_nothing_is_left_in_the_files_after_erase(coach: Coach, tmp_path: Path) -> None:
    """The key is what matters: with the master key in hand, no byte of it opens anything any more."""
    ana = await arrived(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    wrapped, sealed = (
        bytes(coach.rows(f"SELECT {column} FROM {table} WHERE owner = {ana.id}")[0][0])
        for column, table in (("wrapped", "vault"), ("value", "answer"))
    )
    await coach.app.scrub()  # what is left from the start
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await coach.settled()
    await coach.app.scrub()  # which the clock does every few seconds
    assert wrapped not in [bytes(row[0]) for row in coach.rows("SELECT wrapped FROM vault")]
    if coach.settings.database.get_backend_name() == "sqlite":
        files = b"".join(path.read_bytes() for path in tmp_path.glob("coach.db*"))
        assert wrapped not in files
        assert sealed not in files


async def test_a_restored_backup_brings_nobody_back(coach: Coach, tmp_path: Path) -> None:
    if coach.settings.database.get_backend_name() != "sqlite":
        pytest.skip("a copy of the file is SQLite's backup")
    ana = await arrived(coach)
    await coach.settled()
    await coach.stop()
    backup = (tmp_path / "coach.db").read_bytes()
    await coach.start()
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await coach.settled()
    await coach.stop()
    for path in tmp_path.glob("coach.db*"):
        path.unlink()
    (tmp_path / "coach.db").write_bytes(backup)
    await coach.start()
    assert coach.rows("SELECT owner FROM person") == []
    ana.type("/start")
    await ana.sees("Hello")
    await agrees(ana)
    await coach.stop()
    await coach.start()
    assert [row[0] for row in coach.rows("SELECT owner FROM person")] == [ana.id]


def test_an_export_is_everything_and_plain(engine: Engine) -> None:
    with engine.begin() as connection:
        people.arrive(connection, 7, "en", NOW)
        people.agree(connection, 7, ("adult", "health"), 1, NOW)
        document = privacy.export(connection, KEYRING, 7)
    assert json.loads(json.dumps(document)) == document
    assert document["person"] == [
        {"owner": 7, "arrived_at": NOW.isoformat(), "locale": "en", "zone": "UTC", "country": None,
         "paused_at": None, "paused_until": None}
    ]
    assert [row["purpose"] for row in document["consent"]] == ["adult", "health"]
