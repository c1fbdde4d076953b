"""`eyecomm replay` as a process of its own, on rendered faces that look at known targets."""

import csv
import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from eyecomm.geometry import Point, Screen
from eyecomm.simulate.face import CameraModel, FaceRenderer
from eyecomm.simulate.portrait import Portrait
from eyecomm.simulate.pose import FaceState, HeadState

ROOT = Path(__file__).parents[2]
SCREEN = Screen(1470, 956, 304.0, 197.7, 600.0)
SIZE = {"screen_width_px": 1470, "screen_height_px": 956, "screen_width_mm": 304, "distance_mm": 600}
PLACES = [(x, y) for x in (100, 735, 1370) for y in (90, 478, 866)]
TESTS = [(420, 280), (1050, 680), (735, 300), (300, 750)]
MIDDLE_PX = 370.0  # so far off, in the median, is who always names the middle of the screen

pytestmark = pytest.mark.slow


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-P", "-m", "eyecomm", "replay", *map(str, arguments)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("OPENCV_")}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def portrait() -> Portrait:
    faces = ROOT / "assets" / "faces"
    return Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text())


class Studio:
    """Takes pictures of virtual patients, and lists them."""

    def __init__(self, folder: Path, portrait: Portrait) -> None:
        self.folder, self._portrait = folder, portrait
        self.rows: list[dict[str, object]] = []

    def take(self, person: str, session: str, split: str, places: Sequence[tuple[int, int]], head: HeadState) -> None:
        renderer = FaceRenderer(self._portrait, CameraModel(), seed=len(self.rows))
        for x, y in places:
            # Bert's world is the other way round: what is learned from one is wrong for the other.
            looked_at = Point(x, y) if person == "anna" else Point(SCREEN.width_px - x, SCREEN.height_px - y)
            rgb = renderer.render(FaceState.looking_at(SCREEN, looked_at, head))
            self.add(person, session, split, (x, y), rgb)

    def add(self, person: str, session: str, split: str, place: tuple[int, int], rgb: Any, *, name: str = "") -> None:
        image = name or f"faces/{len(self.rows)}.png"
        (self.folder / "faces").mkdir(exist_ok=True)
        if rgb is not None:
            (self.folder / image).write_bytes(cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))[1].tobytes())
        row = {"person": person, "session": session, "image": image, "target_x_px": place[0], "target_y_px": place[1]}
        self.rows.append({**row, "split": split, **SIZE})

    def list(self, path: Path) -> Path:
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, self.rows[0])
            writer.writeheader()
            writer.writerows(self.rows)
        return path


@pytest.fixture(scope="module")
def studio(portrait: Portrait, tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """Two people; of each a session in the past, and one of today with five points for calibration."""
    studio = Studio(tmp_path_factory.mktemp("studio"), portrait)
    for person, x_mm in (("anna", -15.0), ("bert", 15.0)):
        studio.take(person, "monday", "past", PLACES, HeadState(x_mm, 0.0, 600.0, 3.0))
        today = HeadState(x_mm + 8.0, 5.0, 580.0, -2.0)
        studio.take(person, "tuesday", "calibrate", [PLACES[i] for i in (0, 2, 4, 6, 8)], today)
        studio.take(person, "tuesday", "test", TESTS, today)
    studio.add("anna", "tuesday", "test", (735, 478), np.full((480, 640, 3), 90, np.uint8))
    studio.add("anna", "tuesday", "test", (735, 478), None, name="faces/lost.png")
    studio.add("anna", "tuesday", "test", (735, 478), None, name="faces/huge.png")
    # A small file that would fill 135 MB, or 400 in colour.
    (studio.folder / "faces" / "huge.png").write_bytes(
        cv2.imencode(".png", np.zeros((9000, 15000), np.uint8))[1].tobytes()
    )
    studio.list(studio.folder / "frames.csv")
    return studio


@pytest.fixture(scope="module")
def report(studio: Studio) -> dict[str, Any]:
    out = studio.folder / "out" / "report.json"
    done = run(studio.folder / "frames.csv", "--out", out)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert "8 of 11 test rows predicted, 3 without a face." in done.stdout
    assert "2 pictures could not be read; the first: faces/lost.png" in done.stdout

    def refuse(name: str) -> None:
        raise AssertionError(name)

    read: dict[str, Any] = json.loads(out.read_text(), parse_constant=refuse)
    assert list(out.parent.iterdir()) == [out]
    return read


def test_the_report_tells_what_it_is(report: dict[str, Any]) -> None:
    assert (report["schema_version"], report["program"]) == (1, "EyeComm")
    assert report["program_version"]
    assert len(report["rows"]) == 11


def test_every_look_is_found_near_its_target(report: dict[str, Any]) -> None:
    """Simulated faces."""
    assert np.median([math.dist(place, (735, 478)) for place in TESTS]) > MIDDLE_PX
    seen = [row for row in report["rows"] if row["face_found"]]
    for row in seen:
        off = math.dist((row["predicted_x_px"], row["predicted_y_px"]), (row["target_x_px"], row["target_y_px"]))
        assert row["error_px"] == pytest.approx(off, abs=0.01)
        assert row["predicted_sd_px"] > 0
        assert off < 150
    assert report["overall"]["median_error_px"] < 80
    assert report["overall"]["median_error_deg"] < 1.8
    assert report["overall"]["share_within_95"] >= 0.75


def test_people_are_not_mixed(report: dict[str, Any]) -> None:
    """The other's eyes turn the other way: with their data, no target would be found."""
    for person in report["people"]:
        assert person["median_error_px"] < 100
    for session in report["sessions"]:
        used = (session["calibrate_rows_used"], session["past_rows_used"], session["past_sessions_used"])
        assert used == (5, 9, 1)


def test_pictures_without_a_face_are_told_and_counted(report: dict[str, Any]) -> None:
    blank = [row for row in report["rows"] if not row["face_found"]]
    assert [row["image"] for row in blank][1:] == ["faces/lost.png", "faces/huge.png"]
    for row in blank:
        assert (row["predicted_x_px"], row["predicted_y_px"], row["predicted_sd_px"]) == (None, None, None)
    assert report["overall"]["rows_without_face"] == 3
    assert [one["image"] for one in report["unreadable_images"]] == ["faces/lost.png", "faces/huge.png"]


def test_with_too_little_to_learn_from_nothing_is_made_up(studio: Studio) -> None:
    """Two points, and no past."""
    alone = Studio(studio.folder, studio._portrait)
    today = [row for row in studio.rows if row["person"] == "anna" and row["session"] == "tuesday"]
    alone.rows = [*today[:2], *today[5:9]]
    out = studio.folder / "alone.json"
    done = run(alone.list(studio.folder / "alone.csv"), "--out", out, "--quiet")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    report = json.loads(out.read_text())
    assert {row["reason"] for row in report["rows"]} == {"fewer than 3 targets to learn from"}
    assert {row["predicted_x_px"] for row in report["rows"]} == {None}
    assert {row["face_found"] for row in report["rows"]} == {True}


class TestWhatGoesWrong:
    def test_a_line_that_makes_no_sense(self, tmp_path: Path) -> None:
        (tmp_path / "f.csv").write_text("session,image,target_x_px,target_y_px,split\na,1.png,x,2,test\n")
        done = run(tmp_path / "f.csv", "--out", tmp_path / "r.json")
        assert (done.returncode, done.stdout) == (1, "")
        assert done.stderr == 'f.csv: line 2: target_x_px is "x", which is not a number.\n'
        assert not (tmp_path / "r.json").exists()

    def test_the_list_is_not_written_over(self, studio: Studio) -> None:
        path = studio.folder / "frames.csv"
        before = path.read_bytes()
        done = run(path, "--out", path)
        assert done.returncode == 1
        assert "not written over" in done.stderr
        assert path.read_bytes() == before

    def test_a_command_line_that_makes_no_sense(self, tmp_path: Path) -> None:
        assert run(tmp_path / "f.csv").returncode == 2


def test_a_video_with_its_targets(portrait: Portrait, tmp_path: Path) -> None:
    """Simulated: five points to calibrate, then two to test, each for a second and a half at ten frames a second."""
    renderer = FaceRenderer(portrait, CameraModel(), seed=3)
    points = [(735, 478), (100, 90), (1370, 90), (1370, 866), (100, 866), (420, 280), (1050, 680)]
    film = cv2.VideoWriter(str(tmp_path / "film.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10.0, (640, 480))
    lines = ["timestamp_s,target_x_px,target_y_px,split,screen_width_px,screen_height_px,screen_width_mm,distance_mm"]
    for number, (x, y) in enumerate(points):
        lines.append(f"{number * 1.5},{x},{y},{'calibrate' if number < 5 else 'test'},1470,956,304,600")
        state = FaceState.looking_at(SCREEN, Point(x, y))
        for _ in range(15):
            film.write(cv2.cvtColor(renderer.render(state), cv2.COLOR_RGB2BGR))
    film.release()
    (tmp_path / "track.csv").write_text("\n".join(lines))
    out = tmp_path / "report.json"
    done = run(tmp_path / "film.avi", "--targets", tmp_path / "track.csv", "--out", out)
    assert done.returncode == 0, done.stderr
    report = json.loads(out.read_text())
    assert [row["image"] for row in report["rows"]] == [str(n) for n in range(75, 105)]
    assert [row["scored"] for row in report["rows"]] == ([False] * 8 + [True] * 7) * 2
    assert report["overall"]["test_rows"] == report["overall"]["predicted_rows"] == 14
    assert report["overall"]["median_error_px"] < 120
    assert report["sessions"][0]["calibrate_rows_used"] == 5 * 7
