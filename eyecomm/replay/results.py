"""What was predicted for each look that was to be tested, and how good that was."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from eyecomm.geometry import Covariance, Point
from eyecomm.storage.frames import Look

NO_FACE = "no face"
SHARE = 0.95


@dataclass(frozen=True, slots=True)
class Prediction:
    """Where a look was found.

    Parameters
    ----------
    point : Point or None
        In pixels; None when there is none.
    covariance : Covariance or None
        How sure that is.
    head_moved : bool
        The head was where it was in no look learned from.
    reason : str
        Why there is no point; empty when there is one.
    """

    point: Point | None = None
    covariance: Covariance | None = None
    head_moved: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One look that was tested.

    Parameters
    ----------
    image : str
        Name of the picture, or the number of the frame.
    look : Look
        What was looked at.
    prediction : Prediction
        Where it was found.
    timestamp_s : float or None
        When.
    is_scored : bool
        False for moments in which the eyes may still be on their way.
    order : int
        Its place among all rows of the file.
    """

    image: str
    look: Look
    prediction: Prediction
    timestamp_s: float | None = None
    is_scored: bool = True
    order: int = 0

    @property
    def face_found(self) -> bool:
        """Whether there was a face to look at."""
        return self.prediction.reason != NO_FACE

    @property
    def error_px(self) -> float | None:
        """Distance from the target in pixels; None without a prediction."""
        point = self.prediction.point
        return None if point is None else point.distance_to(self.look.target)

    @property
    def error_deg(self) -> float | None:
        """Angle between the lines of sight in degrees; None without a prediction or the size of the screen."""
        point, screen = self.prediction.point, self.look.screen
        if point is None or screen is None or not self.look.is_size_known:
            return None
        return screen.angle_between(point, self.look.target)

    @property
    def is_within(self) -> bool | None:
        """Whether the target lies in the ellipse that is to hold 95 %; None without a prediction."""
        point, covariance = self.prediction.point, self.prediction.covariance
        if point is None or covariance is None:
            return None
        return covariance.contains(self.look.target.x - point.x, self.look.target.y - point.y, SHARE)

    def to_json(self) -> dict[str, object]:
        """Give the row of the report."""
        point, covariance = self.prediction.point, self.prediction.covariance
        parts = (covariance.xx, covariance.xy, covariance.yy) if covariance else None
        return {
            "person": self.look.person,
            "session": self.look.session,
            "image": self.image,
            "timestamp_s": self.timestamp_s,
            "target_x_px": self.look.target.x,
            "target_y_px": self.look.target.y,
            "predicted_x_px": _rounded(point.x if point else None),
            "predicted_y_px": _rounded(point.y if point else None),
            "predicted_sd_px": _rounded(covariance.sd_px if covariance else None),
            "predicted_covariance_px2": [_rounded(part) for part in parts] if parts else None,
            "face_found": self.face_found,
            "head_moved": self.prediction.head_moved,
            "error_px": _rounded(self.error_px),
            "error_deg": _rounded(self.error_deg),
            "within_95": self.is_within,
            "scored": self.is_scored,
            "reason": self.prediction.reason or None,
        }


def summarize(results: Sequence[Result]) -> dict[str, Any]:
    """Give the figures over some looks; those that do not count are left out."""
    scored = [one for one in results if one.is_scored]
    errors_px = [one.error_px for one in scored if one.error_px is not None]
    errors_deg = [one.error_deg for one in scored if one.error_deg is not None]
    within = [one.is_within for one in scored if one.is_within is not None]
    return {
        "test_rows": len(scored),
        "predicted_rows": len(errors_px),
        "rows_without_face": sum(not one.face_found for one in scored),
        **_figures(errors_px, "px"),
        **_figures(errors_deg, "deg"),
        "share_within_95": _rounded(float(np.mean(within))) if within else None,
    }


def _figures(errors: Sequence[float], unit: str) -> dict[str, object]:
    if not errors:
        return {f"{name}_error_{unit}": None for name in ("median", "mean", "p95")}
    return {
        f"median_error_{unit}": _rounded(float(np.median(errors))),
        f"mean_error_{unit}": _rounded(float(np.mean(errors))),
        f"p95_error_{unit}": _rounded(float(np.percentile(errors, 95))),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
