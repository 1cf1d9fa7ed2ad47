"""People who are stored before a measurement: they agreed, answered for some days, and closed their last card."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import cards, checkins, people, vault
from bot.app import open_database
from bot.demo.world import TOKEN
from bot.model import Open, Screen
from bot.onboarding.consent import PURPOSES, VERSION
from tests.support import settings_for

FIRST = 1_000_001  # the id of the first person on a pretend Telegram
AT_ONCE = 500  # people to a transaction
LAST_ANSWERED = 2  # days ago: in no zone is that today
# What varies from day to day, so that there is a usual with a spread.
DAY = {"sleep": 6, "mood": 5, "hours": 7, "revved": 5, "down": 5}
SPILLS, FOODS = ("none", "snapped", "ruminated"), ("fuelled,protein,fluids", "fuelled,caffeine", "protein,alcohol")


def store(address: str, stored: int, days: int) -> None:
    """So many people with so many days each."""
    settings = settings_for(address, "http://127.0.0.1", TOKEN)
    engine, keyring, now = open_database(settings), Keyring(settings.master_key()), datetime.now(UTC)
    for first in range(FIRST, FIRST + stored, AT_ONCE):
        owners = range(first, min(first + AT_ONCE, FIRST + stored))
        with engine.begin() as connection:
            for owner, key in vault.keys(connection, keyring, owners).items():
                people.arrive(connection, owner, "en", now)
                people.agree(connection, owner, PURPOSES, VERSION, now)
                _days(connection, key, owner, now, days)
                _card(connection, owner, now, now.date() - timedelta(days=LAST_ANSWERED))
    engine.dispose()


def _days(connection: Connection, key: Key, owner: int, now: datetime, days: int) -> None:
    for ago in range(LAST_ANSWERED, LAST_ANSWERED + days):
        numbers = {marker: str(usual + (owner + ago * 3) % 4) for marker, usual in DAY.items()}
        kept = {**numbers, "spilled": _one(SPILLS, ago), "food": _one(FOODS, ago)}
        checkins.keep_day(connection, key, owner, now.date() - timedelta(days=ago), kept, now)


def _one(of: Sequence[str], number: int) -> str:
    return of[number % len(of)]


def _card(connection: Connection, owner: int, now: datetime, day: date) -> None:
    closed = Open("morning", day, "done", Screen("checkins/closing"), asking=False)
    card, version, _ = cards.reopen(connection, owner, owner, closed, now)
    cards.placed(connection, card, version, owner)
