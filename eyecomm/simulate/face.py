"""Renders the virtual patient as a webcam would see it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from eyecomm.samples import Bytes
from eyecomm.simulate.eye import EyePainter
from eyecomm.simulate.glasses import Glasses
from eyecomm.simulate.lids import Floats32
from eyecomm.simulate.patch import grid
from eyecomm.simulate.portrait import Affine, EyeOutline, Portrait, chain, invert
from eyecomm.simulate.pose import FaceState, HeadState
from eyecomm.simulate.relief import Relief, sources

NEAREST_MM = 150.0
_SPARE_NOISE_PX = 64
_FINER = 1.5  # a face to be bent is first drawn this much larger, lest it becomes blurred
_LATTICE_PX = 4
_SHADE_MM = 40.0  # width of the border between light and shade on a face


@dataclass(frozen=True, slots=True)
class CameraModel:
    """A webcam on top of the screen, tilted so that a head at the usual place is in the middle of the picture.

    Parameters
    ----------
    width_px, height_px : int
        Size of the picture.
    fov_deg : float
        Horizontal field of view.
    noise_sd : float
        Standard deviation of the sensor's noise in grey levels of 255.
    brightness : float
        1 as in the portrait, 0.3 a dark room.
    lamp_side : float
        1 for a lamp on the right of the picture that leaves the other cheek dark, -1 on the left, 0 in front.
    rise_mm : float
        Height above the middle of the screen.
    aim_mm : float
        Distance from the screen at which a head in front of its middle is in the middle of the picture.
    """

    width_px: int = 640
    height_px: int = 480
    fov_deg: float = 60.0
    noise_sd: float = 2.5
    brightness: float = 1.0
    lamp_side: float = 0.0
    rise_mm: float = 170.0
    aim_mm: float = 600.0

    @property
    def focal_px(self) -> float:
        """Focal length."""
        return self.width_px / 2 / math.tan(math.radians(self.fov_deg / 2))

    def head_to_frame(self, head: HeadState) -> Affine:
        """Give the map, shape (2, 3), from millimetres of the head to pixels of the frame.

        Millimetres of the head are right of (in the picture) and below the middle between the eyes.
        """
        tilt = math.atan2(self.rise_mm, self.aim_mm)
        below_mm, away_mm = head.y_mm + self.rise_mm, max(head.z_mm, NEAREST_MM)
        depth_mm = max(below_mm * math.sin(tilt) + away_mm * math.cos(tilt), NEAREST_MM)
        scale = self.focal_px / depth_mm
        x_px = self.width_px / 2 - scale * head.x_mm
        y_px = self.height_px / 2 + scale * (below_mm * math.cos(tilt) - away_mm * math.sin(tilt))
        c, s = (scale * f(math.radians(head.roll_deg)) for f in (math.cos, math.sin))
        return np.array([[c, -s, x_px], [s, c, y_px]])


class FaceRenderer:
    """Draws frames of a face that looks, blinks and moves as told.

    Parameters
    ----------
    portrait : Portrait
        The face.
    camera : CameraModel
        What sees it.
    seed : int
        Of the noise and the wall behind: the same seed gives the same frames, bit for bit.
    relief : Relief, optional
        How deep the face is, for heads that turn. Default: a plain one.
    glasses : Glasses, optional
        What the patient wears.
    """

    def __init__(
        self,
        portrait: Portrait,
        camera: CameraModel | None = None,
        seed: int = 0,
        *,
        relief: Relief | None = None,
        glasses: Glasses | None = None,
    ) -> None:
        self.camera = camera or CameraModel()
        self._relief, self._glasses = relief, glasses
        half_mm = portrait.pupil_distance_mm / 2
        self._pupils_mm = -half_mm, half_mm
        self._rng = np.random.default_rng(seed)
        self._levels = _levels(portrait)
        doubled = self._levels[0]
        self._painters = tuple(
            EyePainter(doubled.rgb, doubled.from_head, _scaled(outline, doubled.scale), corner)
            for outline, corner in ((portrait.left, 0), (portrait.right, -1))
        )
        self._wall = _wall(self.camera, self._rng)
        self._noise = _noise(self.camera, self._rng)

    def render(self, state: FaceState) -> Bytes:
        """Draw one frame, shape (height, width, 3); every call has new noise."""
        to_frame = self.camera.head_to_frame(state.head)
        size = self.camera.width_px, self.camera.height_px
        if state.head.yaw_deg or state.head.pitch_deg:
            person, behind = self._turned(state, to_frame)
        else:
            person, behind = self._from_the_front(state, to_frame, size)
        wall = cv2.multiply(self._wall, cv2.cvtColor(behind, cv2.COLOR_GRAY2RGB), scale=1 / 255)
        frame = np.asarray(cv2.add(person, wall, dst=person), np.uint8)
        self._light(frame, to_frame)
        return self._noisy(frame)

    def _from_the_front(self, state: FaceState, to_frame: Affine, size: tuple[int, int]) -> tuple[Bytes, Bytes]:
        """Draw the person before black, and how much of what is behind shows, both of a size (width, height)."""
        scale = math.hypot(to_frame[0, 0], to_frame[1, 0])
        level = min(self._levels, key=lambda one: abs(math.log2(one.px_per_mm / scale) - 0.3))
        warp = chain(invert(level.from_head), to_frame)
        person = np.asarray(cv2.warpAffine(level.rgb, warp, size, flags=cv2.INTER_LINEAR), np.uint8)
        behind = cv2.warpAffine(level.transparency, warp, size, flags=cv2.INTER_LINEAR, borderValue=255)
        for painter, gaze_deg, openness in zip(
            self._painters, (state.left_deg, state.right_deg), state.openness, strict=True
        ):
            painter.paint(person, to_frame, gaze_deg, openness)
        if self._glasses is not None:
            self._glasses.paint(person, to_frame, self._pupils_mm, state.head)
        return person, np.asarray(behind, np.uint8)

    def _turned(self, state: FaceState, to_frame: Affine) -> tuple[Bytes, Bytes]:
        """Draw the person from the front, larger, and bend that picture as the head turns."""
        width, height = self.camera.width_px, self.camera.height_px
        enlarge = np.array([[_FINER, 0.0, (_FINER - 1) / 2], [0.0, _FINER, (_FINER - 1) / 2]])
        finer = chain(to_frame, enlarge)
        pictures = self._from_the_front(state, finer, (round(_FINER * width), round(_FINER * height)))
        x, y = self._sources(state.head, to_frame, finer)
        person, behind = (cv2.remap(one, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) for one in pictures)
        return np.asarray(person, np.uint8), np.asarray(behind, np.uint8)

    def _sources(self, head: HeadState, to_frame: Affine, finer: Affine) -> tuple[Floats32, Floats32]:
        """Where each pixel is in the picture from the front: found for some pixels, filled in between."""
        relief = self._relief = self._relief or Relief.plain()
        width, height = self.camera.width_px, self.camera.height_px
        columns, rows = -(-width // _LATTICE_PX), -(-height // _LATTICE_PX)
        between = np.diag((width / columns, height / rows))
        lattice = np.column_stack((between, between @ (0.5, 0.5) - 0.5))
        u, v = grid(chain(lattice, invert(to_frame)), slice(0, rows), slice(0, columns))
        u, v = sources(relief.moves(head.yaw_deg, head.pitch_deg), u, v)
        (a, b, c), (d, e, f) = finer.astype(np.float32)
        found = np.dstack((a * u + b * v + c, d * u + e * v + f))
        x, y = cv2.split(cv2.resize(found, (width, height), interpolation=cv2.INTER_LINEAR))
        return np.asarray(x, np.float32), np.asarray(y, np.float32)

    def _light(self, frame: Bytes, to_frame: Affine) -> None:
        """Darken the room, more on one side of the face when the lamp is on the other."""
        level = max(self.camera.brightness, 0.0)
        if self.camera.lamp_side == 0.0:
            if level != 1.0:
                cv2.convertScaleAbs(frame, dst=frame, alpha=level)
            return
        u, _ = grid(invert(to_frame), slice(0, frame.shape[0]), slice(0, frame.shape[1]))
        lit = np.tanh(u * (math.copysign(1.0, self.camera.lamp_side) / _SHADE_MM))
        light = level * (1 - 0.35 * abs(self.camera.lamp_side) * (1 - lit))
        frame[:] = np.clip(frame * light[..., None] + 0.5, 0, 255).astype(np.uint8)

    def _noisy(self, frame: Bytes) -> Bytes:
        if self.camera.noise_sd <= 0:
            return frame
        x, y = self._rng.integers(0, _SPARE_NOISE_PX, 2)
        for noise, change in zip(self._noise, (cv2.add, cv2.subtract), strict=True):
            change(frame, noise[y : y + frame.shape[0], x : x + frame.shape[1]], dst=frame)
        return frame


@dataclass(frozen=True, slots=True, eq=False)
class _Level:
    """The portrait at one size, its colours already multiplied by its opacity."""

    rgb: Bytes
    transparency: Bytes
    from_head: Affine
    scale: float

    @property
    def px_per_mm(self) -> float:
        return math.hypot(self.from_head[0, 0], self.from_head[1, 0])


def _levels(portrait: Portrait) -> tuple[_Level, ...]:
    """Make the portrait double, as it is, and half its size, for near and far heads."""
    return tuple(_level(portrait, scale) for scale in (2.0, 1.0, 0.5))


def _level(portrait: Portrait, scale: float) -> _Level:
    solid = portrait.opacity[..., None].astype(np.float32) / 255
    rgb = _resized(np.asarray(portrait.rgb * solid + 0.5, np.uint8), scale)
    transparency = _resized(255 - portrait.opacity, scale)
    # Pixel centres are at whole numbers: pixel 0 of the portrait covers -0.5 to 0.5.
    enlarge = np.array([[scale, 0.0, (scale - 1) / 2], [0.0, scale, (scale - 1) / 2]])
    return _Level(rgb, transparency, chain(portrait.from_head(), enlarge), scale)


def _resized(picture: Bytes, scale: float) -> Bytes:
    how = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    picture = np.asarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=how), np.uint8)
    below = int(0.4 * picture.shape[0])  # the photograph ends at the chest: mirror it down
    return np.asarray(cv2.copyMakeBorder(picture, 0, below, 0, 0, cv2.BORDER_REFLECT), np.uint8)


def _scaled(outline: EyeOutline, scale: float) -> EyeOutline:
    lids = (outline.upper_lid_px, outline.lower_lid_px, outline.iris_px)
    return EyeOutline(*(points * scale + (scale - 1) / 2 for points in lids))


def _wall(camera: CameraModel, rng: np.random.Generator) -> Bytes:
    """Paint a plain wall in uneven light."""
    size = camera.width_px, camera.height_px
    light = cv2.resize(rng.normal(0, 0.03, (5, 7)), size, interpolation=cv2.INTER_CUBIC)
    fall = np.linspace(1.05, 0.85, camera.height_px)[:, None] * (1 + light)
    return np.asarray(np.clip(fall[..., None] * (178, 174, 164), 0, 255), np.uint8)


def _noise(camera: CameraModel, rng: np.random.Generator) -> tuple[Bytes, Bytes]:
    """Draw noise larger than a frame: what to add and what to take away.

    Mostly grey and a little blurred, as a webcam's demosaicing leaves it.
    """
    size = (camera.height_px + _SPARE_NOISE_PX, camera.width_px + _SPARE_NOISE_PX)
    grey = rng.standard_normal(size, dtype=np.float32)[..., None]
    color = rng.standard_normal((*size, 3), dtype=np.float32)
    blurred = np.asarray(cv2.GaussianBlur(0.85 * grey + 0.53 * color, (3, 3), 0.5), np.float32)
    noise = blurred * (camera.noise_sd / float(blurred.std()))
    rounded = np.rint(np.clip(noise, -255, 255))
    return np.maximum(rounded, 0).astype(np.uint8), np.maximum(-rounded, 0).astype(np.uint8)
