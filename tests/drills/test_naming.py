"""Name it, and the mindful run: two drills with a course of their own."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.drills import mindful, naming, rules, screens
from bot.drills.facts import Facts
from bot.drills.goes import AFTER, DONE, LABELLING, MINDFUL_RUN, NAMING, RUNNING, SETTLED, STOPPED, Go
from bot.model import (
    NOT_MINE,
    Act,
    BeginDrill,
    Card,
    Close,
    Decision,
    EndDrill,
    Event,
    KeepLog,
    Label,
    Open,
    Person,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile.choices import Profile

NOW = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)  # the next day in Berlin
OLD = Label("help/old_button")


def decided(
    kind: str, step: str, act: Act, drill: str | None = None, outcome: str = RUNNING, later: int = 0
) -> Decision:
    card = Card(1, 7, 7, kind, None, 40, 3, step, True)
    go = Go(drill, 1 if drill == LABELLING.name else 0, 6, None, outcome, NOW) if drill else None
    who = Who(Person(7, "en", "Europe/Berlin", "DE", 1), card, "Ana", "en")
    return rules.decide(Facts(who, Profile({}), go), Event(1, 7, 7, True, NOW + timedelta(minutes=later), act))


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


def test_it_begins_with_how_revved_up_and_the_first_question() -> None:
    (asked,) = decided("drill", "pick", tap("d=name")).effects
    assert isinstance(asked, Turn)
    assert asked.step == "before1:name"
    begun = decided("drill", "before1:name", tap("v=6")).effects
    assert begun[1:] == (BeginDrill("labelling", 1, 6), naming.opened())


@pytest.mark.parametrize("keep", [False, True])
def test_two_sentences_that_are_kept_only_when_they_say_so(keep: bool) -> None:
    plus = "+" if keep else ""
    first = decided(NAMING, f"state{plus}", Typed(" tight, and far away ", 50), "labelling").effects
    second = decided(NAMING, f"need{plus}", Typed("8", 51), "labelling").effects
    kept = [
        KeepLog(message, [{"kind": "named", "date": "2026-11-24", "question": question, "words": words}])
        for message, question, words in ((50, "state", "tight, and far away"), (51, "need", "8"))
    ]
    assert first == (*kept[:keep], Turn(f"need{plus}", screens.naming("need", keep=keep)))
    asked = Open(SETTLED, None, AFTER, screens.after(over=False, kept=keep))
    assert second == (*kept[1:][:keep], EndDrill(DONE), Close(NAMING), asked)


@pytest.mark.parametrize(("step", "act", "then"), [
    ("state", "keep", "state+"), ("state+", "drop", "state"), ("need", "keep", "need+"), ("need+", "drop", "need"),
])
def test_keeping_is_a_tap(step: str, act: str, then: str) -> None:
    (turned,) = decided(NAMING, step, tap(act), "labelling").effects
    assert isinstance(turned, Turn)
    assert (turned.step, turned.screen) == (then, screens.naming(then.rstrip("+"), keep=then.endswith("+")))


@pytest.mark.parametrize("step", ["state", "need+"])
def test_it_can_be_left(step: str) -> None:
    assert decided(NAMING, step, tap("stop"), "labelling").effects == (EndDrill(STOPPED), Close(NAMING))
    assert decided(NAMING, step, tap("v=7"), "labelling").toast == OLD
    for outcome, later in ((DONE, 0), (RUNNING, 40)):
        late = decided(NAMING, step, tap("keep"), "labelling", outcome, later)
        assert late == Decision((Close(NAMING),), OLD)
        assert decided(NAMING, step, Typed("ran 8k"), "labelling", outcome, later) is NOT_MINE  # no sentence of it


# ---- a mindful run --------------------------------------------------------------------------------------


def test_a_run_has_cues_before_and_one_question_after() -> None:
    begun = decided("drill", "pick", tap("d=run")).effects
    cues = Open(mindful.KIND, None, "running", screens.cues(), asking=False)
    assert begun == (Close("drill"), BeginDrill("mindful-run", 0, None), cues)
    back = decided(mindful.KIND, "running", tap("back"), "mindful-run", later=70)
    assert back == Decision((Turn("noticed", screens.noticed(mindful.NOTICED)),))
    over = decided(mindful.KIND, "noticed", tap("n=sounds"), "mindful-run", later=71)
    shown = Turn("over", screens.ran("sounds"), asking=False)
    assert over == Decision((EndDrill(DONE, noticed="sounds"), shown), Label("checkins/noted"))


@pytest.mark.parametrize(
    ("step", "act"), [("running", "n=air"), ("noticed", "back"), ("noticed", "n=x"), ("over", "n=air")]
)
def test_its_other_buttons_are_old(step: str, act: str) -> None:
    assert decided(mindful.KIND, step, tap(act), MINDFUL_RUN.name) == Decision(toast=OLD)


def test_after_another_drill_its_answer_would_be_the_others() -> None:
    assert decided(mindful.KIND, "noticed", tap("n=air"), "labelling") == Decision((Close(mindful.KIND),), OLD)
