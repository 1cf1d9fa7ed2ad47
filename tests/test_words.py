"""Every word that a person reads: valid for Telegram in every state it can meet, short, plain, and claiming nothing."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import chain, product
from typing import get_args

import pyphen
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import cards
from bot.activities.activity import Reason
from bot.adapters.store import engine  # noqa: F401  (the tables)
from bot.adapters.store import privacy as store
from bot.checkins import history
from bot.checkins import rules as checkin_rules
from bot.checkins import screens as checkins
from bot.checkins.advice import FUNCTIONS, Notice, Reading
from bot.checkins.days import Day, as_usual
from bot.checkins.questions import EVENING, MORNING, asked
from bot.checkins.weeks import Change, Week
from bot.demo.entities import parse
from bot.drills import screens as drills
from bot.drills.facts import Facts as Drilling
from bot.drills.goes import ALL, EXTENDED_EXHALE, Go, Step
from bot.drills.mindful import ELSE, NOTICED
from bot.drills.offer import REASONS, Offer, Rank
from bot.help import rules as help_
from bot.logbook import rules as logbook
from bot.logbook.limits import Misfit
from bot.logbook.records import told
from bot.model import Button, Command, Event, Found, Label, Open, Pause, Person, Place, Screen, Who
from bot.onboarding import rules as onboarding
from bot.preferences import rules as preferences
from bot.privacy import export
from bot.privacy import screens as privacy
from bot.profile import screens as profile
from bot.profile.choices import DRILLS, HEALTH, Profile
from bot.profile.picks import PARTS
from bot.profile.rules import Facts
from bot.profile.screens import SHARE
from bot.reminders import answers as reminders
from bot.reminders import screens as card
from bot.reminders.answers import Facts as Facts_
from bot.reminders.coming import Coming
from bot.reminders.handlers import OPENS
from bot.reminders.kinds import KINDS, TRIAL
from bot.reminders.reading import Problem
from bot.reminders.recurrence import Recurrence, Slot
from bot.reminders.rules import Due
from bot.reminders.trial import Result, compare
from bot.safety.handover import FAMILIES, TRANSLATED
from bot.safety.lines import Help, help_for
from bot.safety.slow import SIGNALS
from bot.settings import PROMPTS
from bot.words import Words

WORDS = Words(PROMPTS, "en")
LONGEST = 600  # characters of a prompt
LONG = {
    "help/about": 720, "privacy/privacy": 1500, "privacy/group": 1500, "privacy/page.html": 10_000,  # only read
    "safety/answer": 1300,  # in two languages
    "privacy/erased": 650,  # with every table in it
}
BANNED = re.compile(
    r"\b(diagnos\w*|treat(s|ed|ment)?|cure[sd]?|prevents?|detects?|clinical|medical-grade|therapy for|abnormal)\b", re.I
)
DISCLAIMERS = ("I do not treat illness or replace a doctor",)
INNER = re.compile(r"\b(arousal|secondary behaviou?rs?|system under load|emotional blunting|aggression spikes)\b", re.I)


NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
NAV = (Button(Label("onboarding/back"), "back"), Button(Label("onboarding/skip"), "skip"))


def who(name: str = "Ana", country: str | None = None, pause: Pause | None = None) -> Who:
    person = Person(7, "en", "America/Argentina/Buenos_Aires", country, 1, pause)
    return Who(person, None, name, "en")


def set_up_screens() -> Iterator[Screen]:
    """The questions of the set-up, what may be wrong with an answer, and everything that may be ticked."""
    found = Found(tuple(Place("Springfield <3", region, "US", "America/Chicago") for region in ("Ohio", "Iowa")))
    yield SHARE
    yield from (profile.where(NAV, problem=problem) for problem in (None, "unknown", "nowhere", "unavailable"))
    yield profile.where(NAV, found=found)
    yield profile.parts(NAV)
    yield from (profile.zones(part, NAV) for part in PARTS)
    for country, problem in product((None, "AR", "BA"), (None, "unknown")):
        yield profile.country(who(country=country or "AR"), NOW, NAV, problem=problem)
        yield profile.land(who(country=country), NAV, problem=problem)
    for kept in ({}, {"aim": "high_load", "prompt": "yes", "up": "07:00", "bed": "06:00", "extras": "cycle"},
                 *({"health": item} for item in HEALTH)):
        chosen = Profile(kept)
        yield from (profile.aim(chosen, NAV), profile.prompt(chosen, NAV))
        yield from (profile.toggles(step, chosen, NAV) for step in ("extras", "health", "drills"))
        for step, problem in product(("up", "bed"), (None, "unknown", "night")):
            if problem != "night" or (chosen.up and chosen.bed):
                yield profile.times(step, chosen, NAV, problem=problem)
        for country, over in product((None, "AR"), (False, True)):
            yield preferences.menu(Facts(who(country=country), chosen), over=over)
        yield onboarding.screen("minute", Facts(who(), chosen), EVENT)
    yield from (
        Screen("onboarding/ready", {"did": did, "breathing": breathing})
        for did, breathing in product((True, False), (True, False))
    )


MONDAY = NOW.date()
MORNINGS = {"sleep": "7", "mood": "5", "hours": "7.25", "irritability": "3", "rhr": "52", "hrv": "61"}
EVENINGS = {"revved": "7", "down": "5", "spilled": "snapped,ruminated,withdrew,other", "food": "fuelled,alcohol"}
NOTICES = (
    Notice("learning", {"days": 3, "of": 7}), Notice("usual", {"learning": True}), Notice("usual", {"learning": False}),
    *(Notice(name, {"marker": marker, "value": 4.0, "usual": 6.5, "learning": learning})
      for name, marker, learning in product(("worse", "better"), ("sleep", "mood", "irritability"), (True, False))),
    Notice("worse", {"marker": "down", "value": 2.0, "usual": 5.0, "learning": False}),
    Notice("faster", {"marker": "down", "value": 8.0, "usual": 5.0, "learning": True}),
    Notice("held", {"revved": 7.0, "evenings": 3}), Notice("quiet", {"spilled": True}),
    Notice("quiet", {"spilled": False}), Notice("heavy", {}), Notice("heart", {"marker": "rhr"}),
    Notice("heart", {"marker": "hrv"}), Notice("nothing", {}),
)


def checkin_screens() -> Iterator[Screen]:
    """Every question in each state, every answer with all that may be noticed, /today and the week."""
    high_load = Profile({"aim": "high_load", "extras": "heart"})
    for kind, answers in ((MORNING, MORNINGS), (EVENING, EVENINGS)):
        questions = asked(kind, high_load, {})
        for kept, (refused, anchors) in product(
            ({}, answers, as_usual(answers)), ((False, False), (True, False), (False, True))
        ):
            yield from (
                checkins.question(kind, questions, each, Day(MONDAY, kept), past=past, refused=refused, anchors=anchors)
                for each, past in product(questions, (False, True))
            )
        first = dict([next(iter(answers.items()))])
        for kept in (answers, {**answers, "spilled": "none", "food": "none"}, first):
            for past in (False, True):
                reading = Reading(kind, Day(MONDAY, kept), (), high_load, past)
                for function in FUNCTIONS[kind]:
                    yield checkins.closing(reading, NOTICES[0], function, questions, left=kind)
                for noticed, correcting in product(NOTICES, (False, True)):
                    yield checkins.closing(reading, noticed, FUNCTIONS[kind][0], questions, correcting=correcting)
        yield from (checkins.why(function) for function in FUNCTIONS[kind])
        for past, correcting in product((False, True), (False, True)):
            yield checkins.nothing(kind, questions, Day(MONDAY), past=past, correcting=correcting)
    for before, after in ((None, None), (7, 4), (7, 6), (3, 3), (3, 9)):
        goes = [Go("extended-exhale", 5, before, after, "done", NOW)]
        for days in (0, 20):
            others = [Day(MONDAY - timedelta(days=back), {**MORNINGS, **EVENINGS}) for back in range(1, days)]
            for kept in ({}, {"sleep": "7"}, {**MORNINGS, **EVENINGS}):
                facts = checkin_rules.Facts(who(), high_load, MORNING, Day(MONDAY, kept), others)
                later = replace(facts, today=MONDAY + timedelta(days=1))
                yield from (history.today(history.Facts(each, goes)) for each in (facts, later))
                yield history.week(history.Facts(facts, goes))
                yield history.week(history.Facts(facts, ()))
                yield history.in_weeks(history.Facts(facts, ()))
    then, now = (Week(MONDAY - timedelta(days=back), 7.5, 4.5, 7, 3) for back in (49, 0))
    yield from (Screen("checkins/weeks", {"change": Change(then, now, how), "weeks": 8, "enough": 3})
                for how in ("faster", "slower", "same"))


def drill_screens() -> Iterator[Screen]:
    """A drill from choosing to the end."""
    whys = [
        Offer(EXTENDED_EXHALE, 5, "", why, Rank(EXTENDED_EXHALE, 0.625, 12, "quite"))
        for why in ("best", "another", *REASONS)
    ]
    for chosen in (Profile({}), Profile({"health": "breath,faint", "pace": "words"})):
        for drill, refused in product(ALL, (False, True)):
            facts = Drilling(who(), chosen, None)
            yield drills.pick(facts, drill, refused=refused)
            yield from (drills.pick(facts, drill, fits) for fits in whys)
            if drill.name in ("labelling", "mindful-run"):
                continue
            yield from (drills.breath(drill, minutes, chosen) for minutes in drill.minutes)
        yield drills.others(chosen)
    for drill in ALL:
        if drill.phases:
            yield from (drills.voice(drill, 5), drills.no_voice(drill))
        for minutes, refused in product(drill.minutes, (False, True)):
            step = Step("before", drill, minutes)
            yield drills.before(step, refused=refused)
            yield from (drills.before(step, fits) for fits in whys)
            yield from (drills.running(step, before) for before in (None, 7))
    for over, refused, kept in product((False, True), repeat=3):
        yield drills.after(over=over, refused=refused, kept=kept)
    for before, after in product((None, 3, 4, 7), (None, 3)):
        for drill in ALL:
            go = Go(drill.name, 5, before, None, "running", NOW)
            yield from (drills.over(go, after, outcome) for outcome in ("done", "stopped"))
    yield from (drills.worse(who(country=country)) for country in (None, "IE"))
    yield Screen("drills/still")
    sure = ("early", "fairly", "quite")
    yield drills.settles([Rank(drill, 0.5 - place / 7, 3, sure[place % 3]) for place, drill in enumerate(ALL)])
    yield from (drills.naming(question, keep=keep) for question, keep in product(("state", "need"), (False, True)))
    yield from (drills.cues(), drills.noticed(NOTICED), drills.together(5), drills.together_over())
    yield from (drills.ran(what) for what in (*NOTICED, ELSE))


BREAKS = {"break": "22:30-06:15/180 3567"}
BUSY = {**BREAKS, "prompt": "yes", "micro": "08:30-16:30/240", "session": "18:00 2467", "hygiene": "12:30",
        "trial": "2026-11-20", "quiet": "00:00-23:00"}
PROBLEMS = tuple(
    Problem(name, "presentation 28 Feb 09:00", "25:75")
    for name in ("clock", "length", "short", "every", "date", "past", "unclear")
)


def reminder_screens() -> Iterator[Screen]:
    """Every reminder and what may be said to it; /reminders, /travel and /remind in every state."""
    monday = Slot(MONDAY, 0, NOW)
    told = [(kind, "", health) for kind, health in product(sorted(KINDS.keys() - OPENS.keys()), ("", "breath"))]
    for kind, drill, health in (*told, *(("micro", drill, "") for drill in DRILLS)):
        result = compare((), 7, MONDAY) if kind == TRIAL else None
        facts = Facts_(who(), Profile({"drills": drill, "health": health}), kind, monday, 60, "talk <3", result=result)
        (opened,) = reminders.prompt(facts).effects
        assert isinstance(opened, Open)
        yield opened.screen
        yield reminders.dressed(opened.screen, Due(7, Recurrence(kind, 0), monday, "UTC"), NOW)
        if Button(Label("reminders/short"), "~short") in opened.screen.rows[0]:
            yield reminders._short(facts)
    for verdict, times in (("same", 0.1), ("chance", 1.0), ("maybe", 2.0), ("likely", -1.5), ("likely", 1.5)):
        result = Result(4.0, 3.25, (8, 6), 0.2)
        yield Screen("reminders/result", {"result": result, "times": times, "verdict": verdict})
    for kind, less in product([kind.name for kind in KINDS.values() if kind.backs_off], (False, True)):
        yield Screen("reminders/still", {"kind": kind, "less": less})
    ways = ("done", "moved", "later", "not_today", "breathe", "less", "another", "stop", "keep")
    for kind, how, next_ in (*product(("break",), ways, (None, NOW)), *product(KINDS, ("done", "stop"), (None,))):
        yield Screen("reminders/over", {"kind": kind, "how": how, "minutes": 10, "next": next_})
    tomorrow = NOW + timedelta(days=1)
    some = Coming("evening", NOW), Coming("preload", tomorrow, "talk <3"), Coming("week", NOW + timedelta(days=6))
    for kept in ({}, BREAKS, BUSY, {"quiet": "off 22:00-07:00"}):
        chosen = Profile(kept)
        for pause, following in ((None, some[0]), (None, some[1]), (None, some[2]), (Pause(NOW, NOW), None),
                             (Pause(NOW, None), None)):
            person = who(country="AR", pause=pause).person
            assert person is not None
            for there in (person, replace(person, zone="UTC", country=None)):
                yield card.menu(chosen, there, following, NOW)
                yield card.there(there, following, NOW)
        yield from (card.one(kind, chosen, MONDAY) for kind in card.LINES)
        yield card.trial(chosen, MONDAY)
    yield from (card.one(kind, Profile(BUSY), MONDAY, problem) for kind, problem in product(card.LINES, PROBLEMS))
    for how, silent, ahead in product(("noted", "again"), (None, "quiet", "pause"), (timedelta(), timedelta(days=3))):
        yield card.noted(how, "talk <3", NOW + ahead, NOW, "123456789", silent)
    for minutes, breathing in product((0.5, 1, 6, 15), (True, False)):
        yield card.soon("talk <3", timedelta(minutes=minutes), breathing=breathing)
    yield from (Screen("reminders/noted", {"how": how, "what": "talk"}) for how in ("undone", "over", "breathe"))
    for problem, place in product((None, *PROBLEMS), (True, False)):
        yield Screen("reminders/remind", {"problem": problem, "place": place})


def pause_screens() -> Iterator[Screen]:
    """A pause: offered, running, over."""
    for until in (None, NOW):
        yield Screen("preferences/paused", {"until": until, "zone": "Europe/Berlin"})
        resting = Pause(NOW, None if until is None else NOW + timedelta(days=1))
        yield preferences.pause_screen(who(pause=resting), EVENT)
    yield preferences.pause_screen(who(), EVENT)
    yield preferences.still_paused_screen()


EVENT = Event(1, 7, 7, True, NOW, Command("start"))


def every_screen() -> Iterator[Screen]:
    """Each screen in each state that it can meet."""
    for again, name in product((False, True), ("", "Ana", "<3 & \"co\"")):
        yield onboarding.welcome_screen(who(name), again=again)
    yield from checkin_screens()
    yield from drill_screens()
    for country in (None, "IE", "DE"):
        yield from (Screen("safety/minor", {"help": help_for(country), "told": told}) for told in (True, False))
        yield from safety_screens(help_for(country))
    yield from set_up_screens()
    yield from pause_screens()
    yield from reminder_screens()
    yield from log_screens()
    yield from (help_.help_screen(topic) for topic in (help_.MENU, *help_.TOPICS))
    plain = ("help/start_first", "help/lost", "help/unreadable", "help/in_group", "help/failed", "help/about",
             "help/located", "listing/description", "profile/put_away",
             "preferences/not_paused", "preferences/resumed",
             "onboarding/again", "onboarding/declined", "onboarding/later",
             "privacy/kept", "privacy/export", "privacy/nothing")
    yield from (Screen(template) for template in plain)
    yield from privacy_screens()


def log_screens() -> Iterator[Screen]:
    """What was read in a line, and what is asked of it."""
    run = {"km": 8.25, "minutes": 45.5, "effort": 6, "at": "07:00", "group": True}
    records = [
        *told([dict(one, date="2026-11-23") for one in (
            {"kind": "session", "activity": "run", **run},
            {"kind": "session", "activity": "run", **run, "moving": 40, "heart": 150, "highest": 171, "fall": 24},
            {"kind": "session", "activity": "strength", "sets": [{"exercise": "dip", "sets": 3, "reps": 8, "kg": 5}]},
            {"kind": "session", "activity": "other", "planned": True}, {"kind": "session", "activity": "swim"},
            {"kind": "sleep", "hours": 7}, {"kind": "sleep", "quality": 4}, {"kind": "vitals", "rhr": 52, "hrv": 61},
            {"kind": "vitals", "hrv": 61}, {"kind": "caffeine", "cups": 0}, {"kind": "state", "state": "revved"},
            {"kind": "caffeine", "cups": 2, "last": "17:00"},
            {"kind": "stress", "what": "<exam> & more", "at": "14:00"},
            {"kind": "named", "question": "state", "words": "tight <& far away>"},
        )], NOW.date()),
    ]
    for one, occasion, unsure in product(records, ("", "session", "revved"), (False, True)):
        values = {"records": [one], "occasion": occasion, "minutes": 3, "unsure": unsure, "known": unsure}
        yield Screen("logbook/logged", values)
    yield from (Screen("logbook/file", {"reason": reason}) for reason in (*get_args(Reason), "too many"))
    odds = (Misfit("km", 0.01, 100), Misfit("distance", 0, 0), Misfit("pace", 7 / 3, 20), Misfit("minutes", 0.01, 1440),
            Misfit("hours", 0.01, 16), Misfit("effort", 0, 10), Misfit("rhr", 25, 130))
    for kept, alone, odd in product(([], records[:2]), (False, True), (None, *odds)):
        rows = ((Button(Label("logbook/way", {"records": records[:2]}), "way=0"),),)
        yield Screen("logbook/asked", {"records": kept, "alone": alone, "meant": [records[:2]], "fits": odd}, rows)
    efforts = (tuple(Button(Label("logbook/effort", {"effort": effort}), "e") for effort in logbook.EFFORTS[:3]),)
    yield Screen("logbook/effort", {"records": records[:2], "unsure": True, "known": False}, efforts)
    yield from (Screen("logbook/unread", {"edited": edited}) for edited in (False, True))
    yield from (Screen("logbook/taken_out", {"records": left, "held": True}) for left in ((), records[:1]))
    yield from (Screen("logbook/taken_out", {"records": (), "held": False}), Screen("logbook/too_late"))


def safety_screens(there: Help) -> Iterator[Screen]:
    """What is said to whoever is not all right, and below it."""
    levels = ("concern", "urgent", "emergency")
    for family, level in product(sorted(set(FAMILIES.values())), levels):
        values = {"family": family, "level": level, "help": there, "again": False, "hurt": True, "also": None}
        yield Screen(f"safety/{family}", values)
        repeated = {"again": True, "also": "medical", "late": True, "often": True, "language": None}
        yield Screen("safety/answer", {**values, **repeated})
        for language in TRANSLATED if level != "concern" and there is not help_for("IE") else ():
            if (PROMPTS / "en" / "safety" / language / f"{family}.j2").exists():
                yield Screen(f"safety/{language}/{family}", values)
                yield Screen("safety/answer", {**values, "late": False, "often": False, "language": language})
    yield from (Screen(f"safety/{name}", {"help": there}) for name in ("safe", "meant", "call", "here"))
    yield from (Screen("safety/hard", {"help": there, "body": body}) for body in (False, True))
    yield from (Screen("safety/sos", {"help": there, "unknown": typed}) for typed in ("", "<Narnia> & so on"))
    yield from (Screen("safety/country", {"unknown": typed}) for typed in ("", "<Narnia> & so on"))
    yield from (Screen("safety/trust"), Screen("safety/elsewhere"))
    for name in SIGNALS:
        yield from (Screen("safety/slow", {"name": name}), Screen("safety/slow_way", {"name": name}))
        yield from (Screen("safety/slow_over", {"name": name, "how": how}) for how in ("yes", "little", "better"))


def privacy_screens() -> Iterator[Screen]:
    """All that is shown of what is kept, for nobody, for one and for many rows of every table."""
    tables = [table.name for table, _ in store.erased_tables()]
    yield privacy.front({}, ())
    for count in (1, 2000):
        rows = dict.fromkeys(tables, count)
        yield from privacy.pages(rows, store.column_map()).values()
        yield privacy.question(rows)
        yield privacy.receipt(rows, NOW, "America/Argentina/ComodRivadavia", "0123456789ab")
    row = {column.name: None for column in store.column_map()}
    for rows_each in ([], [row]):
        document = {column.table: rows_each for column in store.column_map() if column.export}
        yield export.page(document, store.column_map(), "Europe/Lisbon", NOW)


SCREENS: dict[str, list[Screen]] = {}
for each in every_screen():
    SCREENS.setdefault(each.template, []).append(each)


def shown(screen: Screen) -> str:
    """The text as it stands on the phone, after Telegram parsed it; a page for the browser without its markup."""
    text = WORDS.render(screen, "en").text
    if screen.template.endswith(".html"):
        parts = re.split(r"</(?:dd|h1|h2|nav|p|tr)>", re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL))
        return unescape("\n\n".join(" ".join(re.sub(r"<[^>]+>", " ", part).split()) for part in parts))
    return parse(text, "HTML")[0]


def test_every_template_is_looked_at_here() -> None:
    files = {str(path.relative_to(PROMPTS / "en").with_suffix("")) for path in (PROMPTS / "en").rglob("*.j2")}
    screens = {name for name in files if not name.endswith("labels") and "/_" not in name}
    assert SCREENS.keys() == screens


# One test a template: thousands of screens by themselves would cost more to hand out than to look at.
@pytest.mark.parametrize("template", SCREENS)
def test_its_screens_are_valid_short_and_whole(template: str) -> None:
    for screen in SCREENS[template]:
        text = shown(screen)
        fallback = screen.values.get("help") is help_for(None)
        longest = LONG.get(template, LONGEST)
        assert 0 < len(text) <= (max(900, longest) if fallback else longest), screen
        assert not re.search(r"\{\{|\}\}|\{%|None|True|False|Undefined|\n\n\n", text), screen
        assert "!" not in text
        assert not INNER.search(text)
        for line in DISCLAIMERS:
            text = text.replace(line, "")
        assert not BANNED.search(text), screen


@pytest.mark.parametrize("name", ["checkins/question", "checkins/today"])
def test_a_narrow_phone_breaks_no_count_and_begins_no_line_with_a_dot(name: str) -> None:
    texts = [shown(screen) for screen in SCREENS[name]]
    assert any(re.search(r"\S\u00a0· \d\u00a0of\u00a0\d", text) for text in texts)
    for text in texts:
        assert not re.search(r"\d of \d", text)
        assert " · " not in text


@pytest.mark.parametrize("template", SCREENS)
def test_buttons_fit_a_phone(template: str) -> None:
    for row in (row for screen in SCREENS[template] for row in WORDS.render(screen, "en").rows):
        widest = {1: 40, 2: 28, 3: 18}.get(len(row), 7)  # characters that 360 pixels show, more or less
        for label, act in row:
            assert 0 < len(label) <= widest, f"{label!r} in a row of {len(row)}"
            assert "!" not in label
            assert len(cards.data(10**9, 10**4, act).encode()) <= 64


@given(name=st.text(max_size=64))
def test_any_name_can_be_greeted(name: str) -> None:
    assert name.strip() == "" or shown(onboarding.welcome_screen(who(name)))


def test_reading_grade_of_each_room() -> None:
    hyphens = pyphen.Pyphen(lang="en_US")
    rooms: dict[str, list[str]] = defaultdict(list)
    for screen in chain.from_iterable(SCREENS.values()):
        rooms[screen.template.split("/")[0]].append(shown(screen))
    for room, texts in rooms.items():
        text = "\n".join(texts)
        sentences = max(1, len(re.findall(r"[.?:]\s|\n\n|[.?]$", text)))
        words = re.findall(r"[A-Za-z][A-Za-z']*", text)
        syllables = sum(len(hyphens.inserted(word).split("-")) for word in words)
        grade = 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59
        assert grade <= 8, f"{room} reads at grade {grade:.1f}"


LABELS: Mapping[str, tuple[str, ...]] = {
    "help": ("old_button", "not_yours", "in_private", "back"),
    "onboarding": ("agree", "young", "decline", "back", "skip", "set_up_later", "begin", "did", "later"),
    "profile": ("share_place", "pick", "other_part", "right", "other_country", "other_place", "one_stays"),
    "preferences": ("back", "done", "changed", "no_pause", "end_pause", "stay_paused"),
    "listing": (
        "name", "about", "start", "checkin", "today", "drill", "reminders", "remind", "travel", "settings", "pause",
        "resume", "help", "sos", "privacy", "export", "erase", "about_me",
    ),
    "checkins": (
        "back", "skip", "done", "why", "change", "noted", "skipped", "not_asked", "anchors", "never", "drill",
        "good_food", "week", "weeks",
    ),
    "logbook": ("change", "undo", "neither", "how_to_change", "how_to_change_a_file", "as_it_is"),
    "drills": ("back", "skip", "voice", "below", "worse", "again", "others", "settles", "ran"),
    "reminders": (
        "done", "moved", "short", "together", "mindful", "breathe", "not_today", "less", "another", "stop", "keep",
        "safe", "enough", "hard", "undo", "back", "place", "stay", "one_stays", "trial",
    ),
    "safety": (
        "again", "safe", "trust", "call", "country", "my_country", "meant", "weeks", "longer", "better", "yes",
        "little",
    ),
    "privacy": ("keep", "erase", "told", "chose", "reach", "dates", "technical", "back", "more"),
}


@pytest.mark.parametrize("name", [f"{room}/{label}" for room, labels in LABELS.items() for label in labels])
def test_a_label_fits(name: str) -> None:
    text = WORDS.label(Label(name), "en")
    assert 0 < len(text) <= (120 if name == "listing/about" else 64)  # Telegram's limit of a bot's short description
    assert "!" not in text


def test_every_label_is_looked_at_here() -> None:
    """Those without values; the others stand on the screens."""
    found = {
        path.parent.name: tuple(re.findall(r"macro (\w+)\(\)", path.read_text()))
        for path in (PROMPTS / "en").rglob("labels.j2")
    }
    assert found == LABELS


@pytest.mark.parametrize(
    ("language", "locale"), [("en", "en"), ("en-GB", "en"), ("xx", "en"), (None, "en"), ("", "en"), ("EN", "en")]
)
def test_a_language_that_is_not_spoken_becomes_the_default(language: str | None, locale: str) -> None:
    assert WORDS.locale(language) == locale
