"""The safety screens in words: whoever reads them finds a way on, wherever they are."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.safety.check_crisis_lines import check
from bot.safety.handover import FAMILIES
from bot.safety.levels import Level
from bot.safety.lines import LINES_FILE, help_for

PROMPTS = Path(__file__).parents[2] / "prompts" / "en"
COUNTRIES: list[str | None] = [None, *check(LINES_FILE)[0]["countries"]]
TEMPLATES = Environment(
    loader=FileSystemLoader(PROMPTS),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def rendered(name: str, **values: object) -> str:
    return TEMPLATES.get_template(f"safety/{name}.j2").render(values).strip()


def shown(html: str) -> str:
    return re.sub(r"<[^>]+>", "", html)


def assert_is_a_way_on(html: str) -> None:
    assert len(html) <= 4096
    assert re.search(r"<b>[\d +()-]{2,}</b>", html) or "https://" in html
    assert not re.search(r"None|\{\{|\{%|!|\n\n\n", html)
    assert set(re.findall(r"</?(\w+)", html)) <= {"b", "i", "a"}
    assert html.count("<b>") == html.count("</b>")


@pytest.mark.parametrize("country", COUNTRIES)
def test_sos(country: str | None) -> None:
    help_there = help_for(country)
    html = rendered("sos", help=help_there, unknown="")
    assert_is_a_way_on(html)
    assert len(shown(html)) <= (900 if country is None else 600)
    assert "/sos and the country's name" in html
    assert "I am a program" in html
    assert help_there.emergency[0] in html
    if help_there.country_name:
        assert help_there.country_name in html


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("level", [Level.URGENT, Level.EMERGENCY])
def test_a_graver_answer_has_a_line_and_the_emergency_number_in_their_order(
    country: str | None, level: Level
) -> None:
    help_there = help_for(country)
    for family in ("mind", "low", "abuse", "harm", "substance", "friend_now"):
        html = rendered("answer", family=family, level=level, help=help_there, late=False, again=False, often=False,
                        language=None, also=None, hurt=True)
        assert_is_a_way_on(html)
        assert "I am a program" in html
        assert help_there.emergency[0] in html
        if help_there.country_name and family == "mind":
            first = help_there.lines[0]
            line_at = html.index(f"<b>{first.phone or first.text}</b>")
            emergency_at = html.index(f"<b>{help_there.emergency[0]}</b>")
            assert (emergency_at < line_at) is (level is Level.EMERGENCY)


@pytest.mark.parametrize("family", sorted(set(FAMILIES.values())))
def test_nothing_is_said_of_weight_and_nobody_is_told_to_just_stop(family: str) -> None:
    for level in (Level.CONCERN, Level.URGENT, Level.EMERGENCY):
        said = rendered("answer", family=family, level=level, help=help_for("IE"), late=False, again=False,
                        often=True, language=None, also="mind", hurt=False).lower()
        assert not re.search(r"weight|calorie|just stop|committed|successful|promise|your family", said)


def test_every_answer_says_who_reviewed_it() -> None:
    answers = [*set(FAMILIES.values()), "sos"]
    files = [path for path in (PROMPTS / "safety").rglob("*.j2") if path.stem in answers]
    assert len(files) >= len(answers)
    assert all("reviewed_by:" in path.read_text(encoding="utf-8").split("#}")[0] for path in files)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_goodbye_to_the_young_leaves_them_the_lines(country: str | None) -> None:
    html = rendered("minor", help=help_for(country), told=False)
    assert_is_a_way_on(html)
    assert "Nothing was kept" in html


@pytest.mark.parametrize("country", COUNTRIES)
def test_first_aid_names_the_emergency_number_and_no_crisis_line(country: str | None) -> None:
    help_there = help_for(country)
    html = rendered("medical", help=help_there, level=Level.EMERGENCY)
    assert_is_a_way_on(html)
    assert help_there.emergency[0] in html
    assert not any(line.name in html for line in help_there.lines)
