"""What a sport's name means, in whichever format."""

import pytest

from bot.activities.activity import kind_of


@pytest.mark.parametrize(("name", "kind"), [
    ("running", "run"), ("trail_running", "run"), ("Trail Running", "run"), ("VirtualRun", "run"), ("JOGGING", "run"),
    ("hiking", "walk"), ("Indoor Walking", "walk"), ("Biking", "ride"), ("cycling", "ride"), ("EBikeRide", "ride"),
    ("mountain-biking", "ride"), ("lap_swimming", "swim"), ("WeightTraining", "strength"),
    ("functional_strength_training", "strength"), ("yoga", "mobility"), ("flexibility_training", "mobility"),
    ("motorcycling", "other"), ("horseback_riding", "other"), ("swim_run", "other"), ("rowing", "other"),
    ("9", "other"), ("", "other"), (None, "other"), (1, "other"), ("Brunch", "other"), ("Gymnastics", "other"),
])
def test_kinds(name: object, kind: str) -> None:
    assert kind_of(name) == kind
