"""Draws one breath as a looping picture: a circle that grows, rests and shrinks, with a word and a count in it.

A worker's module (promise 11): it needs Pillow, and an ffmpeg for a video; without one it is a GIF, which is larger.
"""

import json
import math
import subprocess
import tempfile
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from PIL import Image, ImageChops, ImageDraw, ImageFont

from bot.drills import ffmpeg
from bot.drills.breath import FPS, SIZE, Moment, moments

MIDDLE = (SIZE - 1) / 2
EMPTY, FULL, RING = 72.0, 122.0, 145.0  # radii in pixels: of the circle, and of the ring that shows how much is over
GLOW = 22.0  # pixels that the circle's light reaches out
WIDEST = 104.0  # pixels that a word may take in the smallest circle

Colour = tuple[int, int, int]
Corner = tuple[int, int]
Piece = tuple[Image.Image, Corner, Image.Image]  # what is pasted, where its upper left corner lies, and its mask
NIGHT: Colour = (16, 42, 54)
TRACK: Colour = (44, 82, 94)
DOT: Colour = (222, 244, 238)
AT_REST: Colour = (122, 180, 210)
BREATHED: Colour = (158, 222, 200)
INK: Colour = (10, 34, 46)

# A frame is drawn as numbers, each a step from one colour to another, and only then coloured: that costs a tenth.
# The steps, from 0 on: from the night through the glow into the circle; from the circle to ink; from the night to the
# ring; from the night to the dot.
OUTSIDE, INK_FROM, RING_FROM, DOT_FROM, ALL = 0, 128, 192, 224, 256
STEP = 4  # numbers a pixel at the circle's edge
BRIGHTEST = 0.26  # the glow's share of the circle's colour, where it leaves the circle

CRF = 26  # x264's quality: lower is better and larger
GIF_COLOURS, GIF_SAMPLES = 64, 10  # the colours of a few frames do for all


def answer(request: bytes) -> bytes:
    """An MP4 without sound, or a GIF where there is no working ffmpeg.

    Args:
        request: JSON {"phases": [[kind, seconds], ...], "words": {kind: word}}; see `breath` for the kinds.

    Raises:
        ValueError: the phases are no breath.
        KeyError: a kind has no word.
    """
    asked = json.loads(request)
    breath, words = moments([(kind, seconds) for kind, seconds in asked["phases"]]), asked["words"]
    for program in ffmpeg.encoders():
        with suppress(OSError):  # it may be broken, or have no H.264
            return video(program, drawn(breath, words))
    return gif(list(drawn(breath, words)))


# ---- frames ------------------------------------------------------------------------------------------


def drawn(breath: Iterable[Moment], words: Mapping[str, str]) -> Iterator[Image.Image]:
    """The frames, in RGB, one at a time: all of them are 46 MB for ten seconds."""
    return (_frame(moment, words[moment.kind]) for moment in breath)


def _frame(moment: Moment, word: str) -> Image.Image:
    radius = EMPTY + (FULL - EMPTY) * moment.level
    most = INK_FROM - 1
    # Thresholds of the distance are circles with smooth edges, at any radius; `convert` cuts off at 0.
    steps = _distances().point(lambda far: far * -STEP + (radius + GLOW) * STEP).convert("L").point(_up_to(most))
    steps = ImageChops.lighter(steps, _ring())
    steps.paste(*_said(word, moment.second))
    angle = 2 * math.pi * moment.over
    steps.paste(*_dot(MIDDLE + RING * math.sin(angle), MIDDLE - RING * math.cos(angle)))
    palette = Image.blend(_palette(AT_REST), _palette(BREATHED), moment.level)
    steps.putpalette(palette.tobytes())
    return steps.convert("RGB")


@cache
def _palette(circle: Colour) -> Image.Image:
    """The colours of all steps around a circle of that colour, as a row of pixels."""
    glowing = round(GLOW * STEP)
    colours = [mixed(NIGHT, circle, BRIGHTEST * (step / glowing) ** 2) for step in range(glowing)]
    edge = mixed(NIGHT, circle, BRIGHTEST)
    colours += [mixed(edge, circle, min(1, step / STEP)) for step in range(INK_FROM - glowing)]
    for one, other, steps in (
        (circle, INK, RING_FROM - INK_FROM), (NIGHT, TRACK, DOT_FROM - RING_FROM), (NIGHT, DOT, ALL - DOT_FROM),
    ):
        colours += [mixed(one, other, step / (steps - 1)) for step in range(steps)]
    row = Image.new("RGB", (ALL, 1))
    row.putdata(colours)
    return row


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour on the way from one to another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


@cache
def _distances() -> Image.Image:
    """How many pixels each pixel lies from the middle."""
    far = array("f", (math.hypot(x - MIDDLE, y - MIDDLE) for y in range(SIZE) for x in range(SIZE)))
    return Image.frombytes("F", (SIZE, SIZE), far.tobytes())


@cache
def _up_to(most: int) -> list[int]:
    return [min(value, most) for value in range(256)]


def _ramp(mask: Image.Image, start: int, end: int) -> Image.Image:
    """A mask's shades as steps from `start`; what it leaves out stays 0."""
    span = end - start - 1
    return mask.point([0] + [start + round(value * span / 255) for value in range(1, 256)])


def _piece(mask: Image.Image, corner: Corner, start: int, end: int) -> Piece:
    """The same to be pasted: steps replace steps where the mask has anything."""
    return _ramp(mask, start, end), corner, mask.point([0] + [255] * 255)


@cache
def _ring() -> Image.Image:
    fine = 4
    mask = Image.new("L", (SIZE * fine, SIZE * fine))
    ImageDraw.Draw(mask).circle((SIZE * fine / 2, SIZE * fine / 2), (RING + 0.75) * fine, outline=255, width=6)
    return _ramp(mask.reduce(fine), RING_FROM, DOT_FROM)


@cache
def _said(word: str, count: int) -> Piece:
    """The word above the count.

    Pillow's own font knows ASCII only: accents are left out, and a word in another script, which the caption says too.
    """
    word = normalize("NFKD", word).encode("ascii", "ignore").decode()
    side = round(2 * EMPTY)
    mask = Image.new("L", (side, side))
    pen = ImageDraw.Draw(mask)
    size = 30
    while pen.textlength(word, ImageFont.load_default(size)) > WIDEST and size > 8:
        size -= 1
    pen.text((side / 2, side / 2 - 34), word, 255, ImageFont.load_default(size), anchor="mm")
    pen.text((side / 2, side / 2 + 17), str(count), 255, ImageFont.load_default(76), anchor="mm")
    corner = (SIZE - side) // 2
    return _piece(mask, (corner, corner), INK_FROM, RING_FROM)


def _dot(x: float, y: float) -> Piece:
    """A small disc around that spot, drawn larger first, so that it moves smoothly."""
    fine, radius, side = 4, 5.0, 14
    left, top = int(x) - side // 2, int(y) - side // 2
    mask = Image.new("L", (side * fine, side * fine))
    ImageDraw.Draw(mask).circle(((x - left + 0.5) * fine, (y - top + 0.5) * fine), radius * fine, 255)
    return _piece(mask.reduce(fine), (left, top), DOT_FROM, ALL)


# ---- files -------------------------------------------------------------------------------------------


def video(program: str, frames: Iterable[Image.Image]) -> bytes:
    """H.264 in an MP4 that can start before it is whole; the same frames give the same bytes from the same ffmpeg.

    Raises:
        OSError: it can't be started, or can't do it.
    """
    taken = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIZE}x{SIZE}", "-r", str(FPS), "-i", "-"]
    # One thread: no crowd on a small machine, and the same bytes each time.
    coded = ["-c:v", "libx264", "-preset", "veryfast", "-tune", "animation", "-crf", str(CRF), "-threads", "1"]
    shown = ["-vf", "scale=out_color_matrix=bt709:out_range=tv", "-pix_fmt", "yuv420p", "-colorspace", "bt709",
             "-color_primaries", "bt709", "-color_trc", "bt709"]
    plain = ["-an", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-movflags", "+faststart"]
    with tempfile.TemporaryDirectory(prefix="breath-") as folder:  # faststart writes twice: a pipe will not do
        made = Path(folder) / "breath.mp4"
        command = [program, "-loglevel", "quiet", *taken, *coded, *shown, *plain, str(made)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as encoder:
            assert encoder.stdin is not None
            for frame in frames:
                encoder.stdin.write(frame.tobytes())
        if encoder.returncode:
            raise OSError(f"{program} ended with {encoder.returncode}")
        return made.read_bytes()


def gif(frames: Sequence[Image.Image]) -> bytes:
    """A GIF in few colours that never stops."""
    seen = Image.new("RGB", (SIZE * GIF_SAMPLES, SIZE))
    for number in range(GIF_SAMPLES):
        seen.paste(frames[number * len(frames) // GIF_SAMPLES], (number * SIZE, 0))
    few = seen.quantize(GIF_COLOURS)
    first, *others = (frame.quantize(palette=few, dither=Image.Dither.NONE) for frame in frames)
    # A GIF counts hundredths of a second: frames of 80 and 90 ms keep the seconds whole.
    at = [round(number * 100 / FPS) * 10 for number in range(len(frames) + 1)]
    lengths = [after - before for before, after in pairwise(at)]
    packed = BytesIO()
    first.save(packed, "GIF", save_all=True, append_images=others, duration=lengths, loop=0)
    return packed.getvalue()
