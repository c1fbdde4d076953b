from pathlib import Path

import pytest

from eyecomm.storage.errors import NoticeKind, StorageError
from eyecomm.storage.paths import Paths, find_paths
from eyecomm.storage.profiles import ProfileNameError, Profiles


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return find_paths(tmp_path)


@pytest.fixture
def profiles(paths: Paths) -> Profiles:
    return Profiles(paths)


def test_at_first_there_are_none(profiles: Profiles) -> None:
    assert profiles.find_all().value == ()
    assert profiles.current().value is None


def test_each_has_a_folder_of_its_own(profiles: Profiles, paths: Paths) -> None:
    one, two = profiles.create("Kim"), profiles.create("Kim")
    assert one.path != two.path
    assert one.path.parent == paths.profiles
    files = {one.settings_path, one.journal_path, one.calibrations_path}
    assert {file.parent for file in files} == {one.path}
    assert len(files) == 3


@pytest.mark.parametrize("name", ["Ελένη", "名前", "a/b\\c:..", " Kim \n", "x" * 100])
def test_any_name_will_do(profiles: Profiles, name: str) -> None:
    profile = profiles.create(name)
    assert profile.name == name.strip()
    assert profiles.find_all().value == (profile,)


@pytest.mark.parametrize("name", ["", "  ", "\x00", "x" * 101])
def test_but_not_none_or_an_endless_one(profiles: Profiles, name: str) -> None:
    with pytest.raises(ProfileNameError):
        profiles.create(name)
    assert profiles.find_all().value == ()


def test_they_are_in_order_of_their_names(profiles: Profiles) -> None:
    for name in ("robin", "Alex", "kim"):
        profiles.create(name)
    assert [profile.name for profile in profiles.find_all().value] == ["Alex", "kim", "robin"]


def test_one_can_be_called_otherwise(profiles: Profiles) -> None:
    profile = profiles.create("Kim")
    renamed = profiles.rename(profile, "Robin")
    assert renamed.path == profile.path
    assert profiles.find_all().value == (renamed,)


def test_the_chosen_one_is_the_current_one(profiles: Profiles) -> None:
    first, second = profiles.create("a"), profiles.create("b")
    assert profiles.current().value == first
    profiles.choose(second)
    assert profiles.current().value == second


def test_a_choice_that_is_gone_gives_the_first(profiles: Profiles, paths: Paths) -> None:
    first = profiles.create("a")
    paths.config.mkdir(parents=True)
    (paths.config / "current-profile.json").write_text('{"profile": ["gone"]}')
    assert profiles.current().value == first


def test_a_damaged_choice_is_kept_and_told(profiles: Profiles, paths: Paths) -> None:
    first = profiles.create("a")
    profiles.choose(first)
    (paths.config / "current-profile.json").write_text("?")
    loaded = profiles.current()
    assert loaded.value == first
    assert [notice.kind for notice in loaded.notices] == [NoticeKind.SET_ASIDE]


@pytest.mark.parametrize("data", ["?", "[]", '{"name": 5}', '{"name": " "}'])
def test_a_damaged_one_keeps_its_folder_and_is_called_by_its_id(profiles: Profiles, data: str) -> None:
    profile = profiles.create("Kim")
    profile.journal_path.write_text("{}")
    (profile.path / "profile.json").write_text(data)
    loaded = profiles.find_all()
    assert [found.name for found in loaded.value] == [profile.id]
    assert [notice.kind for notice in loaded.notices] == [NoticeKind.SET_ASIDE]
    assert profile.journal_path.exists()
    assert (profile.path / "profile.json.damaged-1").read_text() == data


def test_other_things_in_the_folder_are_left_alone(profiles: Profiles, paths: Paths) -> None:
    profile = profiles.create("Kim")
    (paths.profiles / "notes.txt").touch()
    (paths.profiles / "my backup (2)").mkdir()
    assert profiles.find_all().value == (profile,)


def test_a_file_in_place_of_the_folder_is_told(profiles: Profiles, paths: Paths) -> None:
    paths.data.mkdir(parents=True)
    paths.profiles.touch()
    with pytest.raises(StorageError, match="a file is where its folder should be"):
        profiles.find_all()
