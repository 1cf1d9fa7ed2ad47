"""Which questions a day has, and how what people type is read: tables of every form, and what holds for any text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins.questions import (
    EVENING,
    FOOD,
    GOOD_FOOD,
    HEART_LINE,
    HOURS,
    MOOD,
    MORNING,
    QUESTIONS,
    REVVED,
    SLEEP,
    SPILLED,
    Question,
    asked,
    is_answered,
    items,
)
from bot.profile.choices import Profile

WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
SCALES = [question for question in QUESTIONS.values() if question.form == "scale"]


def read(question: Question, text: str) -> str | None:
    """The answer of a question with one marker."""
    found = question.read(text)
    assert found is None or list(found) == [question.marker]
    return found[question.marker] if found else None


# ---- scales -------------------------------------------------------------------------------------------

NO_NUMBER = [
    "", " ", "-1", "- 1", "+7", "7.5", "6,5", "7,0", "7.00", "7.", ".7", "7/7", "7/100", "10/7", "7 of 10", "1e1",
    "7 8", "7-8", "7h", "070", "100", "seventh", "eleven", "seven eight", "seven/10", "yes", "fine", "none", "nothing",
    "٧", "７", "७", "²", "Ⅶ", "七", "7\u200b", "7️⃣", "🙂", "👍" * 100, "9" * 4096, "7" + " 7" * 2047, "x" * 4096,
    " " * 4096, "<b>7</b>", "7\x00",
]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((str(number), str(number)) for number in range(11)),
        *((word, str(number)) for number, word in enumerate(WORDS)),
        *((f"{number}/10", str(number)) for number in range(11)),
        (" 7 ", "7"), ("\n7\n", "7"), ("7 / 10", "7"), ("7 /10", "7"), ("7.0", "7"), ("7.0/10", "7"), ("10.0", "10"),
        ("07", "7"), ("00", "0"), ("Seven", "7"), ("SEVEN ", "7"), ("7\u00a0/\u00a010", "7"),
        ("11", None), ("99", None), ("11/10", None), ("10.5", None),
        *((text, None) for text in NO_NUMBER),
    ],
)
@pytest.mark.parametrize("question", [SLEEP, REVVED], ids=lambda question: question.marker)
def test_a_whole_number_from_0_to_10_is_read_as_it_is_typed(question: Question, text: str, value: str | None) -> None:
    assert read(question, text) == value


def test_every_scale_reads_alike() -> None:
    assert [question.marker for question in SCALES] == ["sleep", "mood", "irritability", "revved", "down"]
    assert {read(question, "7/10") for question in SCALES} == {"7"}
    assert {read(question, "11") for question in SCALES} == {None}


# ---- hours --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"), ("7.0", "7"), ("7.5", "7.5"), ("7,5", "7.5"), ("6,5", "6.5"), ("7.25", "7.25"), ("7,75", "7.75"),
        ("7.50", "7.5"), ("07", "7"), ("0", "0"), ("24", "24"), ("23.75", "23.75"), ("seven", "7"), ("Ten", "10"),
        ("7h", "7"), ("7 h", "7"), ("7.5h", "7.5"), ("7.5 hours", "7.5"), ("7 hours", "7"), ("1 hour", "1"),
        ("7H30", "7.5"), ("7h30", "7.5"), ("7 h 30", "7.5"), ("7h 30m", "7.5"), ("7:30", "7.5"), ("07:30", "7.5"),
        ("7:00", "7"), ("0:15", "0.25"), ("23:45", "23.75"), ("24:00", "24"), (" 7 :  30 ", "7.5"),
        # to the nearest quarter
        ("7:07", "7"),  # 7.117
        ("7:08", "7.25"),  # 7.133
        ("7:20", "7.25"),  # 7.333
        ("7:22", "7.25"),  # 7.367
        ("7:23", "7.5"),  # 7.383
        ("7:53", "8"),  # 7.883
        ("7.3", "7.25"), ("7,4", "7.5"), ("7.2 h", "7.25"), ("7.1", "7"), ("7.9", "8"), ("0.1", "0"), ("23.9", "24"),
        ("7h30min", "7.5"), ("7h 30 mins", "7.5"), ("7 hrs", "7"), ("1 hr", "1"), ("7.4hrs", "7.5"),
        # out of range
        ("24.25", None), ("24:15", None), ("24:05", None), ("24.01", None),
        ("25", None), ("99", None), ("100", None), ("-1", None), ("-0", None),
        # no time of day, no number
        ("7:75", None), ("7:60", None), ("7:5", None), ("7:300", None), (":30", None), ("7::30", None), ("7.5.5", None),
        ("7.555", None), ("7 30", None), ("7/10", None), ("7-8", None), ("eleven", None), ("1e1", None), ("inf", None),
        ("nan", None), ("", None), (" ", None), ("٧", None), ("７", None), ("٧:٣٠", None), ("7½", None), ("😴", None),
        ("9" * 4096, None), ("7:" + "0" * 4094, None), ("z" * 4096, None), ("7" + " " * 4095, "7"),
    ],
)
def test_hours_are_read_as_a_number_or_a_clock_and_kept_to_the_quarter(text: str, value: str | None) -> None:
    assert read(HOURS, text) == value


# ---- the heart ----------------------------------------------------------------------------------------


def both(rhr: int, hrv: int) -> dict[str, str]:
    return {"rhr": str(rhr), "hrv": str(hrv)}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("52 61", both(52, 61)), ("52/61", both(52, 61)), ("52, 61", both(52, 61)), ("52;61", both(52, 61)),
        ("52 / 61", both(52, 61)), ("  52\n61 ", both(52, 61)), ("52 bpm 61 ms", both(52, 61)),
        ("52bpm, 61ms", both(52, 61)), ("rhr 52 hrv 61", both(52, 61)), ("RHR 52, HRV 61", both(52, 61)),
        ("rhr:52 hrv:61", both(52, 61)), ("rhr52hrv61", both(52, 61)), ("hr 52 hrv 61", both(52, 61)),
        ("hrv 61 rhr 52", both(52, 61)), ("hrv: 61 / hr: 52", both(52, 61)), ("rhr 52 61", both(52, 61)),
        ("52 hrv 61", both(52, 61)), ("52hrv61", both(52, 61)),
        # the unit says which number it is as well
        ("61 ms 52 bpm", both(52, 61)), ("61ms/52bpm", both(52, 61)), ("61 ms", {"hrv": "61"}),
        ("hrv 61 ms 52 bpm", both(52, 61)), ("hrv 61 bpm", None), ("rhr 52 ms", None), ("61 ms 52 ms", None),
        ("052 061", both(52, 61)), ("hrv 007", {"hrv": "7"}),
        ("52", {"rhr": "52"}), ("52 bpm", {"rhr": "52"}), ("hr 52", {"rhr": "52"}), ("rhr 52", {"rhr": "52"}),
        ("hrv 61", {"hrv": "61"}), ("HRV: 61 ms", {"hrv": "61"}), ("hrv 5", {"hrv": "5"}),
        # the edges of docs/domain.md 2: 25-120 bpm, 5-250 ms
        ("25 5", both(25, 5)), ("120 250", both(120, 250)), ("hrv 250", {"hrv": "250"}),
        ("24 61", None), ("121 61", None), ("52 4", None), ("52 251", None), ("24", None), ("121", None), ("5", None),
        ("hrv 4", None), ("hrv 251", None), ("0 0", None), ("250 120", None), ("999 999", None),
        # duplicates, too many, too few
        ("52 61 70", None), ("rhr 52 rhr 53", None), ("hr 52 rhr 52", None), ("hrv 61 hrv 61", None),
        ("hrv 61 52", None), ("", None), (" ", None), ("hrv", None), ("bpm", None), ("/", None),
        # neither
        ("-52", None), ("52-61", None), ("52.5", None), ("52,5 61.5", None), ("fifty two", None), ("52 x 61", None),
        ("52 and 61", None), ("spo2 98", None), ("hrvhrv 61", None), ("٥٢ ٦١", None), ("５２", None), ("❤️ 52", None),
        ("5261", None), ("52615", None), ("12061", None), ("1005", None),
        ("5" * 4096, None), ("52 " * 1365, None), ("h" * 4096, None),
        ("hrv " * 1024, None),
    ],
)
def test_heart_rate_and_hrv_are_read_from_one_line(text: str, value: dict[str, str] | None) -> None:
    assert HEART_LINE.read(text) == value


# ---- several of them ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "text", "value"),
    [
        (SPILLED, "snapped", "snapped"), (SPILLED, "Snapped", "snapped"), (SPILLED, "other", "other"),
        (SPILLED, "snapped and withdrew", "snapped,withdrew"), (SPILLED, "withdrew, snapped", "snapped,withdrew"),
        (SPILLED, "snapped+ruminated + other", "snapped,ruminated,other"),
        (SPILLED, "snapped, ruminated and withdrew", "snapped,ruminated,withdrew"),
        (SPILLED, "snapped, snapped", "snapped"), (SPILLED, ",snapped,", "snapped"),
        (SPILLED, "nothing", "none"), (SPILLED, "Nothing ", "none"), (SPILLED, "no", "none"), (SPILLED, "nope", "none"),
        (SPILLED, "none", "none"), (SPILLED, "not  at all", "none"),
        (FOOD, "none", "none"), (FOOD, GOOD_FOOD, GOOD_FOOD), (FOOD, "alcohol and caffeine", "caffeine,alcohol"),
        (FOOD, "fluids, protein, fuelled", "fuelled,protein,fluids"),
        (SPILLED, "", None), (SPILLED, " ", None), (SPILLED, ",", None), (SPILLED, "and", None), (SPILLED, "yes", None),
        (SPILLED, "snapped withdrew", None), (SPILLED, "snapped and danced", None), (SPILLED, "nothing, snapped", None),
        (SPILLED, "snap", None), (SPILLED, "caffeine", None), (FOOD, "snapped", None), (FOOD, "7", None),
        (SPILLED, "😡", None), (SPILLED, "snapped,\u200b", None), (SPILLED, "snapped," * 512, "snapped"),
        (SPILLED, "and " * 1024, None), (SPILLED, "," * 4096, None), (FOOD, "protein\x00", None),
        # what the buttons say is for tapping
        (FOOD, "late coffee", None), (SPILLED, "kept turning it over", None),
    ],
)
def test_items_are_read_by_name_in_their_own_order(question: Question, text: str, value: str | None) -> None:
    assert read(question, text) == value


# ---- whatever is typed --------------------------------------------------------------------------------

TYPED = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789 .,:/hmrvbps+-", max_size=14),
    st.lists(
        st.sampled_from(
            [*WORDS, *SPILLED.items, *FOOD.items, "none", "and", ",", "+", "/", "hrv", "rhr", "hr", "bpm", "ms", "h",
             "7", "10", "52", "61", "7.5", "7:30", "hours", "250", "005", "٧", "🙂"]
        ),
        max_size=6,
    ).map(" ".join),
)


def is_valid(marker: str, value: str) -> bool:
    if marker in ("rhr", "hrv"):
        low, high = {"rhr": (25, 120), "hrv": (5, 250)}[marker]
        return value.isascii() and value.isdigit() and low <= int(value) <= high
    question = QUESTIONS[marker]
    if question.form == "any":
        named = value.split(",")
        return value == "none" or named == [item for item in question.items if item in named]
    if question.form == "hours":
        return 0 <= float(value) <= 24 and (float(value) * 4).is_integer() and value == f"{float(value):g}"
    return value in map(str, range(11))


@given(text=TYPED, question=st.sampled_from(list(QUESTIONS.values())))
def test_whatever_is_typed_is_refused_or_a_valid_answer_that_reads_as_itself(text: str, question: Question) -> None:
    found = question.read(text)
    if found is None:
        return
    assert found
    assert set(found) <= set(question.markers)
    for marker, value in found.items():
        assert is_valid(marker, value), (marker, value)
        again = f"{marker} {value}" if question is HEART_LINE else value
        assert question.read(again) == {marker: value}


@given(text=TYPED, question=st.sampled_from(list(QUESTIONS.values())))
def test_case_and_space_around_the_words_change_nothing(text: str, question: Question) -> None:
    if text.isascii():
        assert question.read(f"  {text.upper()}\n") == question.read(text)


@given(value=st.integers(0, 96))
def test_every_quarter_of_an_hour_reads_as_itself_in_each_form(value: int) -> None:
    hours, minutes = divmod(value * 15, 60)
    plain = f"{value / 4:g}"
    forms = (plain, plain.replace(".", ","), f"{hours}:{minutes:02}", f"{hours}h{minutes:02}", f"{plain} hours")
    assert {read(HOURS, form) for form in forms} == {plain}


# ---- which questions ----------------------------------------------------------------------------------

THREE = ["sleep", "mood", "hours"]
FOUR = [*THREE, "irritability"]


@pytest.mark.parametrize(
    ("kept", "markers"),
    [
        ({}, THREE),
        ({"aim": "starter"}, THREE),
        ({"aim": "starter", "extras": "irritability"}, FOUR),
        ({"extras": "cycle,irritability"}, FOUR),
        ({"aim": "starter", "extras": "menopause,cycle"}, THREE),
        ({"aim": "high_load"}, FOUR),
        ({"aim": "high_load", "extras": "irritability"}, FOUR),  # once is enough
        ({"aim": "high_load", "extras": "cycle"}, FOUR),
        # the heart is asked of who wishes it, whatever they train for
        ({"extras": "heart"}, [*THREE, "heart"]),
        ({"aim": "starter", "extras": "heart,menopause"}, [*THREE, "heart"]),
        ({"aim": "starter", "extras": "irritability,heart"}, [*FOUR, "heart"]),
        ({"aim": "high_load", "extras": "heart"}, [*FOUR, "heart"]),
        ({"aim": "high_load", "heart": "yes"}, FOUR),  # nothing is chosen by that name
        ({"aim": "high_load", "health": "heart"}, FOUR),  # a condition is no wish
    ],
)
def test_what_a_morning_asks_depends_on_what_they_train_for_and_wish(kept: dict[str, str], markers: list[str]) -> None:
    assert [question.marker for question in asked(MORNING, Profile(kept), {})] == markers
    assert [question.marker for question in asked(MORNING, Profile(kept), {"revved": "0", "sleep": "7"})] == markers


@pytest.mark.parametrize(
    ("revved", "down_is_asked"), [(None, True), *((value, value > 2) for value in range(11))]
)
@pytest.mark.parametrize("kept", [{}, {"aim": "high_load"}])
def test_an_evening_asks_how_fast_they_came_down_unless_the_day_was_quiet(
    revved: int | None, down_is_asked: bool, kept: dict[str, str]
) -> None:
    answers = {} if revved is None else {"revved": str(revved)}
    markers = [question.marker for question in asked(EVENING, Profile(kept), answers)]
    assert markers == ["revved", *(["down"] if down_is_asked else []), "spilled", "food"]


@pytest.mark.parametrize(
    ("question", "answers", "answered"),
    [
        (MOOD, {}, False), (MOOD, {"sleep": "7"}, False), (MOOD, {"mood": "0"}, True),
        (SPILLED, {"spilled": "none"}, True),
        (HEART_LINE, {}, False), (HEART_LINE, {"rhr": "52"}, True), (HEART_LINE, {"hrv": "61"}, True),
        (HEART_LINE, {"heart": "52"}, False),
    ],
)
def test_one_of_two_numbers_is_an_answer(question: Question, answers: dict[str, str], answered: bool) -> None:
    assert is_answered(question, answers) is answered


@pytest.mark.parametrize(
    ("answer", "named"),
    [(None, ()), ("", ()), ("none", ()), ("snapped", ("snapped",)), (GOOD_FOOD, ("fuelled", "protein", "fluids"))],
)
def test_no_answer_and_nothing_name_no_items(answer: str | None, named: tuple[str, ...]) -> None:
    assert items(answer) == named
