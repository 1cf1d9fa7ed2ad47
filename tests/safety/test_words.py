"""The safety screens in words: whoever reads them finds a way on, wherever they are."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.safety.check_crisis_lines import check
from bot.safety.lines import LINES_FILE, help_for
from bot.safety.rules import Level

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
@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("level", list(Level))
def test_sos(country: str | None, heard: bool, level: Level) -> None:
    help_there = help_for(country)
    html = rendered("sos", help=help_there, heard=heard, level=level)
    assert_is_a_way_on(html)
    assert len(shown(html)) <= (900 if country is None else 600)
    assert html.startswith("I hear you") is heard
    assert "/sos Ireland" in html
    assert "I am a program" in html
    assert help_there.emergency[0] in html
    if help_there.country_name:
        first = help_there.lines[0]
        line_at = html.index(f"<b>{first.phone or first.text}</b>")
        emergency_at = html.index(f"<b>{help_there.emergency[0]}</b>")
        assert (emergency_at < line_at) is (level is Level.EMERGENCY)
        assert help_there.country_name in html


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_goodbye_to_the_young_leaves_them_the_lines(country: str | None) -> None:
    html = rendered("minor", help=help_for(country), told=False)
    assert_is_a_way_on(html)
    assert "Nothing was kept" in html


@pytest.mark.parametrize("country", COUNTRIES)
def test_first_aid_names_the_emergency_number_and_no_crisis_line(country: str | None) -> None:
    help_there = help_for(country)
    html = rendered("medical", help=help_there)
    assert_is_a_way_on(html)
    assert help_there.emergency[0] in html
    assert not any(line.name in html for line in help_there.lines)
