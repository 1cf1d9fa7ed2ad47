"""Do breaks help you? Whole days with prompts and whole days without, compared honestly (docs/domain.md 6). Pure."""

import random
from datetime import date, timedelta

LENGTH = timedelta(days=14)
BLOCK, PROMPTED = 5, 3  # of five days, three with prompts: 60 to 40


def is_silent(owner: int, begun: date, day: date) -> bool:
    """Whether this is one of the days without prompts: two of each block of five, by lot, the same for good."""
    since = (day - begun).days
    if not 0 <= since < LENGTH.days:
        return False
    block, place = divmod(since, BLOCK)
    lots = [number >= PROMPTED for number in range(BLOCK)]
    random.Random(f"{owner} {begun} {block}").shuffle(lots)
    return lots[place]
