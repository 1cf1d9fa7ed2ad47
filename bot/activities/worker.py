"""What the activities' child answers: a file in, its activities or why there are none out, in JSON."""

import json
from dataclasses import asdict

from bot.activities.activity import Unfit


def answer(request: bytes) -> bytes:
    """{"activities": [...]} with the fields of `Activity`, `start` in ISO 8601; or {"reason": ...} as in `Reason`."""
    try:
        from bot.activities.reading import read  # what it needs may not be installed
    except ModuleNotFoundError:
        return json.dumps({"reason": "not here"}).encode()
    try:
        activities = read(request)
    except Unfit as unfit:
        return json.dumps({"reason": unfit.reason}).encode()
    return json.dumps({"activities": [asdict(one) | {"start": one.start.isoformat()} for one in activities]}).encode()
