"""What is read at the end of a check-in, and how a day is kept, on either database."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine

from bot.adapters.keyring import Keyring
from bot.adapters.store import checkins as store
from bot.adapters.store import vault
from bot.checkins.days import Day
from bot.checkins.handlers import load
from tests.bench.closing import last_tap, queries
from tests.bench.stored import FIRST as ANA

KEYRING = Keyring(bytes(32))
TODAY, NOW = date(2026, 11, 23), datetime(2026, 11, 23, 20, tzinfo=UTC)


def test_the_closing_answer_rests_on_three_queries(engine: Engine) -> None:
    with engine.begin() as connection:
        key = vault.key(connection, KEYRING, ANA)
        for ago in range(70):
            answers = {"revved": "7", "down": "5", "spilled": "none"}
            store.keep_day(connection, key, ANA, TODAY - timedelta(days=ago), answers, NOW)
        who, event = last_tap(TODAY, NOW)
        assert queries(lambda: load(connection, key, who, event)) == 3
        facts = load(connection, key, who, event)
        assert len(facts.others) == store.LOOKED_BACK
        assert facts.day not in facts.others


def test_an_answer_is_one_more_row_and_the_newest_counts(engine: Engine) -> None:
    with engine.begin() as connection:
        key = vault.key(connection, KEYRING, ANA)
        for value in ("7", "4", ""):
            store.keep_answer(connection, key, ANA, TODAY, "down", value, NOW)
            assert store.day(connection, key, ANA, TODAY).answers == ({"down": value} if value else {})
        store.keep_day(connection, key, ANA, TODAY, {"told.evening": "dim"}, NOW)
        assert store.day(connection, key, ANA, TODAY) == Day(TODAY, {"told.evening": "dim"})
        rows = connection.exec_driver_sql("SELECT marker FROM answer").all()
        assert [row[0] for row in rows] == ["down", "down", "down"]


def test_a_day_can_not_be_read_with_another_key(engine: Engine) -> None:
    with engine.begin() as connection:
        key = vault.key(connection, KEYRING, ANA)
        store.keep_answer(connection, key, ANA, TODAY, "sleep", "7", NOW)
        sealed = connection.exec_driver_sql("SELECT holds FROM day").scalar_one()
        assert b"sleep" not in bytes(sealed)
        assert store.others(connection, key, ANA, TODAY) == []
        assert store.day(connection, key, ANA + 1, TODAY) == Day(TODAY)
