"""What a person sees of a drill. Pure."""

from collections.abc import Sequence

from bot.checkins.screens import SCALE_ROWS
from bot.drills.facts import Facts
from bot.drills.goes import BEST, DONE, DRILLS, EXTENDED_EXHALE, Drill, Go, Step
from bot.drills.offer import Offer, Rank, allowed, ranked
from bot.model import TO_PRIVATE, Animation, Button, Label, Screen, Voice, Who
from bot.profile.choices import NO_HOLDS, Profile
from bot.safety.lines import help_for

Row = tuple[Button, ...]
SHOWN = 8  # drills of a ranking


def pick(facts: Facts, drill: Drill, fits: Offer | None = None, *, refused: bool = False) -> Screen:
    """How long? `fits` says why it is this one."""
    row = tuple(Button(Label("drills/minutes", {"n": n}), f"m={n}") for n in reversed(drill.minutes))
    uneasy = drill.on_the_breath and not facts.profile.likes_breathing
    values = {"drill": drill.name, "best": BEST in drill.minutes and drill.on_the_breath, "uneasy": uneasy}
    below = [Button(Label("drills/others"), "others")]
    if ranked(facts.goes):
        below.append(Button(Label("drills/settles"), "settles"))
    told = {**values, **_why(fits), "minutes": drill.minutes, "refused": refused}
    return Screen("drills/pick", told, (row, tuple(below)))


def _why(fits: Offer | None) -> dict[str, object]:
    """Why it is offered: "" when there is nothing to say of it."""
    return {"why": fits.why if fits else "", "rank": fits.rank if fits else None}


def others(profile: Profile) -> Screen:
    """Which drill? No holds for who named something that forbids them (docs/domain.md 5)."""
    buttons = [Button(Label("drills/title", {"drill": drill.name}), f"d={drill.code}") for drill in allowed(profile)]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Screen("drills/others", {"no_holds": len(buttons) < len(DRILLS)}, rows)


def settles(ranks: Sequence[Rank]) -> Screen:
    """What settled them fastest so far."""
    return Screen("drills/settles", {"ranks": ranks[:SHOWN]}, ((Button(Label("drills/back"), "back"),),))


def before(step: Step, fits: Offer | None = None, *, refused: bool = False) -> Screen:
    """How revved up now?"""
    out = (Button(Label("drills/back"), "back"), Button(Label("drills/skip"), "skip"))
    values = {"drill": step.drill.name, "minutes": step.minutes, "refused": refused, **_why(fits)}
    return Screen("drills/before", values, (*_scale(), out))


def running(step: Step, before: int | None) -> Screen:
    """What stays of the question while the drill runs."""
    return Screen("drills/running", {"drill": step.drill.name, "minutes": step.minutes, "before": before})


def breath(drill: Drill, minutes: int, profile: Profile) -> Screen:
    """One breath, over and over: the same in a picture and in words; what has no pace is told in words."""
    values = {"drill": drill.name, "minutes": minutes, "careful": bool(NO_HOLDS & {*profile.health})}
    out = (Button(Label("drills/stop", {"paced": bool(drill.phases)}), "stop"), Button(Label("drills/worse"), "worse"))
    if not drill.phases:
        return Screen("drills/breath", values, (out,))
    other = "picture" if profile.words_only else "words"
    ways = (Button(Label("drills/voice"), "voice"), Button(Label("drills/paced_by", {"how": other}), other))
    return Screen("drills/breath", values, (out, ways), medium=None if profile.words_only else _picture(drill))


def _picture(drill: Drill) -> Animation:
    return Animation(drill.phases, {phase: Label("drills/phase", {"phase": phase}) for phase, _ in drill.phases})


def together(minutes: int) -> Screen:
    """For a group that came home: the default breath for all, and nothing asked of anybody."""
    drill = EXTENDED_EXHALE
    return Screen("drills/together", {"drill": drill.name, "minutes": minutes}, medium=_picture(drill))


def together_over() -> Screen:
    """And now? For each in private."""
    return Screen("drills/together_over", {}, (TO_PRIVATE,))


def voice(drill: Drill, minutes: int) -> Screen:
    """So many minutes of the breath for closed eyes."""
    values = {"drill": drill.name, "holds": drill.holds}
    return Screen("drills/voice", values, medium=Voice(drill.phases, minutes, no_voice(drill)))


def no_voice(drill: Drill) -> Screen:
    """Where no sound can be made."""
    return Screen("drills/no_voice", {"drill": drill.name})


def naming(question: str, *, keep: bool) -> Screen:
    """One of the two questions of "name it", and whether what is written is kept."""
    toggle = Button(Label("drills/keep", {"keep": keep}), "drop" if keep else "keep")
    rows = ((toggle,), (Button(Label("drills/stop", {"paced": True}), "stop"),))
    return Screen("drills/naming", {"question": question, "keep": keep}, rows)


def cues() -> Screen:
    """What to attend to on a run."""
    return Screen("drills/cues", {}, ((Button(Label("drills/ran"), "back"),),))


def noticed(what: Sequence[str]) -> Screen:
    """What were they most aware of?"""
    buttons = [Button(Label("drills/noticed", {"what": one}), f"n={one}") for one in what]
    rows = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Screen("drills/noticed", {}, rows)


def ran(what: str) -> Screen:
    """After a mindful run."""
    return Screen("drills/ran", {"noticed": what})


def after(*, over: bool, refused: bool = False, kept: bool = False) -> Screen:
    """And now? `over` when the time ran out, and they did not stop before; `kept`: their two sentences are."""
    out = (Button(Label("drills/worse"), "worse"), Button(Label("drills/skip"), "skip"))
    return Screen("drills/after", {"over": over, "refused": refused, "kept": kept}, (*_scale(), out))


def over(go: Go, after: int | None, outcome: str) -> Screen:
    """How far they came down."""
    values = {"drill": go.drill, "before": go.before, "after": after, "minutes": go.minutes, "whole": outcome == DONE}
    return Screen("drills/over", values, ((Button(Label("drills/again"), "again"),),))


def worse(who: Who) -> Screen:
    """Dizzy, or worse than before: what to do."""
    return Screen("drills/unwell", {"help": help_for(who.country)})


def _scale() -> tuple[Row, ...]:
    return tuple(tuple(Button(str(value), f"v={value}") for value in row) for row in SCALE_ROWS)
