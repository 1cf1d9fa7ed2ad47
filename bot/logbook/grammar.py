"""The grammar of a log line, over tokens (docs/log-lines.md). Pure.

    line    = (state | caffeine | vitals | sleep | session | anything)*
    session = part* activity part* | part*       how long, how far, how hard, when; up to what belongs to something else

What is understood becomes items of parts; what a number can mean at all is for `bot.logbook.records`.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from parsy import Parser, Result, alt, seq, success

from bot.logbook.tokens import KM, Token

NOTHING = Result.failure(-1, "something else")
FARTHEST = 366  # days from today that a line speaks of
CLOCK_DIGITS, SIXTY = 2, 60
# Behind a number they are what it counts.
_COUNTED = frozenset(
    {"caffeine", "cups", "resting", "variability", "activities", "exercises", "sleep", "quality", "units", "rate"}
)
SKIPPED = None  # what says nothing by itself
_SAYS_NOTHING = frozenset({"noise", "i", "between", "did"})


class Part(NamedTuple):
    """Something that was read: what it is, and its value."""

    kind: str
    value: Any = None


class Implied(float):
    """A number that was not typed as one: it may stand beside the same one that was."""


class Item(NamedTuple):
    """Something to keep, as it was said."""

    kind: str
    parts: Sequence[Part]


class Line(list[Token]):
    """The tokens of a sentence, and what was found out about its places: nothing is tried twice."""

    def __init__(self, tokens: Iterable[Token]) -> None:
        super().__init__(tokens)
        self.known: dict[tuple[object, int], Result] = {}


# ---- what parsy does not have ------------------------------------------------------------------------


def _token(fits: Callable[[Token], bool], value: Callable[[Token], Any]) -> Parser:
    """One token that fits, as its value."""

    def one(stream: Line, index: int) -> Result:
        if index < len(stream) and fits(stream[index]):
            return Result.success(index + 1, value(stream[index]))
        return NOTHING

    return Parser(one)


def _shape(kind: str) -> Parser:
    return _token(lambda token: token.kind == kind, lambda token: token.value)


def _word(kind: str) -> Parser:
    return _token(lambda token: kind in token.meanings, lambda token: token.meanings[kind])


def _mark(kind: str) -> Parser:
    return _token(lambda token: kind in token.marks, lambda token: SKIPPED)


def _either(*ways: tuple[str, Parser]) -> Parser:
    """The first of these that fits, of those that may begin with a token of such a shape, meaning or mark; kept."""
    begins = [(frozenset(keys.split()), parser) for keys, parser in ways]
    by_keys = dict[tuple[str, ...], tuple[Parser, ...]]()

    def parsers(token: Token) -> tuple[Parser, ...]:
        keys = (token.kind, *token.meanings, *sorted(token.marks))
        if keys not in by_keys:
            by_keys[keys] = tuple(parser for wanted, parser in begins if not wanted.isdisjoint(keys))
        return by_keys[keys]

    def first(stream: Line, index: int) -> Result:
        if index >= len(stream):
            return NOTHING
        found = stream.known.get((first, index))
        if found is None:
            tried = (parser(stream, index) for parser in parsers(stream[index]))
            found = stream.known[first, index] = next((result for result in tried if result.status), NOTHING)
        return found

    return Parser(first)


def _unless(parser: Parser) -> Parser:
    """Succeeds where the parser does not, and takes nothing."""

    def absent(stream: Line, index: int) -> Result:
        return NOTHING if parser(stream, index).status else Result.success(index, SKIPPED)

    return Parser(absent)


def _part(kind: str, parser: Parser) -> Parser:
    return parser.map(lambda value: Part(kind, value))


def _item(kind: str, *parsers: Parser) -> Parser:
    """All of these, one after another; each gives a part, a list of them, or nothing."""
    return seq(*parsers).map(lambda found: Item(kind, list(_flat(found))))


def _flat(found: Iterable[Any]) -> Iterable[Part]:
    for one in found:
        if isinstance(one, list):
            yield from _flat(one)
        elif one is not SKIPPED:
            yield one


# ---- words and numbers -------------------------------------------------------------------------------

_number, _colon, _time, _length = map(_shape, ("number", "colon", "time", "length"))
_filler = _token(
    lambda token: token.kind in ("comma", "sign") or not _SAYS_NOTHING.isdisjoint(token.meanings),
    lambda token: SKIPPED,
)
# Within a breath: no comma, and no "then".
_beside = _token(
    lambda token: not _SAYS_NOTHING.isdisjoint(token.meanings) and "then" not in token.meanings, lambda token: SKIPPED
)
_nothing_else = _token(  # "at" and "day" say nothing either, but of the number behind them
    lambda token: token.kind in ("comma", "sign") or (
        not _SAYS_NOTHING.isdisjoint(token.meanings) and {"before_clock", "counted"}.isdisjoint(token.meanings)),
    lambda token: SKIPPED,
)
_besides = _beside.many().result(SKIPPED)
_fill = _filler.many().result(SKIPPED)
_clock_words = _word("before_clock").optional()
_minute = _colon.map(lambda two: two[0] * 60 + two[1])
_mm_ss = _colon.map(lambda two: two[0] + two[1] / 60)
_pace = _either(
    ("pace", _shape("pace") << _word("pace").optional()),
    ("pace", _word("pace") >> _fill >> (_shape("pace") | _mm_ss)),
    ("colon before_clock", _clock_words >> _mm_ss.skip(_word("pace"))),
    ("colon before_clock", _clock_words >> _mm_ss.skip(_word("per_mile")).map(lambda pace: pace / KM["mi"])),
)
_few = _token(lambda token: token.kind == "number" and 0 <= token.value <= FARTHEST, lambda token: token.value)
_at_word = _word("at")
_which = (_word("last_weekday") | _word("next_weekday")).optional()
_day = _either(
    ("number", seq(_few, _word("ago")).map(lambda two: ("offset", -int(two[0]) * two[1]))),
    ("in", seq(_word("in") >> _few, _word("hence")).map(lambda two: ("offset", int(two[0])))),
    ("tonight", _word("tonight").result(("tonight", 0))),
    ("night", _word("days").map(lambda days: ("night", days))),
    ("days", _word("days").map(lambda days: ("offset", days))),
    ("last_weekday next_weekday weekdays", seq(_which, _word("weekdays")).map(tuple)),
)
_clock = _either(
    ("time before_clock", _clock_words >> _time), ("before_clock", _word("before_clock") >> _minute),
)
_padded = _token(lambda token: token.said.startswith("0"), lambda token: SKIPPED)  # nobody runs at "06:43"
_from_until = _either(("number time", seq(_number | _time, _word("between"), _time).result(SKIPPED)))
_at_hour = _either(("before_clock", _at_word >> _number))

# ---- what is kept ------------------------------------------------------------------------------------

# What it comes from says nothing for the log: "after that call".
_reason = _mark("reason") >> _token(lambda token: token.kind != "comma", lambda token: token).many().result(SKIPPED)
_state = _item(
    "state", (_part("day", _day) << _besides).optional(), _part("state", _word("revved").result("revved")),
    (_part("day", _day) | _reason | _filler).many(),
)

_sign = _token(lambda token: token.kind == "sign", lambda token: SKIPPED)
_plus = _token(lambda token: token.said == "+", lambda token: SKIPPED)
_times_sign = (_sign | _mark("by")).many()
_one_cup = _word("caffeine").result(Implied(1))
_cups = _either(
    ("none", seq(_word("none"), _word("caffeine"), _unless(_besides >> (_number | _time | _colon))).result(0.0)),
    ("number", _number << _mark("by").optional() << _word("cups").optional() << _word("caffeine")),
    ("caffeine", _word("caffeine") >> _number << _word("cups")),
    ("caffeine", _word("caffeine") >> _times_sign >> _number << _unless(_word("caffeine") | _word("cups"))),
    ("noise caffeine cups again", (_mark("again") | _filler).optional() >> _word("cups").optional() >> _one_cup),
)
# "another": of what was drunk before, where nothing else follows.
_again = _mark("again") << _unless(_token(
    lambda token: token.kind not in ("comma", "time") and "before_clock" not in token.meanings, lambda token: SKIPPED))
_hour_drunk = _number.map(lambda hour: ("hour", int(hour)))
_last = _word("last") >> _fill >> (_time | _minute | _hour_drunk)
# A number that belongs to nothing beside it: "52-54", "2 coffees yesterday 3 today".
_uncounted = _number << _unless(_token(lambda token: not _COUNTED.isdisjoint(token.meanings), lambda token: SKIPPED))
_lone = _part("doubt", _uncounted)
_next_hour = _uncounted.map(lambda hour: ("hour", int(hour)))  # "at 9 and 2"
_at_times = _either(
    ("time before_clock", _part("drunk", _clock)),
    ("before_clock", seq(_part("drunk", _at_word >> _hour_drunk), (_fill >> _part("drunk", _next_hour)).many())),
)
_caffeine = _item(
    "caffeine",
    (_part("day", _day) << _besides).optional(),
    _part("cups", _cups),
    _either(
        ("last", _part("last", _last)), ("time before_clock", _at_times),
        ("number caffeine cups none noise again", _part("cups", _cups)),
        ("again", _part("cups", _again.result(Implied(1)))),
        ("until", (_mark("until") >> (_time | _colon | _number)).result(SKIPPED)),
        ("number days weekdays last_weekday next_weekday", _part("day", _day)),
        ("number", _lone),
        ("comma sign noise i between did", _filler),
    ).many(),
)

def _of_day(number: Token) -> int:
    """A minute of the day: 10.5 is half past, 23.30 is as on a clock."""
    hour, part = int(number.value), number.said.partition(".")[2]
    clock = len(part) == CLOCK_DIGITS and int(part) < SIXTY
    return hour * 60 + (int(part) if clock else int((number.value - hour) * 60))


_name = _word("resting").result("rhr") | _word("variability").result("hrv")
_vital = _either(
    ("resting variability", seq(_name << _fill, _number).map(lambda two: Part(*two))),
    ("resting variability", seq(_name << _fill, _name << _fill, _number << _fill, _number).map(
        lambda four: [Part(four[0], four[2]), Part(four[1], four[3])])),
    ("resting variability", _part("doubt", _name >> _fill >> _shape("km"))),  # "hrv 62,5k run"
    ("number", seq(_number << _fill, _name).map(lambda two: Part(two[1], two[0]))),
)
_vitals = _item(
    "vitals",
    (_part("day", _day) << _besides).optional(),
    _vital,
    (_vital | _part("day", _day) | _lone | _filler).many(),
)

_hour = _token(lambda token: token.kind == "number" and 0 <= token.value < 24, _of_day)
_colon_of_day = _token(
    lambda token: token.kind == "colon" and token.value[0] < 24, lambda token: token.value[0] * 60 + token.value[1]
)
_moment = _time | _colon_of_day | _hour
_window = _either(
    ("before_clock time colon number",
     seq(_clock_words >> _moment << _word("between"), _moment).map(lambda two: Part("window", tuple(two)))),
)
_in_bed = _either(
    ("bed", seq(_word("bed") >> _fill >> _moment << _fill, _word("wake") >> _fill >> _moment).map(
        lambda two: Part("window", tuple(two)))),
)
_quality = _either(
    ("ratio", _shape("ratio")), ("quality", _word("quality") >> _fill >> (_shape("ratio") | _number)),
    ("number", _number << _word("quality")),
)
_counted = _token(
    lambda token: not {"caffeine", "cups", "resting", "variability", "activities"}.isdisjoint(token.meanings),
    lambda token: SKIPPED,
)
_asleep = _token(lambda token: "sleep" in token.meanings and "slept" not in token.meanings, lambda token: SKIPPED)
_about_sleep = alt(
    (_at_word >> _moment).result(SKIPPED),  # when they fell asleep or woke says nothing of how long
    (_mark("until") >> _moment).result(SKIPPED),
    (_mark("asleep") >> _moment).result(SKIPPED),
    _window, _part("quality", _quality), _part("hours", _length | _minute.map(float)), _part("day", _day),
)
_whole_number = _token(
    lambda token: token.kind == "number" and len(token.said.partition(".")[2]) < CLOCK_DIGITS, lambda token: token.value
)
_clocked = _part("doubt", _token(  # "7.30" may be half past seven
    lambda token: token.kind == "number" and len(token.said.partition(".")[2]) >= CLOCK_DIGITS, lambda token: SKIPPED))
_nameless = _token(lambda token: token.kind == "word" and not token.meanings, lambda token: SKIPPED)
# "... on the plane and 2h at home"
_and_more = seq(
    (_nameless | _beside).many(), _word("then"), (_mark("again") | _beside).many(), _length,
    _unless(_beside.many() >> (_nameless | _word("activities"))),
).result(Part("doubt"))
_told_quality = _part("quality", _word("quality") >> _fill >> _number) << _shape("comma").optional()
_OF_SLEEP = (
    "sleep bed time colon number length ratio quality before_clock days weekdays last_weekday next_weekday comma sign"
    " noise i between did"
)
_sleep = alt(
    _item("sleep", (_part("day", _day) << _besides).optional(), _in_bed, (_about_sleep | _filler).many()),
    _item(
        "sleep",
        (_told_quality | _about_sleep | _beside).many(),
        _word("sleep").result(SKIPPED),
        alt(
            _about_sleep, _part("bare", _whole_number << _unless(_counted)), _clocked, _and_more, _filler, _asleep,
        ).many(),
    ),
)
_sleep = _either((_OF_SLEEP, _sleep))

_exercise = _token(lambda token: "exercises" in token.meanings, lambda token: token)
_once = _token(lambda token: token.kind == "by" and token.value == 1, lambda token: 1)
_sets_of = _shape("sets") | seq(_number << _word("sets"), _number << _word("reps").optional()).map(
    lambda two: (*two, None)
)
_kg = _word("before_clock").optional() >> _shape("kg")
_load = _kg.map(lambda kg: (kg, True)) | (_word("before_clock").optional() >> _number).map(lambda kg: (kg, False))
_joint = _token(
    lambda token: token.kind == "sign" or not {"noise", "i", "reps"}.isdisjoint(token.meanings), lambda token: SKIPPED
)
_between = _joint.many()
_not_by = (_unless(_mark("by")) >> _joint).many()  # "60kg x 8 x 3": sets of reps, or reps of sets?


class Lift(NamedTuple):
    """An exercise as it was typed; `kilos` when its load was named as one."""

    exercise: str
    sets: float
    reps: float
    kg: float | None
    kilos: bool
    marks: frozenset[str]


def _a_set(exercise: Token, sets: tuple[float, float, float | None], load: tuple[float, bool] | None) -> Lift:
    kg, kilos = load if load is not None else (sets[2], False)
    return Lift(exercise.said, *sets[:2], kg, kilos, exercise.marks)


def _loaded(exercise: Token, kg: float, sets: tuple[float, float, float | None]) -> Lift:
    return _a_set(exercise, sets, (kg, True))


_sets = _either(
    ("exercises", seq(_exercise << _between, _once, _kg).combine(lambda name, _, kg: _loaded(name, kg, (1, 1, None)))),
    ("exercises", seq(_exercise << _between, _kg << _not_by, _sets_of).combine(_loaded)),
    ("exercises", seq(_exercise << _between, _sets_of << _between, _load.optional()).combine(_a_set)),
    ("sets number", seq(_sets_of << _between, _exercise << _between, _load.optional()).combine(
        lambda sets, name, load: _a_set(name, sets, load))),
    ("kg", seq(_kg << _between, _exercise << _not_by, _sets_of).combine(
        lambda kg, name, sets: _loaded(name, kg, sets))),
    ("sets number", seq(_sets_of << _between, _kg << _between, _exercise).combine(
        lambda sets, kg, name: _loaded(name, kg, sets))),
)
_effort = _either(
    ("rate", _word("rate") >> _fill >> (_shape("ratio") | _number)),
    ("ratio", _shape("ratio")),
    ("number", _number << _word("rate")),
    ("efforts", _word("efforts").map(float)),
)


def _both_ways(kind: str, shape: str) -> Parser:
    """"20k there and 20k back" and "20k each way" are 40."""
    one, sign = _shape(shape), (_unless(_mark("there") | _mark("back")) >> _filler).many()
    there, back = seq(one << sign << _mark("there")), seq(sign >> one << sign << _mark("back"))
    summed = seq(there, back).combine(lambda out, home: Implied(out[0] + home[0]))
    return _part(kind, summed | (one << _mark("each_way")).map(lambda way: Implied(2 * way)))


_quantity = _either(
    ("km", _both_ways("km", "km")), ("length", _both_ways("minutes", "length")),
    ("pace colon before_clock", _part("pace", _pace)),
    ("length", _part("minutes", _length)),
    ("km", _part("km", _shape("km"))),
    ("m", _part("m", _shape("m"))),
    ("colon", _part("colon", _colon)),
)
_activity = _either(
    ("distances", _part("km", _word("distances").map(Implied))),
    ("done", _part("done", _word("done"))),
    ("activities", _part("activity", _word("activities"))),
)
_else = _either(  # numbers of something that is not kept
    ("m", _shape("m") << _word("elevation")), ("sign", _plus >> _shape("m")), ("else", _shape("else")),
    ("length", _length << _mark("since")), ("ratio", _shape("ratio") << _word("rated_else")),
    ("until", _mark("until") >> (_time | _colon | _hour)),
    ("rated_else heart counted", (_word("rated_else") | _word("heart") | _word("counted")) >> _fill >> (
        _shape("ratio") | _number)),
    ("number", _number << _word("units")), ("number time", _from_until),
).result(SKIPPED)
_more = _either(
    ("m sign rated_else heart counted number time else length ratio until", _else),
    ("pace before_clock", _part("pace", _pace)),
    ("before_clock", _part("clock", _word("before_clock") >> _unless(_unless(_padded)) >> _minute)),
    ("before_clock", _part("clock_or_pace", _word("before_clock") >> _colon)),
    ("time before_clock", _part("clock", _clock)),
    ("before_clock", _part("hour", _at_hour)),
    ("exercises sets number kg", _part("sets", _sets)),
    ("rate ratio number efforts", _part("effort", _effort)),
    ("pace colon length km m", _quantity),
    ("did", _part("did", _word("did"))),
    ("in", _part("day", _day)),
    ("in", _part("in", _word("in") >> _number << _unless(_word("ago")))),
    ("number days weekdays last_weekday next_weekday tonight", _part("day", _day)),
    ("ahead", _part("ahead", _word("ahead"))),
    ("group", _part("group", _word("group"))),
    ("number", _part("bare", _number)),
    ("with", _word("with") >> _nameless.at_least(1).result(SKIPPED)),
    ("comma sign noise i in between did", _filler),
)
_something_else = _either(
    ("revved days weekdays last_weekday next_weekday", _state),
    ("number caffeine cups none noise days weekdays last_weekday next_weekday", _caffeine),
    ("number resting variability days weekdays last_weekday next_weekday", _vitals), (_OF_SLEEP, _sleep),
)
_own = _unless(_something_else)
_at_moment = (_mark("until") | _word("before_clock")).optional() >> _time | _word("before_clock") >> (_colon | _number)


def _elsewhere(*marks: str) -> Parser:
    """"dinner at 7pm": the time of something else."""
    stranger = _token(
        lambda token: token.kind == "word" and not token.marks & {"until", "where"} and (
            not token.meanings.keys() - {"hard_things"} or not {"wake", "bed"}.isdisjoint(token.meanings)),
        lambda token: SKIPPED,
    )
    named = alt(*map(_mark, marks))
    return (stranger >> _at_moment | named >> (_at_moment | _colon)).result(Part("unread"))


_place = (_mark("where") >> _beside.many() >> _nameless.at_least(1)).result(Part("unread"))  # "along the river at 7pm"
_day_of_the_next = seq(_word("ahead") | _day, (_quantity | _beside).many(), _activity)
_of_the_next = _either(
    ("length km m colon", seq(_quantity.at_least(1), _beside.many(), _activity)),
    ("ahead days weekdays last_weekday next_weekday tonight", _day_of_the_next),
)
# "along the river" says nothing, but that not all was understood.
_unknown = _part("unread", _token(lambda token: token.kind == "word" and not token.meanings, lambda token: token.said))
_whence = _token(lambda token: "before_clock" in token.meanings, lambda token: SKIPPED)  # "from work"
_before_it = _either(("word", _elsewhere("meals", "places")))
_behind_it = _either(("where", _place), ("word", _elsewhere("meals")))
_told = _own >> (_behind_it | _more | _whence | _unknown)
_suffix = (_own >> _unless(_of_the_next) >> (_behind_it | _more | _whence | _unknown)).many()


def _behind(before: list[Part | None]) -> Parser:
    """The activity and what follows; "ran 30 min strength 20" gives its first number to the run, unless it has one."""
    has_one = any(part is not SKIPPED and part.kind in ("km", "minutes", "m", "colon") for part in before)
    has_day = any(part is not SKIPPED and part.kind == "day" for part in before)
    told = _unless(_day_of_the_next) >> _told if has_day else _told
    first = success([]) if has_one else told.times(0, 1)
    return seq(_activity, (_activity | _nothing_else).many(), first, _suffix).map(lambda found: [*before, *found])


_session = alt(
    _item("session", (_own >> (_before_it | _more)).many().bind(_behind)),
    _item("session", (_own >> (_before_it | _more)).at_least(1)),
)
_anything = _token(lambda token: True, lambda token: Item("unread", [Part(token.kind, token.said)]))
_line = alt(_something_else, _session, _anything).many()


def items(tokens: Sequence[Token]) -> list[Item]:
    """What a sentence's tokens say."""
    day, comma = {"days", "weekdays"}, [token.kind for token in tokens[1:2]] in (["comma"], ["sign"])
    if comma and not day.isdisjoint(tokens[0].meanings):  # "yesterday, slept 7h"
        tokens = [tokens[0], *tokens[2:]]
    found: list[Item] = _line.parse(Line(tokens))
    return found
