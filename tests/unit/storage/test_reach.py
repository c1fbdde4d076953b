import json
from pathlib import Path

import pytest

from eyecomm.calibration.reach import ReachMap
from eyecomm.geometry import Point, Screen
from eyecomm.storage.errors import NoticeKind
from eyecomm.storage.reach import read_reach, write_reach

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
SEEN = ReachMap().after(SCREEN, reached=[Point(100.0, 900.0)], missed=[Point(100.0, 100.0)])


def test_reach_is_kept(tmp_path: Path) -> None:
    write_reach(tmp_path / "new" / "reach.json", SEEN)
    assert read_reach(tmp_path / "new" / "reach.json").value == SEEN


def test_without_a_file_all_is_worth_trying(tmp_path: Path) -> None:
    loaded = read_reach(tmp_path / "reach.json")
    assert (loaded.value, loaded.notices) == (ReachMap(), ())


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"rows": 4, "columns": 5, "places": [3]}'])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "reach.json"
    path.write_text(text)
    loaded = read_reach(path)
    assert loaded.value == ReachMap()
    assert [notice.kind for notice in loaded.notices] == [NoticeKind.SET_ASIDE]
    assert (tmp_path / "reach.json.damaged-1").read_text() == text


def test_a_file_of_another_grid_is_set_aside_whole(tmp_path: Path) -> None:
    path = tmp_path / "reach.json"
    path.write_text(json.dumps({**SEEN.to_json(), "rows": 3}))
    assert read_reach(path).value == ReachMap()
    write_reach(path, SEEN)
    assert read_reach(path).value == SEEN
