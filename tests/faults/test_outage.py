"""R7 in small: Telegram away for an hour, in three ways, on either database. `outage.py` says how it is shown."""

from pathlib import Path

import pytest

from tests.faults.outage import WAYS, run

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("away", WAYS)
async def test_an_hour_without_telegram(database_url: str, tmp_path: Path, away: str) -> None:
    figures = await run(away, database_url, tmp_path, queued=300, chats=50)
    print(figures)
    assert figures.missed == []
