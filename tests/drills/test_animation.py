"""A breath as a picture: its frames as a table, and the file that Telegram loops."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops

from bot.doctor import examine
from bot.drills import animation, breath, ffmpeg
from bot.drills.breath import FPS, SIZE, Moment, moments
from bot.model import Animation, Label, Screen
from bot.settings import PROMPTS
from bot.words import Words
from tests import support

WORDS = {"in": "In", "sip": "Sip", "hold": "Hold", "out": "Out"}
CALM = (("in", 4), ("out", 6))
BREATHS = [CALM, (("in", 3), ("out", 6)), (("in", 4), ("hold", 4), ("out", 6), ("hold", 2)),
           (("in", 2), ("sip", 1), ("out", 7)), (("out", 5), ("in", 5))]
MOVES = 0.12  # of all that the lungs take, in a frame at most: slower than anybody flinches


def asked(phases: tuple[tuple[str, int], ...], words: Mapping[str, str] = WORDS) -> bytes:
    return json.dumps({"phases": phases, "words": words}).encode()


def levels(phases: tuple[tuple[str, int], ...], at: list[float]) -> list[float]:
    """How full the lungs are, so many seconds from the start."""
    frames = moments(phases)
    return [round(frames[round(second * FPS) % len(frames)].level, 3) for second in at]


@pytest.mark.parametrize(
    ("phases", "at", "full"),
    [
        (CALM, [0, 2, 4, 7, 10], [0, 0.5, 1, 0.5, 0]),
        ((("in", 4), ("hold", 4), ("out", 6), ("hold", 2)), [0, 4, 7.5, 8, 11, 14, 15.5], [0, 1, 1, 1, 0.5, 0, 0]),
        ((("in", 2), ("sip", 1), ("out", 6)), [0, 2, 3, 6, 9], [0, 0.667, 1, 0.5, 0]),
        ((("out", 6), ("in", 4)), [0, 3, 6, 8, 10], [1, 0.5, 0, 0.5, 1]),
    ],
)
def test_the_circle_follows_the_lungs(
    phases: tuple[tuple[str, int], ...], at: list[float], full: list[float]
) -> None:
    assert levels(phases, at) == full


@pytest.mark.parametrize("phases", BREATHS, ids=str)
def test_the_seconds_are_counted(phases: tuple[tuple[str, int], ...]) -> None:
    shown = [(said, len(list(frames))) for said, frames in groupby(moments(phases), lambda it: (it.kind, it.second))]
    assert shown == [((kind, second + 1), FPS) for kind, seconds in phases for second in range(seconds)]


kinds = st.sampled_from(["in", "sip", "hold", "out"])
several = st.lists(st.tuples(kinds, st.integers(2, 8)), min_size=2, max_size=3).map(tuple)


@given(phases=several)
def test_any_breath_stays_in_its_bounds_and_closes(phases: tuple[tuple[str, int], ...]) -> None:
    moving = {kind for kind, _ in phases}
    if not (moving & {"in", "sip"} and "out" in moving):
        with pytest.raises(ValueError, match="goes in and out"):
            moments(phases)
        return
    frames = moments(phases)
    assert min(frame.level for frame in frames) == pytest.approx(0)
    assert max(frame.level for frame in frames) == pytest.approx(1)
    for before, after in [*pairwise(frames), (frames[-1], frames[0])]:
        assert abs(after.level - before.level) < MOVES
        assert (after.over - before.over) % 1 == pytest.approx(1 / len(frames))


@pytest.mark.parametrize(
    "phases",
    [(), (("in", 4),), (("hold", 4),), (("in", 0), ("out", 6)), (("in", 4), ("out", 27)), (("clench", 5), *CALM)],
)
def test_what_is_no_breath_is_refused(phases: tuple[tuple[str, int], ...]) -> None:
    with pytest.raises(ValueError, match="breath"):
        animation.answer(asked(phases))


def test_the_key_is_of_all_that_shapes_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    same = breath.animation(CALM, WORDS)
    assert breath.animation([*CALM], {**WORDS, "hold": "not shown"}) == same
    monkeypatch.setitem(breath.MADE, "animation", 2)
    others = [breath.animation(CALM, WORDS)]
    monkeypatch.undo()
    others += [breath.animation((("in", 4), ("out", 8)), WORDS), breath.animation(CALM, {**WORDS, "in": "Ein"}),
               breath.animation(tuple(reversed(CALM)), WORDS)]
    assert len({made["asset"] for made in [same, *others]}) == 5


def test_a_screen_says_its_words_in_the_locale() -> None:
    words = {"in": Label("checkins/back"), "out": Label("checkins/noted")}
    made = Words(PROMPTS, "en").render(Screen("help/about", medium=Animation(CALM, words)), "en").medium
    assert made == breath.animation(CALM, {"in": "Back", "out": "Noted"})
    assert json.loads(json.dumps(made)) == made
    assert Words(PROMPTS, "en").render(Screen("help/about"), "en").medium is None


# ---- the picture itself ------------------------------------------------------------------------------


def luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (float(((part / 255 + 0.055) / 1.055) ** 2.4) for part in colour)  # exact but for almost black
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """WCAG's ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_count_stands_out_in_every_frame() -> None:
    for level in (0.0, 0.5, 1.0):
        circle = animation.mixed(animation.AT_REST, animation.BREATHED, level)
        assert contrast(circle, animation.INK) >= 7
        assert contrast(circle, animation.NIGHT) >= 4.5


def frame(kind: str = "in", second: int = 1, level: float = 0.0, word: str = "In") -> Image.Image:
    [drawn] = animation.drawn([Moment(kind, second, level, 0.0)], {kind: word})
    return drawn


def test_the_circle_grows_and_stays_round() -> None:
    for level, radius in ((0.0, animation.EMPTY), (0.5, None), (1.0, animation.FULL)):
        bright = frame(level=level).convert("L").point([255 * (shade > 130) for shade in range(256)])
        left, top, right, bottom = bright.crop((10, 30, SIZE - 10, SIZE - 10)).getbbox() or (0, 0, 0, 0)
        assert abs((right - left) - (bottom - top)) <= 1
        wanted = radius if radius is not None else (animation.EMPTY + animation.FULL) / 2
        assert (right - left) / 2 == pytest.approx(wanted, abs=1.5)


@pytest.mark.parametrize("word", ["In", "Out", "Einatmen", "Inspirez lentement", "Ausatmen und loslassen"])
def test_words_stay_inside_the_smallest_circle(word: str) -> None:
    difference = ImageChops.difference(frame(word=word), frame(word=" ")).convert("L").getbbox()
    assert difference is not None
    left, top, right, bottom = difference
    for x, y in ((left, top), (right, top), (left, bottom), (right, bottom)):
        assert ((x - SIZE / 2) ** 2 + (y - SIZE / 2) ** 2) ** 0.5 < animation.EMPTY


def test_no_letter_is_shown_that_the_font_does_not_have() -> None:
    assert frame(word="Inspir\u00e1") == frame(word="Inspira")
    assert frame(word="\u0432\u0434\u043e\u0445") == frame(word="")


def decoded(film: bytes, folder: Path) -> list[Image.Image]:
    """The frames of a video, as ffmpeg sees them."""
    path = folder / "film.mp4"
    path.write_bytes(film)
    command = [next(ffmpeg.encoders()), "-loglevel", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgb24",
               "-"]
    raw = subprocess.run(command, capture_output=True, check=True, timeout=60).stdout
    size = SIZE * SIZE * 3
    return [Image.frombytes("RGB", (SIZE, SIZE), raw[at : at + size]) for at in range(0, len(raw), size)]


def apart(one: Image.Image, other: Image.Image) -> float:
    """How far two frames differ, 0 to 255, on average."""
    histogram = ImageChops.difference(one.convert("L"), other.convert("L")).histogram()
    return sum(shade * count for shade, count in enumerate(histogram)) / (SIZE * SIZE)


def test_the_video_is_small_silent_starts_at_once_and_loops(tmp_path: Path) -> None:
    film = animation.answer(asked(CALM))
    assert len(film) <= 60_000
    assert film[4:8] == b"ftyp"
    assert 0 < film.find(b"moov") < film.find(b"mdat")
    assert b"avc1" in film
    assert b"soun" not in film
    frames = decoded(film, tmp_path)
    drawn = list(animation.drawn(moments(CALM), WORDS))
    assert len(frames) == len(drawn)
    assert max(apart(*pair) for pair in zip(frames[::10], drawn[::10], strict=True)) < 4  # as it was meant
    quickest = max(apart(*pair) for pair in pairwise(frames))
    assert apart(frames[-1], frames[0]) <= quickest


def test_the_same_breath_is_the_same_file() -> None:
    assert animation.answer(asked(CALM)) == animation.answer(asked(CALM))


def test_without_ffmpeg_it_is_a_gif(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ffmpeg, "encoders", lambda: iter(()))
    picture = Image.open(io.BytesIO(animation.answer(asked(CALM))))
    assert picture.format == "GIF"
    assert picture.info["loop"] == 0
    lengths = []
    for number in range(picture.n_frames):  # type: ignore[attr-defined]
        picture.seek(number)
        lengths.append(picture.info["duration"])
    assert sum(lengths) == 10_000
    assert sum(lengths[:FPS]) == 1000


@pytest.mark.parametrize(
    ("found", "drawn", "heard"),
    [
        ("everything", "ok  animations: videos", "ok  voice notes: by"),
        ("no ffmpeg", "ok  animations: GIFs", "NOT voice notes: there is no ffmpeg"),
        ("no pillow", "NOT animations: Pillow is not installed", "ok  voice notes: by"),
    ],
)
async def test_the_doctor_says_what_can_be_drawn_and_heard(
    found: str, drawn: str, heard: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if found == "no ffmpeg":
        monkeypatch.setattr(ffmpeg, "encoders", lambda: iter(()))
    if found == "no pillow":
        monkeypatch.setitem(sys.modules, "PIL", None)
    lines: list[str] = []
    settings = support.settings_for(f"sqlite:///{tmp_path / 'coach.db'}", "http://127.0.0.1:1", "1:" + "x" * 30)
    await examine(settings, lines.append)
    assert lines[-3].startswith(drawn)
    assert lines[-2].startswith(heard)


def test_an_ffmpeg_that_fails_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Iterator[str]:
        yield from ("/no/such/ffmpeg", "false")

    monkeypatch.setattr(ffmpeg, "encoders", broken)
    assert animation.answer(asked(CALM)).startswith(b"GIF")
