"""What an erasure takes, in numbers, and the mark that it leaves: on either database."""

from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine

from bot.adapters.keyring import Keyring
from bot.adapters.store import checkins, outbox, people, privacy, safety, vault

KEYRING = Keyring(bytes(32))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def told(connection: Connection, owner: int, answers: int) -> None:
    """Somebody who agreed, gave answers, worried us once and waits for a message."""
    people.arrive(connection, owner, "en", NOW)
    people.agree(connection, owner, ("adult", "health"), 1, NOW)
    key = vault.key(connection, KEYRING, owner)
    for number in range(answers):
        checkins.keep_answer(connection, key, owner, date(2026, 11, 22), "mood", str(number), NOW)
    safety.keep_flag(connection, key, owner, "urgent", "crisis", "rule", NOW)
    outbox.post(connection, key, owner=owner, chat=owner, method="text", payload={}, now=NOW)


def test_what_goes_is_counted_and_is_what_goes(engine: Engine) -> None:
    held = {"answer": 31, "consent": 2, "day": 1, "flag": 1, "outbox": 1, "person": 1}
    with engine.begin() as connection:
        told(connection, 7, 31)
        told(connection, 8, 2)
        assert privacy.counts(connection, 7) == held
        assert privacy.counts(connection, 9) == {}
        privacy.erase(connection, KEYRING, 7, NOW)
        assert privacy.counts(connection, 7) == {}
        assert privacy.counts(connection, 8) == {**held, "answer": 2}


def test_the_mark_that_a_key_would_leave_is_the_one_it_leaves(engine: Engine) -> None:
    with engine.begin() as connection:
        told(connection, 7, 1)
        number = vault.key(connection, KEYRING, 7).mark.hex()[:12]
        assert privacy.erased_at(connection, number) is None
        privacy.erase(connection, KEYRING, 7, NOW)
        assert privacy.erased_at(connection, number) == NOW
        assert privacy.erased_at(connection, "0" * 12) is None
        assert not vault.key(connection, KEYRING, 7).mark.hex().startswith(number)  # whoever comes back has a new key
