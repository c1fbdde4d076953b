"""Measure our gaze against EyeTrax and WebGazer on rendered faces: python -m bench.gaze [--quick] [--faces FOLDER].

Everything is simulated: photographs are rendered with moving eyes, in several lights and postures, and seen through
MediaPipe as in the app. Frames are judged one by one, before any filter. Rendering is done once and kept (--cache, or
EYECOMM_BENCH_CACHE).
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.gaze_bench import real, speed, tables
from bench.gaze_bench.ours import Ours
from bench.gaze_bench.portraits import Face, faces
from bench.gaze_bench.recordings import Recording, default_cache, recording
from bench.gaze_bench.scenes import SUBSETS, Scene, memory, moved, still
from bench.gaze_bench.scores import Tally
from bench.rivals import Guess, Lesson, Method, rivals

PARTS = ("still", "moved", "memory", "speed", "real")
POINTS = (5, 9, 13)
MEMORY_POINTS = (0, 1, 3, 5, 9, 13)
FEWEST_PAST = 3
SLOW = ("EyeTrax tiny_mlp",)
"""Left out of the many fits of the memory: by far the worst of its models when still, and the slowest."""

POOLS = ("EyeTrax ridge", "WebGazer ridge")
"""Rivals that are also taught earlier sittings as if they were of today, though none of them does so itself."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What is rendered.

    Parameters
    ----------
    faces : tuple of Face
        Whose.
    days : int
        Sittings for the memory.
    quick : bool
        Fewer scenes.
    cache : Path
        Where recordings are kept.
    """

    faces: tuple[Face, ...]
    days: int
    quick: bool
    cache: Path

    def get(self, face: Face, scene: Scene) -> Recording:
        """Render a scene, or find it."""
        if sys.stderr.isatty():
            print(f"  {face.name}, {scene.condition} {scene.session}".ljust(60), end="\r", file=sys.stderr, flush=True)
        return recording(self.cache, face, scene)

    def still(self) -> tuple[Scene, ...]:
        """Give the scenes with a test in the same sitting."""
        return tuple(one for one in still() if not self.quick or one.condition in ("still", "dark", "glasses"))

    def moved(self) -> tuple[Scene, ...]:
        """Give the scenes with another posture."""
        return tuple(one for one in moved() if not self.quick or one.session == 0)

    def history(self, face: Face) -> list[Recording]:
        """Give the sittings of one face on many days, oldest first; every other face wears glasses."""
        glasses = self.faces.index(face) % 2 == 1
        return [self.get(face, scene) for scene in memory(self.days, glasses=glasses)]


def guesses(methods: Sequence[Method], lessons: Sequence[Lesson], test: Recording) -> dict[str, Guess | None]:
    """Let every method learn from the same lessons and guess the same frames."""
    found: dict[str, Guess | None] = {}
    for method in methods:
        model = method.learn(lessons)
        found[method.name] = None if model is None else model.guess(test)
    return found


def lesson(taught: Recording, points: int, session: int = 0) -> Lesson:
    """Give a number of calibration targets of a sitting."""
    return Lesson(taught, taught.calibration(SUBSETS[points]), session)


def bench_still(sample: Sample, methods: Sequence[Method]) -> dict[int, dict[str, Tally]]:
    """Calibrate and test in the same sitting: tallies by points and condition."""
    found: dict[int, dict[str, Tally]] = {points: {} for points in POINTS}
    for scene in sample.still():
        for face in sample.faces:
            seen = sample.get(face, scene)
            for points in POINTS:
                tally = found[points].setdefault(scene.condition, Tally())
                tally.add(seen, guesses(methods, [lesson(seen, points)], seen))
    return found


def bench_moved(sample: Sample, methods: Sequence[Method]) -> dict[str, Tally]:
    """Calibrate with 9 points, then sit otherwise and be tested: tallies by posture; ours with earlier days too."""
    found: dict[str, Tally] = {}
    for face in sample.faces:
        taught = sample.get(face, still()[0])
        now = [lesson(taught, 9)]
        past = [lesson(one, 13, 1 + age) for age, one in enumerate(reversed(sample.history(face)))]
        models = [(method.name, method.learn(now)) for method in methods]
        models.append((f"{Ours.name}, remembering", methods[0].learn(now + past)))
        for scene in sample.moved():
            seen = sample.get(face, scene)
            told = {name: None if model is None else model.guess(seen) for name, model in models}
            found.setdefault(scene.condition, Tally()).add(seen, told)
    return found


def bench_memory(sample: Sample, methods: Sequence[Method]) -> dict[int, dict[bool, Tally]]:
    """Calibrate with few points, with and without three or more earlier sittings: tallies by points and memory."""
    found = {points: {False: Tally(), True: Tally()} for points in MEMORY_POINTS}
    quick = [method for method in methods if method.name not in SLOW]
    for face in sample.faces:
        history = sample.history(face)
        for today in range(FEWEST_PAST, len(history)):
            past = [lesson(history[day], 13, today - day) for day in reversed(range(today))]
            for points in MEMORY_POINTS:
                now = [lesson(history[today], points)]
                new = guesses(quick, now, history[today])
                remembering = [one for one in quick if one.name == Ours.name or one.name in POOLS]
                found[points][False].add(history[today], new)
                found[points][True].add(history[today], guesses(remembering, now + past, history[today]))
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faces", type=Path, help="folder of portrait photographs that look into the camera")
    parser.add_argument("--cache", type=Path, default=default_cache(), help="where recordings are kept")
    parser.add_argument("--quick", action="store_true", help="two faces and fewer scenes")
    parser.add_argument("--alone", action="store_true", help="without rivals, which take nearly all of the time")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts to run")
    parser.add_argument("--data", type=Path, default=real.DATA, help="folder with recordings of real people")
    arguments = parser.parse_args()
    others, missing = rivals()
    methods: list[Method] = [Ours(), *others] if not arguments.alone else [Ours()]
    known = faces(arguments.faces, 2 if arguments.quick else 3)[: 2 if arguments.quick else None]
    sample = Sample(known, 5 if arguments.quick else 7, arguments.quick, arguments.cache)
    tables.say_what(sample.faces, arguments.faces, missing)
    steps: dict[str, Callable[[], None]] = {
        "still": lambda: tables.show_still(bench_still(sample, methods)),
        "moved": lambda: tables.show_moved(bench_moved(sample, methods)),
        "memory": lambda: tables.show_memory(bench_memory(sample, methods)),
        "speed": lambda: speed.show([one for face in sample.faces for one in sample.history(face)]),
        "real": lambda: real.show(arguments.data, others),
    }
    for part in arguments.only:
        steps[part]()


if __name__ == "__main__":
    main()
