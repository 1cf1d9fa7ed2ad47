"""Spots that people share, and where they are."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from tzfpy import get_tzs

from bot.model import Found
from bot.places.atlas import Atlas
from bot.places.rules import at


@pytest.mark.parametrize(
    ("latitude", "longitude", "expected"),
    [
        (52.52, 13.40, "Berlin, Germany: DE Europe/Berlin"),
        (52.49, 13.42, "Berlin, Germany: DE Europe/Berlin"),  # Kreuzberg, which is part of it
        (40.71, -74.00, "New York City, New York: US America/New_York"),
        (-33.87, 151.21, "Sydney, New South Wales: AU Australia/Sydney"),
        # on either side of a border
        (69.727, 30.045, "Kirkenes, Norway: NO Europe/Oslo"),
        (69.41, 30.22, "Nikel, Russia: RU Europe/Moscow"),
        (47.56, 7.59, "Basel, Switzerland: CH Europe/Zurich"),
        (47.593, 7.62, "Weil am Rhein, Germany: DE Europe/Berlin"),
        (31.76, -106.48, "El Paso, Texas: US America/Denver"),
        (31.69, -106.42, "Ciudad Juárez, Mexico: MX America/Ciudad_Juarez"),
        (32.53, -117.02, "Tijuana, Mexico: MX America/Tijuana"),
        (36.14, -5.35, "Gibraltar, Gibraltar: GI Europe/Gibraltar"),
        (36.17, -5.35, "La Línea de la Concepción, Spain: ES Europe/Madrid"),
        (41.902, 12.453, "Vatican City, Vatican: VA Europe/Vatican"),
        (41.89, 12.49, "Rome, Italy: IT Europe/Rome"),
        (22.30, 114.17, "Hong Kong, Hong Kong: HK Asia/Hong_Kong"),
        (22.54, 114.06, "Shenzhen, China: CN Asia/Shanghai"),
        (46.20, 6.14, "Geneva, Switzerland: CH Europe/Zurich"),
        (31.78, 35.22, "Jerusalem, Israel: IL Asia/Jerusalem"),
        (43.736, 7.421, "Monaco, Monaco: MC Europe/Monaco"),
        (54.60, -5.93, "Belfast, Northern Ireland: GB Europe/London"),
        (38.68, -87.52, "Vincennes, Indiana: US America/Indiana/Vincennes"),
        # another country's zone
        (21.03, 105.85, "Hanoi, Vietnam: VN Asia/Bangkok"),
        (42.66, 21.16, "Pristina, Kosovo: XK Europe/Belgrade"),
        # islands and the ends of the world
        (64.18, -51.72, "Nuuk, Greenland: GL America/Nuuk"),
        (-31.55, 159.08, "Lord Howe, Australia: AU Australia/Lord_Howe"),
        (1.87, -157.40, "Banana, Kiribati: KI Pacific/Kiritimati"),
        (78.22, 15.64, "Longyearbyen, Svalbard and Jan Mayen: SJ Arctic/Longyearbyen"),
        (-13.83, -171.76, "Apia, Samoa: WS Pacific/Apia"),
        (-43.95, -176.56, "Waitangi, New Zealand: NZ Pacific/Chatham"),
        (-77.85, 166.67, "McMurdo, Antarctica: AQ Antarctica/McMurdo"),
        (-90.0, 0.0, "McMurdo, Antarctica: AQ Antarctica/McMurdo"),
        (-25.30, 131.00, "Yulara, Northern Territory: AU Australia/Darwin"),
    ],
)
def test_one_place(atlas: Atlas, latitude: float, longitude: float, expected: str) -> None:
    found = at(atlas, latitude, longitude)
    assert [f"{place.name}, {place.region}: {place.country} {place.zone}" for place in found.places] == [expected]
    assert found.sure


def test_two_times_in_one_town(atlas: Atlas) -> None:
    found = at(atlas, 43.80, 87.60)
    assert [(place.name, place.region, place.zone) for place in found.places] == [
        ("Ürümqi", "China, Shanghai", "Asia/Shanghai"),
        ("Ürümqi", "China, Urumqi", "Asia/Urumqi"),
    ]
    assert not found.sure


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [
        (0.0, 0.0), (45.0, -30.0), (40.0, -40.0), (90.0, 0.0), (0.0, 180.0), (0.0, -180.0), (-50.0, -120.0),
        (float("nan"), 0.0), (0.0, float("nan")), (float("inf"), 0.0), (0.0, float("-inf")), (90.01, 0.0), (-91.0, 0.0),
        (0.0, 180.01), (1e308, 1e308),
    ],
)
def test_nowhere(atlas: Atlas, latitude: float, longitude: float) -> None:
    assert at(atlas, latitude, longitude) == Found()


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(latitude=st.floats() | st.floats(-90, 90), longitude=st.floats() | st.floats(-180, 180))
def test_any_spot(atlas: Atlas, latitude: float, longitude: float) -> None:
    found = at(atlas, latitude, longitude)
    for place in found.places:
        ZoneInfo(place.zone)
    assert found.sure is (len(found.places) == 1)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(number=st.integers(min_value=0))
def test_the_spot_of_any_town_keeps_its_time(atlas: Atlas, number: int) -> None:
    town = atlas.towns[number % len(atlas.towns)]
    assume(town.zone in get_tzs(town.longitude, town.latitude))
    assert town.zone in {place.zone for place in at(atlas, town.latitude, town.longitude).places}
