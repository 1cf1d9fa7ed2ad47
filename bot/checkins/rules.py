"""The check-ins of morning and evening: a few questions on one card, and one answer (docs/domain.md 1, 2). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.cards import typed_way
from bot.checkins import advice, baseline, screens
from bot.checkins.advice import Reading
from bot.checkins.days import Day, as_told, as_usual, series
from bot.checkins.from_log import ANSWERING, marked
from bot.checkins.from_log import answers as answers_in
from bot.checkins.questions import (
    DOWN,
    EVENING,
    HEART_LINE,
    MORNING,
    NOTHING,
    QUESTIONS,
    QUIET_DAY,
    REVVED,
    Question,
    asked,
    is_answered,
    items,
)
from bot.drills import goes
from bot.drills import rules as drills
from bot.drills.goes import BEST, EXTENDED_EXHALE
from bot.drills.offer import Offer
from bot.logbook.reading import read
from bot.logbook.records import Record
from bot.model import (
    Choose,
    Command,
    Decision,
    Effect,
    Event,
    KeepAnswer,
    KeepDay,
    KeepLog,
    Label,
    Open,
    Screen,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile.choices import USUAL_BED, USUAL_UP, Profile
from bot.reminders.plan import is_counted
from bot.safety import slow

DAY_STARTS = timedelta(hours=4)  # local; an answer at 03:00 still belongs to the evening's day
DONE, WHY = "done", "why"
STEPS_OF = {"scale": 1.0, "hours": 0.5}  # in which "as usual" is answered
ANCHORS = re.compile(r"(what('|\u2019)?s|what is) an? \d+ ?\??", re.IGNORECASE)  # the button's words, typed
OLD_BUTTON = Label("help/old_button")


@dataclass(frozen=True, slots=True)
class Facts:
    """`day` is the card's own, else the one that is meant; `others` are up to 60 more when they are needed.

    `today` is the day that it is now.
    """

    who: Who
    profile: Profile
    kind: str
    day: Day
    others: Sequence[Day] = ()
    today: date | None = None

    @property
    def questions(self) -> list[Question]:
        """What this check-in asks, in order."""
        return questions_of(self.kind, self.profile, self.day)

    @property
    def past(self) -> bool:
        """Whether the card is about another day than this one."""
        return self.today is not None and self.day.date != self.today

    @property
    def correcting(self) -> bool:
        """Whether the card has been closed before."""
        return self.day.told(self.kind) is not None


def questions_of(kind: str, profile: Profile, day: Day) -> list[Question]:
    """What a check-in of that day asks, in order."""
    return asked(kind, profile, day.answers, counting=is_counted(profile, day.date))


def local_day(at: datetime, who: Who) -> date:
    """The day that an instant belongs to, for this person: it begins at 04:00 local time."""
    return (at.astimezone(_zone(who)) - DAY_STARTS).date()


def begins(day: date, who: Who) -> datetime:
    """When a day of theirs begins, in UTC."""
    return datetime.combine(day, (datetime.min + DAY_STARTS).time(), _zone(who)).astimezone(UTC)


def fitting(at: datetime, who: Who, profile: Profile) -> str:
    """Which check-in fits: the evening's from the middle of the waking day until the middle of the night."""
    local = at.astimezone(_zone(who))
    up, bed = profile.up or USUAL_UP, profile.bed or USUAL_BED
    awake, since = _between(up, bed), _between(up, local.time())
    if since < awake / 2:
        return MORNING
    # From the middle of the night on it is the next morning, unless the day before is not over yet.
    late = since >= awake + (timedelta(days=1) - awake) / 2
    return MORNING if late and local.time() >= (datetime.min + DAY_STARTS).time() else EVENING


def meant(event: Event, who: Who, profile: Profile) -> tuple[date, str | None]:
    """The day and the kind of check-in that `/checkin` with these words means; None when it is left to the answers."""
    words = event.act.payload.lower().split() if isinstance(event.act, Command) else []
    kind = next((kind for kind in (MORNING, EVENING) if kind in words), None)
    today = local_day(event.at, who)
    if "yesterday" in words:
        return today - timedelta(days=1), kind
    return today, kind or fitting(event.at, who, profile)


def open_kind(day: Day, profile: Profile) -> str:
    """The check-in of a past day that is still open, its evening first."""
    unanswered = (kind for kind in (EVENING, MORNING) if _next(questions_of(kind, profile, day), -1, day) != DONE)
    return next(unanswered, EVENING)


def needs_others(facts: Facts, event: Event) -> bool:
    """Whether the other days matter: when a card opens, and when it may close with this event."""
    card = facts.who.card
    if isinstance(event.act, Command) or card is None or card.step not in QUESTIONS or facts.correcting:
        return True
    questions = facts.questions
    # The way down may fall away with this very answer.
    likely = facts.day.with_({DOWN.marker: "0"})
    return _next(questions, _place(questions, card.step), likely) == DONE


def decide(facts: Facts, event: Event) -> Decision:
    """`/checkin`, a tap on the card, or a typed answer."""
    card = facts.who.card
    match event.act:
        case Tap(act=act) if card is not None:
            return _tapped(facts, card.step, act)
        case Typed() as typed if card is not None and card.step in QUESTIONS:
            return _typed(facts, QUESTIONS[card.step], typed, event.at)
        case Command():
            return open_card(facts)
        case _:
            return Decision()


def open_card(facts: Facts) -> Decision:
    """The card of a day at its first open question, or with its answer when all are there."""
    usual = as_usual(_usual(facts))
    facts = replace(facts, day=facts.day.with_(usual))
    step = _next(facts.questions, -1, facts.day)
    screen, kept = _screen(facts, step)
    opened = Open(facts.kind, facts.day.date, step, screen, asking=step != DONE)
    return Decision((*_kept(facts, {**usual, **kept}), opened))


def _tapped(facts: Facts, step: str, act: str) -> Decision:
    if step not in QUESTIONS:
        return _closed(facts, act)
    name, _, text = act.partition("=")
    question = QUESTIONS[step]
    questions = facts.questions
    match name:
        case "back" if facts.correcting and (is_answered(question, facts.day.answers) or question is questions[0]):
            return _show(facts, DONE)
        case "back" if _place(questions, step) > 0:
            return _show(facts, questions[_place(questions, step) - 1].marker)
        case "skip":
            return _after(facts, question, {}, Label("checkins/skipped"))
        case "anchors" if question.form == "scale":
            return Decision((Turn(step, _question(facts, question, anchors=True)),))
        case "never" if question is HEART_LINE:
            extras = ",".join(extra for extra in facts.profile.extras if extra != "heart")
            return _after(facts, question, {}, Label("checkins/not_asked"), Choose("extras", extras))
        case "toggle" if question.form == "any" and text in question.items:
            return _toggled(facts, question, text)
        case "ok" if question.form == "any":
            return _after(facts, question, {step: facts.day.kept.get(step, NOTHING)}, Label("checkins/noted"))
        case _ if name == step:
            value = question.read(text)
            return _after(facts, question, value, Label("checkins/noted")) if value else Decision(toast=OLD_BUTTON)
        case _:
            return Decision(toast=OLD_BUTTON)


def _closed(facts: Facts, act: str) -> Decision:
    """A tap under the answer: why, back, a correction, or on with the other check-in."""
    name, _, text = act.partition("=")
    if act == "drill" and _told(facts).drill:
        return drills.begin(Offer(EXTENDED_EXHALE, BEST, goes.REVVED, goes.REVVED))
    if act == WHY:
        return Decision((Turn(WHY, screens.why(_told(facts)), asking=False),))
    if act == "answer":
        return _show(facts, DONE)
    if act in (MORNING, EVENING):
        return open_card(replace(facts, kind=act))
    if act == "change":
        return Decision((Turn(DONE, _closing(facts, correcting=True)[0], asking=False),))
    if name == "go" and text in [question.marker for question in facts.questions]:
        return _show(facts, text)
    return Decision(toast=OLD_BUTTON)


def _typed(facts: Facts, question: Question, typed: Typed, at: datetime) -> Decision:
    if question.form == "scale" and ANCHORS.fullmatch(typed.text.strip()):
        return _tapped(facts, question.marker, "anchors")
    if way := typed_way(typed.text):
        decision = _tapped(facts, question.marker, way)
        return decision if decision.effects else _show(facts, question.marker)
    value = question.read(typed.text)
    if value:
        return _after(facts, question, value)
    records = _told_in(facts, typed.text, at)
    answers = answers_in(records)
    if not answers:
        return Decision((Turn(question.marker, _question(facts, question, refused=True)),))
    kept = KeepLog(typed.message, [marked(one, answers) for one in records])
    return _after(facts, question, {marker: value for (_, marker), value in answers.items()}, None, kept)


def _told_in(facts: Facts, text: str, at: datetime) -> list[Record]:
    """What a line says of the card's own day: "slept 6.5h 4/10" answers two questions, whichever was asked."""
    found = read(text, datetime.combine(facts.day.date, facts.who.local(at).timetz()))
    return [one for one in found.records if one["kind"] in ANSWERING and one["date"] == f"{facts.day.date}"]


def _toggled(facts: Facts, question: Question, item: str) -> Decision:
    """On or off, kept at once: who leaves in the middle has answered so far."""
    on = set(items(facts.day.kept.get(question.marker)))
    value = ",".join(other for other in question.items if (other in on) != (other == item))
    facts = replace(facts, day=facts.day.with_({question.marker: value}))
    kept = KeepAnswer(facts.day.date, question.marker, value)
    return Decision((kept, Turn(question.marker, _question(facts, question))))


def _after(
    facts: Facts, question: Question, answers: dict[str, str], toast: Label | None = None, *more: Effect
) -> Decision:
    """Keep what was answered; show the next open question, or the closing answer after the last.

    Answers to other questions leave this one open; none at all pass it over.
    """
    if answers.get(REVVED.marker) and int(answers[REVVED.marker]) <= QUIET_DAY and DOWN.marker in facts.day.kept:
        answers = {**answers, DOWN.marker: ""}  # on a quiet day there is nothing to come down from
    facts = replace(facts, day=facts.day.with_(answers))
    questions = facts.questions
    stays = answers and not answers.keys() & {*question.markers}
    step = _next(questions, _place(questions, question.marker) - bool(stays), facts.day)
    screen, kept = _screen(facts, step)
    given = tuple(KeepAnswer(facts.day.date, marker, value) for marker, value in answers.items())
    shown = Turn(step, screen, asking=step != DONE)
    return Decision((*more, *given, *_kept(facts, kept), shown, *_lasting(facts, step)), toast)


def _lasting(facts: Facts, step: str) -> tuple[Effect, ...]:
    """A talk about what has lasted for two weeks, below the answer of this very day."""
    name = slow.signal(facts.others, facts.day) if step == DONE and not facts.past else None
    return slow.talk(name, facts.day) if name else ()


def _show(facts: Facts, step: str) -> Decision:
    screen, kept = _screen(facts, step)
    return Decision((*_kept(facts, kept), Turn(step, screen, asking=step != DONE)))


def _kept(facts: Facts, news: dict[str, str]) -> tuple[Effect, ...]:
    return (KeepDay(facts.day.date, news),) if news else ()


def _next(questions: Sequence[Question], place: int, day: Day) -> str:
    """The next question that is not answered yet: what was passed over stays open, and is asked when one returns."""
    later = (question.marker for question in questions[place + 1 :] if not is_answered(question, day.answers))
    return next(later, DONE)


def _place(questions: Sequence[Question], marker: str) -> int:
    """Where a question stands; after one that is not asked any more nothing comes."""
    markers = [question.marker for question in questions]
    return markers.index(marker) if marker in markers else len(markers) - 1


def _usual(facts: Facts) -> dict[str, str]:
    """What "as usual" answers, by marker."""
    usual: dict[str, str] = {}
    for question in (question for question in QUESTIONS.values() if question.form in STEPS_OF):
        found = baseline.usual(series(facts.others, question.marker), facts.day.date)
        if found is not None:
            usual[question.marker] = f"{baseline.nearest(found, STEPS_OF[question.form]):g}"
    return usual


def _screen(facts: Facts, step: str) -> tuple[Screen, dict[str, str]]:
    """The screen of a step, and what the day keeps of it."""
    return _closing(facts) if step == DONE else (_question(facts, QUESTIONS[step]), {})


def _question(facts: Facts, question: Question, *, refused: bool = False, anchors: bool = False) -> Screen:
    questions = facts.questions
    return screens.question(
        facts.kind, questions, question, facts.day, past=facts.past, refused=refused, anchors=anchors,
        back=facts.correcting,
    )


def _closing(facts: Facts, *, correcting: bool = False) -> tuple[Screen, dict[str, str]]:
    """What was noticed and one thing to do; nothing but thanks when nothing was answered."""
    questions = facts.questions
    answered = [question for question in questions if is_answered(question, facts.day.answers)]
    left = _left(facts)
    if not answered:
        return screens.nothing(facts.kind, questions, facts.day, past=facts.past, correcting=correcting, left=left), {}
    reading = Reading(facts.kind, facts.day, facts.others, facts.profile, facts.past)
    noticed, function = advice.notice(reading), advice.choose(reading)
    screen = screens.closing(reading, noticed, function, questions, correcting=correcting, left=left)
    return screen, as_told(facts.kind, function.name)


def _left(facts: Facts) -> str | None:
    """The other check-in of the day, when it was begun and never came to its answer."""
    other = MORNING if facts.kind == EVENING else EVENING
    begun = any(is_answered(question, facts.day.answers) for question in asked(other, facts.profile, facts.day.answers))
    return other if begun and facts.day.told(other) is None else None


def _told(facts: Facts) -> advice.Function:
    """The function that the card ended with."""
    return advice.BY_NAME.get(facts.day.told(facts.kind) or "", advice.FUNCTIONS[facts.kind][-1])


def _zone(who: Who) -> ZoneInfo:
    return ZoneInfo(who.person.zone if who.person else "UTC")


def _between(start: time, end: time) -> timedelta:
    """From one time of day to the next that is the other; nothing when they are the same."""
    anywhen = date(2000, 1, 1)
    passed = datetime.combine(anywhen, end) - datetime.combine(anywhen, start)
    return passed % timedelta(days=1)
