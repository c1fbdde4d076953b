"""Portraits for the gaze bench: the shipped one, changed copies of it, and photographs from a folder.

A photograph stays where it is: only rendered features are kept.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from eyecomm.devices.face_landmarker import FaceLandmarker
from eyecomm.samples import Bytes, Floats, Frame
from eyecomm.simulate.portrait import EyeOutline, Portrait, apply, invert
from eyecomm.simulate.relief import Relief

ASSETS = Path(__file__).parents[2] / "assets"
MODEL = ASSETS / "models" / "face_landmarker.task"
PHOTO_ENDINGS = (".jpg", ".jpeg", ".png")

PUPILS_PX = 84.0
"""Photographs are scaled to this distance between the pupils: a little finer than the nearest webcam sees them."""
CROP = (2.6, 3.2, 3.6)  # kept to each side of, above and below the eyes, in pupil distances
ENLARGED_PX = 480  # the face is found in a picture in which it is about this wide
PUPILS_MM = 62.0

# MediaPipe's mesh: outlines from the picture's left to its right, and the iris.
_RIGHT = (
    (33, 246, 161, 160, 159, 158, 157, 173, 133),
    (33, 7, 163, 144, 145, 153, 154, 155, 133),
    468,
)
_LEFT = (
    (362, 398, 384, 385, 386, 387, 388, 466, 263),
    (362, 382, 381, 380, 374, 373, 390, 249, 263),
    473,
)
_FOREHEAD, _CHIN, _CHEEKS = 10, 152, (234, 454)


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A portrait, ready to be turned.

    Parameters
    ----------
    name : str
        Of the photograph.
    portrait : Portrait
        The picture.
    relief : Relief
        How deep it is.
    """

    name: str
    portrait: Portrait
    relief: Relief


def faces(folder: Path | None, fewest: int = 3) -> tuple[Face, ...]:
    """Give the shipped face and those of a folder; where they are too few, changed copies of the shipped one too."""
    portraits = {"astronaut": shipped(), **(dict(from_folder(folder)) if folder else {})}
    for name, portrait in variants(portraits["astronaut"]).items():
        if len(portraits) < fewest:
            portraits[name] = portrait
    return tuple(Face(name, portrait, relief_of(portrait)) for name, portrait in portraits.items())


def shipped() -> Portrait:
    """Read the portrait that ships with the program."""
    faces = ASSETS / "faces"
    return Portrait.decode((faces / "astronaut.png").read_bytes(), (faces / "astronaut.json").read_text())


def variants(portrait: Portrait) -> dict[str, Portrait]:
    """Make other faces of one: mirrored, darker and narrower-eyed, stretched. They are no other people."""
    mirrored = _mirrored(portrait)
    return {
        "narrow": _narrow_eyed(replace(portrait, rgb=_toned(portrait.rgb, 0.62)), 0.8),
        "mirrored": mirrored,
        "stretched": _stretched(replace(mirrored, rgb=_toned(mirrored.rgb, 0.85)), 1.08),
    }


def from_folder(folder: Path) -> Iterator[tuple[str, Portrait]]:
    """Make a portrait of every photograph of one person that looks into the camera."""
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in PHOTO_ENDINGS:
            continue
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
        if picture is not None:
            yield path.stem, from_photo(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8))


def from_photo(rgb: Bytes) -> Portrait:
    """Outline the eyes of a photograph by MediaPipe's mesh, and cut the person out.

    Raises
    ------
    ValueError
        When no face is found.
    """
    rgb = _cropped(rgb, mesh_of(rgb))
    points = mesh_of(rgb)
    left, right = (_outline(points, eye) for eye in (_LEFT, _RIGHT))
    return Portrait(rgb, _person(rgb, points), left, right, PUPILS_MM)


def mesh_of(rgb: Bytes) -> Floats:
    """Give MediaPipe's mesh, shape (478, 3), in pixels of a picture; found in an enlarged cut around the face.

    Raises
    ------
    ValueError
        When no face is found.
    """
    points = _detect(rgb)
    (x0, y0), (x1, y1) = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    margin = 0.6 * max(x1 - x0, y1 - y0)
    left, top = (max(0, round(float(low - margin))) for low in (x0, y0))
    face = rgb[top : round(float(y1 + margin)), left : round(float(x1 + margin))]
    scale = ENLARGED_PX / (x1 - x0)
    enlarged = cv2.resize(
        face, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    )
    finer = _detect(np.asarray(enlarged, np.uint8))
    finer[:, :2] = (finer[:, :2] + 0.5) / scale - 0.5 + (left, top)
    finer[:, 2] /= scale
    return finer


def _detect(rgb: Bytes) -> Floats:
    landmarker = FaceLandmarker(MODEL)
    try:
        seen = [landmarker.detect(Frame(np.ascontiguousarray(rgb), i / 30)) for i in range(8)]
    finally:
        landmarker.close()
    if seen[-1] is None:
        raise ValueError("no face was found in the photograph")
    return seen[-1].points.copy()


def _cropped(rgb: Bytes, points: Floats) -> Bytes:
    """Keep head and shoulders, at the scale that is wanted; beyond the photograph its edge goes on."""
    eyes = points[[_RIGHT[2], _LEFT[2]], :2]
    middle, apart = eyes.mean(axis=0), float(math.dist(*eyes))
    side, above, below = (part * apart for part in CROP)
    scale = PUPILS_PX / apart
    shift = -scale * (middle - (side, above))
    warp = np.array([[scale, 0.0, shift[0]], [0.0, scale, shift[1]]])
    size = round(2 * side * scale), round((above + below) * scale)
    smooth = cv2.GaussianBlur(rgb, (0, 0), max(0.01, 0.45 / scale)) if scale < 1 else rgb
    return np.asarray(cv2.warpAffine(smooth, warp, size, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _outline(points: Floats, eye: tuple[tuple[int, ...], tuple[int, ...], int]) -> EyeOutline:
    upper, lower, iris = eye
    return EyeOutline(points[list(upper), :2], points[list(lower), :2], points[iris, :2])


def _person(rgb: Bytes, points: Floats) -> Bytes:
    """Find the person (Rother, Kolmogorov and Blake 2004, GrabCut) from the face and what is far from it."""
    height, width = rgb.shape[:2]
    mask = np.full((height, width), cv2.GC_PR_BGD, np.uint8)
    hull = cv2.convexHull(points[:, :2].astype(np.int32))
    face_height = float(points[_CHIN, 1] - points[_FOREHEAD, 1])
    head = _ellipse(mask.shape, points, 0.78 * face_height, 0.98 * face_height, -0.08 * face_height)
    body = np.zeros_like(mask)
    neck_y = round(float(points[_CHIN, 1] + 0.2 * face_height))
    body[neck_y:] = 1
    mask[(head > 0) | (body > 0)] = cv2.GC_PR_FGD
    mask[: round(float(points[_FOREHEAD, 1] - 0.45 * face_height))] = cv2.GC_BGD
    cv2.fillConvexPoly(mask, hull, cv2.GC_FGD)
    cv2.grabCut(rgb, mask, (0, 0, 1, 1), np.zeros((1, 65)), np.zeros((1, 65)), 6, cv2.GC_INIT_WITH_MASK)
    person = np.isin(mask, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8)
    person = np.asarray(cv2.morphologyEx(person, cv2.MORPH_OPEN, np.ones((7, 7), np.uint8)), np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(person)
    person = (labels == 1 + np.argmax(stats[1:, cv2.CC_STAT_AREA])).astype(np.uint8)
    whole = cv2.morphologyEx(person, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
    return np.asarray(cv2.GaussianBlur(cv2.erode(whole, np.ones((3, 3), np.uint8)) * 255, (0, 0), 1.5), np.uint8)


def _ellipse(shape: tuple[int, ...], points: Floats, half_x: float, half_y: float, down: float) -> Bytes:
    cheeks = points[list(_CHEEKS), :2].mean(axis=0)
    middle = (round(float(cheeks[0])), round(float(points[[_CHIN, _FOREHEAD], 1].mean() + down)))
    disc = np.zeros(shape, np.uint8)
    cv2.ellipse(disc, middle, (round(half_x), round(half_y)), 0, 0, 360, 1, -1)
    return disc


def _mirrored(portrait: Portrait) -> Portrait:
    last = portrait.rgb.shape[1] - 1
    left, right = (_mirrored_eye(eye, last) for eye in (portrait.right, portrait.left))
    rgb, opacity = (np.ascontiguousarray(part[:, ::-1]) for part in (portrait.rgb, portrait.opacity))
    return replace(portrait, rgb=rgb, opacity=opacity, left=left, right=right)


def _mirrored_eye(eye: EyeOutline, last: int) -> EyeOutline:
    upper, lower = (
        np.column_stack((last - lid[::-1, 0], lid[::-1, 1])) for lid in (eye.upper_lid_px, eye.lower_lid_px)
    )
    return EyeOutline(upper, lower, np.array([last - eye.iris_px[0], eye.iris_px[1]]))


def _toned(rgb: Bytes, power: float) -> Bytes:
    """Darken middle tones as a darker skin and hair would be; black and white stay."""
    table = 255 * (np.arange(256) / 255) ** (1 / power)
    return np.asarray(cv2.LUT(rgb, np.rint(table).astype(np.uint8)), np.uint8)


def _narrow_eyed(portrait: Portrait, share: float) -> Portrait:
    """Bring the lids together, in the picture too."""
    left, right = (_narrow(eye, share) for eye in (portrait.left, portrait.right))
    return replace(portrait, left=left, right=right)


def _narrow(eye: EyeOutline, share: float) -> EyeOutline:
    middle = (eye.upper_lid_px[:, 1] + eye.lower_lid_px[:, 1]) / 2
    upper, lower = (
        np.column_stack((lid[:, 0], middle + share * (lid[:, 1] - middle)))
        for lid in (eye.upper_lid_px, eye.lower_lid_px)
    )
    return EyeOutline(upper, lower, eye.iris_px)


def relief_of(portrait: Portrait) -> Relief:
    """Measure how deep a face is, by MediaPipe's mesh without the irises."""
    mesh = mesh_of(portrait.rgb)
    to_head = invert(portrait.from_head())
    depth = -math.sqrt(abs(float(np.linalg.det(to_head[:, :2])))) * mesh[:, 2]
    middle = depth[[_RIGHT[2], _LEFT[2]]].mean()
    return Relief.of_points(np.column_stack((apply(to_head, mesh[:, :2]), depth - middle))[:468])


def _stretched(portrait: Portrait, factor: float) -> Portrait:
    """Make the face longer."""
    rgb, opacity = (
        np.asarray(cv2.resize(part, None, fx=1, fy=factor, interpolation=cv2.INTER_CUBIC), np.uint8)
        for part in (portrait.rgb, portrait.opacity)
    )
    eyes = [
        EyeOutline(*(_longer(points, factor) for points in (eye.upper_lid_px, eye.lower_lid_px, eye.iris_px)))
        for eye in (portrait.left, portrait.right)
    ]
    return replace(portrait, rgb=rgb, opacity=opacity, left=eyes[0], right=eyes[1])


def _longer(points: Floats, factor: float) -> Floats:
    return (points + 0.5) * (1.0, factor) - 0.5
