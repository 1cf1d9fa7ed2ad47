"""R4 in small; the whole is `python -m tests.year`. What is lived is compared with an oracle, one by one."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine

from bot.adapters.store import recurrences
from bot.reminders import duty, recurrence, rules
from tests.reminders.desk import utc
from tests.reminders.oracle import DAY, stretches
from tests.year.lives import HOUR
from tests.year.run import LENGTHS, Figures, Year, all_zones, opened

ODD = (
    "Europe/Berlin", "Asia/Beirut", "Africa/Cairo", "America/Nuuk", "Antarctica/Troll", "Pacific/Chatham",
    "Australia/Lord_Howe", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Europe/Dublin", "Etc/GMT+12",
)
# The days around which clocks change, somewhere: from, for so many days.
CHANGES = {
    "Morocco's month": ("2026-02-13", 5), "America's spring": ("2026-03-06", 5),
    "Europe's spring, the south's autumn": ("2026-03-27", 10),
    "Egypt": ("2026-04-22", 4), "Chile": ("2026-09-04", 4), "the south's spring": ("2026-10-02", 4),
    "Europe's and America's autumn": ("2026-10-23", 11),
}


def those_that_change(begin: datetime, days: int, most: int, seed: int) -> list[str]:
    """Zones whose clocks change in that stretch, and as many others by lot."""
    rng = random.Random(seed)
    since = int(begin.timestamp()) // 60
    changing = [zone for zone in all_zones() if len(stretches(zone, since, since + days * DAY, 360)) > 1]
    chosen = rng.sample(changing, min(most, len(changing)))
    return chosen + rng.sample(all_zones(), most // 2)


def lived(
    engine: Engine, zones: Sequence[str], begin: datetime, days: int, seed: int = 1,
    lengths: Sequence[float] = LENGTHS[:5],
) -> Figures:
    """One person a zone, who do in days what others do in months, and a coach that is often away for some hours."""
    figures = Year(
        engine, zones, begin, days, people=len(zones), seed=seed, acts_a_year=150, downs_a_year=250, lengths=lengths
    ).live()
    print(figures)
    return figures


def test_a_week_around_a_change_of_the_clocks(engine: Engine) -> None:
    figures = lived(engine, ODD, utc("2026-03-26T00:00"), 6)
    assert figures.wrong == []
    assert figures.tally.due == sum(figures.tally.states.values()) > 200
    assert figures.tally.latest <= 60
    assert figures.downs


@pytest.mark.faults
@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_around_every_change_of_the_clocks(engine: Engine, change: str) -> None:
    begin, days = utc(f"{CHANGES[change][0]}T00:00"), CHANGES[change][1]
    figures = lived(engine, those_that_change(begin, days, 24, seed=2), begin, days, seed=2)
    assert figures.wrong == []
    assert figures.tally.due == sum(figures.tally.states.values()) > 300
    assert figures.tally.latest <= 60


@pytest.mark.faults
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_anywhere_at_any_time(engine: Engine) -> None:
    begin = utc("2026-01-01T00:00") + timedelta(days=random.Random(3).randrange(365))
    figures = lived(engine, random.Random(3).sample(all_zones(), 20), begin, 5, seed=3)
    assert figures.wrong == []


# ---- the comparison would see it -----------------------------------------------------------------------


def second_of_two(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A wall time as Python has it with fold=1: the second in an overlap, moved back in a gap."""
    days, minute = divmod(minute, DAY)
    wall = datetime.combine(day + timedelta(days=days), datetime.min.time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=zone, fold=1).astimezone(UTC)


MISTAKES: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the second in an overlap": lambda patch: patch.setattr(recurrence, "instant", second_of_two),
    "quiet hours forgotten": lambda patch: patch.setattr(rules, "quiet_until", lambda due, now: None),
    "a place of the day had twice": lambda patch: patch.setattr(recurrence.Slot, "place", property(lambda slot: ())),
    "what is pending stays as it was": lambda patch: patch.setattr(recurrences, "reset", lambda *_: None),
    "a batch that knows nothing of itself": lambda patch: patch.setattr(duty, "_told", lambda due, *_: due),
    "no next one entered when one is skipped": lambda patch: patch.setattr(
        duty, "_steps", lambda ruled, now, steps=duty._steps: steps([one for one in ruled if one[1].goes], now)
    ),
}


@pytest.mark.faults
@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_would_be_seen(mistake: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these is put into the coach, and the oracle stays as it is."""
    engine = opened(f"sqlite:///{tmp_path / 'coach.db'}")
    MISTAKES[mistake](monkeypatch)
    assert lived(engine, ODD, utc("2026-03-26T00:00"), 6, lengths=(3 * HOUR,)).wrong
    engine.dispose()
