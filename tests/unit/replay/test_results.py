"""Figures over many looks, checked by hand."""

import json

import pytest

from eyecomm.geometry import Covariance, Point, Screen
from eyecomm.replay.results import NO_FACE, Prediction, Result, summarize
from eyecomm.storage.frames import Look, Split

SCREEN = Screen(1000, 500, 500.0, 250.0, 600.0)
SURE = Covariance(100.0, 0.0, 100.0)  # the ellipse is a circle of 24.5 px


def result(off_px: float, *, is_size_known: bool = True, is_scored: bool = True) -> Result:
    look = Look("anna", "a", Point(500, 250), Split.TEST, SCREEN, is_size_known)
    return Result("1.png", look, Prediction(Point(500 + off_px, 250), SURE), is_scored=is_scored)


def blank() -> Result:
    return Result("2.png", result(0).look, Prediction(reason=NO_FACE))


def test_figures() -> None:
    figures = summarize([result(10), result(20), result(60), blank(), result(900, is_scored=False)])
    assert (figures["test_rows"], figures["predicted_rows"], figures["rows_without_face"]) == (4, 3, 1)
    assert figures["median_error_px"] == 20
    assert figures["mean_error_px"] == 30
    assert figures["p95_error_px"] == pytest.approx(56)
    assert figures["share_within_95"] == pytest.approx(2 / 3, abs=1e-4)
    # 20 px are 10 mm at 600 mm.
    assert figures["median_error_deg"] == pytest.approx(0.9548, abs=1e-4)


def test_degrees_only_where_the_size_is_known() -> None:
    figures = summarize([result(10, is_size_known=False)])
    assert figures["median_error_px"] == 10
    assert (figures["median_error_deg"], figures["mean_error_deg"], figures["p95_error_deg"]) == (None, None, None)


def test_nothing_predicted_is_no_number() -> None:
    figures = summarize([blank()])
    assert (figures["median_error_px"], figures["share_within_95"]) == (None, None)
    json.dumps(figures, allow_nan=False)


def test_a_row_of_the_report() -> None:
    row = result(30).to_json()
    assert row["person"] == "anna"
    assert (row["target_x_px"], row["target_y_px"]) == (500, 250)
    assert (row["predicted_x_px"], row["predicted_y_px"], row["predicted_sd_px"]) == (530, 250, 10)
    assert (row["error_px"], row["within_95"], row["face_found"], row["reason"]) == (30, False, True, None)
    assert row["predicted_covariance_px2"] == [100, 0, 100]
