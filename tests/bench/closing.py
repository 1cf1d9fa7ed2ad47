"""What the end of an evening costs: the queries of its facts, and the rules that choose the answer."""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from unittest.mock import patch

from sqlalchemy import Connection

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import checkins as store
from bot.adapters.store import engine as database_engine
from bot.adapters.store import prepared, vault
from bot.checkins import rules
from bot.checkins.handlers import load
from bot.checkins.questions import EVENING
from bot.model import Card, Event, Person, Tap, Who
from bot.onboarding.consent import VERSION
from tests.bench.process import database
from tests.bench.report import figure, percentile
from tests.bench.stored import FIRST
from tests.bench.stored import store as store_people
from tests.support import settings_for

DAYS, TIMES = 60, 500


def measure(kind: str) -> None:
    """Load the facts of a last tap many times, decide on them, and print what each took."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, database(kind, Path(scratch)) as address:
        store_people(address, 1, DAYS)
        settings = settings_for(address, "http://127.0.0.1", "1:" + "x" * 30)
        engine, keyring = database_engine.connect(settings.database), Keyring(settings.master_key())
        with engine.begin() as connection:
            _measure(connection, vault.key(connection, keyring, FIRST))
        engine.dispose()


def _measure(connection: Connection, key: Key) -> None:
    now = datetime.now(UTC)
    today = now.date()
    store.keep_day(connection, key, FIRST, today, {"revved": "7", "down": "2", "spilled": "ruminated"}, now)
    who, event = last_tap(today, now)
    figure("closing.queries", queries(lambda: load(connection, key, who, event)), "queries", "<= 3")
    loads, decisions = [], []
    for _ in range(TIMES):
        began = time.thread_time()
        facts = load(connection, key, who, event)
        loaded = time.thread_time()
        decision = rules.decide(facts, event)
        decisions.append((time.thread_time() - loaded) * 1000)
        loads.append((loaded - began) * 1000)
        assert len(facts.others) == DAYS
        assert decision.effects
    for name, spent, goal in (("load", loads, ""), ("rules", decisions, "<= 1")):
        figure(f"closing.{name}.p50", percentile(spent, 50), "ms of CPU", goal)
        figure(f"closing.{name}.p95", percentile(spent, 95), "ms of CPU", goal)


def last_tap(today: date, now: datetime) -> tuple[Who, Event]:
    """Somebody who taps "ate and drank well", after which the evening's card closes."""
    card = Card(1, FIRST, FIRST, EVENING, today, 40, 3, "food", True)
    who = Who(Person(FIRST, "en", "UTC", None, VERSION), card, "Ana", "en")
    return who, Event(1, FIRST, FIRST, True, now, Tap(1, 3, "food=fuelled,protein,fluids", 40))


def queries(work: Callable[[], object]) -> int:
    """How many statements some work runs; all of a check-in's are prepared ones."""
    with patch.object(prepared._Compiled, "execute", autospec=True, side_effect=prepared._Compiled.execute) as execute:
        work()
    return execute.call_count
