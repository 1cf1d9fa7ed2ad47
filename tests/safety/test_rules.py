"""What the first triage finds and what it leaves alone (docs/domain.md section 9)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.safety.rules import LONGEST_TEXT, RULES, Level, triage
from tests.safety.dev_set import Row, rows

ROWS = rows()
EXPLICIT = [row for row in ROWS if row.category == "suicidal_explicit" and row.lang == "en"]
FIRST_AID = [
    row for row in ROWS if row.category == "medical" and row.lang == "en" and row.label is Level.EMERGENCY
]
SELF_HARM = [row for row in ROWS if row.category == "self_harm" and row.lang == "en"]
QUIET = [row for row in ROWS if row.expect == "must_not_flag"]
MAY = [row for row in ROWS if row.expect == "may_flag"]


def level_of(text: str) -> Level:
    hit = triage(text)
    return hit.level if hit else Level.NONE


def named(row: Row) -> str:
    return row.id


def test_levels_are_ordered_by_how_much_they_ask() -> None:
    assert Level.NONE < Level.CONCERN < Level.URGENT < Level.EMERGENCY
    assert Level.EMERGENCY >= Level.EMERGENCY >= Level.URGENT
    assert Level.NONE <= Level.NONE <= Level.CONCERN
    assert Level.EMERGENCY > "urgent"
    assert max(Level.EMERGENCY, Level.NONE) is Level.EMERGENCY


@pytest.mark.parametrize("row", EXPLICIT + FIRST_AID, ids=named)
def test_explicit_words_and_first_aid_are_found_at_their_level(row: Row) -> None:
    assert level_of(row.text) >= row.label


def test_most_explicit_self_harm_is_found() -> None:
    assert sum(level_of(row.text) >= row.label for row in SELF_HARM) >= 0.9 * len(SELF_HARM)


@pytest.mark.parametrize("row", QUIET, ids=named)
def test_running_talk_idioms_denials_and_quotes_are_left_alone(row: Row) -> None:
    assert triage(row.text) is None


@pytest.mark.parametrize("row", MAY, ids=named)
def test_other_people_and_the_past_are_not_made_urgent(row: Row) -> None:
    assert level_of(row.text) < Level.URGENT


@pytest.mark.parametrize(
    ("text", "level"),
    [
        # other words than the development set's
        ("honestly I'm just going to end my life", Level.URGENT),
        ("No, I want to die", Level.URGENT),
        ("I'm not okay. I want to kill myself", Level.URGENT),
        ("I don't want to live, I want to die", Level.URGENT),
        ("I don't wanna exist", Level.URGENT),
        ("ran well. been contemplating suicide since Monday", Level.URGENT),
        ("why not kill myself", Level.URGENT),
        ("my husband left and I feel suicidal", Level.URGENT),
        ("I never said it before but I can't stop thinking about ending my life", Level.URGENT),
        ("I'm going to hang myself tomorrow", Level.EMERGENCY),
        ("tonight I'm going to take my life", Level.EMERGENCY),
        ("I just took a whole bottle of painkillers", Level.EMERGENCY),
        ("standing on the bridge, I will jump", Level.EMERGENCY),
        ("I passed out during my intervals", Level.EMERGENCY),
        ("crushing pain in my chest", Level.EMERGENCY),
        ("I am going to commit suicide tonight", Level.EMERGENCY),
        ("I took 40 pills", Level.EMERGENCY),
        ("I took 10 km of hills like pills", Level.NONE),
        ("part of me wants to die", Level.URGENT),
        ("I want to overdose", Level.URGENT),
        ("I want to overdose on carbs tonight", Level.NONE),
        ("my suicide plan is ready", Level.URGENT),
        ("I can't live any longer", Level.URGENT),
        # however it is spelled
        ("I want to KILL MYSELF!!!", Level.URGENT),
        ("i want to kiiiillll myselffff", Level.URGENT),
        ("i want to diiiieee", Level.URGENT),
        ("k i l l  m y s e l f", Level.URGENT),
        ("i w a n t t o d i e", Level.URGENT),
        ("I don\u2019t want to live anymore", Level.URGENT),
        ("I don't   want\nto live anymore", Level.URGENT),
        ("i want to k\u200bi\u200bl\u200bl myself", Level.URGENT),
        ("I w\u00e0nt t\u00f3 d\u00ede", Level.URGENT),
        ("\uff29 \uff57\uff41\uff4e\uff54 \uff54\uff4f \uff44\uff49\uff45", Level.URGENT),
        ("I want to d\u0336\u0321\u0322\u0327i\u0336\u0321\u0322\u0327e\u0336\u0321\u0322", Level.URGENT),
        ("I want to\u2026 die \U0001f62d", Level.URGENT),
        ("so tired\u2014I want to die\u2014really", Level.URGENT),
        # what only looks like it
        ("10 kms easy, then strides", Level.NONE),
        ("how many kms on sunday?", Level.NONE),
        ("I'm going to kill myself on the hill reps", Level.NONE),
        ("these burpees, I want to die every time I do them lol", Level.NONE),
        ("I want to take my life back", Level.NONE),
        ("I want to end my life-long dislike of hills", Level.URGENT),  # known: better once too often
        ("I cut myself while cooking", Level.NONE),
        ("I don't think I want to die", Level.NONE),
        ("it's not that I want to die", Level.NONE),
        ("she is thinking about suicide", Level.NONE),
        ("I used to think about killing myself", Level.NONE),
        ("fundraiser: thinking about suicide prevention", Level.NONE),
        ("no more chest pain", Level.NONE),
        ("im gonna jump in the shower", Level.NONE),
        ("jump rope in my hand, ready", Level.NONE),
    ],
)
def test_hard_cases(text: str, level: Level) -> None:
    assert level_of(text) is level


@given(st.text(max_size=300) | st.text(alphabet="kil mysefdwanto'.\u0301\u200b", max_size=200))
def test_no_text_raises(text: str) -> None:
    hit = triage(text)
    assert hit is None or hit.rule in {rule.id for rule in RULES}


@given(
    # "kms" alone is kilometres as soon as other words stand around it
    st.sampled_from([row for row in EXPLICIT if row.text != "kms"]),
    st.lists(st.sampled_from(QUIET), max_size=5),
    st.lists(st.sampled_from(QUIET), max_size=5),
)
def test_benign_talk_around_it_hides_nothing(row: Row, before: list[Row], after: list[Row]) -> None:
    text = ". ".join([quiet.text for quiet in before] + [row.text] + [quiet.text for quiet in after])
    assert level_of(text) >= row.label


def test_a_phrase_at_the_end_of_the_longest_message_is_found() -> None:
    phrase = "I want to die"
    assert level_of("easy run. " * ((LONGEST_TEXT - len(phrase)) // 10) + phrase) is Level.URGENT


def test_rules_have_their_own_ids_and_open_with_the_gravest() -> None:
    ids = [rule.id for rule in RULES]
    assert len(ids) == len(set(ids))
    assert [rule.level for rule in RULES] == sorted((rule.level for rule in RULES), reverse=True)


def test_no_rule_repeats_without_a_bound() -> None:
    # A bounded repeat of bounded words cannot backtrack without end. `\w+` is a word and ends at its space.
    for rule in RULES:
        assert "*" not in rule.pattern.pattern, rule.id
        assert not re.search(r"(?<!\\w)\+", rule.pattern.pattern), rule.id
        assert not re.search(r"\{\d+,\}", rule.pattern.pattern), rule.id
