"""What a load leaves to the next one."""

import marshal
from pathlib import Path

from bot.places.atlas import Atlas, keep, kept


def test_the_next_load_finds_the_same_towns(atlas: Atlas, tmp_path: Path) -> None:
    path, towns = tmp_path / "new" / "towns", (atlas.towns, atlas.lines, atlas.starts)
    assert kept(path) is None
    keep(towns, path)
    assert kept(path) == towns
    assert [each.name for each in path.parent.iterdir()] == ["towns"]


def test_what_is_cut_off_or_made_of_something_else_is_not_used(atlas: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "towns"
    keep((atlas.towns[:2], atlas.lines, atlas.starts[:2]), path)
    stamp, *towns = marshal.loads(path.read_bytes())
    path.write_bytes(path.read_bytes()[:-1])
    assert kept(path) is None
    for nonsense in ((stamp[::-1], *towns), (stamp,), 7):
        path.write_bytes(marshal.dumps(nonsense))
        assert kept(path) is None


def test_a_folder_that_is_not_ours_is_no_reason_to_fail(atlas: Atlas) -> None:
    towns = (atlas.towns[:2], atlas.lines, atlas.starts[:2])
    assert keep(towns, Path("/proc/nowhere/towns")) == towns
