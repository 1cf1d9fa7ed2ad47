"""Which places a typed name or a shared spot may mean. Pure: an atlas and the question in, `Found` out."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from rapidfuzz import process
from rapidfuzz.distance import OSA
from tzfpy import get_tzs

from bot.model import Found, Place
from bot.places.atlas import WELL_KNOWN, Area, Atlas, Town, city, distance, rule
from bot.places.names import folded, is_name, is_spot, parts, splits

MOST = 6  # places to choose from: as many buttons as are read
DWARFS = 10  # times the people of the next: nobody who means Paris in Texas leaves it at "Paris"
TYPO_SCORE = 0.83  # of 1: one slip in six letters, two in twelve; at two in six, words become towns
TYPO_LETTERS = 5  # shorter names are too like one another
REGIONS_MOST = 3  # behind a name: part of town, state, country
NEAR_KM = 100.0  # from a town's edge; a spot farther out is named after its zone's city
KM_A_DEGREE = 111.0  # of latitude

Fits = Callable[[Area], bool]


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing that a name can mean, and how many live there; a country of several zones is several places."""

    people: int
    places: tuple[Place, ...]


def find(atlas: Atlas, text: str) -> Found:
    """What somebody means by these words."""
    text = text.strip()
    if not is_name(text):
        return Found()
    if zone := atlas.zones.get(text.replace(" ", "_").lower()):
        return _zone(atlas, zone)
    found = _named(atlas, text)
    return found if found.places or "/" not in text else _nearly_zone(atlas, text)


def _named(atlas: Atlas, text: str) -> Found:
    match parts(text):
        case [name]:
            return _bare(atlas, name)
        case [name, *within] if len(within) <= REGIONS_MOST:
            return _inside(atlas, name, within)
        case _:
            return Found()


def at(atlas: Atlas, latitude: float, longitude: float) -> Found:
    """Where a spot is, in degrees; where zones overlap, or on a border, it may be in either."""
    if not is_spot(latitude, longitude):
        return Found()
    zones = [zone for zone in get_tzs(longitude, latitude) if zone in atlas.homes]  # the sea has none of these
    different: dict[tuple[str, str], str] = {}  # by country and time
    for zone in zones:
        different.setdefault((atlas.homes[zone], rule(zone)), zone)
    return _choice([_spot(atlas, zone, zones, latitude, longitude) for zone in different.values()])


# ---- names -------------------------------------------------------------------------------------------


def _zone(atlas: Atlas, zone: str) -> Found:
    """A zone by its own name. An old one, which no country has, is the town of that name: Asia/Calcutta."""
    if country := atlas.homes.get(zone):
        return _choice([Place(city(zone), atlas.titles[Area(country)], country, zone)])
    same = [town for town in atlas.bearers(folded(city(zone))) if rule(town.zone) == rule(zone)]
    return _weighed([_town(atlas, town) for town in same])


def _nearly_zone(atlas: Atlas, text: str) -> Found:
    """A zone's name with a slip in it: the towns in that part of the world that are meant by the rest; never sure."""
    part, _, name = text.lower().partition("/")
    near = _bare(atlas, folded(name)).places
    return _choice([place for place in near if place.zone.lower().startswith(f"{part}/")], sure=False)


def _bare(atlas: Atlas, name: str) -> Found:
    """A name alone, or with its region but without a comma."""
    if name in atlas.words:
        return Found()
    if meanings := _meanings(atlas, name, _anywhere):
        return _weighed(meanings)
    for head, tail in splits(name):
        areas = atlas.around(tail)
        if areas and head not in atlas.words and (meanings := _meanings(atlas, head, _in(areas))):
            return _weighed(meanings)
    if zone := atlas.cities.get(name):
        return _zone(atlas, zone)
    return _typo(atlas, name, _anywhere)


def _inside(atlas: Atlas, name: str, within: list[str]) -> Found:
    """A name and where it is: a region, a country, or the big town of the same region."""
    around = [atlas.around(part) or _regions_of(atlas, part) for part in within]
    known = [areas for areas in around if areas]
    if name in atlas.words and not known:
        return Found()

    def fits(area: Area) -> bool:
        return all(_in(areas)(area) for areas in known)

    meanings = _meanings(atlas, name, fits)
    if len(known) < len(around):
        return replace(_weighed(meanings), sure=False)  # one of its regions is unknown to us
    return _weighed(meanings) if meanings else _typo(atlas, name, fits)


def _regions_of(atlas: Atlas, name: str) -> set[Area]:
    return {town.home for town in _known_as(name, atlas.bearers(name)) if town.region}


def _anywhere(area: Area) -> bool:
    return True


def _in(areas: Iterable[Area]) -> Fits:
    return lambda place: any(area.holds(place) for area in areas)


def _meanings(atlas: Atlas, name: str, fits: Fits) -> list[Meaning]:
    """What has that name. Nobody means a town by a country's name; by a region's they may, if it is a big one in it."""
    areas = [area for area in atlas.areas(name) if fits(area)]
    towns = _known_as(name, [town for town in atlas.bearers(name) if fits(town.home)])
    if any(area.region is None for area in areas):
        towns = []
    elif areas:
        towns = [town for town in towns if town.is_called(name)]
    big = [town.home for town in towns if town.population >= WELL_KNOWN]
    areas = [area for area in areas if not any(area.holds(home) for home in big)]  # New York, Québec
    meanings = [_area(atlas, area) for area in areas] + [_town(atlas, town) for town in towns]
    return [meaning for meaning in meanings if meaning.places]


def _known_as(name: str, towns: list[Town]) -> list[Town]:
    """The towns, biggest first, that are called so today.

    An older or other name counts only beside smaller towns (Reading is not Redding, but Roma is Rome), and a part of
    a town is not apart from it (Manhattan is NYC, too).
    """
    towns = sorted(towns, key=_people)
    own = max((town.population for town in towns if town.is_called(name)), default=0)
    kept: list[Town] = []
    for town in towns:
        called = town.is_called(name) or (town.population > own and not _is_slip(town, name))
        if called and not any(_is_part(town, bigger) for bigger in kept):
            kept.append(town)
    return kept


def _is_slip(town: Town, name: str) -> bool:
    """Whether a letter of the town's own name is missing: Londn is somewhere, but more often a slip."""
    own = folded(town.name)
    return len(own) > TYPO_LETTERS and len(name) == len(own) - 1 and OSA.distance(own, name) == 1


def _is_part(town: Town, bigger: Town) -> bool:
    near = distance(bigger, town.latitude, town.longitude) < bigger.reach
    return near and (town.zone, town.country) == (bigger.zone, bigger.country)


def _town(atlas: Atlas, town: Town) -> Meaning:
    return Meaning(town.population, (Place(town.name, atlas.title(town), town.country, town.zone),))


def _area(atlas: Atlas, area: Area) -> Meaning:
    """A country or region: itself when all its clocks agree, else the biggest town of each time."""
    times = defaultdict[str, list[Town]](list)
    for town in atlas.by_country.get(area.country, ()):
        if area.holds(town.home):
            times[rule(town.zone)].append(town)
    people = sum(town.population for towns in times.values() for town in towns)
    biggest = sorted((min(towns, key=_people) for towns in times.values()), key=_people)
    places = [place for town in biggest for place in _town(atlas, town).places]
    if len(places) != 1:
        return Meaning(people, tuple(places))
    around = atlas.titles[Area(area.country)] if area.region else atlas.continents[area.country]
    return Meaning(people, (Place(atlas.titles[area], around, area.country, places[0].zone),))


def _people(town: Town) -> int:
    """For sorting, the biggest first."""
    return -town.population


def _typo(atlas: Atlas, name: str, fits: Fits) -> Found:
    """Well-known towns whose name is nearly that; never sure. Whoever slips does so after the first letter."""
    if len(name) < TYPO_LETTERS:
        return Found()
    known = [alike for alike in atlas.well_known if alike.startswith(name[0])]
    hits = process.extract(name, known, scorer=OSA.normalized_similarity, score_cutoff=TYPO_SCORE, limit=None)
    towns = [
        town
        for alike, _, _ in hits  # the likest first
        for town in _known_as(alike, [town for town in atlas.well_known[alike] if fits(town.home)])
    ]
    return _choice([place for town in towns for place in _town(atlas, town).places], sure=False)


# ---- spots -------------------------------------------------------------------------------------------


def _spot(atlas: Atlas, zone: str, zones: list[str], latitude: float, longitude: float) -> Place:
    """A spot in a zone, named after the nearest town of it.

    Its country is that town's: northern Vietnam keeps Bangkok's zone. Towns of an overlapping zone count when they
    are in the same country: in Urumqi two times are in use, and it is one town.
    """
    home = atlas.homes[zone]
    towns = [town for each in zones for town in atlas.by_zone.get(each, ()) if each == zone or town.country == home]
    near = {
        town: distance(town, latitude, longitude) - town.reach
        for town in towns
        if abs(town.latitude - latitude) * KM_A_DEGREE < NEAR_KM + town.reach
    }
    nearest = min(near, key=near.__getitem__, default=None)
    if nearest is None or near[nearest] > NEAR_KM:
        return Place(city(zone), atlas.titles[Area(home)], home, zone)
    return Place(nearest.name, atlas.title(nearest), nearest.country, zone)


# ---- what is found -----------------------------------------------------------------------------------


def _weighed(meanings: list[Meaning]) -> Found:
    """All that may be meant, or the first alone when it dwarfs the rest."""
    first, *others = sorted(meanings, key=lambda meaning: -meaning.people) or [Meaning(0, ())]
    others = [other for other in others if first.people <= DWARFS * other.people]
    return _choice([place for meaning in (first, *others) for place in meaning.places])


def _choice(places: list[Place], sure: bool = True) -> Found:
    """So many of them that they can be read, no two alike; `sure` when one is left and nothing speaks against it."""
    kept = list(dict.fromkeys(places))[:MOST]
    read = [(place.name, place.region) for place in kept]
    told = [
        place if read.count((place.name, place.region)) == 1
        else Place(place.name, f"{place.region}, {city(place.zone)}", place.country, place.zone)
        for place in kept
    ]
    return Found(tuple(told), sure and len(told) == 1)
