"""Make astronaut.png (portrait cut from its background) and astronaut.json (its eyes) from scikit-image's picture.

Run with the picture and MediaPipe's face model:

    python assets/faces/make_astronaut.py skimage/data/astronaut.png assets/models/face_landmarker.task assets/faces
"""

import hashlib
import json
import sys
from pathlib import Path

import cv2
import mediapipe as mp
import numpy as np
import numpy.typing as npt
from mediapipe.tasks.python import BaseOptions, vision

SOURCE_SHA256 = "88431cd9653ccd539741b555fb0a46b61558b301d4110412b5bc28b5e3ea6cb5"
FACE = (126, 0, 220)  # left, top, side of the square around the face, px
ENLARGED = 4  # the eyes are 19 px wide: found more exactly in a larger picture

# MediaPipe's mesh: outlines from the picture's left to its right, then the iris.
OUTLINES = {
    "right": {
        "upper_lid_px": [33, 246, 161, 160, 159, 158, 157, 173, 133],
        "lower_lid_px": [33, 7, 163, 144, 145, 153, 154, 155, 133],
        "iris_px": [468, 469, 470, 471, 472],
    },
    "left": {
        "upper_lid_px": [362, 398, 384, 385, 386, 387, 388, 466, 263],
        "lower_lid_px": [362, 382, 381, 380, 374, 373, 390, 249, 263],
        "iris_px": [473, 474, 475, 476, 477],
    },
}

# Rough outline of what surely is the person and what surely is not, px.
PERSON = [
    (226, 25),
    (170, 60),
    (195, 125),
    (198, 165),
    (150, 195),
    (90, 235),
    (50, 300),
    (40, 400),
    (130, 500),
    (490, 500),
]
PERSON += [(480, 430), (380, 360), (345, 320), (320, 270), (300, 220), (272, 195), (248, 165), (262, 125), (285, 90)]
NOT_PERSON = [
    [(173, 128), (181, 150), (186, 152), (184, 149), (178, 130)],
    [(270, 130), (262, 165), (278, 180), (300, 150)],
    [(0, 0), (140, 0), (140, 120), (105, 200), (75, 225), (15, 290), (0, 420)],
    [(312, 0), (512, 0), (512, 330), (420, 335), (366, 345), (352, 280), (318, 205), (300, 150), (312, 110)],
]


def cut_out(rgb: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Find the person (Rother, Kolmogorov and Blake 2004, GrabCut); give opacity (h, w)."""
    mask = np.full(rgb.shape[:2], cv2.GC_PR_BGD, np.uint8)
    cv2.fillPoly(mask, [np.array(PERSON)], cv2.GC_FGD)
    for outline in NOT_PERSON:
        cv2.fillPoly(mask, [np.array(outline)], cv2.GC_BGD)
    cv2.grabCut(rgb, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 8, cv2.GC_INIT_WITH_MASK)
    person = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(person)
    person = (labels == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])).astype(np.uint8)
    whole = cv2.morphologyEx(person, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    return np.asarray(cv2.GaussianBlur(cv2.erode(whole, np.ones((3, 3), np.uint8)) * 255, (0, 0), 0.9), np.uint8)


def find_face(rgb: npt.NDArray[np.uint8], model: Path) -> npt.NDArray[np.float64]:
    """Give MediaPipe's 478 points (x, y) in pixels of the picture."""
    left, top, side = FACE
    face = cv2.resize(rgb[top : top + side, left : left + side], None, fx=ENLARGED, fy=ENLARGED)
    options = vision.FaceLandmarkerOptions(base_options=BaseOptions(model_asset_path=str(model)))
    with vision.FaceLandmarker.create_from_options(options) as landmarker:
        found = landmarker.detect(mp.Image(image_format=mp.ImageFormat.SRGB, data=np.ascontiguousarray(face)))
    points = np.array([[p.x, p.y] for p in found.face_landmarks[0]])
    return points * side + (left, top)


def main(source: Path, model: Path, folder: Path) -> None:
    """Write both files."""
    if hashlib.sha256(source.read_bytes()).hexdigest() != SOURCE_SHA256:
        raise SystemExit("This is not scikit-image's astronaut.png.")
    picture = cv2.imdecode(np.frombuffer(source.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise SystemExit("This picture cannot be read.")
    rgb = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8)
    points = find_face(rgb, model)
    opacity = cut_out(rgb)
    rgb[opacity == 0] = 0  # nothing of the background is kept
    cv2.imwrite(str(folder / "astronaut.png"), cv2.cvtColor(np.dstack([rgb, opacity]), cv2.COLOR_RGBA2BGRA))
    eyes = {
        side: {name: np.round(points[index], 2).tolist() for name, index in outlines.items()}
        for side, outlines in OUTLINES.items()
    }
    (folder / "astronaut.json").write_text(json.dumps({"pupil_distance_mm": 60.0, "eyes": eyes}) + "\n")


if __name__ == "__main__":
    main(*(Path(argument) for argument in sys.argv[1:4]))
