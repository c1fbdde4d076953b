"""How the virtual patient's eyes, lids and head move. Seeded; reads no clock."""

import math
from dataclasses import dataclass, field

import numpy as np

from eyecomm.geometry import Point, Screen
from eyecomm.samples import Floats
from eyecomm.simulate.pose import HeadState

LONGEST_STEP_S = 0.25


@dataclass(frozen=True, slots=True)
class PatientTraits:
    """Numbers of one person's eyes. The defaults describe a healthy adult.

    Parameters
    ----------
    latency_s, latency_sd_s : float
        From seeing a reason to look to the start of the saccade: about 0.2 s (Carpenter 1988).
    saccade_s_per_deg, saccade_base_s : float
        Duration of a saccade over its size, the main sequence: 2.2 ms a degree plus 21 ms (Bahill, Clark and Stark
        1975; Carpenter 1988).
    gain, gain_sd : float
        First saccade over the distance: it falls short by some 5 to 10 % and now and then goes too far (Becker 1989).
    correction_s : float
        From landing beside the target to the correcting saccade, about 0.15 s (Becker 1989).
    tolerance_deg : float
        A landing error below this is not corrected.
    jitter_deg : float
        Standard deviation of slow drift within a fixation, each axis; fixations disperse by 0.1 to 0.5 degrees
        (Martinez-Conde, Macknik and Hubel 2004).
    jitter_memory_s : float
        Time after which the drift has forgotten where it was.
    blinks_per_min : float
        Spontaneous; 17 at rest (Bentivoglio and others 1997).
    blink_s, blink_sd_s : float
        Whole length of a spontaneous blink, 0.15 to 0.3 s (Stern, Walrath and Goldstein 1984).
    lid_close_s, lid_open_s : float
        A commanded closing and opening.
    sway_mm, sway_deg : float
        Standard deviations of the head's slow movement (each axis) and of its roll.
    sway_memory_s : float
        Time after which the sway has forgotten where it was.
    """

    latency_s: float = 0.2
    latency_sd_s: float = 0.04
    saccade_s_per_deg: float = 0.0022
    saccade_base_s: float = 0.021
    gain: float = 0.95
    gain_sd: float = 0.05
    correction_s: float = 0.15
    tolerance_deg: float = 0.7
    jitter_deg: float = 0.2
    jitter_memory_s: float = 0.8
    blinks_per_min: float = 15.0
    blink_s: float = 0.22
    blink_sd_s: float = 0.04
    lid_close_s: float = 0.09
    lid_open_s: float = 0.15
    sway_mm: float = 2.0
    sway_deg: float = 0.5
    sway_memory_s: float = 4.0


HEALTHY = PatientTraits()

SLOW = PatientTraits(
    latency_s=0.35,
    latency_sd_s=0.1,
    saccade_s_per_deg=0.0045,
    saccade_base_s=0.04,
    gain=0.85,
    gain_sd=0.08,
    correction_s=0.25,
    jitter_deg=0.35,
    blinks_per_min=8.0,
    blink_s=0.28,
    lid_close_s=0.15,
    lid_open_s=0.3,
    sway_mm=0.6,
    sway_deg=0.15,
)
"""Slow, short, tired saccades in a head that hardly moves, as late in ALS. The numbers are an assumption, chosen in the
direction the studies agree on; they were fitted to no one."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What the patient wants of the eyes.

    Parameters
    ----------
    point : Point or None
        Where to look; None for wherever the eyes are.
    shut : bool
        Hold the lids shut.
    """

    point: Point | None = None
    shut: bool = False


@dataclass(frozen=True, slots=True)
class PatientState:
    """The truth at one moment.

    Parameters
    ----------
    gaze : Point
        Where the eyes point, in pixels of the screen.
    openness : tuple of float
        Left and right lids: 1 usual, 0 shut.
    head : HeadState
        Where the head is.
    timestamp_s : float
        When.
    """

    gaze: Point
    openness: tuple[float, float]
    head: HeadState
    timestamp_s: float


class Patient:
    """Moves eyes, lids and head the way a person does.

    Parameters
    ----------
    screen : Screen
        What is looked at.
    traits : PatientTraits
        How the person moves.
    seed : int
        The same seed, times and intents give the same states.
    head : HeadState, optional
        Usual place of the head; default straight in front of the screen at its viewing distance.
    """

    def __init__(
        self, screen: Screen, traits: PatientTraits = HEALTHY, seed: int = 0, head: HeadState | None = None
    ) -> None:
        # Three streams: how long a blink takes must not change where a saccade lands.
        eye, lid, neck = np.random.default_rng(seed).spawn(3)
        self._screen = screen
        self._eye = _Eye(traits, eye)
        self._lids = _Lids(traits, lid)
        self._neck = _Neck(traits, head or HeadState(z_mm=screen.distance_mm), neck)

    def update(self, t_s: float, intent: Intent) -> PatientState:
        """Move on to a time, never earlier than the last one, and give the state there."""
        point = intent.point
        aim = None if point is None else np.array(self._screen.to_degrees(point))
        x_deg, y_deg = self._eye.update(t_s, aim)
        openness = self._lids.update(t_s, intent.shut)
        head = self._neck.update(t_s)
        return PatientState(self._screen.from_degrees(x_deg, y_deg), (openness, openness), head, t_s)


class _Wander:
    """A slow random walk that returns home (Ornstein-Uhlenbeck), exact at any step."""

    def __init__(self, sd: tuple[float, ...], memory_s: float, rng: np.random.Generator) -> None:
        self._sd, self._memory_s, self._rng = np.array(sd), memory_s, rng
        self._value = self._sd * rng.standard_normal(len(sd))
        self._t_s: float | None = None

    def update(self, t_s: float) -> Floats:
        keep = math.exp(-(t_s - (t_s if self._t_s is None else self._t_s)) / self._memory_s)
        self._t_s = t_s
        fresh = self._sd * self._rng.standard_normal(len(self._sd))
        self._value = keep * self._value + math.sqrt(max(0.0, 1 - keep * keep)) * fresh
        return self._value


@dataclass(frozen=True, slots=True, eq=False)
class _Saccade:
    start_s: float
    end_s: float
    begin: Floats
    end: Floats

    def at(self, t_s: float) -> Floats:
        """Give the angles; the speed rises and falls once, as in minimum-jerk movement."""
        part = min(max((t_s - self.start_s) / (self.end_s - self.start_s), 0.0), 1.0)
        return self.begin + (self.end - self.begin) * (part**3 * (10 - 15 * part + 6 * part * part))


class _Eye:
    """Fixation, saccades, corrections, in degrees from the middle of the screen."""

    def __init__(self, traits: PatientTraits, rng: np.random.Generator) -> None:
        self._traits, self._rng = traits, rng
        self._drift = _Wander((traits.jitter_deg, traits.jitter_deg), traits.jitter_memory_s, rng)
        self._saccade = _Saccade(-1.0, -0.5, np.zeros(2), np.zeros(2))
        self._aim = np.zeros(2)
        self._start_s: float | None = None

    def update(self, t_s: float, aim: Floats | None) -> tuple[float, float]:
        if aim is not None and np.hypot(*(aim - self._aim)) > 0.3:
            self._aim = aim
            if self._start_s is None:
                self._start_s = t_s + max(0.08, self._rng.normal(self._traits.latency_s, self._traits.latency_sd_s))
        if self._start_s is not None and t_s >= max(self._start_s, self._saccade.end_s):
            self._jump(max(self._start_s, self._saccade.end_s, t_s - LONGEST_STEP_S))
        x_deg, y_deg = np.clip(self._saccade.at(t_s) + self._drift.update(t_s), -60, 60)
        return float(x_deg), float(y_deg)

    def _jump(self, start_s: float) -> None:
        """Begin a saccade to the aim, and plan a correction if it will land beside it."""
        begin, traits = self._saccade.end, self._traits
        way = (self._aim - begin) * self._rng.normal(traits.gain, traits.gain_sd)
        # Sideways scatter is about half of that along the way.
        across = np.array([-way[1], way[0]]) * self._rng.normal(0, traits.gain_sd / 2)
        size_deg = float(np.hypot(*way))
        end_s = start_s + traits.saccade_base_s + traits.saccade_s_per_deg * size_deg
        self._saccade = _Saccade(start_s, end_s, begin, begin + way + across)
        beside = np.hypot(*(self._aim - self._saccade.end)) > traits.tolerance_deg
        self._start_s = end_s + traits.correction_s if beside else None


@dataclass(slots=True)
class _Lids:
    """Spontaneous blinks and commanded closing."""

    traits: PatientTraits
    rng: np.random.Generator
    _blink: tuple[float, float] | None = field(default=None, init=False)
    _shut: float = field(default=0.0, init=False)
    _t_s: float | None = field(default=None, init=False)

    def update(self, t_s: float, shut: bool) -> float:
        step_s = 0.0 if self._t_s is None else min(t_s - self._t_s, LONGEST_STEP_S)
        self._t_s = t_s
        speed = step_s / self.traits.lid_close_s if shut else -step_s / self.traits.lid_open_s
        self._shut = min(max(self._shut + speed, 0.0), 1.0)
        held = 1 - self._shut * self._shut * (3 - 2 * self._shut)
        return min(held, 1 - self._blinking(t_s))

    def _blinking(self, t_s: float) -> float:
        """How far a spontaneous blink has shut the lids."""
        if self._blink is None or t_s > sum(self._blink):
            self._blink = self._next(t_s)
        start_s, length_s = self._blink
        part = (t_s - start_s) / length_s
        if part <= 0:
            return 0.0
        # Closing takes a third of the time, then a short rest, then a slower opening.
        shut = min(part / 0.33, 1.0, (1 - part) / 0.5)
        return shut * shut * (3 - 2 * shut)

    def _next(self, t_s: float) -> tuple[float, float]:
        """Draw when the next blink starts and how long it takes."""
        traits = self.traits
        if traits.blinks_per_min <= 0:
            return math.inf, 1.0
        wait_s = 0.5 + self.rng.exponential(max(60 / traits.blinks_per_min - 0.5, 0.1))
        return t_s + wait_s, float(np.clip(self.rng.normal(traits.blink_s, traits.blink_sd_s), 0.15, 0.4))


class _Neck:
    """Small slow sway of the head around its usual place."""

    def __init__(self, traits: PatientTraits, home: HeadState, rng: np.random.Generator) -> None:
        self._home = home
        self._sway = _Wander((*[traits.sway_mm] * 3, traits.sway_deg), traits.sway_memory_s, rng)

    def update(self, t_s: float) -> HeadState:
        x_mm, y_mm, z_mm, roll_deg = (float(value) for value in self._sway.update(t_s))
        home = self._home
        return HeadState(home.x_mm + x_mm, home.y_mm + y_mm, home.z_mm + z_mm, home.roll_deg + roll_deg)
