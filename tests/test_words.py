"""Every word that a person reads: valid for Telegram in every state it can meet, short, plain, and claiming nothing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins import screens as checkins
from bot.checkins.questions import MORNING
from bot.demo.entities import parse
from bot.model import Label, Screen
from bot.onboarding import rules as onboarding
from bot.safety.lines import help_for
from bot.settings import PROMPTS
from bot.words import Words

WORDS = Words(PROMPTS, "en")
LONGEST = 600  # characters of a prompt
BANNED = re.compile(
    r"\b(diagnos\w*|treat(s|ed|ment)?|cure[sd]?|prevents?|detects?|clinical|medical-grade|therapy for|abnormal)\b", re.I
)
DISCLAIMERS = ("I do not treat illness or replace a doctor",)
INNER = re.compile(r"\b(arousal|secondary behaviou?rs?|system under load|emotional blunting|aggression spikes)\b", re.I)


def who(name: str = "Ana") -> Any:
    from bot.model import Who

    return Who(None, None, name, "en")


def every_screen() -> Iterator[Screen]:
    """Each screen in each state that it can meet."""
    for again, name in product((False, True), ("", "Ana", "<3 & \"co\"")):
        yield onboarding.welcome_screen(who(name), again=again)
    for asked, current, refused in product(MORNING, (None, 7.0, 7.5), (False, True)):
        yield checkins.question(asked, current, refused=refused)
    for advice in ("tired_and_low", "tired", "low", "good", "steady"):
        yield checkins.closing(advice, {"sleep": 7, "mood": 5, "hours": 7.25})
    for country in (None, "IE", "DE"):
        yield Screen("safety/minor", {"help": help_for(country)})
        yield Screen("safety/medical", {"help": help_for(country)})
        for heard, level in product((False, True), ("concern", "urgent", "emergency")):
            yield Screen("safety/sos", {"help": help_for(country), "heard": heard, "level": level})
    plain = ("help/help", "help/start_first", "help/lost", "help/unreadable", "help/in_group", "help/failed",
             "onboarding/agreed", "onboarding/again", "onboarding/declined", "onboarding/later",
             "privacy/erase", "privacy/kept", "privacy/erased", "privacy/export", "privacy/nothing")
    yield from (Screen(template) for template in plain)


SCREENS = list(every_screen())


def shown(screen: Screen) -> str:
    """The text as it stands on the phone, after Telegram parsed it."""
    text, _ = parse(WORDS.render(screen, "en").text, "HTML")
    return text


def test_every_template_is_looked_at_here() -> None:
    files = {str(path.relative_to(PROMPTS / "en").with_suffix("")) for path in (PROMPTS / "en").rglob("*.j2")}
    screens = {name for name in files if not name.endswith("labels") and "/_" not in name}
    assert {screen.template for screen in SCREENS} == screens


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.template)
def test_a_screen_is_valid_short_and_whole(screen: Screen) -> None:
    text = shown(screen)
    fallback = screen.values.get("help") is help_for(None)
    assert 0 < len(text) <= (900 if fallback else LONGEST)
    assert not re.search(r"\{\{|\}\}|\{%|None|True|False|Undefined", text)
    assert "!" not in text
    assert not INNER.search(text)
    for line in DISCLAIMERS:
        text = text.replace(line, "")
    assert not BANNED.search(text)


@given(name=st.text(max_size=64))
def test_any_name_can_be_greeted(name: str) -> None:
    assert name.strip() == "" or shown(onboarding.welcome_screen(who(name)))


def test_reading_grade_of_each_room() -> None:
    hyphens = pyphen.Pyphen(lang="en_US")
    rooms: dict[str, list[str]] = defaultdict(list)
    for screen in SCREENS:
        rooms[screen.template.split("/")[0]].append(shown(screen))
    for room, texts in rooms.items():
        text = "\n".join(texts)
        sentences = max(1, len(re.findall(r"[.?:]\s|\n\n|[.?]$", text)))
        words = re.findall(r"[A-Za-z][A-Za-z']*", text)
        syllables = sum(len(hyphens.inserted(word).split("-")) for word in words)
        grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
        assert grade <= 8, f"{room} reads at grade {grade:.1f}"


LABELS: Mapping[str, tuple[str, ...]] = {
    "help": ("old_button", "not_yours"),
    "onboarding": ("agree", "young", "decline"),
    "checkins": ("back", "change", "noted"),
    "privacy": ("keep", "erase"),
}


@pytest.mark.parametrize("name", [f"{room}/{label}" for room, labels in LABELS.items() for label in labels])
def test_a_label_fits(name: str) -> None:
    text = WORDS.label(Label(name), "en")
    assert 0 < len(text) <= 64
    assert "!" not in text


def test_every_label_is_looked_at_here() -> None:
    found = {
        path.parent.name: tuple(re.findall(r"macro (\w+)", path.read_text()))
        for path in (PROMPTS / "en").rglob("labels.j2")
    }
    assert found == LABELS


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en"), ("en-GB", "en"), ("xx", "en"), (None, "en"), ("", "en"), ("EN", "en")]
)
def test_a_language_that_is_not_spoken_becomes_the_default(language: str | None, locale: str) -> None:
    assert WORDS.locale(language) == locale
