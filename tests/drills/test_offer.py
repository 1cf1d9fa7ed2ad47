"""Which drill is offered: by what it did so far, by what it fits, and never what is not for them."""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drills.goes import ALL, BY_NAME, DONE, OCCASIONS, RUNNING, STOPPED, WORSE, Go
from bot.drills.offer import after, allowed, offer, ranked
from bot.profile.choices import HEALTH, NO_HOLDS, Profile

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
EXHALE, SIGH, WALK, PMR = "extended-exhale", "physiological-sigh", "walk-down", "pmr-brief"


def goes(name: str, *drops: int | None, minutes: int = 5, outcome: str = DONE) -> list[Go]:
    """Some that began at seven."""
    return [
        Go(name, minutes, 7, None if drop is None else 7 - drop, outcome, NOW + timedelta(hours=hour))
        for hour, drop in enumerate(drops)
    ]


# ---- what settles them fastest --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("done", "ranks"),
    [
        ([], []),
        (goes(EXHALE, 3, 3), []),  # three goes are asked for
        (goes(EXHALE, 3, 4, 2), [(EXHALE, 0.6, 3, "early")]),
        (goes(EXHALE, 3, 3, None), []),  # not measured
        (goes(EXHALE, 3, 3) + goes(EXHALE, 3, outcome=STOPPED), []),
        (goes(EXHALE, 5, 5, 5) + goes(SIGH, 4, 4, 4, minutes=2), [(SIGH, 2.0, 3, "early"), (EXHALE, 1.0, 3, "early")]),
        (goes(EXHALE, *[3, 2] * 3), [(EXHALE, 0.5, 6, "fairly")]),
        (goes(EXHALE, *[3, 2] * 6), [(EXHALE, 0.5, 12, "quite")]),
        (goes(EXHALE, *[5, -5] * 6), [(EXHALE, 0.0, 12, "early")]),  # however many: they say two things
        (goes(EXHALE, *[-1] * 6), [(EXHALE, -0.2, 6, "fairly")]),
        (goes("gone-by", 3, 3, 3), []),
    ],
)
def test_the_ranking(done: list[Go], ranks: list[tuple[str, float, int, str]]) -> None:
    found = [(rank.drill.name, round(rank.per_minute, 6), rank.goes, rank.sure) for rank in ranked(done)]
    assert found == ranks


# ---- what fits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("session", "aim", "name", "minutes"),
    [
        ({"activity": "run", "effort": 4}, "starter", EXHALE, 3), ({"activity": "run"}, "starter", EXHALE, 3),
        ({"activity": "run", "effort": 7}, "starter", WALK, 5), ({"activity": "ride", "effort": 10}, "", WALK, 5),
        ({"activity": "run", "effort": 3}, "high_load", EXHALE, 5), ({"activity": "walk"}, "high_load", EXHALE, 3),
        ({"activity": "strength"}, "starter", EXHALE, 5), ({"activity": "strength", "effort": 9}, "", EXHALE, 5),
        ({"activity": "mobility"}, "starter", EXHALE, 3),
    ],
)
def test_after_a_session(session: Mapping[str, Any], aim: str, name: str, minutes: int) -> None:
    found = after(Profile({"aim": aim}), (), session, 1)
    assert (found.drill.name, found.minutes, found.occasion) == (name, minutes, "session")


sessions = st.fixed_dictionaries(
    {"activity": st.sampled_from(["run", "walk", "ride", "swim", "strength", "mobility", "other"])},
    optional={"effort": st.integers(0, 10)},
)
profiles = st.fixed_dictionaries({}, optional={
    "aim": st.sampled_from(["starter", "high_load"]),
    "health": st.lists(st.sampled_from(HEALTH), unique=True).map(",".join),
}).map(Profile)
some = st.builds(
    Go, st.sampled_from([drill.name for drill in ALL]), st.integers(0, 8), st.none() | st.integers(0, 10),
    st.none() | st.integers(0, 10), st.sampled_from([RUNNING, DONE, STOPPED, WORSE]), st.just(NOW),
)


@given(profiles, st.lists(some, max_size=40), sessions, st.integers())
def test_three_to_eight_minutes_of_what_may_be_offered_to_them(
    profile: Profile, done: list[Go], session: Mapping[str, Any], seed: int
) -> None:
    """docs/domain.md 3 and 5."""
    plain = [offer(profile, done, occasion, seed) for occasion in OCCASIONS.values()]
    for found in (after(profile, done, session, seed), *plain):
        assert found.minutes in found.drill.minutes
        assert found.drill in allowed(profile)
        assert not (found.drill.holds and NO_HOLDS & {*profile.health})
        assert profile.likes_breathing or not found.drill.on_the_breath
        assert found.occasion != "session" or 3 <= found.minutes <= 8


def test_what_ended_badly_is_not_the_next_offer() -> None:
    assert offer(Profile({}), goes(EXHALE, None, outcome=WORSE), "revved", 1).drill.name == SIGH
    well = goes(EXHALE, None, outcome=WORSE) + goes(EXHALE, 3)
    assert offer(Profile({}), well, "revved", 1).drill.name == EXHALE


# ---- the best so far, four times of five ----------------------------------------------------------------

MEASURED = goes(EXHALE, 2, 2, 2) + goes(PMR, 4, 4, 4, minutes=3)


def test_the_best_so_far_four_times_of_five_else_another() -> None:
    found = [offer(Profile({}), MEASURED, "revved", seed) for seed in range(2000)]
    assert found == [offer(Profile({}), MEASURED, "revved", seed) for seed in range(2000)]
    said = Counter((one.drill.name, one.why) for one in found)
    assert {*said} == {(PMR, "best"), (SIGH, "another")}  # of the others the first that was done least
    assert 1540 < said[PMR, "best"] < 1660
    assert all((one.rank is not None) == (one.why == "best") for one in found)


def test_before_a_few_goes_were_made_there_is_nothing_to_compare() -> None:
    found = {offer(Profile({}), goes(EXHALE, 3, 3), "revved", seed).drill.name for seed in range(200)}
    assert found == {EXHALE}


def test_what_revs_them_up_is_not_the_best() -> None:
    worse = goes(PMR, -1, -1, -1, minutes=3)
    found = {(one.drill.name, one.why) for one in (offer(Profile({}), worse, "revved", seed) for seed in range(200))}
    assert (EXHALE, "revved") in found
    assert not any(why == "best" for _, why in found)


def test_the_names_are_those_of_the_drills() -> None:
    assert {EXHALE, SIGH, WALK, PMR} <= {*BY_NAME}
