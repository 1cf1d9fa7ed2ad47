"""R1 and R2 in small: twenty kills on either database, and a run without any. `kills.py` says how it is shown."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.kills import BLOWS, run

pytestmark = [pytest.mark.faults, pytest.mark.timeout(240)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_twenty_kills(kind: str, tmp_path: Path, postgres_server: Callable[[], str]) -> None:
    figures = await run(kind, len(BLOWS), 1, tmp_path, postgres_server)
    print(figures)
    assert figures.missed == []
    assert set(figures.kills) == {str(blow) for blow in BLOWS}
    assert figures.answers > 0
    assert figures.unknown > 0


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_without_kills_and_lost_answers_nothing_comes_twice(
    kind: str, tmp_path: Path, postgres_server: Callable[[], str]
) -> None:
    figures = await run(kind, 0, 1, tmp_path, postgres_server, bots=1, people=30, lose=0, busy=10)
    print(figures)
    assert figures.missed == []
    assert figures.answers > 0
    assert (figures.unknown, figures.repeats) == (0, 0)
