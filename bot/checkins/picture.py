"""Draws weeks as a picture: a row for each thing that is told, a line or bars in it, with their numbers.

A worker's module (promise 11): it needs Pillow. Whatever the phone's colours are, the picture brings its own night.
"""

import json
from io import BytesIO
from itertools import pairwise
from typing import Any, Final
from unicodedata import normalize

from PIL import Image, ImageDraw, ImageFont

FINE: Final = 2  # drawn that much larger, so that lines are smooth
WIDTH, ROW, UNDER = 480, 122, 32  # pixels: of the picture, of a row, of what stands under them; read on a small phone
LEFT, RIGHT, HEAD, FOOT = 24, 24, 46, 14  # pixels around what is drawn in a row
TITLE, NUMBER, DATE = 21, 18, 15  # pixels of letters
NIGHT, PANEL, INK, DIM = (16, 42, 54), (24, 56, 70), (222, 244, 238), (122, 160, 170)
COLOURS: Final = ((122, 180, 210), (158, 222, 200), (232, 178, 132))
DOT, WIDE = 5, 3  # pixels: a point's radius, a line's width

Pen = ImageDraw.ImageDraw


def answer(request: bytes) -> bytes:
    """A PNG.

    Args:
        request: JSON {"rows": [{"word", "form": "line" or "bars", "values": [0 to 1 or null, ...], "texts": [...]},
            ...], "under": [text, ...]}; values, texts and what stands under them are as many.
    """
    asked = json.loads(request)
    height = len(asked["rows"]) * ROW + UNDER
    image = Image.new("RGB", (WIDTH * FINE, height * FINE), NIGHT)
    pen = ImageDraw.Draw(image)
    for number, row in enumerate(asked["rows"]):
        _row(pen, row, number * ROW, COLOURS[number % len(COLOURS)])
    for x, text in zip(_columns(len(asked["under"])), asked["under"], strict=True):
        _text(pen, (x, height - UNDER / 2), text, DATE, DIM)
    file = BytesIO()
    image.reduce(FINE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _columns(count: int) -> list[float]:
    """The middles of so many columns."""
    wide = (WIDTH - LEFT - RIGHT) / count
    return [LEFT + wide * (place + 0.5) for place in range(count)]


def _row(pen: Pen, row: dict[str, Any], top: float, colour: tuple[int, int, int]) -> None:
    pen.rounded_rectangle(_scaled(8, top + 6, WIDTH - 8, top + ROW), 12 * FINE, PANEL)
    _text(pen, (LEFT - 12, top + 24), row["word"], TITLE, colour, "lm")
    columns = _columns(len(row["values"]))
    low, high = top + ROW - FOOT, top + HEAD + 14  # room for a number above the highest
    points = [
        (x, low - (low - high) * value) if value is not None else None
        for x, value in zip(columns, row["values"], strict=True)
    ]
    if row["form"] == "bars":
        half = min(16.0, (columns[0] - LEFT) * 0.6)
        for point in filter(None, points):
            x, y = point[0], min(point[1], low - 2)  # none at all is a line on the ground
            pen.rounded_rectangle(_scaled(x - half, y, x + half, low), 3 * FINE, colour)
    else:
        for one, other in pairwise(points):
            if one is not None and other is not None:
                pen.line(_scaled(*one, *other), colour, WIDE * FINE)
        for point in filter(None, points):
            pen.circle(_scaled(*point), DOT * FINE, colour)
    for known, text in zip(points, row["texts"], strict=True):
        if known is not None:
            _text(pen, (known[0], known[1] - 16), text, NUMBER, INK)


def _scaled(*places: float) -> list[float]:
    return [place * FINE for place in places]


def _text(
    pen: Pen, at: tuple[float, float], text: str, size: int, colour: tuple[int, int, int], anchor: str = "mm"
) -> None:
    """Pillow's own font knows ASCII only: accents are left out; the caption says all of it too."""
    plain = normalize("NFKD", text).encode("ascii", "ignore").decode()
    x, y = _scaled(*at)
    pen.text((x, y), plain, colour, ImageFont.load_default(size * FINE), anchor=anchor)
