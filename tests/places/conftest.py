"""Fixtures: the world, loaded once for all tests of a process."""

import pytest

from bot.places.atlas import Atlas, load


@pytest.fixture(scope="session")
def atlas() -> Atlas:
    return load()
