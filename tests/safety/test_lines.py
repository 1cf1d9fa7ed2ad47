"""The help lines: the file is sound, and everybody gets the lines of their own country or the fallback."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot.safety.check_crisis_lines import REQUIRED, check, main
from bot.safety.lines import LINES_FILE, country_named, help_for


def test_the_packaged_file_has_no_errors() -> None:
    data, errors, _ = check(LINES_FILE)
    assert errors == []
    assert set(REQUIRED) <= set(data["countries"])


def test_the_check_names_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = LINES_FILE.read_text(encoding="utf-8")
    broken = tmp_path / "lines.yaml"
    broken.write_text(
        text.replace('"NO":', "NO:").replace('phone: "116 123", email', 'phone: "not one", email', 1), "utf-8"
    )
    assert main([str(broken)]) == 1
    said = capsys.readouterr().out
    assert "error: country key False (quote NO in YAML)" in said
    assert "error: GB: Samaritans: not one: characters" in said


def test_a_file_that_lacks_a_part_is_named_and_not_read_on(tmp_path: Path) -> None:
    half = tmp_path / "lines.yaml"
    half.write_text(yaml.safe_dump({"version": 1, "countries": {}}), "utf-8")
    assert check(half)[1] == ["missing checked", "missing fallback", "missing regional_emergency"]


def test_everybody_gets_the_lines_of_their_own_country() -> None:
    assert help_for("IE").country_name == "Ireland"
    assert help_for("IE").emergency == ("112", "999")
    assert help_for("ie").lines[0].phone == "116 123"
    assert help_for("NO").country_name == "Norway"


@pytest.mark.parametrize("country", [None, "", "LU", "XX", "nonsense"])
def test_no_country_gets_the_fallback_and_never_another_countrys_line(country: str | None) -> None:
    help_there = help_for(country)
    assert (help_there.country_code, help_there.country_name, help_there.lines) == (None, None, ())
    assert help_there.emergency == ("112", "911")
    assert help_there.directories[0].url == "https://findahelpline.com"


@pytest.mark.parametrize(("today", "is_old"), [(date(2027, 5, 31), False), (date(2027, 6, 1), True)])
def test_after_six_months_the_lines_are_to_be_read_again(today: date, is_old: bool) -> None:
    _, errors, warnings = check(LINES_FILE, today)
    assert errors == []
    assert any("six months" in warning for warning in warnings) is is_old


@pytest.mark.parametrize("country", list(check(LINES_FILE)[0]["countries"]))
def test_the_first_choice_is_for_everybody_and_well_confirmed(country: str) -> None:
    first = help_for(country).lines[0]
    assert first.for_whom is None
    assert first.confirmed >= 2
    assert first.phone or first.text


def test_a_way_to_write_an_english_line_and_one_for_the_young() -> None:
    uk, japan, canada, romania = (help_for(code) for code in ("GB", "JP", "CA", "RO"))
    assert uk.in_writing is not None
    assert (uk.in_writing.text, uk.in_writing.text_keyword) == ("85258", "SHOUT")
    assert japan.in_writing is None
    assert japan.in_english is not None
    assert japan.in_english.name == "TELL Lifeline"
    assert japan.in_english.hours is None
    assert [line.for_whom for line in canada.for_the_young] == ["young people", None]
    assert [line.confirmed for line in romania.for_the_young] == [2, 1]


@pytest.mark.parametrize(
    ("said", "country"),
    [
        ("Ireland", "IE"),
        ("ireland.", "IE"),
        ("IE", "IE"),
        ("no", "NO"),
        ("UK", "GB"),
        ("u.k.", "GB"),
        ("I'm in the UK", "GB"),
        ("I\u2019m in Northern  Ireland", "GB"),
        ("USA", "US"),
        ("the United States", "US"),
        ("South Korea", "KR"),
        ("Luxembourg", None),
        ("banana", None),
        ("in the", None),
        ("", None),
    ],
)
def test_a_country_is_known_by_code_name_and_common_alias(said: str, country: str | None) -> None:
    assert country_named(said) == country
