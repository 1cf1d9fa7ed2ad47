"""A breathing drill: how long, how revved up before, the breath, how revved up after (docs/domain.md 5). Pure.

    drill: pick > before5 > running        the question's card; "pick:sigh", "before3:sigh" name another breath
    breath: breathing > voiced             the animation, with a way out of it; words typed now are its own
    settled: after > over                  sent when the time is over
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from bot.cards import typed_way
from bot.checkins.questions import Question
from bot.drills import screens
from bot.drills.goes import (
    BEST,
    BREATH,
    BREATHS,
    BY_NAME,
    DONE,
    EXTENDED_EXHALE,
    RUNNING,
    SETTLED,
    STOPPED,
    WORSE,
    Drill,
    Go,
)
from bot.model import (
    BeginDrill,
    Close,
    Command,
    Decision,
    Effect,
    EndDrill,
    Event,
    Label,
    Open,
    Say,
    Screen,
    Stand,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile.choices import Profile

KIND = "drill"  # of the card that asks before
PICK, BEFORE, AFTER, OVER = "pick", "before", "after", "over"
BREATHING, VOICED = "breathing", "voiced"  # whether the same was sent for closed eyes
MINUTE = timedelta(minutes=1)
STALE = timedelta(minutes=30)  # engine choice: so long after the end nobody needs to hear that it is over
SCALE = Question("v")
ENOUGH = frozenset({"stop", "enough", "done", "end"})
UNWELL = re.compile(
    r"\b(?<!not )(?<!n't )(?<!no )"
    r"(dizz|worse|sick|unwell|nause|faint|pass(ing)? out|light ?headed|short of breath|(can'?t|hard to) breathe?"
    r"|breathless|chest|panic|tingl|numb|palpitat|racing heart|heart (is )?racing)"
)
OLD_BUTTON = Label("help/old_button")


@dataclass(frozen=True, slots=True)
class Facts:
    """`go` is the latest one, None when there was none."""

    who: Who
    profile: Profile
    go: Go | None

    @property
    def running(self) -> bool:
        """Whether a go is on, or over without a word about how it was."""
        return self.go is not None and self.go.outcome == RUNNING

    def late(self, event: Event) -> bool:
        """Whether the latest go is too long ago for an answer about it."""
        return self.go is not None and event.at > self.go.ends_at + STALE


def decide(facts: Facts, event: Event) -> Decision:
    """`/drill`, or whatever is done with one of its cards."""
    card = facts.who.card
    if isinstance(event.act, Command) or card is None:
        return pick(facts.profile)
    if facts.go is None and card.kind != KIND:
        return Decision(toast=OLD_BUTTON)
    match card.kind, event.act:
        case (kind, Tap(act=act)) if kind == KIND:
            return _asked(facts, event, card.step, act)
        case (kind, Typed(text)) if kind == KIND:
            return _typed(facts, event, card.step, text)
        case (kind, Tap(act=act)) if kind == BREATH:
            return _breathing(facts, event, card.step, act)
        case (kind, Tap(act=act)) if kind == SETTLED:
            return _settled(facts, event, card.step, act)
        case (kind, Typed(text)) if kind in (BREATH, SETTLED):
            return _said(facts, event, text)
        case _:
            return Decision()


def pick(profile: Profile) -> Decision:
    """How long?"""
    return Decision((Open(KIND, None, PICK, screens.pick(profile)),))


def begin() -> Decision:
    """Straight to the first question, for who has just been told how long."""
    return Decision((Open(KIND, None, f"{BEFORE}{BEST}", screens.before(BEST)),))


def _asked(facts: Facts, event: Event, step: str, act: str) -> Decision:
    name, _, text = act.partition("=")
    at, drill = _drill(step)
    if step.partition(":")[2] not in screens.allowed(facts.profile):  # what they told of their health since
        return Decision((Turn(PICK, screens.pick(facts.profile)),))
    if at == PICK and name == "m" and text in map(str, drill.minutes):
        return Decision((Turn(step.replace(PICK, f"{BEFORE}{text}"), screens.before(int(text))),))
    if at == PICK and name == "others":
        return Decision((Turn(PICK, screens.others(facts.profile)),))
    if at == PICK and name == "d" and text in screens.allowed(facts.profile):
        return Decision((Turn(_named(PICK, text), screens.pick(facts.profile, BREATHS[text])),))
    if not step.startswith(BEFORE):
        return Decision(toast=OLD_BUTTON)
    if name == "back":
        return Decision((Turn(step.replace(at, PICK), screens.pick(facts.profile, drill)),))
    if name == "skip":
        return _start(facts, event, step, None)
    value = SCALE.read(text) if name == "v" else None
    return _start(facts, event, step, int(value["v"])) if value else Decision(toast=OLD_BUTTON)


def _typed(facts: Facts, event: Event, step: str, text: str) -> Decision:
    at, drill = _drill(step)
    if step.partition(":")[2] not in screens.allowed(facts.profile):
        return Decision((Turn(PICK, screens.pick(facts.profile)),))
    if at == PICK:
        said = SCALE.read(re.sub(r"\s*(m|mins?|minutes?)$", "", text.strip().lower()))
        minutes = int(said["v"]) if said else 0
        if minutes not in drill.minutes:
            return Decision((Turn(step, screens.pick(facts.profile, drill, refused=True)),))
        return Decision((Turn(step.replace(PICK, f"{BEFORE}{minutes}"), screens.before(minutes)),))
    if way := typed_way(text):
        return _asked(facts, event, step, way)
    value = SCALE.read(text)
    if value is None:
        return Decision((Turn(step, screens.before(_minutes(step), refused=True)),))
    return _start(facts, event, step, int(value["v"]))


def _start(facts: Facts, event: Event, step: str, before: int | None) -> Decision:
    minutes = _minutes(step)
    question = Turn(RUNNING, screens.running(minutes, before), asking=False)
    _, drill = _drill(step)
    return Decision((question, *start(facts.profile, event, minutes, before, drill)))


def start(
    profile: Profile, event: Event, minutes: int, before: int | None, drill: Drill = EXTENDED_EXHALE
) -> tuple[Effect, ...]:
    """The breath begins now; that its time is over is told then, unless they stop before."""
    over = event.at + timedelta(minutes=minutes)
    breath = screens.breath(drill, minutes, profile)
    end = screens.after(over=True)
    return (
        BeginDrill(drill.name, minutes, before),
        Open(BREATH, None, BREATHING, breath),
        Open(SETTLED, None, AFTER, end, not_before=over, promised=True, expires_at=over + STALE),
    )


def _breathing(facts: Facts, event: Event, step: str, act: str) -> Decision:
    if not facts.running or facts.go is None or facts.late(event):
        return Decision((Close(BREATH),), OLD_BUTTON)
    match act:
        case "stop":
            return _stop(facts, event)
        case "worse":
            return _worse(facts)
        case "voice":
            return _voice(facts.go, event, step)
        case _:
            return Decision(toast=OLD_BUTTON)


def _stop(facts: Facts, event: Event) -> Decision:
    outcome = _outcome(facts, event)
    asked = Open(SETTLED, None, AFTER, screens.after(over=outcome == DONE))
    return Decision((EndDrill(outcome), Close(BREATH), Close(SETTLED), asked))


def _voice(go: Go, event: Event, step: str) -> Decision:
    """What is left of the breath, in whole minutes, for closed eyes; once, since a bot does not see what is deleted."""
    # A go that was begun in words has Telegram's time, which may be ahead of ours.
    left = min(ceil((go.ends_at - event.at) / MINUTE), go.minutes)
    if left < 1:
        return Decision((Close(BREATH),), OLD_BUTTON)
    if step == VOICED:
        return Decision(toast=Label("drills/below"))
    return Decision((Stand(VOICED), Say(screens.voice(BY_NAME[go.drill], left))))


def _worse(facts: Facts) -> Decision:
    return Decision((EndDrill(WORSE), Close(BREATH), Close(SETTLED), Say(screens.worse(facts.who))))


def _settled(facts: Facts, event: Event, step: str, act: str) -> Decision:
    name, _, text = act.partition("=")
    if step != OVER and facts.late(event):
        return Decision((EndDrill(_outcome(facts, event)), Close(BREATH), Close(SETTLED)), OLD_BUTTON)
    if step == OVER:
        return pick(facts.profile) if act == "again" else Decision(toast=OLD_BUTTON)
    if name == "skip":
        return _over(facts, event, None)
    if name == "worse":
        return _worse(facts)
    value = SCALE.read(text) if name == "v" else None
    return _over(facts, event, int(value["v"])) if value else Decision(toast=OLD_BUTTON)


def _said(facts: Facts, event: Event, text: str) -> Decision:
    """Words while the breath runs, or as an answer after it: their answer goes below them."""
    words = text.lower().replace("-", " ").replace("\u2019", "'")
    if UNWELL.search(words):
        return _worse(facts)
    if facts.late(event):
        return Decision((EndDrill(_outcome(facts, event)), Close(BREATH), Close(SETTLED), Say(Screen("help/lost"))))
    value = SCALE.read(text)
    if value is not None or typed_way(text) == "skip":
        after = int(value["v"]) if value else None
        over = Open(SETTLED, None, OVER, _how_far(facts, event, after), asking=False)
        return Decision((EndDrill(_outcome(facts, event), after), Close(BREATH), Close(SETTLED), over))
    if facts.running and facts.go is not None and event.at < facts.go.ends_at:
        enough = ENOUGH & {*re.findall(r"[a-z]+", words)}
        return _stop(facts, event) if enough else Decision((Say(Screen("drills/still")),))
    return Decision((Close(BREATH), Open(SETTLED, None, AFTER, screens.after(over=True, refused=True))))


def _over(facts: Facts, event: Event, after: int | None) -> Decision:
    shown = Turn(OVER, _how_far(facts, event, after), asking=False)
    toast = Label("checkins/noted") if after is not None else None
    return Decision((EndDrill(_outcome(facts, event), after), Close(BREATH), shown), toast)


def _how_far(facts: Facts, event: Event, after: int | None) -> Screen:
    assert facts.go is not None, "a question after a drill without one"
    return screens.over(facts.go, after, _outcome(facts, event))


def _outcome(facts: Facts, event: Event) -> str:
    """How the latest go ended, by what is known of it."""
    assert facts.go is not None, "a question after a drill without one"
    if not facts.running:
        return facts.go.outcome
    return DONE if event.at >= facts.go.ends_at else STOPPED


def _minutes(step: str) -> int:
    return int(_drill(step)[0].removeprefix(BEFORE))


def _drill(step: str) -> tuple[str, Drill]:
    """A step without the breath that it names, and that breath."""
    at, _, code = step.partition(":")
    return at, BREATHS.get(code, EXTENDED_EXHALE)


def _named(step: str, code: str) -> str:
    return f"{step}:{code}" if code else step
