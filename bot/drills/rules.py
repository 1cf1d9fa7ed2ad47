"""A drill: how long, how revved up before, the drill itself, how revved up after (docs/domain.md 5). Pure.

    drill: pick > before > running         the question's card; its steps are those of `goes.Step`
    breath: breathing > voiced             the animation or the words, with a way out; words typed now are its own
    naming: state > need                   of "name it" instead, which lasts as long as two sentences
    mindful: running > noticed > over      of a mindful run instead, which lasts as long as the run
    settled: after > over                  sent when the time is over
"""

import re
from datetime import timedelta
from math import ceil

from bot.cards import typed_way
from bot.checkins.questions import Question
from bot.drills import mindful, naming, screens
from bot.drills.facts import OLD_BUTTON, STALE, Facts
from bot.drills.goes import (
    AFTER,
    BEST,
    BREATH,
    BY_NAME,
    DONE,
    DRILLS,
    LABELLING,
    MINDFUL_RUN,
    NAMING,
    PROMPT,
    RUNNING,
    SETTLED,
    STOPPED,
    WORSE,
    Go,
    Step,
)
from bot.drills.offer import Offer, allowed, offer, ranked
from bot.model import (
    BeginDrill,
    Choose,
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
)
from bot.profile.choices import Profile

KIND = "drill"  # of the card that asks before
TOGETHER = "together"  # of the card at the end of a group's
PICK, BEFORE, OVER = "pick", "before", "over"
BREATHING, VOICED = "breathing", "voiced"  # whether the same was sent for closed eyes
MINUTE = timedelta(minutes=1)
SCALE = Question("v")
ENOUGH = frozenset({"stop", "enough", "done", "end"})
UNWELL = re.compile(
    r"\b(?<!not )(?<!n't )(?<!no )"
    r"(dizz|worse|sick|unwell|nause|faint|pass(ing)? out|light ?headed|short of breath|(can'?t|hard to) breathe?"
    r"|breathless|chest|panic|tingl|numb|palpitat|racing heart|heart (is )?racing)"
)


def decide(facts: Facts, event: Event) -> Decision:
    """`/drill`, or whatever is done with one of its cards."""
    card = facts.who.card
    if isinstance(event.act, Command) or card is None:
        asked = event.act.payload if isinstance(event.act, Command) else ""
        return pick(facts, event, PROMPT if asked == PROMPT else "")
    if facts.go is None and card.kind != KIND:
        return Decision(toast=OLD_BUTTON)
    if card.kind == KIND and Step.read(card.step).drill not in allowed(facts.profile):
        return Decision((_picking(facts, Step(PICK)),))  # what they told of their health since
    match card.kind, event.act:
        case (kind, Tap(act=act)) if kind == KIND:
            return _asked(facts, event, Step.read(card.step), act)
        case (kind, Typed(text)) if kind == KIND:
            return _typed(facts, event, Step.read(card.step), text)
        case (kind, _) if kind == NAMING:
            return naming.decide(facts, event, card.step)
        case (kind, _) if kind == mindful.KIND:
            return mindful.decide(facts, event, card.step)
        case (kind, Tap(act=act)) if kind == BREATH:
            return _breathing(facts, event, card.step, act)
        case (kind, Tap(act=act)) if kind == SETTLED:
            return _settled(facts, event, card.step, act)
        case (kind, Typed(text)) if kind in (BREATH, SETTLED):
            return _said(facts, event, text)
        case _:
            return Decision()


def pick(facts: Facts, event: Event, occasion: str = "") -> Decision:
    """What, and how long? The one that fits comes first."""
    day = facts.who.local(event.at).date()
    fits = offer(facts.profile, facts.goes, occasion, f"{event.owner} {day} {len(facts.goes)}")
    screen = screens.pick(facts, fits.drill, fits)
    return Decision((Open(KIND, None, f"{Step(PICK, fits.drill, occasion=occasion)}", screen),))


def begin(what: Offer) -> Decision:
    """Straight to the first question, for who has just been told what and how long."""
    step = Step(BEFORE, what.drill, what.minutes, what.occasion)
    return Decision((Open(KIND, None, f"{step}", screens.before(step, what)),))


def together(event: Event) -> Decision:
    """The default breath for a group that came home; its end is told to all (docs/domain.md 5)."""
    over = event.at + timedelta(minutes=BEST)
    end = Open(
        TOGETHER, None, OVER, screens.together_over(), asking=False, not_before=over, promised=True,
        expires_at=over + STALE,
    )
    return Decision((Say(screens.together(BEST)), end))


def _picking(facts: Facts, step: Step, *, refused: bool = False) -> Turn:
    return Turn(f"{step}", screens.pick(facts, step.drill, refused=refused))


def _asked(facts: Facts, event: Event, step: Step, act: str) -> Decision:
    name, _, text = act.partition("=")
    if step.at == PICK:
        return _picked(facts, step, name, text)
    if step.at != BEFORE:
        return Decision(toast=OLD_BUTTON)
    if name == "back":
        return Decision((_picking(facts, step._replace(at=PICK, minutes=0)),))
    if name == "skip":
        return _start(facts, event, step, None)
    value = SCALE.read(text) if name == "v" else None
    return _start(facts, event, step, int(value["v"])) if value else Decision(toast=OLD_BUTTON)


def _picked(facts: Facts, step: Step, name: str, text: str) -> Decision:
    if name == "m" and text in map(str, step.drill.minutes):
        return _before(step, int(text))
    if name == "others":
        return Decision((Turn(f"{step}", screens.others(facts.profile)),))
    if name == "settles" and (ranks := ranked(facts.goes)):
        return Decision((Turn(f"{step}", screens.settles(ranks)),))
    if name == "back":
        return Decision((_picking(facts, step),))
    chosen = DRILLS.get(text) if name == "d" else None
    if chosen is None or chosen not in allowed(facts.profile):
        return Decision(toast=OLD_BUTTON)
    if chosen is MINDFUL_RUN:
        return Decision((Close(KIND), *mindful.begin().effects))
    if len(chosen.minutes) == 1:
        return _before(step._replace(drill=chosen), chosen.minutes[0])
    return Decision((_picking(facts, step._replace(drill=chosen)),))


def _before(step: Step, minutes: int) -> Decision:
    step = step._replace(at=BEFORE, minutes=minutes)
    return Decision((Turn(f"{step}", screens.before(step)),))


def _typed(facts: Facts, event: Event, step: Step, text: str) -> Decision:
    if step.at == PICK:
        said = SCALE.read(re.sub(r"\s*(m|mins?|minutes?)$", "", text.strip().lower()))
        minutes = int(said["v"]) if said else 0
        if minutes not in step.drill.minutes:
            return Decision((_picking(facts, step, refused=True),))
        return _before(step, minutes)
    if way := typed_way(text):
        return _asked(facts, event, step, way)
    value = SCALE.read(text)
    if value is None:
        return Decision((Turn(f"{step}", screens.before(step, refused=True)),))
    return _start(facts, event, step, int(value["v"]))


def _start(facts: Facts, event: Event, step: Step, before: int | None) -> Decision:
    question = Turn(RUNNING, screens.running(step, before), asking=False, unhurried=True)  # one message a start
    return Decision((question, *start(facts.profile, event, step, before)))


def start(profile: Profile, event: Event, step: Step, before: int | None) -> tuple[Effect, ...]:
    """The drill begins now; that its time is over is told then, unless they stop before."""
    begins = BeginDrill(step.drill.name, step.minutes, before, step.occasion)
    if step.drill is LABELLING:
        return (begins, naming.opened())
    over = event.at + timedelta(minutes=step.minutes)
    breath = screens.breath(step.drill, step.minutes, profile)
    end = screens.after(over=True)
    return (
        begins,
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
        case "words" | "picture":
            return _paced_by(facts.profile, facts.go, step, act)
        case _:
            return Decision(toast=OLD_BUTTON)


def _stop(facts: Facts, event: Event) -> Decision:
    outcome, minutes = _outcome(facts, event), None
    assert facts.go is not None, "a drill that runs without a go"
    spent = round((event.at - facts.go.started_at) / MINUTE)
    if outcome == STOPPED and spent and not BY_NAME[facts.go.drill].phases:  # a walk is done when they say so
        outcome, minutes = DONE, spent
    asked = Open(SETTLED, None, AFTER, screens.after(over=outcome == DONE))
    return Decision((EndDrill(outcome, minutes=minutes), Close(BREATH), Close(SETTLED), asked))


def _paced_by(profile: Profile, go: Go, step: str, how: str) -> Decision:
    """With or without the picture, now and from now on."""
    chosen = profile.with_choice("pace", how)
    return Decision((Choose("pace", how), Turn(step, screens.breath(BY_NAME[go.drill], go.minutes, chosen))))


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
        return _again(facts, event, act)
    if name == "skip":
        return _over(facts, event, None)
    if name == "worse":
        return _worse(facts)
    value = SCALE.read(text) if name == "v" else None
    return _over(facts, event, int(value["v"])) if value else Decision(toast=OLD_BUTTON)


def _again(facts: Facts, event: Event, act: str) -> Decision:
    """Once more, or what it did to them so far."""
    if act == "settles" and (ranks := ranked(facts.goes)):
        return Decision((Open(KIND, None, f"{Step(PICK)}", screens.settles(ranks)),))
    return pick(facts, event) if act == "again" else Decision(toast=OLD_BUTTON)


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
