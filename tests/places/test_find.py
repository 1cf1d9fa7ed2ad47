"""What people type, and which places it may mean."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.model import Found, Place
from bot.places.atlas import Area, Atlas
from bot.places.names import folded
from bot.places.rules import MOST, find


def read(found: Found) -> list[str]:
    """Places as a person and a clock would tell them apart."""
    return [f"{place.name}, {place.region}: {place.country} {place.zone}" for place in found.places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # names in any script, other names, without diacritics, in any case
        ("Berlin", "Berlin, Germany: DE Europe/Berlin"),
        ("  bErLiN\n", "Berlin, Germany: DE Europe/Berlin"),
        ("北京", "Beijing, China: CN Asia/Shanghai"),
        ("東京都", "Tokyo, Japan: JP Asia/Tokyo"),
        ("서울", "Seoul, South Korea: KR Asia/Seoul"),
        ("Москва", "Moscow, Russia: RU Europe/Moscow"),
        ("Αθήνα", "Athens, Greece: GR Europe/Athens"),
        ("القاهرة", "Cairo, Egypt: EG Africa/Cairo"),
        ("תל אביב", "Tel Aviv, Israel: IL Asia/Jerusalem"),
        ("दिल्ली", "Delhi, India: IN Asia/Kolkata"),
        ("München", "Munich, Germany: DE Europe/Berlin"),
        ("Munich", "Munich, Germany: DE Europe/Berlin"),
        ("Muenchen", "Munich, Germany: DE Europe/Berlin"),
        ("București", "Bucharest, Romania: RO Europe/Bucharest"),
        ("Bucuresti", "Bucharest, Romania: RO Europe/Bucharest"),
        ("Łódź", "Łódź, Poland: PL Europe/Warsaw"),
        ("lodz", "Łódź, Poland: PL Europe/Warsaw"),
        ("Roma", "Rome, Italy: IT Europe/Rome"),
        ("Milano", "Milan, Italy: IT Europe/Rome"),
        ("Gent", "Gent, Belgium: BE Europe/Brussels"),
        ("Saigon", "Ho Chi Minh City, Vietnam: VN Asia/Ho_Chi_Minh"),
        ("Hanoi", "Hanoi, Vietnam: VN Asia/Bangkok"),
        ("Pristina", "Pristina, Kosovo: XK Europe/Belgrade"),
        ("St. John's", "St. John's, Newfoundland and Labrador: CA America/St_Johns"),
        ("NYC", "New York City, New York: US America/New_York"),
        ("nyc", "New York City, New York: US America/New_York"),
        ("New York", "New York City, New York: US America/New_York"),
        ("Québec", "Québec, Quebec: CA America/Toronto"),
        ("Kirkenes", "Kirkenes, Norway: NO Europe/Oslo"),
        ("Nuuk", "Nuuk, Greenland: GL America/Nuuk"),
        ("Ürümqi", "Ürümqi, China: CN Asia/Urumqi"),
        # the one that dwarfs the rest
        ("London", "London, England: GB Europe/London"),
        ("Paris", "Paris, France: FR Europe/Paris"),
        ("Sydney", "Sydney, New South Wales: AU Australia/Sydney"),
        # and the other one, when it is said which
        ("London, Ontario", "London, Ontario: CA America/Toronto"),
        ("london ontario", "London, Ontario: CA America/Toronto"),
        ("Paris, Texas", "Paris, Texas: US America/Chicago"),
        ("Paris (Texas)", "Paris, Texas: US America/Chicago"),
        ("Paris TX", "Paris, Texas: US America/Chicago"),
        ("Springfield, IL", "Springfield, Illinois: US America/Chicago"),
        ("Springfield, Illinois, USA", "Springfield, Illinois: US America/Chicago"),
        ("Sydney, NS", "Sydney, Nova Scotia: CA America/Glace_Bay"),
        ("Portland Maine", "Portland, Maine: US America/New_York"),
        ("Washington, D.C.", "Washington, District of Columbia: US America/New_York"),
        ("Córdoba, España", "Córdoba, Spain: ES Europe/Madrid"),
        ("北京，中国", "Beijing, China: CN Asia/Shanghai"),
        ("Kreuzberg, Berlin", "Kreuzberg, Germany: DE Europe/Berlin"),
        ("Home, Kansas", ""),
        ("Same, Tanzania", "Same, Tanzania: TZ Africa/Dar_es_Salaam"),
        # where the towns' data has the wrong zone, the spot knows
        ("Vincennes, Indiana", "Vincennes, Indiana: US America/Indiana/Vincennes"),
        ("Kampong Ayer", "Kampong Ayer, Brunei: BN Asia/Brunei"),
        # countries and regions with one time, zones by name
        ("Ireland", "Ireland, Europe: IE Europe/Dublin"),
        ("Germany", "Germany, Europe: DE Europe/Berlin"),
        ("Deutschland", "Germany, Europe: DE Europe/Berlin"),
        ("the Netherlands", "Netherlands, Europe: NL Europe/Amsterdam"),
        ("UK", "United Kingdom, Europe: GB Europe/London"),
        ("Argentina", "Argentina, South America: AR America/Argentina/Buenos_Aires"),
        ("Grenada", "Grenada, North America: GD America/Grenada"),
        ("Singapore", "Singapore, Asia: SG Asia/Singapore"),
        ("Luxembourg", "Luxembourg, Europe: LU Europe/Luxembourg"),
        ("Montana", "Montana, United States: US America/Denver"),
        ("Scotland", "Scotland, United Kingdom: GB Europe/London"),
        ("Europe/Berlin", "Berlin, Germany: DE Europe/Berlin"),
        ("europe/berlin", "Berlin, Germany: DE Europe/Berlin"),
        ("America/New York", "New York, United States: US America/New_York"),
        ("Asia/Calcutta", "Kolkata, India: IN Asia/Kolkata"),
        ("US/Pacific", "Los Angeles, United States: US America/Los_Angeles"),
        ("canada/atlantic", "Halifax, Canada: CA America/Halifax"),
        ("Australia/NSW", "Sydney, Australia: AU Australia/Sydney"),
        ("Brazil/East", "Sao Paulo, Brazil: BR America/Sao_Paulo"),
        ("Lord Howe", "Lord Howe, Australia: AU Australia/Lord_Howe"),
    ],
)
def test_one_place(atlas: Atlas, text: str, expected: str) -> None:
    found = find(atlas, text)
    assert read(found) == ([expected] if expected else [])
    assert found.sure is bool(expected)


@pytest.mark.parametrize(
    ("text", "regions"),
    [
        ("Springfield", ["Missouri", "Massachusetts", "Illinois", "Oregon", "Ohio", "New York"]),
        ("Cambridge", ["England", "Ontario", "Massachusetts", "New Zealand"]),
        ("Birmingham", ["England", "Alabama"]),
        ("Portland", ["Oregon", "Maine"]),
        ("Valencia", ["Venezuela", "Spain"]),
        ("Granada", ["Spain", "Nicaragua"]),
        ("Georgia", ["United States", "Asia"]),
        ("Washington", ["United States", "District of Columbia"]),
        ("Reading", ["England", "Pennsylvania"]),
        ("Troitsk, Russia", ["Russia, Yekaterinburg", "Russia, Moscow"]),
        # slips of the pen
        ("Londn", ["England", "Ontario"]),
        ("Berlni", ["Germany"]),
        ("Barcelna", ["Spain", "Venezuela"]),
        ("New Yrok", ["New York"]),
        ("Springfeild, IL", ["Illinois"]),
        ("Birmngham", ["England", "Alabama"]),
        ("Philadephia", ["Pennsylvania"]),
        ("Europe/Berln", ["Germany"]),
        ("America/Los Angles", ["California"]),
        # a region that we do not know
        ("Paris, Île-de-France", ["France"]),
    ],
)
def test_places_to_choose_from(atlas: Atlas, text: str, regions: list[str]) -> None:
    found = find(atlas, text)
    assert [place.region for place in found.places][: len(regions)] == regions
    assert not found.sure


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("Spain", ["Europe/Madrid", "Atlantic/Canary"]),
        ("Portugal", ["Europe/Lisbon", "Atlantic/Azores"]),
        ("United States", ["America/New_York", "America/Los_Angeles", "America/Chicago", "America/Phoenix",
                           "America/Denver", "Pacific/Honolulu"]),
        ("USA", ["America/New_York", "America/Los_Angeles"]),
        ("China", ["Asia/Shanghai", "Asia/Urumqi"]),
        ("New Zealand", ["Pacific/Auckland", "Pacific/Chatham"]),
        ("Texas, USA", ["America/Chicago", "America/Denver"]),
        ("Congo", ["Africa/Kinshasa", "Africa/Lubumbashi", "Africa/Brazzaville"]),
    ],
)
def test_a_country_of_several_times_is_its_biggest_towns(atlas: Atlas, text: str, zones: list[str]) -> None:
    found = find(atlas, text)
    assert [place.zone for place in found.places][: len(zones)] == zones
    assert not found.sure


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "7", "x", "asdf", "Nowhere", "hello there", "🎉", "Berlin 🎉", "...", "--", "ʰʰʰʰ", "شسيب شسيب",
        # words first
        "yes", "YES", "no", "No", "help", "back", "later", "home", "Home", "of", "ok", "thanks", "good morning",
        "home, please", "help me", "no way", "not in",
        # hostile or broken
        "x" * 4096, "Paris " * 600, "Ber\x00lin", "Ber\nlin", "\u202enilreB", "\u200f\u200f", "../../etc/passwd",
        "'; DROP TABLE person; --", "%s%n", "{{ 7 * 7 }}", "Berlin, Berlin, Berlin, Berlin, Berlin",
        # zones that are no place
        "Etc/GMT-2", "Etc/UTC", "posix/Europe/Berlin", "Europe/Nowhere", "Europe/Atlantis", "US/Atlantic", "CET", "UTC",
        "GMT+2", "EST5EDT", "London, Germany", "Europe/", "Europe/.",
    ],
)
def test_nothing_like_it(atlas: Atlas, text: str) -> None:
    assert find(atlas, text) == Found()


def test_every_country_where_people_live_is_known_by_its_name(atlas: Atlas) -> None:
    countries = {area: title for area, title in atlas.titles.items() if area.country in atlas.by_country}
    assert all(area in atlas.areas(folded(title)) for area, title in countries.items())


def test_our_regions_are_those_of_the_data(atlas: Atlas) -> None:
    capitals = """
        Canberra, Australian Capital Territory; Sydney, New South Wales; Darwin, Northern Territory
        Brisbane, Queensland; Adelaide, South Australia; Hobart, Tasmania; Melbourne, Victoria; Edmonton, Alberta
        Perth, Western Australia; Vancouver, British Columbia; Winnipeg, Manitoba; Fredericton, New Brunswick
        Halifax, Nova Scotia; Toronto, Ontario
        St. John's, Newfoundland and Labrador; Charlottetown, Prince Edward Island; Québec, Quebec; Regina, Saskatchewan
        Whitehorse, Yukon; Yellowknife, Northwest Territories; Iqaluit, Nunavut; London, England; Cardiff, Wales
        Belfast, Northern Ireland; Edinburgh, Scotland
    """
    expected = dict(pair.strip().split(", ") for line in capitals.strip().splitlines() for pair in line.split(";"))
    towns = [town for country in ("AU", "CA", "GB") for town in atlas.by_country[country]]
    biggest = {town.name: town for town in sorted(towns, key=lambda town: town.population)}
    assert {name: atlas.title(biggest[name]) for name in expected} == expected
    ours = {area for area in atlas.titles if area.region and area.country != "US"}
    assert ours == {biggest[name].home for name in expected}


def well_formed(atlas: Atlas, found: Found) -> bool:
    for place in found.places:
        ZoneInfo(place.zone)
        assert place.zone in atlas.homes
        assert Area(place.country) in atlas.titles
    assert len({(place.name, place.region) for place in found.places}) == len(found.places) <= MOST
    assert not found.sure or len(found.places) == 1
    return found.available


NAMES = st.sampled_from(["London", "San José", "Springfield", "Georgia", "Of", "US", "Москва", "Saint", "il", "no"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(), max_size=60))
def test_any_text(atlas: Atlas, text: str) -> None:
    assert well_formed(atlas, find(atlas, text))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(NAMES, min_size=1, max_size=5), between=st.sampled_from([" ", ", ", ",", " (", "/", "\u00a0"]))
def test_any_names_in_any_order(atlas: Atlas, words: list[str], between: str) -> None:
    assert well_formed(atlas, find(atlas, between.join(words)))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(min_value=0))
def test_any_town_is_found_by_its_name_and_country(atlas: Atlas, number: int) -> None:
    town = atlas.towns[number % len(atlas.towns)]
    found = find(atlas, f"{town.name}, {atlas.titles[Area(town.country)]}")
    assert well_formed(atlas, found)
    assert all(place.country == town.country for place in found.places)


def test_two_of_a_name_never_read_the_same(atlas: Atlas) -> None:
    places = find(atlas, "San Jose").places
    assert Place("San Jose", "Philippines", "PH", "Asia/Manila") in places
    assert well_formed(atlas, find(atlas, "San Jose"))
