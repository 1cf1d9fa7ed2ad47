"""How somebody's week was, for prompts that nobody asked for (docs/domain.md 6). Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import median

from bot.checkins.days import Day, series
from bot.reminders.rules import Week

A_WEEK, ENOUGH, GOOD = timedelta(days=7), 3, 6  # days; answers that make a week; of 10 (engine choice)
POOR_SLEEP, SHORT_NIGHT = 3, 6  # of 10; hours (docs/domain.md 2: low, tired)


def week(days: Sequence[Day], today: date) -> Week:
    """The seven days before and with today. Without enough answers it was not good: nobody knows."""
    last = [day for day in days if today - A_WEEK < day.date <= today]
    sleep, mood = series(last, "sleep"), series(last, "mood")
    good = all(len(values) >= ENOUGH and median(values.values()) >= GOOD for values in (sleep, mood))
    hours = series(last, "hours")
    slept_badly = sleep.get(today, 10) <= POOR_SLEEP or hours.get(today, 24) < SHORT_NIGHT
    return Week(good, slept_badly)
