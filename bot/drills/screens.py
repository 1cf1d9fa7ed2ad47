"""What a person sees of a drill. Pure."""

from bot.checkins.screens import SCALE_ROWS
from bot.drills.goes import BEST, BREATHS, DONE, EXTENDED_EXHALE, Drill, Go
from bot.model import Animation, Button, Label, Screen, Voice, Who
from bot.profile.choices import NO_HOLDS, Profile
from bot.safety.lines import help_for

Row = tuple[Button, ...]


def pick(profile: Profile, drill: Drill = EXTENDED_EXHALE, *, refused: bool = False) -> Screen:
    """How long?"""
    row = tuple(Button(Label("drills/minutes", {"n": n}), f"m={n}") for n in reversed(drill.minutes))
    values = {"drill": drill.name, "best": BEST, "uneasy": not profile.likes_breathing, "refused": refused}
    below = (Button(Label("drills/others"), "others"),)
    return Screen("drills/pick", {**values, "minutes": drill.minutes}, (row, below))


def others(profile: Profile) -> Screen:
    """Which breath? No holds for who named something that forbids them (docs/domain.md 5)."""
    rows = tuple(
        (Button(Label("drills/title", {"drill": BREATHS[code].name}), f"d={code}"),) for code in allowed(profile)
    )
    return Screen("drills/others", {"no_holds": len(rows) < len(BREATHS)}, rows)


def allowed(profile: Profile) -> tuple[str, ...]:
    """The breaths that may be offered to them, by what steps call them."""
    ruled_out = bool(NO_HOLDS & {*profile.health})
    return tuple(code for code, drill in BREATHS.items() if not (drill.holds and ruled_out))


def before(minutes: int, *, refused: bool = False) -> Screen:
    """How revved up now?"""
    out = (Button(Label("drills/back"), "back"), Button(Label("drills/skip"), "skip"))
    return Screen("drills/before", {"minutes": minutes, "refused": refused}, (*_scale(), out))


def running(minutes: int, before: int | None) -> Screen:
    """What stays of the question while the breath runs."""
    return Screen("drills/running", {"minutes": minutes, "before": before})


def breath(drill: Drill, minutes: int, profile: Profile) -> Screen:
    """One breath, over and over: the same in a picture and in words."""
    values = {"drill": drill.name, "minutes": minutes, "careful": bool(NO_HOLDS & {*profile.health})}
    out = (Button(Label("drills/stop"), "stop"), Button(Label("drills/worse"), "worse"))
    voice = (Button(Label("drills/voice"), "voice"),)
    words = {phase: Label("drills/phase", {"phase": phase}) for phase, _ in drill.phases}
    return Screen("drills/breath", values, (out, voice), medium=Animation(drill.phases, words))


def voice(drill: Drill, minutes: int) -> Screen:
    """So many minutes of the breath for closed eyes."""
    return Screen("drills/voice", {"holds": drill.holds}, medium=Voice(drill.phases, minutes, no_voice(drill)))


def no_voice(drill: Drill) -> Screen:
    """Where no sound can be made."""
    return Screen("drills/no_voice", {"drill": drill.name})


def after(*, over: bool, refused: bool = False) -> Screen:
    """And now? `over` when the time ran out, and they did not stop before."""
    out = (Button(Label("drills/worse"), "worse"), Button(Label("drills/skip"), "skip"))
    return Screen("drills/after", {"over": over, "refused": refused}, (*_scale(), out))


def over(go: Go, after: int | None, outcome: str) -> Screen:
    """How far they came down."""
    values = {"drill": go.drill, "before": go.before, "after": after, "minutes": go.minutes, "whole": outcome == DONE}
    return Screen("drills/over", values, ((Button(Label("drills/again"), "again"),),))


def worse(who: Who) -> Screen:
    """Dizzy, or worse than before: what to do."""
    return Screen("drills/unwell", {"help": help_for(who.person.country if who.person else None)})


def _scale() -> tuple[Row, ...]:
    return tuple(tuple(Button(str(value), f"v={value}") for value in row) for row in SCALE_ROWS)
