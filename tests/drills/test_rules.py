"""A breathing drill: what each tap and word of it keeps, sends and calls off."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.drills import rules, screens
from bot.drills.facts import Facts
from bot.drills.goes import (
    AFTER,
    ALL,
    BREATH,
    DONE,
    EXTENDED_EXHALE,
    OCCASIONS,
    RUNNING,
    SETTLED,
    STOPPED,
    WORSE,
    Drill,
    Go,
    Step,
)
from bot.drills.offer import allowed, offer
from bot.drills.rules import BREATHING, KIND, OVER, PICK, VOICED
from bot.model import (
    Act,
    Animation,
    BeginDrill,
    Button,
    Card,
    Choose,
    Close,
    Command,
    Decision,
    EndDrill,
    Event,
    KeepLog,
    Label,
    Open,
    Person,
    Say,
    Screen,
    Stand,
    Tap,
    Turn,
    Typed,
    Voice,
    Who,
)
from bot.profile.choices import HEALTH, Profile
from bot.safety.lines import help_for
from bot.settings import PROMPTS
from bot.words import Words

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
OLD = Label("help/old_button")
NOTED = Label("checkins/noted")
WORDS = Words(PROMPTS, "en")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def go(before: int | None = 7, outcome: str = RUNNING, length: int = 5, after: int | None = None) -> Go:
    """One that began at noon."""
    return Go(EXTENDED_EXHALE.name, length, before, after, outcome, NOW)


def facts(kind: str, step: str, latest: Go | None = None, choices: Mapping[str, str] | None = None) -> Facts:
    card = Card(1, 7, 7, kind, None, 40, 3, step, True)
    return Facts(Who(Person(7, "en", "UTC", "IE", 1), card, "Ana", "en"), Profile(choices or {}), latest)


def before(length: int, *, refused: bool = False) -> Screen:
    return screens.before(Step("before", minutes=length), refused=refused)


def picked(drill: Drill = EXTENDED_EXHALE, health: str = "", *, refused: bool = False) -> Screen:
    return screens.pick(facts(KIND, PICK, choices={"health": health}), drill, refused=refused)


PACED = [drill for drill in ALL if drill.phases]
WORDED = [drill for drill in ALL if drill.minutes and not drill.phases and drill.name != "labelling"]


def decided(kind: str, step: str, act: Act, latest: Go | None = None, at: datetime = NOW) -> Decision:
    return rules.decide(facts(kind, step, latest), Event(1, 7, 7, True, at, act))


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


def acts(screen: Screen) -> list[str]:
    return [button.act for row in screen.rows for button in row]


def turned(decision: Decision) -> Turn:
    (turn,) = (effect for effect in decision.effects if isinstance(effect, Turn))
    return turn


# ---- how long, how revved up --------------------------------------------------------------------------


def test_a_drill_begins_with_how_long() -> None:
    who = Who(Person(7, "en", "UTC", "IE", 1), None, "Ana", "en")
    (opened,) = rules.decide(Facts(who, Profile({}), None), Event(1, 7, 7, True, NOW, Command("drill"))).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.day, opened.step, opened.asking) == (KIND, None, PICK, True)
    assert acts(opened.screen) == ["m=5", "m=3", "m=1", "others"]  # the best tested length first
    assert opened.screen.values == {
        "drill": "extended-exhale", "best": True, "uneasy": False, "refused": False, "minutes": (1, 3, 5), "why": "",
        "rank": None,
    }


@pytest.mark.parametrize("health", ["", *HEALTH])
def test_only_who_told_so_hears_that_it_can_be_uneasy_and_who_should_sit_is_told(health: str) -> None:
    profile = Profile({"health": health})
    assert picked(health=health).values["uneasy"] is (health == "breath")
    assert screens.breath(EXTENDED_EXHALE, 5, profile).values["careful"] is (health not in ("", "hurt"))


@pytest.mark.parametrize(
    ("act", "step"),
    [
        (tap("m=1"), "before1"), (tap("m=3"), "before3"), (tap("m=5"), "before5"),
        (Typed("5"), "before5"), (Typed(" 3 minutes "), "before3"), (Typed("1 min"), "before1"),
        (Typed("five"), "before5"), (Typed("One minute"), "before1"), (Typed("5min"), "before5"),
        (Typed("3m"), "before3"), (Typed("5 mins"), "before5"), (Typed("minutes"), PICK), (Typed("skip"), PICK),
        (Typed("4"), PICK), (Typed("hello"), PICK), (Typed(""), PICK), (Typed("55"), PICK), (Typed("٥"), PICK),
    ],
)
def test_a_length_is_picked(act: Act, step: str) -> None:
    decision = decided(KIND, PICK, act)
    assert decision.effects == (turned(decision),)
    assert (turned(decision).step, turned(decision).asking) == (step, True)
    if step != PICK:
        assert turned(decision).screen == before(int(step[-1]))
        assert len(acts(turned(decision).screen)) == 11 + 2
    else:
        assert turned(decision).screen == picked(refused=True)


@pytest.mark.parametrize(("length", "words"), [(1, "the minute begins"), (3, "the 3 minutes begin")])
def test_what_follows_is_said_before(length: int, words: str) -> None:
    assert words in WORDS.render(before(length), "en").text


def test_back_leads_to_the_lengths() -> None:
    assert turned(decided(KIND, "before3", tap("back"))).step == PICK


@pytest.mark.parametrize("text", ["eleven", "11", "7.5", "", "x" * 4096, "٧"])
def test_a_word_that_is_no_number_is_asked_again(text: str) -> None:
    decision = decided(KIND, "before3", Typed(text))
    assert decision.effects == (Turn("before3", before(3, refused=True)),)


@pytest.mark.parametrize(("text", "step"), [("skip", RUNNING), (" Skip", RUNNING), ("back", PICK), ("BACK", PICK)])
def test_back_and_skip_may_be_typed(text: str, step: str) -> None:
    assert turned(decided(KIND, "before3", Typed(text))).step == step


def test_an_offer_begins_with_the_first_question() -> None:
    fits = offer(Profile({}), (), "revved", 1)
    step = Step("before", minutes=5, occasion="revved")
    assert rules.begin(fits).effects == (Open(KIND, None, "before5/r", screens.before(step, fits)),)


@pytest.mark.parametrize("drill", ALL, ids=lambda drill: drill.name)
@pytest.mark.parametrize("occasion", OCCASIONS.values())
def test_a_step_has_room_for_everything(drill: Drill, occasion: str) -> None:
    for length in (0, *drill.minutes):
        step = Step("before", drill, length, occasion)
        assert len(f"{step}") <= 16
        assert Step.read(f"{step}") == step


def test_a_step_of_before_is_read() -> None:
    assert Step.read("before3:sigh") == Step("before", next(one for one in ALL if one.code == "sigh"), 3)
    assert Step.read("pick:gone") == Step("pick")


@pytest.mark.parametrize("drill", [*PACED, *WORDED], ids=lambda drill: drill.name)
def test_another_drill_is_picked_and_begins(drill: Drill) -> None:
    length, suffix = drill.minutes[-1], f":{drill.code}" if drill.code else ""
    assert turned(decided(KIND, PICK, tap("others"))).screen == screens.others(Profile({}))
    assert turned(decided(KIND, PICK, tap(f"d={drill.code}"))).step == f"pick{suffix}"
    chosen = turned(decided(KIND, f"pick{suffix}", tap(f"m={length}")))
    assert chosen.step == f"before{length}{suffix}"
    assert turned(decided(KIND, chosen.step, tap("back"))).step == f"pick{suffix}"
    begun = decided(KIND, f"{chosen.step}/s", tap("v=7")).effects
    assert BeginDrill(drill.name, length, 7, "session") in begun
    assert Open(BREATH, None, BREATHING, screens.breath(drill, length, Profile({})), asking=True) in begun


@pytest.mark.parametrize("drill", PACED, ids=lambda drill: drill.name)
def test_what_has_a_pace_comes_with_a_picture_or_in_words_or_for_closed_eyes(drill: Drill) -> None:
    latest = replace(go(), drill=drill.name)
    voiced = decided(BREATH, BREATHING, tap("voice"), latest)
    assert voiced == Decision((Stand(VOICED), Say(screens.voice(drill, 5))))
    words = Profile({"pace": "words"})
    assert decided(BREATH, BREATHING, tap("words"), latest) == Decision(
        (Choose("pace", "words"), Turn(BREATHING, screens.breath(drill, 5, words), asking=True))
    )
    assert screens.breath(drill, 5, words).medium is None
    assert acts(screens.breath(drill, 5, words)) == ["stop", "worse", "voice", "picture"]
    assert turned(decided(BREATH, VOICED, tap("picture"), latest)).screen.medium is not None


@pytest.mark.parametrize("drill", WORDED, ids=lambda drill: drill.name)
@pytest.mark.parametrize(
    ("seconds", "outcome", "length"), [(0, STOPPED, None), (29, STOPPED, None), (31, DONE, 1), (200, DONE, 3)]
)
def test_what_is_told_in_words_is_done_when_they_say_so(
    drill: Drill, seconds: int, outcome: str, length: int | None
) -> None:
    latest = replace(go(length=8), drill=drill.name)
    assert screens.breath(drill, 8, Profile({})).medium is None
    decision = decided(BREATH, BREATHING, tap("stop"), latest, NOW + timedelta(seconds=seconds))
    assert decision.effects[0] == EndDrill(outcome, minutes=length)


@pytest.mark.parametrize("health", ["", *HEALTH])
def test_breath_holds_are_never_offered_to_whom_they_may_harm(health: str) -> None:
    """docs/domain.md 5."""
    profile = Profile({"health": health})
    assert any(drill.holds for drill in allowed(profile)) is (health in ("", "hurt"))
    forged = rules.decide(facts(KIND, PICK, None, {"health": health}), Event(1, 7, 7, True, NOW, tap("d=paced")))
    assert (forged.toast == OLD) is (health not in ("", "hurt"))
    older = rules.decide(facts(KIND, "before3:paced", None, {"health": health}), Event(1, 7, 7, True, NOW, tap("v=7")))
    assert any(isinstance(effect, BeginDrill) for effect in older.effects) is (health in ("", "hurt"))


@pytest.mark.parametrize("drill", [drill for drill in ALL if drill.on_the_breath], ids=lambda drill: drill.name)
def test_every_breath_goes_out_for_longer_than_in(drill: Drill) -> None:
    seconds = {kind: sum(length for one, length in drill.phases if one == kind) for kind, _ in drill.phases}
    assert seconds["out"] > seconds["in"] + seconds.get("sip", 0)


# ---- it begins ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", [1, 3, 5])
@pytest.mark.parametrize(
    ("act", "before"),
    [
        (tap("v=0"), 0), (tap("v=7"), 7), (tap("v=10"), 10), (tap("skip"), None),
        (Typed("7"), 7), (Typed("seven"), 7), (Typed("7/10"), 7), (Typed("skip"), None),
    ],
)
def test_the_breath_begins_at_once_and_its_end_is_promised(length: int, act: Act, before: int | None) -> None:
    over = NOW + minutes(length)
    assert decided(KIND, f"before{length}", act) == Decision((
        Turn(RUNNING, screens.running(Step("before", minutes=length), before), asking=False, unhurried=True),
        BeginDrill("extended-exhale", length, before),
        # words typed now are for the breath; the end asks nothing before it is there, so that no other question ends it
        Open(BREATH, None, BREATHING, screens.breath(EXTENDED_EXHALE, length, Profile({})), asking=True),
        Open(
            SETTLED, None, AFTER, screens.after(over=True), not_before=over, promised=True,
            expires_at=over + minutes(30),
        ),
    ))


def test_the_picture_is_one_breath_of_ten_seconds_with_the_longer_way_out() -> None:
    screen = screens.breath(EXTENDED_EXHALE, 5, Profile({}))
    assert isinstance(screen.medium, Animation)
    assert screen.medium.phases == (("in", 4), ("out", 6))
    assert set(screen.medium.words) == {"in", "out"}
    assert sum(seconds for _, seconds in EXTENDED_EXHALE.phases) == 10  # six a minute
    assert acts(screen) == ["stop", "worse", "voice", "words"]


# ---- while it runs ------------------------------------------------------------------------------------

STOP = (
    EndDrill(STOPPED), Close(BREATH), Close(SETTLED),
    Open(SETTLED, None, AFTER, screens.after(over=False), asking=True),
)
ASKED_AGAIN = (Close(BREATH), Open(SETTLED, None, AFTER, screens.after(over=True, refused=True), asking=True))
STEPS = {BREATH: BREATHING, SETTLED: AFTER}
UNWELL = (
    EndDrill(WORSE), Close(BREATH), Close(SETTLED),
    Say(screens.worse(Who(Person(7, "en", "UTC", "IE", 1), None, "", "en"))),
)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (BREATH, tap("stop")), (BREATH, Typed("stop")), (BREATH, Typed("That's enough!")), (BREATH, Typed("i'm DONE")),
        (SETTLED, Typed("stop")),
    ],
)
def test_who_stops_has_stopped_and_is_asked_how_it_was_and_the_end_is_called_off(kind: str, act: Act) -> None:
    assert decided(kind, STEPS[kind], act, go(), NOW + minutes(2)) == Decision(STOP)


@pytest.mark.parametrize("at", [minutes(5), minutes(6), minutes(600)])
def test_a_drill_that_was_done_to_its_end_can_not_be_stopped_any_more(at: timedelta) -> None:
    assert EndDrill(STOPPED) not in decided(BREATH, BREATHING, tap("stop"), go(), NOW + at).effects


VOICE_AT = pytest.mark.parametrize(
    ("length", "seconds", "left"),
    [
        (5, 0, 5), (5, 20, 5), (5, 59, 5), (5, 60, 4), (5, 130, 3), (5, 299, 1), (5, 299.9, 1),
        (3, 1, 3), (3, 121, 1), (1, 0, 1), (1, 59, 1),
        (5, -2, 5),  # Telegram's clock, which dates typed words, may be ahead of ours, which dates taps
    ],
)


@VOICE_AT
def test_a_voice_for_closed_eyes_lasts_as_long_as_the_breath_still_does(length: int, seconds: float, left: int) -> None:
    decision = decided(BREATH, BREATHING, tap("voice"), go(length=length), NOW + timedelta(seconds=seconds))
    assert decision == Decision((Stand(VOICED), Say(screens.voice(EXTENDED_EXHALE, left))))
    voice = screens.voice(EXTENDED_EXHALE, left)
    assert voice.medium == Voice((("in", 4), ("out", 6)), left, screens.no_voice(EXTENDED_EXHALE))
    assert voice.rows == ()


@VOICE_AT
def test_a_second_tap_says_where_it_is(length: int, seconds: float, left: int) -> None:
    at = NOW + timedelta(seconds=seconds)
    assert decided(BREATH, VOICED, tap("voice"), go(length=length), at) == Decision(toast=Label("drills/below"))


@pytest.mark.parametrize("step", [BREATHING, VOICED])
@pytest.mark.parametrize("at", [minutes(5), minutes(6), minutes(36)])
def test_there_is_no_voice_for_a_breath_that_is_over(step: str, at: timedelta) -> None:
    assert decided(BREATH, step, tap("voice"), go(), NOW + at) == Decision((Close(BREATH),), OLD)


@pytest.mark.parametrize("act", [tap("stop"), tap("worse"), Typed("dizzy"), Typed("4"), Typed("hello")])
def test_with_a_voice_everything_else_stays_the_same(act: Act) -> None:
    at = NOW + minutes(2)
    assert decided(BREATH, VOICED, act, go(), at) == decided(BREATH, BREATHING, act, go(), at)


def test_where_there_is_no_voice_the_words_count() -> None:
    assert "In through the nose for 4, out for 6" in WORDS.render(screens.no_voice(EXTENDED_EXHALE), "en").text


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (BREATH, tap("worse")), (SETTLED, tap("worse")),
        *((kind, Typed(text)) for kind in (BREATH, SETTLED) for text in (
            "dizzy", "I feel Dizzy.", "it's worse, stop", "light-headed", "Light headed", "lightheaded", "7, but dizzy",
            "dizzy/sick", "fainting", "I feel unwell", "nauseous", "short of breath", "I can’t breathe",
            "my heart is racing", "tingling hands", "a panic attack", "not good, dizzy",
        )),
    ],
)
@pytest.mark.parametrize("after", [0, 2, 6])
def test_who_is_dizzy_or_worse_hears_what_to_do_and_nothing_more_is_asked(kind: str, act: Act, after: int) -> None:
    assert decided(kind, STEPS[kind], act, go(), NOW + minutes(after)).effects == UNWELL


def test_what_to_do_names_the_emergency_number_of_their_country() -> None:
    text = WORDS.render(screens.worse(Who(Person(7, "en", "UTC", "IE", 1), None, "", "en")), "en").text
    assert any(number in text for number in help_for("IE").emergency)
    assert WORDS.render(screens.worse(Who(None, None, "", "en")), "en").text


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize(
    "text",
    ["hello", "11", "", "how long?", "🙂", "back", "unstoppable", "not dizzy", "no worse", "homesick", "x" * 4096],
)
def test_other_words_in_the_middle_end_nothing(kind: str, text: str) -> None:
    decision = decided(kind, STEPS[kind], Typed(text), go(), NOW + minutes(4.9))
    assert decision == Decision((Say(Screen("drills/still")),))


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize("text", ["hello", "11", "", "🙂", "back", "stop"])
def test_other_words_after_it_are_asked_again_below_them(kind: str, text: str) -> None:
    assert decided(kind, STEPS[kind], Typed(text), go(), NOW + minutes(5)) == Decision(ASKED_AGAIN)


@pytest.mark.parametrize("text", ["hello", "stop"])
def test_other_words_after_a_stop_do_not_hear_that_it_still_runs(text: str) -> None:
    assert decided(SETTLED, AFTER, Typed(text), go(outcome=STOPPED), NOW + minutes(2)) == Decision(ASKED_AGAIN)


@pytest.mark.parametrize(
    ("act", "after"), [(tap("v=4"), 4), (tap("skip"), None), (Typed("4"), 4), (Typed("skip"), None)]
)
@pytest.mark.parametrize("at", [1, 6, 35])
def test_a_drill_that_was_stopped_stays_so_however_late_they_tell(act: Act, after: int | None, at: int) -> None:
    decision = decided(SETTLED, AFTER, act, go(outcome=STOPPED), NOW + minutes(at))
    assert decision.effects[0] == EndDrill(STOPPED, after)


def test_who_is_unwell_after_a_stop_is_unwell() -> None:
    assert decided(SETTLED, AFTER, tap("worse"), go(outcome=STOPPED), NOW + minutes(2)).effects == UNWELL


@pytest.mark.parametrize("latest", [go(outcome=DONE, after=3), go(outcome=STOPPED), go(outcome=WORSE)])
@pytest.mark.parametrize("act", ["voice", "stop", "worse", "", "v=7"])
def test_a_tap_below_a_breath_that_is_over_takes_its_buttons_away(latest: Go, act: str) -> None:
    assert decided(BREATH, BREATHING, tap(act), latest) == Decision((Close(BREATH),), OLD)


# ---- and after ----------------------------------------------------------------------------------------


LATER = pytest.mark.parametrize(
    ("at", "outcome"),
    [(minutes(0), STOPPED), (minutes(4.99), STOPPED), (minutes(5), DONE), (minutes(5.01), DONE), (minutes(35), DONE)],
)


@pytest.mark.parametrize(("act", "after"), [(tap("v=3"), 3), (tap("v=0"), 0), (tap("skip"), None)])
@LATER
def test_how_revved_up_they_are_now_ends_it(act: Act, after: int | None, at: timedelta, outcome: str) -> None:
    assert decided(SETTLED, AFTER, act, go(), NOW + at) == Decision(
        (EndDrill(outcome, after), Close(BREATH), Turn(OVER, screens.over(go(), after, outcome), asking=False)),
        NOTED if after is not None else None,
    )


@pytest.mark.parametrize(
    ("text", "after"), [("3", 3), ("three", 3), ("3/10", 3), ("0", 0), ("skip", None), (" Skip ", None)]
)
@pytest.mark.parametrize("kind", STEPS)
@LATER
def test_what_is_typed_ends_it_too_and_is_answered_below(
    kind: str, text: str, after: int | None, at: timedelta, outcome: str
) -> None:
    over = Open(SETTLED, None, OVER, screens.over(go(), after, outcome), asking=False)
    assert decided(kind, STEPS[kind], Typed(text), go(), NOW + at) == Decision(
        (EndDrill(outcome, after), Close(BREATH), Close(SETTLED), over)
    )


@pytest.mark.parametrize(("latest", "outcome"), [(go(), DONE), (go(outcome=STOPPED), STOPPED)])
@pytest.mark.parametrize("at", [minutes(35.01), minutes(600)])
def test_half_an_hour_after_its_end_nothing_is_told_of_it_any_more(latest: Go, outcome: str, at: timedelta) -> None:
    ended = (EndDrill(outcome), Close(BREATH), Close(SETTLED))
    for act in ("v=3", "skip", "worse"):
        assert decided(SETTLED, AFTER, tap(act), latest, NOW + at) == Decision(ended, OLD)
    for text in ("3", "skip", "stop", "hello"):
        said = decided(SETTLED, AFTER, Typed(text), latest, NOW + at)
        assert said == Decision((*ended, Say(Screen("help/lost"))))
    assert decided(SETTLED, AFTER, Typed("dizzy"), latest, NOW + at).effects == UNWELL


@pytest.mark.parametrize(
    ("before", "after", "drop", "words"),
    [
        (8, 3, 5, "5 points down"), (8, 6, 2, "2 points down"), (10, 0, 10, "10 points down"),
        (8, 7, 1, "One point down"),
        (7, 7, 0, "No change this time"), (0, 0, 0, "No change this time"), (3, 4, -1, "Up, not down"),
        (0, 10, -10, "Up, not down"), (None, 4, None, "Done."), (7, None, None, "Done."), (None, None, None, "Done."),
        (0, 3, -3, "0 → 3"), (3, 0, 3, "3 → 0"),
    ],
)
def test_the_drop_is_the_score(before: int | None, after: int | None, drop: int | None, words: str) -> None:
    assert go(before, DONE, after=after).drop == drop
    text = WORDS.render(screens.over(go(before), after, DONE), "en").text
    assert words in text
    assert "5 min" in text
    assert ("→" in text) == (drop is not None)
    assert "None" not in text
    stopped = WORDS.render(screens.over(go(before), after, STOPPED), "en").text
    assert "a part of it" in stopped
    assert "5 min" not in stopped


def test_once_more_asks_how_long() -> None:
    (opened,) = decided(SETTLED, OVER, tap("again"), go(outcome=DONE, after=3)).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.step) == (KIND, PICK)


@pytest.mark.parametrize(
    ("kind", "step", "act"),
    [
        *((KIND, PICK, act) for act in ("m=2", "m=", "m=05", "v=7", "skip", "", "again", "settles", "m=-5", "m=٥")),
        *((KIND, "before5", act) for act in ("m=5", "v=", "v=11", "v=-1", "v=7.5", "stop", "", "v=٧")),
        *((KIND, RUNNING, act) for act in ("back", "skip", "v=7", "m=5", "stop", "")),
        *((BREATH, BREATHING, act) for act in ("v=7", "skip", "again", "m=5", "")),
        *((SETTLED, AFTER, act) for act in ("v=11", "v=", "again", "stop", "voice", "m=5", "back", "")),
        *((SETTLED, OVER, act) for act in ("v=3", "skip", "worse", "stop", "")),
    ],
)
def test_a_stale_or_forged_tap_changes_nothing(kind: str, step: str, act: str) -> None:
    assert decided(kind, step, tap(act), go()) == Decision(toast=OLD)


@pytest.mark.parametrize("kind", STEPS)
@pytest.mark.parametrize(
    "act", [*map(tap, ("v=3", "skip", "stop", "worse", "again", "")), *map(Typed, ("3", "skip", "dizzy", "stop", "hi"))]
)
def test_an_answer_about_no_drill_changes_nothing(kind: str, act: Act) -> None:
    assert decided(kind, STEPS[kind], act, None) == Decision(toast=OLD)


# ---- whole drills -------------------------------------------------------------------------------------


class Chat:
    """The cards with the store's part in them: one of them asks, what is closed has no buttons."""

    def __init__(self) -> None:
        self.at = NOW
        self.go: Go | None = None
        self.cards: dict[str, tuple[str, bool, Screen, datetime | None]] = {}  # step, asks, screen, when it is sent
        self.ended: list[str] = []  # of the latest go
        self.gone_by = 0
        self.profile = Profile({})
        self.kept: list[Mapping[str, object]] = []

    def buttons(self) -> list[tuple[str, Button]]:
        """What can be tapped now."""
        self._arrive()
        return [
            (kind, button)
            for kind, (_, _, screen, sent) in sorted(self.cards.items()) if sent is None
            for row in screen.rows for button in row
        ]

    def _arrive(self) -> None:
        """What was to be sent by now is there, and is the one that asks."""
        for kind, (step, _, screen, sent) in list(self.cards.items()):
            if sent is not None and sent <= self.at:
                self._close_others()
                self.cards[kind] = (step, True, screen, None)

    def command(self) -> None:
        self._do(None, Command("drill"))

    def tap(self, number: int) -> None:
        buttons = self.buttons()
        if buttons:
            kind, button = buttons[number % len(buttons)]
            self._do(kind, tap(button.act))

    def type(self, text: str) -> None:
        self._arrive()
        asks = [kind for kind, (_, asks, _, _) in self.cards.items() if asks]
        assert len(asks) <= 1
        if asks:
            self._do(asks[0], Typed(text))

    def _do(self, kind: str | None, act: Act) -> None:
        who = Who(Person(7, "en", "UTC", "IE", 1), None, "Ana", "en")
        if kind is not None:
            step, asks, _, _ = self.cards[kind]
            who = replace(who, card=Card(1, 7, 7, kind, None, 40, 3, step, asks))
        decision = rules.decide(Facts(who, self.profile, self.go), Event(1, 7, 7, True, self.at, act))
        late = self.go is not None and self.at > self.go.ends_at + minutes(30)
        assert decision.toast != OLD or late, "one of its own buttons was called old"
        if isinstance(act, Typed):
            assert decision.effects, "typed words were met with silence"
        for effect in decision.effects:
            self._apply(kind, effect)

    def _apply(self, kind: str | None, effect: object) -> None:
        match effect:
            case BeginDrill(drill, length, before, occasion):
                self.go = Go(drill, length, before, None, RUNNING, self.at, occasion)
                self.ended = []
            case EndDrill(outcome, after, length):
                assert self.go is not None
                self.ended.append(outcome)
                self.go = replace(self.go, outcome=outcome, after=after, minutes=length or self.go.minutes)
            case Choose(name, value):
                self.profile = self.profile.with_choice(name, value)
            case KeepLog(_, records):
                self.kept += records
            case Open(opened, _, step, screen, asking, sent, _, expires):
                assert expires is None or (sent is not None and expires > sent)
                if asking and sent is None:
                    self._close_others()
                self._show(opened, step, asking and sent is None, screen, sent)
            case Turn(step, screen, asking):
                assert kind is not None
                if asking and not self.cards[kind][1]:
                    self._close_others()
                self._show(kind, step, asking, screen, None)
            case Close(closed):
                self.cards.pop(closed, None)
            case Stand(step):
                assert kind is not None
                self.cards[kind] = (step, *self.cards[kind][1:])
            case Say(screen):
                assert WORDS.render(screen, "en").text
            case _:
                raise AssertionError(effect)

    def _close_others(self) -> None:
        self.cards = {kind: card for kind, card in self.cards.items() if not card[1]}

    def _show(self, kind: str, step: str, asking: bool, screen: Screen, sent: datetime | None) -> None:
        rendered = WORDS.render(screen, "en")
        assert rendered.text
        assert len(step) <= 16
        for row in rendered.rows:
            assert 0 < len(row) <= 8
            assert all(len(cards.data(10**18 - 1, 2**31 - 1, act).encode()) <= 64 for _, act in row)
        self.cards[kind] = (step, asking, screen, sent)


DOES = st.one_of(
    st.integers(0, 60),
    st.integers(0, 60),
    st.sampled_from(
        ["7", "3", "five", "11", "stop", "enough", "dizzy", "worse", "hello", "skip", "back", "5 minutes", ""]
    ),
    st.sampled_from([timedelta(seconds=20), minutes(1), minutes(5), minutes(40)]),
    st.none(),
)


@settings(max_examples=150, deadline=None)
@given(does=st.lists(DOES, max_size=30))
def test_whatever_is_tapped_and_typed_a_drill_ends_as_worse_at_most_once(
    does: list[int | str | timedelta | None],
) -> None:
    chat = Chat()
    chat.command()
    for done in does:
        match done:
            case None:
                chat.command()
            case timedelta():
                chat.at += done
            case int():
                chat.tap(done)
            case _:
                chat.type(done)
        assert chat.ended.count(WORSE) <= 1
        assert len({*chat.ended} - {WORSE}) <= 1, "how it ended was told in two ways"
        if WORSE in chat.ended:
            assert chat.ended[-1] == WORSE, "nothing is asked of who was unwell"
            assert not {BREATH, SETTLED} & {*chat.cards}
        if chat.go is not None and chat.go.after is not None:
            assert 0 <= chat.go.after <= 10


def test_a_drill_that_is_done_to_its_end_says_so_then_and_not_before() -> None:
    chat = Chat()
    chat.command()
    chat.type("5 minutes")
    chat.type("8")
    assert {kind for kind, _ in chat.buttons()} == {BREATH}
    chat.at += minutes(4.9)
    assert {kind for kind, _ in chat.buttons()} == {BREATH}
    chat.at += minutes(0.1)
    assert {kind for kind, _ in chat.buttons()} == {SETTLED}
    chat.type("3")
    assert chat.go == Go("extended-exhale", 5, 8, 3, DONE, NOW)
    assert [(kind, button.act) for kind, button in chat.buttons()] == [(SETTLED, "again")]


def test_a_stop_is_one_at_once_and_what_is_told_later_stays_one() -> None:
    chat = Chat()
    chat.command()
    for text in ("three", "8", "enough"):
        chat.type(text)
    assert chat.go == Go("extended-exhale", 3, 8, None, STOPPED, NOW)
    chat.at += minutes(10)
    chat.type("no idea")
    chat.type("4")
    assert chat.go == Go("extended-exhale", 3, 8, 4, STOPPED, NOW)
    assert [(kind, button.act) for kind, button in chat.buttons()] == [(SETTLED, "again")]


def test_another_question_in_the_middle_does_not_call_off_the_end() -> None:
    chat = Chat()
    chat.command()
    chat.type("5 minutes")
    chat.type("8")
    chat.command()  # /drill again, or a check-in that is opened meanwhile
    chat.at += minutes(5)
    assert SETTLED in {kind for kind, _ in chat.buttons()}
