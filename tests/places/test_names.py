"""What is a name at all, and which spellings are one name."""

import pytest

from bot.places.names import folded, is_name, is_spot, parts, splits


@pytest.mark.parametrize(
    "spellings",
    [
        ("München", "MÜNCHEN", "munchen", "Mu\u0308nchen", "  münchen "),
        ("București", "Bucuresti", "BUCUREȘTI"),
        ("İstanbul", "Istanbul", "istanbul", "ISTANBUL"),
        ("Łódź", "Lodz", "ŁÓDŹ"),
        ("Tromsø", "tromso"),
        ("Saint-Étienne", "saint etienne", "Saint\u2013Etienne", "SAINT  ETIENNE"),
        ("St. John's", "st john s", "St John\u2019s"),
        ("Straße", "STRASSE"),
        ("ｐａｒｉｓ", "Paris"),
        ("القاهِرة", "القاهرة"),
        ("서울", "\u1109\u1165\u110b\u116e\u11af"),
    ],
)
def test_spellings_of_one_name(spellings: tuple[str, ...]) -> None:
    assert len({folded(spelling) for spelling in spellings}) == 1


def test_indian_vowels_are_kept_apart() -> None:
    assert folded("दिल्ली") != folded("दल")


def test_lines_stay_lines() -> None:
    assert folded("München (Bayern)\n Köln \n東京") == "munchen bayern\nkoln\n東京"


@pytest.mark.parametrize("text", ["Ulm", "Å i Lofoten", "北京", "10th of Ramadan City", "  Paris\n", "x" * 100])
def test_a_name(text: str) -> None:
    assert is_name(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "7", "x", "42.5, 13.1", "🎉", "👍🏽👍", "...", "x" * 101, "x" * 4096, "Ber\x00lin", "Ber\nlin",
        "Berlin\x1b[31m", "\u202enilreB", "\u2066Berlin", "Berlin\ud800", "\ue000\ue001Berlin", "Berlin\u2028x",
    ],
)
def test_not_a_name(text: str) -> None:
    assert not is_name(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Springfield, IL", ["springfield", "il"]),
        ("Paris (Texas)", ["paris", "texas"]),
        ("北京，中国", ["北京", "中国"]),
        ("القاهرة، مصر", ["القاهرة", "مصر"]),
        (",, ,", []),
    ],
)
def test_parts(text: str, expected: list[str]) -> None:
    assert parts(text) == expected


def test_a_missing_comma_may_have_been_before_each_of_the_last_three_words() -> None:
    assert splits("a b c d e") == [("a b c d", "e"), ("a b c", "d e"), ("a b", "c d e")]
    assert splits("london") == []


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [(0.0, 0.0, True), (90.0, -180.0, True), (90.1, 0.0, False), (0.0, 180.1, False), (float("nan"), 0.0, False),
     (0.0, float("inf"), False)],
)
def test_a_spot_is_on_the_globe(latitude: float, longitude: float, expected: bool) -> None:
    assert is_spot(latitude, longitude) is expected
