import sys
from pathlib import Path

import pytest

from eyecomm.storage.errors import MissingResourceError
from eyecomm.storage.resources import resource, resource_root


def test_the_source_tree_has_them() -> None:
    assert resource("boards/en/letters.obf").is_file()
    assert resource("calibration/layouts") == resource_root() / "calibration" / "layouts"


def test_a_frozen_bundle_has_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    model = tmp_path / "assets" / "models" / "face.task"
    model.parent.mkdir(parents=True)
    model.touch()
    assert resource("models/face.task") == model


def test_a_missing_one_is_told() -> None:
    with pytest.raises(MissingResourceError, match="installed again") as caught:
        resource("models/nothing.task")
    assert caught.value.path.name == "nothing.task"
