from pathlib import Path

from eyecomm.storage.paths import Paths, find_paths


def test_a_given_root_holds_everything(tmp_path: Path) -> None:
    paths = find_paths(tmp_path, {"EYECOMM_HOME": "/elsewhere"})
    assert paths == Paths(tmp_path / "data", tmp_path / "config", tmp_path / "cache")
    assert paths.profiles == tmp_path / "data" / "profiles"
    assert paths.boards == tmp_path / "data" / "boards"
    assert paths.logs == tmp_path / "cache" / "logs"


def test_the_environment_may_name_the_root(tmp_path: Path) -> None:
    assert find_paths(environment={"EYECOMM_HOME": str(tmp_path)}) == find_paths(tmp_path)


def test_a_relative_root_is_made_absolute() -> None:
    assert find_paths(environment={"EYECOMM_HOME": "here"}).data == Path.cwd() / "here" / "data"


def test_else_the_system_says_where() -> None:
    for environment in ({}, {"EYECOMM_HOME": ""}):
        paths = find_paths(environment=environment)
        assert all("eyecomm" in path.as_posix() for path in (paths.data, paths.config, paths.cache))


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    find_paths(tmp_path)
    assert list(tmp_path.iterdir()) == []
