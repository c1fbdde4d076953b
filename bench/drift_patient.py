"""A simulated patient who spells by a webcam gaze that is off, for `bench.drift`.

The noise: 30 Hz, half of the variance remembered for 150 ms, outliers, 10 % dropouts in bursts and 7 % blinks. All
numbers are design choices of a simulation; no patient was measured.
"""

import heapq
import math
from collections import deque
from dataclasses import dataclass

import numpy as np

from eyecomm.geometry import Rect, Screen
from eyecomm.samples import Floats

SCREEN = Screen(1920, 1080, 531.0, 299.0, 600.0)
PX = SCREEN.from_degrees(1.0, 0.0).x - SCREEN.width_px / 2  # pixels in a degree
TEXT_BAR_PX = 160.0
GRIDS = {30: (6, 5), 12: (4, 3), 6: (3, 2)}
RATE_HZ = 30.0
# Relative frequencies of English letters and the space, in percent of letters (Lewand 2000), the space as one in 5.2.
LETTERS = (
    "8.2 1.5 2.8 4.3 12.7 2.2 2.0 6.1 7.0 0.15 0.77 4.0 2.4 6.7 7.5 1.9 0.095 6.0 6.3 9.1 2.8 0.98 2.4 0.15 2.0 0.074"
)
FREQUENCIES = np.array([*map(float, LETTERS.split()), 19.2])
Pair = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Condition:
    """What a session is like; angles in degrees."""

    cells: int
    bias_deg: float = 0.0  # left by the calibration, everywhere alike
    walk_deg: float = 0.0  # random walk, standard deviation in a minute, each axis
    jump_deg: float = 0.0  # posture jump after two fifths of the session
    noticed: bool = True  # whether the pose shows the jump
    compensate: float = 0.0  # share of the error seen that the patient looks beside the aim, a habit of seconds
    pull: float = 0.0  # 1: looks a fifth of a cell below the middle, where the feedback sits
    sigma_deg: float = 1.5  # noise of a frame, each axis about

    @property
    def name(self) -> str:
        """One line of the table."""
        parts = [f"{self.cells} cells", f"bias {self.bias_deg:g}"]
        parts += [f"walk {self.walk_deg:g}"] * (self.walk_deg > 0)
        parts += [f"jump {self.jump_deg:g} {'seen' if self.noticed else 'unseen'}"] * (self.jump_deg > 0)
        parts += [f"compensates {self.compensate:g}"] * (self.compensate > 0)
        parts += [f"pulled {self.pull:g}"] * (self.pull > 0)
        return ", ".join(parts)


class World:
    """What the camera gets wrong: made before the session, so that it is the same for every method."""

    def __init__(self, condition: Condition, minutes: float, rng: np.random.Generator) -> None:
        count = int(minutes * 60 * RATE_HZ)
        self.count, self.jump_at = count, int(count * 0.4) if condition.jump_deg else count
        angle = rng.uniform(0, 2 * np.pi)
        self._constant = condition.bias_deg * np.array([np.cos(angle), np.sin(angle)])
        # What differs over the screen: about 0.7 degrees, as half of the held-out error of a good calibration.
        self._slopes = rng.normal(0.0, 0.4, (2, 4))
        self._slope_lists = self._slopes.tolist()
        walk = np.cumsum(rng.normal(0.0, condition.walk_deg / math.sqrt(60 * RATE_HZ), (count, 2)), axis=0)
        tilt = rng.normal(np.pi / 2, 0.5)  # slumps go down more than sideways
        jump = condition.jump_deg * np.array([np.cos(tilt), np.sin(tilt)])
        common = self._constant + walk + jump * (np.arange(count) >= self.jump_at)[:, None]
        # Lists: a session is walked through frame by frame, where they are several times faster.
        self.common_deg: list[list[float]] = common.tolist()
        noise = condition.sigma_deg * np.array([0.9, 1.1]) * _colored(count, rng)
        self.noise_deg: list[list[float]] = noise.tolist()
        lost = _bursts(count, 0.10, 2.0, rng) | _bursts(count, 0.07, 8.0, rng)  # dropouts and blinks
        self.lost: list[bool] = lost.tolist()
        probes = rng.uniform((200, 260), (1720, 1000), (count, 2))
        u, v = 2 * probes[:, 0] / SCREEN.width_px - 1, 2 * probes[:, 1] / SCREEN.height_px - 1
        self.probes_deg = common + np.stack((u, v, u * v, u * u - 0.33), 1) @ self._slopes.T

    def error_deg(self, frame: int, x_px: float, y_px: float) -> Pair:
        """Give the error of the gaze at one place, without noise."""
        u, v = 2 * x_px / SCREEN.width_px - 1, 2 * y_px / SCREEN.height_px - 1
        (x, y), ((a, b, c, d), (e, f, g, h)) = self.common_deg[frame], self._slope_lists
        w, q = u * v, u * u - 0.33
        return x + a * u + b * v + c * w + d * q, y + e * u + f * v + g * w + h * q


def _colored(count: int, rng: np.random.Generator) -> Floats:
    """Noise of variance 1, half of it remembered for 150 ms, a few outliers; shape (count, 2)."""
    white, slow = rng.normal(size=(2, count, 2))
    for i in range(1, count):
        slow[i] = 0.8 * slow[i - 1] + 0.6 * slow[i]
    outliers = 4 * rng.normal(size=(count, 2)) * (rng.random((count, 1)) < 0.015)
    return np.asarray(math.sqrt(0.5) * (white + slow) + outliers)


def _bursts(count: int, share: float, mean: float, rng: np.random.Generator) -> np.ndarray:
    """Frames lost in bursts of a mean length."""
    begin, end = share / (1 - share) / mean, 1 / mean
    draws, lost, state = rng.random(count), np.zeros(count, dtype=bool), False
    for i in range(count):
        state = draws[i] > end if state else draws[i] < begin
        lost[i] = state
    return lost


def cells_of(count: int) -> list[Rect]:
    """Lay an even grid below the text bar."""
    columns, rows = GRIDS[count]
    width, height = SCREEN.width_px / columns, (SCREEN.height_px - TEXT_BAR_PX) / rows
    return [Rect(x * width, TEXT_BAR_PX + y * height, width, height) for y in range(rows) for x in range(columns)]


def spelling(cells: int) -> list[tuple[int, ...]]:
    """Give the cells that spell each letter; the last cell is for undoing (Huffman 1952)."""
    if cells - 1 >= len(FREQUENCIES):
        return [(i,) for i in range(len(FREQUENCIES))]
    heap: list[tuple[float, int, list[int]]] = [(f, i, [i]) for i, f in enumerate(FREQUENCIES)]
    heap += [(0.0, -1 - i, []) for i in range(-(len(heap) - 1) % (cells - 2))]
    codes: list[tuple[int, ...]] = [()] * len(FREQUENCIES)
    heapq.heapify(heap)
    while len(heap) > 1:
        group = [heapq.heappop(heap) for _ in range(cells - 1)]
        for place, (_, _, letters) in enumerate(group):
            for letter in letters:
                codes[letter] = (place, *codes[letter])
        heapq.heappush(heap, (sum(g[0] for g in group), group[0][1], [x for g in group for x in g[2]]))
    return codes


class Patient:
    """Looks, waits, notices errors and takes them back.

    Where it looks in a cell scatters by 0.2 of its size; it glances at other cells before it finds the right one,
    lingers 0.3 to 0.6 s after a selection, looks away and comes back after 4 s in vain, and overlooks one wrong
    selection in twenty. After seconds in vain it looks beside the aim, against the error that the progress shows.
    """

    def __init__(self, condition: Condition, rng: np.random.Generator) -> None:
        self._condition, self._rng = condition, rng
        self._cells, self._codes = cells_of(condition.cells), spelling(condition.cells)
        self._text: deque[int] = deque()
        self._undo = condition.cells - 1
        self.beside_deg = (0.0, 0.0)  # how far the patient looks beside what is aimed at
        self.wrongs = 0  # noticed wrong selections not yet taken back
        self.letters_s = float(np.dot([len(c) for c in self._codes], FREQUENCIES) / FREQUENCIES.sum())
        self._plan: deque[tuple[Pair, float, bool]] = deque()
        self._until_s, self.looking, self._since_s = 0.0, False, 0.0
        self._place = (SCREEN.width_px / 2, SCREEN.height_px / 2)

    @property
    def wanted(self) -> int:
        """The cell to be chosen next."""
        if self.wrongs:
            return self._undo
        if not self._text:
            letter = self._rng.choice(len(FREQUENCIES), p=FREQUENCIES / FREQUENCIES.sum())
            self._text.extend(self._codes[letter])
        return self._text[0]

    def look(self, now_s: float, error_deg: Pair) -> Pair:
        """Give where the patient looks, in pixels; the error is that of the gaze the screen reacts to."""
        if now_s >= self._until_s:
            if not self._plan:
                self._make_plan()
            self._place, lasts_s, self.looking = self._plan.popleft()
            self._since_s, self._until_s = now_s, now_s + lasts_s
        if not self.looking:
            return self._place
        (beside_x, beside_y), (x, y) = self.beside_deg, self._place
        if now_s - self._since_s > 0.6 and self._condition.compensate:  # progress, or none, can be seen now
            share, goal = 1 / (1.5 * RATE_HZ), -self._condition.compensate
            beside_x += (goal * error_deg[0] - beside_x) * share
            beside_y += (goal * error_deg[1] - beside_y) * share
            self.beside_deg = beside_x, beside_y
        return x + beside_x * PX, y + beside_y * PX

    def choose(self, cell: int, now_s: float) -> bool:
        """Notice what was chosen; whether it was what was wanted."""
        right = cell == self.wanted and self.looking
        if cell == self._undo:
            self._take_back(right)
        elif right:
            self._text.popleft()
        else:
            self.wrongs += bool(self._rng.random() < 0.95)
        self._plan.clear()
        self._until_s, self.looking = now_s + self._rng.uniform(0.3, 0.6), False
        return right

    def _take_back(self, right: bool) -> None:
        if right:
            self.wrongs -= 1
        else:  # a right letter is gone and must be written again
            self._text.appendleft(self._text[0] if self._text else 0)

    def _place_in(self, cell: int) -> Pair:
        rect, (x, y) = self._cells[cell], 0.2 * np.clip(self._rng.normal(size=2), -2, 2)
        pulled = 0.2 * self._condition.pull
        return rect.center.x + rect.width * float(x), rect.center.y + rect.height * float(y + pulled)

    def _make_plan(self) -> None:
        for _ in range(min(2, self._rng.poisson(0.5))):
            self._plan.append((self._place_in(int(self._rng.integers(len(self._cells)))), 0.3, False))
        self._plan.append((self._place_in(self.wanted), 4.0, True))
        self._plan.append(((SCREEN.width_px / 2, TEXT_BAR_PX / 2), 0.5, False))  # only after 4 s in vain
