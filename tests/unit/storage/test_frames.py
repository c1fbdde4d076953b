"""Lists of pictures and tracks of targets: what is read, and what is said of files that make no sense."""

from pathlib import Path

import pytest

from eyecomm.geometry import Point, Screen
from eyecomm.storage.errors import DamagedFileError, MissingFileError, StorageError
from eyecomm.storage.frames import Split, read_frames, read_track

HEADER = "session,image,target_x_px,target_y_px,split"


def write(folder: Path, text: str | bytes, name: str = "frames.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def complaint(path: Path) -> str:
    with pytest.raises(StorageError) as raised:
        read_frames(path)
    return str(raised.value)


def test_a_row_says_who_looked_at_what(tmp_path: Path) -> None:
    columns = f"{HEADER},person,screen_width_px,screen_height_px,screen_width_mm,distance_mm,timestamp_s"
    path = write(tmp_path, f"{columns}\nmonday,eyes/1.png,100.5,-20,past,anna,1470,956,304,600,2.5\n")
    (row,) = read_frames(path)
    assert (row.image, row.path, row.timestamp_s) == ("eyes/1.png", tmp_path / "eyes" / "1.png", 2.5)
    assert (row.look.person, row.look.session, row.look.split) == ("anna", "monday", Split.PAST)
    assert row.look.target == Point(100.5, -20.0)
    assert row.look.screen == Screen(1470, 956, 304.0, 304 * 956 / 1470, 600.0)
    assert row.look.is_size_known


@pytest.mark.parametrize(
    ("columns", "values", "has_screen"),
    [("screen_width_px,screen_width_mm", "1470,304", True), ("screen_width_px,distance_mm", "1470,600", False)],
)
def test_a_screen_that_is_known_in_part_gives_no_degrees(
    tmp_path: Path, columns: str, values: str, has_screen: bool
) -> None:
    (row,) = read_frames(write(tmp_path, f"{HEADER},{columns}\na,1.png,1,2,test,{values}\n"))
    assert (row.look.screen is not None) == has_screen
    assert not row.look.is_size_known


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\na,1.png,12.5,20,test\n",
        f"{HEADER}\r\na,1.png,12.5,20,test\r\n\r\n",
        f"{HEADER}\ra,1.png,12.5,20,test",
        f"{HEADER.replace(',', ';')}\na;1.png;12,5;20;test\n",
        f"{HEADER.replace(',', chr(9))}\na\t1.png\t12.5\t20\ttest\n",
        '"session","image","target_x_px","target_y_px","split"\n"a","1.png","12.5","20","test"\n',
        " Session , IMAGE,target_x_px,target_y_px,split,colour\n a , 1.png ,12.5, 20 , Test ,blue\n",
        "split,target_y_px,target_x_px,image,session\n\ntest,20,12.5,1.png,a\n",
    ],
    ids=["mark", "windows", "old mac", "semicolons", "tabs", "quotes", "blanks and another column", "other order"],
)
def test_tables_as_programs_write_them(tmp_path: Path, text: str) -> None:
    (row,) = read_frames(write(tmp_path, text))
    assert (row.look.session, row.image, row.look.target) == ("a", "1.png", Point(12.5, 20.0))
    assert row.look.split is Split.TEST


def test_a_quoted_name_may_hold_commas_and_other_scripts(tmp_path: Path) -> None:
    (row,) = read_frames(write(tmp_path, f'{HEADER}\na,"снимок, 1.png",1,2,test\n'))
    assert row.image == "снимок, 1.png"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "frames.csv: it is empty."),
        ("\n\n", "frames.csv: it is empty."),
        (HEADER + "\n", "it holds no rows"),
        ("session,image,target_x_px,split\n", "line 1: there is no column target_y_px."),
        ("session,image\n", "no column target_x_px and no column target_y_px and no column split"),
        (HEADER + ",split\na,1.png,1,2,test,test\n", "line 1: there are two columns split"),
        (HEADER + "\na,1.png,1,2,train\n", 'line 2: split is "train"; it must be one of past, calibrate, test.'),
        (HEADER + "\na,1.png,1,2,pause\n", 'line 2: split is "pause"'),
        (HEADER + "\na,1.png,1,2,test\na,1.png,left,2,test\n", 'line 3: target_x_px is "left", which is not a number'),
        (HEADER + "\na,1.png,nan,2,test\n", 'target_x_px is "nan", which is not a number'),
        (HEADER + "\na,1.png,1,inf,test\n", 'target_y_px is "inf", which is not a number'),
        (HEADER + "\na,1.png,1,2e9,test\n", "not between"),
        (HEADER + "\na,1.png,,2,test\n", "line 2: target_x_px is empty"),
        (HEADER + "\n,1.png,1,2,test\n", "line 2: session is empty"),
        (HEADER + "\na,,1,2,test\n", "line 2: image is empty"),
        (HEADER + "\na,1.png,1,2\n", "line 2: it has 4 columns, the first line has 5"),
        (HEADER + "\na,1.png,1,2,test,6\n", "line 2: it has 6 columns, the first line has 5"),
        (HEADER + ",distance_mm\na,1.png,1,2,test,-3\n", "distance_mm is"),
        (HEADER + '\na,"1.png,1,2,test\n', "line 2: its quotes do not match"),
        (HEADER.encode("utf-16"), "it is not a text"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "it is not a text"),
        ((HEADER + "\na,1\0.png,1,2,test\n").encode(), "it is not a text"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence_with_file_and_line(
    tmp_path: Path, text: str | bytes, words: str
) -> None:
    said = complaint(write(tmp_path, text))
    assert words in said
    assert said.startswith("frames.csv: ")
    assert "\n" not in said


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError):
        read_frames(tmp_path / "none.csv")
    assert "folder" in complaint(tmp_path)


class TestTrack:
    COLUMNS = "timestamp_s,target_x_px,target_y_px,split"

    def test_moments_in_the_order_of_time(self, tmp_path: Path) -> None:
        path = write(tmp_path, f"{self.COLUMNS}\n0,1,2,calibrate\n1.5,3,4,pause\n3,5,6,test\n")
        track = read_track(path)
        assert [row.start_s for row in track] == [0.0, 1.5, 3.0]
        assert [row.look.split for row in track] == [Split.CALIBRATE, Split.PAUSE, Split.TEST]
        assert {(row.look.person, row.look.session) for row in track} == {("", "")}

    @pytest.mark.parametrize("second", ["1", "0.5"])
    def test_time_that_does_not_grow(self, tmp_path: Path, second: str) -> None:
        path = write(tmp_path, f"{self.COLUMNS}\n1,1,2,test\n{second},1,2,test\n")
        with pytest.raises(DamagedFileError, match="line 3: its timestamp_s is not after"):
            read_track(path)

    def test_a_track_without_rows(self, tmp_path: Path) -> None:
        with pytest.raises(DamagedFileError, match="no rows"):
            read_track(write(tmp_path, self.COLUMNS))
