"""Who learns from what, and what is told when that is too little."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from eyecomm.replay import stills
from eyecomm.replay.learning import age_sessions, list_tests, use_of
from eyecomm.replay.report import Session, make_report
from eyecomm.replay.stills import Album, replay_stills
from eyecomm.samples import FaceLandmarks, Floats, Frame
from eyecomm.storage.frames import FrameRow, Split

from .conftest import MakeRow, vector_for

PAST, CALIBRATE, TEST = Split.PAST, Split.CALIBRATE, Split.TEST
PLACES = [(x, y) for x in (100.0, 735.0, 1370.0) for y in (100.0, 478.0, 856.0)]


class KnownAlbum(Album):
    """Knows the eyes in every picture from what its row says was looked at; some pictures show no face."""

    def __init__(self, rows: Sequence[FrameRow], faceless: Sequence[str] = ()) -> None:
        self.warnings = {}
        self._vectors: dict[Path, Floats | None] = {
            row.path: None if row.image in faceless else vector_for(row.look.person, row.look.target) for row in rows
        }


def tell(*_: object) -> None:
    pass


def replay(rows: Sequence[FrameRow], faceless: Sequence[str] = ()) -> list[Session]:
    return replay_stills(rows, KnownAlbum(rows, faceless), tell)


def test_a_session_is_predicted_from_its_own_calibration(make_row: MakeRow) -> None:
    rows = [make_row("a", CALIBRATE, *place) for place in PLACES]
    rows += [make_row("a", TEST, 400, 300), make_row("a", TEST, 1100, 700)]
    (session,) = replay(rows)
    assert (session.key, session.reason, session.ages) == (("", "a"), "", (0,) * 9)
    for result in session.results:
        assert result.error_px is not None
        assert result.error_px < 60
        assert result.prediction.covariance is not None


def test_a_session_without_calibration_is_predicted_from_the_past(make_row: MakeRow) -> None:
    rows = [make_row(session, PAST, *place) for session in "ab" for place in PLACES]
    rows.append(make_row("c", TEST, 400, 300))
    (session,) = replay(rows)
    assert sorted(session.ages) == [1] * 9 + [2] * 9
    error_px = session.results[0].error_px
    assert error_px is not None
    assert error_px < 150


def test_what_is_used_for_which_session(make_row: MakeRow) -> None:
    rows = [
        make_row("a", PAST, 1, 1, person="anna"),
        make_row("a", CALIBRATE, 2, 2, person="anna"),
        make_row("b", PAST, 3, 3, person="anna"),
        make_row("b", CALIBRATE, 4, 4, person="anna"),
        make_row("b", TEST, 5, 5, person="anna"),
        make_row("a", PAST, 6, 6, person="bert"),
        make_row("b", CALIBRATE, 7, 7, person="bert"),
        make_row("c", PAST, 8, 8, person="anna"),
    ]
    looks = [row.look for row in rows]
    assert list_tests(looks) == [("anna", "b")]
    ages = age_sessions(looks, ("anna", "b"))
    assert ages == {"b": 0, "c": 1, "a": 2}
    assert [use_of(look, ("anna", "b"), ages) for look in looks] == [2, None, None, 0, None, None, None, 1]


def test_people_never_share_data(make_row: MakeRow) -> None:
    anna = [make_row("a", CALIBRATE, *place, person="anna") for place in PLACES]
    anna.append(make_row("a", TEST, 400, 300, person="anna"))
    bert = [make_row("a", split, *place, person="bert") for place in PLACES for split in (PAST, CALIBRATE)]
    bert += [make_row("b", PAST, *place, person="bert") for place in PLACES]
    (alone,), (together,) = replay(anna), replay([*bert, *anna])
    assert alone.results[0].prediction == together.results[0].prediction
    assert alone.ages == together.ages


def test_pictures_without_a_face_are_left_out_and_told(make_row: MakeRow) -> None:
    rows = [make_row("a", CALIBRATE, *place) for place in PLACES]
    rows += [make_row("a", TEST, 400, 300, image="blank.png"), make_row("a", TEST, 400, 300)]
    (session,) = replay(rows, faceless=["blank.png", rows[0].image])
    assert len(session.ages) == 8
    blank, seen = session.results
    assert (blank.face_found, blank.prediction.point, blank.error_px, blank.is_within) == (False, None, None, None)
    assert seen.face_found
    assert seen.prediction.point is not None
    row = blank.to_json()
    assert (row["predicted_x_px"], row["predicted_sd_px"], row["face_found"]) == (None, None, False)


@pytest.mark.parametrize(("count", "words"), [(0, "nothing to learn from"), (2, "fewer than 3 targets to learn from")])
def test_too_little_to_learn_from_is_told_and_the_others_go_on(make_row: MakeRow, count: int, words: str) -> None:
    rows = [make_row("a", CALIBRATE, *place) for place in PLACES[:count]]
    rows += [make_row("a", TEST, 400, 300)]
    rows += [make_row("b", CALIBRATE, *place) for place in PLACES] + [make_row("b", TEST, 400, 300)]
    little, enough = replay(rows)
    assert little.reason == words
    assert little.results[0].to_json()["reason"] == words
    assert little.results[0].face_found
    assert little.results[0].prediction.point is None
    assert enough.results[0].prediction.point is not None


def test_eyes_that_never_move(make_row: MakeRow) -> None:
    rows = [make_row("a", CALIBRATE, *place, image="same.png") for place in PLACES] + [make_row("a", TEST, 1, 1)]
    (session,) = replay(rows)
    assert session.reason == "the eyes did not move"


def test_a_look_listed_twice_counts_once(make_row: MakeRow) -> None:
    rows = [make_row("a", CALIBRATE, *place) for place in PLACES] + [make_row("a", TEST, 400, 300)]
    (once,), (twice,) = replay(rows), replay([*rows[:9], *rows])
    assert once.results[0].prediction == twice.results[0].prediction


def test_the_report_keeps_the_order_of_the_file(make_row: MakeRow) -> None:
    rows = [make_row(session, CALIBRATE, *place) for session in "ab" for place in PLACES]
    rows += [make_row(session, TEST, x, 300) for x in (300, 400, 500) for session in "ba"]
    report = make_report("frames.csv", replay(rows), {"x.png": "it is empty"})
    assert [(row["session"], row["target_x_px"]) for row in report["rows"]] == [
        (session, float(x)) for x in (300, 400, 500) for session in "ba"
    ]
    assert [one["session"] for one in report["sessions"]] == ["b", "a"]
    assert report["sessions"][0]["calibrate_rows_used"] == 9
    assert report["unreadable_images"] == [{"image": "x.png", "reason": "it is empty"}]


class Detector:
    """Counts the pictures it is shown; sees a face in none."""

    def __init__(self) -> None:
        self.shown = 0

    def detect(self, _frame: Frame) -> FaceLandmarks | None:
        self.shown += 1
        return None

    def follow_center(self) -> None:
        """Not asked for."""

    def close(self) -> None:
        """Not asked for."""


def test_every_picture_is_looked_at_once(make_row: MakeRow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stills, "read_picture", lambda _: np.zeros((480, 640, 3), np.uint8))
    rows = [make_row("a", split, 1, 1, image=image) for split in Split for image in ("1.png", "2.png")]
    detector, told = Detector(), []
    album = Album(detector)
    album.look_at(rows, lambda *news: told.append(news))
    assert detector.shown == 2
    assert told == [("pictures", 1, 2), ("pictures", 2, 2)]
    assert album.vector(rows[0]) is None


def test_a_picture_that_cannot_be_read_is_a_warning(make_row: MakeRow) -> None:
    album = Album(Detector())
    album.look_at([make_row("a", TEST, 1, 1, image="none.png")], tell)
    assert album.warnings == {"none.png": "there is no such file"}
