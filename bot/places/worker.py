"""What the places' child answers: a question in JSON in, what was found in JSON out."""

import json
from functools import cache

from bot.places import rules
from bot.places.atlas import Atlas, load


def answer(request: bytes) -> bytes:
    """{"text": "Paris"} or {"spot": [latitude, longitude]}. The answer has places as [name, region, country, zone].

    Raises:
        ValueError: it is neither.
    """
    match json.loads(request):
        case {"text": text}:
            found = rules.find(_atlas(), text)
        case {"spot": [latitude, longitude]}:
            found = rules.at(_atlas(), latitude, longitude)
        case _:
            raise ValueError("neither a text nor a spot")
    places = [(place.name, place.region, place.country, place.zone) for place in found.places]
    return json.dumps({"places": places, "sure": found.sure}).encode()


@cache
def _atlas() -> Atlas:
    """Loaded once a child: its whole life is a series of questions about it."""
    return load()
